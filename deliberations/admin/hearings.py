"""三会: the list, the draft's form, one with its people, papers and acts, and what is printed for it."""

from django.contrib import admin, messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from unfold.admin import ModelAdmin

from deliberations import hearing_words
from deliberations.admin.hearing_live import HearingLiveMixin
from deliberations.admin.hearing_people import PeoplePagesMixin
from deliberations.forms.hearings import CALLING_ACTS, HearingForm, asked_issues
from deliberations.models import Hearing, Issue
from deliberations.resources.issues import HearingResource
from deliberations.services.hearings import attendance, calling, people
from deliberations.views.papers import paper_file
from govern.act_pages import ActPagesMixin, badge
from govern.exports import ExportAdminMixin
from govern.paging import CappedPaginator
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from grids.models import Community
from volunteers.admin.teams import qr

Status = Hearing.Status


class HeapFilter(admin.SimpleListFilter):
    """Where a meeting stands; without a choice, all that is not done with."""

    title = "待办"
    parameter_name = "heap"
    HEAPS = {
        "drafted": ("筹备中", [Status.DRAFTED]),
        "coming": ("已公告，等开会", [Status.ANNOUNCED, Status.OPENED]),
        "postponed": ("要再次公告", [Status.POSTPONED]),
        "publish": ("散会了，等公开结果", [Status.CLOSED]),
    }

    def lookups(self, request, model_admin):
        return [*((name, label) for name, (label, _) in self.HEAPS.items()), ("all", "全部，包括公开和取消的")]

    def choices(self, changelist):
        first, *rest = super().choices(changelist)
        yield {**first, "display": "要办的"}
        yield from rest

    def queryset(self, request, queryset):
        if self.value() == "all" or (self.value() is None and request.GET.get("status__exact")):
            return queryset
        heap = self.HEAPS.get(self.value())
        done = [Status.PUBLISHED, Status.CANCELLED]
        return queryset.filter(status__in=heap[1]) if heap else queryset.exclude(status__in=done)


