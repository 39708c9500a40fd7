"""活动场次: the list with its queues, one with its people and what may be done, and its sign-in sheet."""

from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from unfold.admin import ModelAdmin

from govern.act_pages import ActPagesMixin, badge
from govern.paging import CappedPaginator
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from grids.models import Community
from volunteers.admin.session_week import WeekPageMixin
from volunteers.forms.sessions import EDITABLE, SESSION_ACTS, InvitePerson, SessionForm
from volunteers.models import Session, Signup
from volunteers.services.attendance import window_of
from volunteers.services.signups import invited
from volunteers.services.suggestions import suggest_for_session
from volunteers.session_story import SIGNUP_TONES, TONES, seats_of
from volunteers.views.tablet import address_of_tablet

SUGGESTED = 3
DONE = (Session.Status.SETTLED, Session.Status.CANCELLED)


class HeapFilter(admin.SimpleListFilter):
    """What waits; without a choice, all that is not done with."""

    title = "待办"
    parameter_name = "heap"

    def lookups(self, request, model_admin):
        return [
            ("publish", "待发布"),
            ("coming", "报名中，没开始"),
            ("now", "正在进行"),
            ("settle", "待确认时长"),
            ("all", "全部，包括办完和取消的"),
        ]

    def choices(self, changelist):
        first, *rest = super().choices(changelist)
        yield {**first, "display": "要办的"}
        yield from rest

    def queryset(self, request, queryset):
        match self.value():
            case "publish":
                return queryset.to_publish()
            case "now":
                return queryset.going_on()
            case "settle":
                return queryset.to_settle()
            case "coming":
                return queryset.upcoming().filter(starts_at__gt=timezone.now())
            case "all":
                return queryset
        asked = request.GET.get("status__exact")
        return queryset if asked else queryset.exclude(status__in=DONE)


