"""巡查事件: the list as a queue, one incident's page with its acts, and 登记 on somebody's behalf."""

from uuid import uuid4

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from unfold.admin import ModelAdmin

from govern.act_pages import ActPagesMixin, badge
from govern.exports import ExportAdminMixin
from govern.paging import CappedPaginator
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from govern.views import number
from grids.admin.grids import GridFilter
from organizations.photos import photo_file
from patrols import incident_story
from patrols.admin.queue import heaps
from patrols.forms.incidents import STEPS, IncidentForm
from patrols.models import Incident, IncidentPhoto, Matter
from patrols.resources.incidents import IncidentResource
from patrols.services import incidents


class HeapFilter(admin.SimpleListFilter):
    """What waits for me; without a choice, all that is open: millions are closed, and nobody works on them."""

    title = "待办"
    parameter_name = "heap"

    def lookups(self, request, model_admin):
        self.heaps = heaps(request.user)
        return [*((name, label) for name, (label, _) in self.heaps.items()), ("all", "全部，包括办结的")]

    def choices(self, changelist):
        first, *rest = super().choices(changelist)
        yield {**first, "display": "办理中"}
        yield from rest

    def queryset(self, request, queryset):
        if self.value() == "all" or (self.value() is None and request.GET.get("status__exact")):
            return queryset
        if self.value() in self.heaps:
            return queryset.open().filter(self.heaps[self.value()][1])
        return queryset.open()


class ClassFilter(admin.SimpleListFilter):
    title = "事项大类"
    parameter_name = "class"

    def lookups(self, request, model_admin):
        rows = Matter.objects.filter(parent=None).order_by("code")
        return [(row.pk, f"{row.get_family_display()} · {row}") for row in rows]

    def queryset(self, request, queryset):
        value = number(self.value())
        return queryset if value is None else queryset.filter(matter__parent=value)


@admin.register(Incident)
class IncidentAdmin(ActPagesMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    acts = STEPS
    page_template = "admin/patrols/incident/page.html"
    page_related = (
        "matter__parent",
        "community__street",
        "grid",
        "building__quarter",
        "reporter",
        "receiver",
        "handler",
        "merged_into",
    )
    resource_classes = [IncidentResource]
    list_display = ["number", "state", "sort", "first_words", "spot", "due", "holder", "level"]
    list_filter = [
        HeapFilter,
        "status",
        "level",
        ClassFilter,
        "source",
        ("community", ScopedRelatedFilter),
        ("grid", GridFilter),
        "is_solved_on_spot",
    ]
    list_select_related = ["matter", "community", "building__quarter", "receiver", "handler"]
    list_per_page = 30
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    search_fields = ["code", "text", "place"]
    search_help_text = "事件编号，或情况、位置里的词；编号不管怎么筛选都查得到"
    actions = ["accept_selected", "assign_selected"]

    def get_queryset(self, request):
        return super().get_queryset(request).with_deadline()

    def get_ordering(self, request):
        """What runs out first, first; of what has ended, the newest."""
        if request.GET.get("heap") == "all" or request.GET.get("status__exact"):
            return ["-reported_at", "-pk"]
        return [F("due_at").asc(nulls_last=True), "pk"]

    def get_search_results(self, request, queryset, search_term):
        code = search_term.replace("-", "").strip().upper()
        named = self.get_queryset(request).filter(code=code)
        if len(code) == 8 and named.exists():
            return named, False
        return super().get_search_results(request, queryset, search_term)

    # --- The list -----------------------------------------------------------------------------------------------------
    @admin.display(description="编号", ordering="code")
    def number(self, incident):
        return incident.spoken_code

    @admin.display(description="状态", ordering="status")
    def state(self, incident):
        return badge(incident_story.tone(incident), incident.get_status_display())

    @admin.display(description="事项", ordering="matter__code")
    def sort(self, incident):
        return badge("bad", f"紧急 {incident.matter}") if incident.matter.is_urgent else incident.matter

    @admin.display(description="情况")
    def first_words(self, incident):
        return incident.summary

    @admin.display(description="位置")
    def spot(self, incident):
        return incident.spot

    @admin.display(description="期限", ordering="due_at")
    def due(self, incident):
        deadline = incident_story.deadline_parts(incident)
        return badge(deadline["tone"], deadline["words"]) if deadline else "—"

    @admin.display(description="在谁手里")
    def holder(self, incident):
        return incident_story.holder(incident) or "—"

    def has_add_permission(self, request):
        return request.user.has_perm("patrols.add_incident")

    # --- Several at once ----------------------------------------------------------------------------------------------
    @admin.action(description="受理所选事件", permissions=["change"])
    def accept_selected(self, request, queryset):
        self._each(request, queryset, lambda row: incidents.accept(row, actor=request.user), "已受理")

    @admin.action(description="受理所选事件，派给首接人", permissions=["change"])
    def assign_selected(self, request, queryset):
        @transaction.atomic
        def assign(row):
            if row.receiver is None:
                raise ValidationError("没有首接人。")
            if row.status == Incident.Status.REPORTED:
                row = incidents.accept(row, actor=request.user)
            return incidents.assign(row, duty=row.receiver, actor=request.user)

        self._each(request, queryset.select_related("receiver"), assign, "已派给首接人")

    def _each(self, request, queryset, act, words):
        done, left = 0, []
        for row in queryset.order_by("pk"):
            try:
                act(row)
                done += 1
            except (ValidationError, PermissionDenied):
                left.append(row.spoken_code)
        if done:
            self.message_user(request, f"{words} {done} 件。", messages.SUCCESS)
        if left:
            said = f"{len(left)} 件没有改动，请逐件打开看：{'、'.join(left[:20])}"
            self.message_user(request, said, messages.WARNING)

    # --- One ----------------------------------------------------------------------------------------------------------
    def get_urls(self):
        photo = self.admin_site.admin_view(self.photo_view)
        return [path("photos/<int:pk>/", photo, name="patrols_incident_photo"), *super().get_urls()]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if object_id is None:
            return self.file_view(request)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def file_view(self, request):
        """登记: what came by telephone, from above, or was told at the desk."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = IncidentForm(
            request.POST or None, request.FILES or None, user=request.user, initial={"client_key": uuid4()}
        )
        if form.is_bound and form.is_valid() and (incident := form.submit()):
            messages.success(request, self._filed(incident))
            return HttpResponseRedirect(reverse("admin:patrols_incident_change", args=[incident.pk]))
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": "登记事件", "form": form}
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, "admin/patrols/incident/file.html", context, status=status)

    @staticmethod
    def _filed(incident):
        if incident.is_solved_on_spot:
            return f"已登记 {incident.spoken_code}，当场解决，已经结案。"
        who = incident.receiver or incident.community
        return f"已登记 {incident.spoken_code}，交给{who}，{incidents.spoken(incident.accept_by)} 前受理和派遣。"

    def page(self, request, row, bound=None):
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": row,
            "title": str(row),
            **incident_story.story(row, request.user, bound),
        }
        status = 200 if bound is None else 422
        return TemplateResponse(request, self.page_template, context, status=status)

    def photo_view(self, request, pk):
        return photo_file(get_object_or_404(IncidentPhoto.objects.visible_to(request.user), pk=pk))