@admin.register(Hearing)
class HearingAdmin(PeoplePagesMixin, HearingLiveMixin, ActPagesMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    form = HearingForm
    acts = CALLING_ACTS
    page_template = "admin/deliberations/hearing/change.html"
    page_related = ("community",)
    has_edit_page = True
    resource_classes = [HearingResource]
    autocomplete_fields = ["community"]
    list_display = ["title", "state", "kind", "community", "time", "place", "counted", "seats"]
    list_select_related = ["community"]
    list_filter = [HeapFilter, "status", "kind", ("community", ScopedRelatedFilter)]
    list_per_page = 50
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    date_hierarchy = "starts_at"
    search_fields = ["title", "place", "code"]
    search_help_text = "名称、地点、编号"
    actions = None

    def get_queryset(self, request):
        return super().get_queryset(request).with_counts()

    @admin.display(description="状态", ordering="status")
    def state(self, hearing):
        return badge(hearing_words.TONES[hearing.status], hearing.get_status_display())

    @admin.display(description="时间", ordering="starts_at")
    def time(self, hearing):
        return f"{timezone.localtime(hearing.starts_at):%Y-%m-%d %H:%M}"

    @admin.display(description="应到 / 实到")
    def counted(self, hearing):
        return f"{hearing.entitled_count} / {hearing.present_count}"

    @admin.display(description="公开席位")
    def seats(self, hearing):
        return f"{hearing.seated_count} / {hearing.open_seats}" if hearing.open_seats else "—"

    # --- The draft ----------------------------------------------------------------------------------------------------
    def get_fields(self, request, obj=None):
        return [*HearingForm.Meta.fields, "agenda"]

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), *(["community"] if obj else [])]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.actor = request.user
        for name in {"community", "issues"} & form.base_fields.keys():
            widget = form.base_fields[name].widget
            widget.can_add_related = widget.can_change_related = widget.can_view_related = False
        return form

    def get_changeform_initial_data(self, request):
        rows = Issue.objects.visible_to(request.user).filter(pk__in=asked_issues(request)).order_by("pk")
        asked = list(rows.select_related("community"))
        own = list(Community.objects.under_posts(request.user, calling.ADD)[:2])
        facts = {"community": own[0].pk} if len(own) == 1 else {}
        if asked:
            background = "\n\n".join(f"{row.title}：{row.text}" for row in asked)[:2000]
            facts = {"community": asked[0].community_id, "title": asked[0].title, "background": background}
            facts["issues"] = [row.pk for row in asked]
        return {
            **facts,
            **{key: value for key, value in super().get_changeform_initial_data(request).items() if key != "issues"},
        }

    def edit_view(self, request, pk):
        hearing = self.row(request, pk)
        if hearing.status != Status.DRAFTED:
            messages.warning(request, "已经公告，不能直接改。改时间地点用“改期、改地点”，别的先收回公告。")
            return HttpResponseRedirect(self.page_url(hearing))
        return super().edit_view(request, pk)

    def save_model(self, request, obj, form, change):
        """The form's service has saved it."""

    def save_related(self, request, form, formsets, change):
        """And put its issues on it."""

    def response_add(self, request, obj, post_url_continue=None):
        messages.success(request, "已起草。接着定参会名单、传材料，再点“公告”。")
        return HttpResponseRedirect(self.page_url(obj))

    def response_change(self, request, obj):
        messages.success(request, "已保存。")
        return HttpResponseRedirect(self.page_url(obj))

    def page_url(self, hearing):
        return reverse("admin:deliberations_hearing_change", args=[hearing.pk])

    # --- One ----------------------------------------------------------------------------------------------------------
    def get_urls(self):
        wrap = self.admin_site.admin_view
        base = "deliberations_hearing"
        return [
            path("<int:pk>/poster/", wrap(self.poster_view), name=f"{base}_poster"),
            path("<int:pk>/sheet/", wrap(self.sheet_view), name=f"{base}_sheet"),
            path("<int:pk>/papers/<int:paper>/", wrap(self.paper_view), name=f"{base}_paper"),
            *super().get_urls(),
        ]

    def context_of(self, hearing):
        called = list(hearing.attendees.select_related("unit").order_by("role", "pk"))
        return {
            "hearing": hearing,
            "tone": hearing_words.TONES[hearing.status],
            "purpose": hearing_words.PURPOSES[hearing.kind],
            "issues": hearing.issues.all(),
            "agenda": hearing.agenda.all(),
            "papers": hearing.papers.all(),
            "people": called,
            "entitled": sum(person.is_entitled for person in called),
            "present": sum(person.is_entitled and person.signed_in_at is not None for person in called),
            "seated": sum(person.is_open_seat for person in called),
            "untold": sum(person.invited_at is None for person in called),
            "steps": steps_of(hearing),
            "can_edit": hearing.status == Status.DRAFTED,
            "can_call": hearing.status in people.CALLING,
            "is_public": hearing.status != Status.DRAFTED,
            "is_door_open": hearing.status in (Status.ANNOUNCED, Status.OPENED),
            "is_over": hearing.status in (Status.CLOSED, Status.PUBLISHED),
            "notice_days": calling.notice_days(hearing.kind),
        }

    def poster_view(self, request, pk):
        hearing = self.row(request, pk)
        if hearing.status == Status.DRAFTED:
            raise Http404
        page = qr(reverse("hearings:hearing", args=[hearing.code]))
        context = {"hearing": hearing, "qr": page, "agenda": hearing.agenda.all()}
        return TemplateResponse(request, "admin/deliberations/hearing/poster.html", context)

    def sheet_view(self, request, pk):
        hearing = self.row(request, pk)
        door = qr(reverse("hearings:sign_in", args=[attendance.door_token(hearing)]))
        rows = hearing.attendees.select_related("unit").order_by("role", "pk")
        context = {"hearing": hearing, "rows": rows, "door": door, "spare": range(5)}
        return TemplateResponse(request, "admin/deliberations/hearing/sheet.html", context)

    def paper_view(self, request, pk, paper):
        row = get_object_or_404(self.row(request, pk).papers, pk=paper)
        return paper_file(row)


def steps_of(hearing):
    rows = []
    for event in hearing.events.select_related("actor"):
        title = event.get_to_status_display() if event.from_status != event.to_status else "有变动"
        state = "stopped" if event.to_status == Status.CANCELLED else "done"
        rows.append({"at": event.at, "title": title, "note": event.note, "who": str(event.actor or ""), "state": state})
    return rows