@admin.register(Session)
class SessionAdmin(WeekPageMixin, ActPagesMixin, ScopedAdminMixin, ModelAdmin):
    form = SessionForm
    acts = SESSION_ACTS
    page_template = "admin/volunteers/session/page.html"
    page_related = ("community__street", "series", "team", "leader")
    has_edit_page = True
    change_list_template = "admin/volunteers/session/change_list.html"
    autocomplete_fields = ["community", "team", "leader"]
    list_display = ["title", "state", "community", "time", "place", "taken", "waiting", "led_by"]
    list_select_related = ["community", "leader"]
    list_filter = [HeapFilter, "status", "series__is_red_vest", ("community", ScopedRelatedFilter)]
    list_per_page = 50
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    date_hierarchy = "starts_at"
    search_fields = ["title", "place", "code"]
    search_help_text = "名称、地点、编号"
    actions = None

    def get_queryset(self, request):
        return super().get_queryset(request).with_seats()

    def get_ordering(self, request):
        """What comes first, first; of everything there ever was, the newest."""
        if request.GET.get("heap") == "all" or request.GET.get("status__exact"):
            return ["-starts_at", "-pk"]
        return ["starts_at", "pk"]

    @admin.display(description="状态", ordering="status")
    def state(self, session):
        return badge(TONES[session.status], session.get_status_display())

    @admin.display(description="时间", ordering="starts_at")
    def time(self, session):
        starts_at, ends_at = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
        return f"{starts_at:%Y-%m-%d %H:%M} 至 {ends_at:%H:%M}"

    @admin.display(description="报名")
    def taken(self, session):
        return f"{session.seated_count} / {session.seats}"

    @admin.display(description="候补")
    def waiting(self, session):
        return session.waiting_count or "—"

    @admin.display(description="领队")
    def led_by(self, session):
        return session.leader or badge("warn", "没有领队")

    # --- The form -----------------------------------------------------------------------------------------------------
    def get_fields(self, request, obj=None):
        fields = list(SessionForm.Meta.fields)
        return [*fields, "reason"] if obj else fields

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), *(["community"] if obj else [])]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.actor = request.user
        return form

    def get_changeform_initial_data(self, request):
        own = list(Community.objects.under_posts(request.user, "volunteers.add_session")[:2])
        return {
            **({"community": own[0].pk} if len(own) == 1 else {}),
            **super().get_changeform_initial_data(request),
        }

    def edit_view(self, request, pk):
        session = self.row(request, pk)
        if session.status not in EDITABLE or session.starts_at <= timezone.now():
            messages.warning(request, "活动已经开始或结束，安排不能再改。")
            return HttpResponseRedirect(self.page_url(session))
        return super().edit_view(request, pk)

    def save_model(self, request, obj, form, change):
        """The form's service has saved it."""

    def save_related(self, request, form, formsets, change):
        """And its skills."""

    def response_add(self, request, obj, post_url_continue=None):
        messages.success(request, "已安排，还没有发布。核对以后点“发布”，志愿者才看得到。")
        return HttpResponseRedirect(self.page_url(obj))

    def response_change(self, request, obj):
        messages.success(request, "已保存。时间、地点有变动的，报名的人收到了消息。")
        return HttpResponseRedirect(self.page_url(obj))

    def page_url(self, session):
        return reverse("admin:volunteers_session_change", args=[session.pk])

    def next_page(self, answer, page):
        return page

    def get_urls(self):
        wrap = self.admin_site.admin_view
        page = path("<int:pk>/print/", wrap(self.print_view), name="volunteers_session_print")
        return [page, *super().get_urls()]

    # --- One ----------------------------------------------------------------------------------------------------------
    def context_of(self, session):
        rows = list(session.signups.select_related("volunteer").order_by("signed_at", "pk"))
        waiting, gone = Signup.Status.WAITING, Signup.Status.CANCELLED
        found = suggest_for_session(session, SUGGESTED) if is_open(session) else []
        told = invited(session, [each.volunteer for each in found])
        return {
            "session": session,
            "tone": TONES[session.status],
            "seats": seats_of(session),
            "skills": session.skills.all(),
            "people": [(row, SIGNUP_TONES[row.status]) for row in rows if row.status not in (waiting, gone)],
            "line": [row for row in rows if row.status == waiting],
            "gone": [row for row in rows if row.status == gone],
            "suggestions": [(each, each.volunteer.pk in told) for each in found],
            "is_open": session.status == Session.Status.OPEN,
            "can_edit": session.status in EDITABLE and session.starts_at > timezone.now(),
            "to_settle": session.status in (Session.Status.HELD, Session.Status.SETTLED),
        }

    def page(self, request, row, bound=None):
        response = super().page(request, row, bound)
        can_change = response.context_data["can_change"]
        response.context_data["tablet"] = address_of_tablet(row, request.user) if can_change else ""
        response.context_data["invite_link"] = self.invite_url(row) if can_change else ""
        return response

    def invite_url(self, session):
        return reverse("admin:volunteers_session_act", args=[session.pk, InvitePerson.verb])

    def act_view(self, request, pk, verb):
        if verb != InvitePerson.verb or request.method != "POST":
            return super().act_view(request, pk, verb)
        session = self.row(request, pk)
        form = InvitePerson(request.POST, subject=session, user=request.user)
        if self.has_change_permission(request, session) and form.is_valid():
            form.run()
        if form.errors or not form.is_valid():
            messages.warning(request, " ".join(form.non_field_errors()) or "没有邀请，请刷新再试。")
        else:
            messages.success(request, form.done)
        return HttpResponseRedirect(self.page_url(session))

    def print_view(self, request, pk):
        session = self.row(request, pk)
        rows = list(session.signups.taking_seats().select_related("volunteer").order_by("signed_at", "pk"))
        context = {
            "session": session,
            "rows": rows,
            "spare": range(len(rows) + 1, max(session.seats, len(rows)) + 1),
            "window": window_of(session),
        }
        return TemplateResponse(request, "admin/volunteers/session/print.html", context)


def is_open(session):
    return session.status == Session.Status.OPEN and session.starts_at > timezone.now()
