"""组织生活: the list, one meeting with its roll, and its paper. How branches stand: meeting_boards."""

import segno
from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from unfold.admin import ModelAdmin

from govern.act_pages import ActPagesMixin, badge
from govern.exports import ExportAdminMixin
from govern.scoping import ScopedAdminMixin
from govern.views import number
from organizations.admin.meeting_boards import BoardExportView, BoardView, CalendarView
from organizations.admin.members import ChosenByHandMixin
from organizations.forms.meetings import MEETING_ACTS, MeetingForm
from organizations.meeting_story import TONES, grades_of, photos_of, roll_of, timeline, warnings_of
from organizations.models import Meeting, MeetingPhoto, Organization
from organizations.photos import photo_file
from organizations.resources import MeetingResource
from organizations.services.attendances import sign_in_token, window_of


class UnderFilter(admin.SimpleListFilter):
    """`?under=` a community's body, or (from the pages that lead here) any other organization, with all below it."""

    title = "党组织"
    parameter_name = "under"

    def lookups(self, request, model_admin):
        rows = Organization.objects.visible_to(request.user).standing()
        choices = list(rows.at_tier(Organization.Tier.COMMUNITY).values_list("pk", "name"))
        key = number(request.GET.get("under"))
        if key is not None and all(pk != key for pk, _ in choices):
            choices += rows.filter(pk=key).values_list("pk", "name")
        return choices

    def queryset(self, request, queryset):
        key = number(self.value())
        top = Organization.objects.filter(pk=key).first() if key else None
        return queryset.below(top) if top else queryset.none() if self.value() else queryset


class LateFilter(admin.SimpleListFilter):
    title = "进度"
    parameter_name = "when"

    def lookups(self, request, model_admin):
        return [("coming", "还没开的"), ("late", "过了时间没登记的")]

    def queryset(self, request, queryset):
        match self.value():
            case "coming":
                return queryset.planned().filter(ends_at__gte=timezone.now())
            case "late":
                return queryset.overdue()
        return queryset


@admin.register(Meeting)
class MeetingAdmin(ChosenByHandMixin, ActPagesMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    form = MeetingForm
    fields = MeetingForm.Meta.fields
    autocomplete_fields = ["organization"]
    acts = MEETING_ACTS
    page_template = "admin/organizations/meeting/page.html"
    page_related = ("organization__parent",)
    import_export_change_list_template = "admin/organizations/meeting/change_list.html"
    resource_classes = [MeetingResource]
    list_display = ["topic", "kind", "state", "holder", "time", "place", "present"]
    list_select_related = ["organization__parent"]
    list_filter = ["status", LateFilter, "kind", "starts_at", UnderFilter]
    list_per_page = 50
    date_hierarchy = "starts_at"
    search_fields = ["topic", "organization__name"]
    search_help_text = "主题、党组织名称"

    def get_queryset(self, request):
        return super().get_queryset(request).with_attendance()

    @admin.display(description="状态", ordering="status")
    def state(self, meeting):
        is_late = meeting.status == Meeting.Status.PLANNED and meeting.ends_at < timezone.now()
        return badge("warn", "待登记") if is_late else badge(TONES[meeting.status], meeting.get_status_display())

    @admin.display(description="党组织", ordering="organization")
    def holder(self, meeting):
        return meeting.holder

    @admin.display(description="时间", ordering="starts_at")
    def time(self, meeting):
        return f"{timezone.localtime(meeting.starts_at):%Y-%m-%d %H:%M}"

    @admin.display(description="实到 / 应到")
    def present(self, meeting):
        if meeting.expected_count is None:
            return "—"
        is_marked = meeting.came_count or meeting.leave_count
        return f"{meeting.came_count if is_marked else '未登记'} / {meeting.expected_count}"

    # --- The form -----------------------------------------------------------------------------------------------------
    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.actor = request.user
        return form

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        return super().changeform_view(request, object_id, form_url, {**(extra_context or {}), "title": "登记组织生活"})

    def save_model(self, request, obj, form, change):
        """The form's service has saved it."""

    def response_add(self, request, obj, post_url_continue=None):
        messages.success(request, "已登记。到时扫码签到，开完登记会议记录。")
        return HttpResponseRedirect(reverse("admin:organizations_meeting_change", args=[obj.pk]))

    # --- The pages ----------------------------------------------------------------------------------------------------
    def get_urls(self):
        def route(text, view, name):
            return path(text, self.admin_site.admin_view(view), name=f"organizations_meeting_{name}")

        return [
            route("board/", BoardView.as_view(model_admin=self), "board"),
            route("board/export/", BoardExportView.as_view(model_admin=self), "board_export"),
            route("calendar/<int:pk>/", CalendarView.as_view(model_admin=self), "calendar"),
            route("photos/<int:pk>/", self.photo_view, "photo"),
            route("<int:pk>/print/", self.print_view, "print"),
            route("<int:pk>/sign-in/", self.sign_in_view, "sign_in"),
            *super().get_urls(),
        ]

    def context_of(self, meeting):
        roll = roll_of(meeting)
        return {
            "meeting": meeting,
            "tone": TONES[meeting.status],
            "roll": roll,
            "warnings": warnings_of(meeting, roll),
            "photos": photos_of(meeting),
            "timeline": timeline(meeting),
            "grades": grades_of(meeting) if meeting.kind == Meeting.Kind.REVIEW else None,
            "is_open": meeting.status != Meeting.Status.CANCELLED,
            **sign_in_of(meeting),
        }

    def print_view(self, request, pk):
        meeting = self.row(request, pk)
        return TemplateResponse(request, "admin/organizations/meeting/print.html", self.context_of(meeting))

    def sign_in_view(self, request, pk):
        meeting = self.row(request, pk)
        context = {"meeting": meeting, **sign_in_of(meeting)}
        return TemplateResponse(request, "admin/organizations/meeting/sign_in_sheet.html", context)

    def photo_view(self, request, pk):
        return photo_file(get_object_or_404(MeetingPhoto.objects.visible_to(request.user), pk=pk))


def sign_in_of(meeting):
    address = settings.PUBLIC_URL + reverse("organizations:meeting_sign_in", args=[sign_in_token(meeting)])
    opens_at, closes_at = window_of(meeting)
    qr = segno.make(address, error="m").svg_data_uri(scale=8, border=2)
    can_sign_in = meeting.status != Meeting.Status.CANCELLED and timezone.now() <= closes_at
    return {"qr": qr, "opens_at": opens_at, "closes_at": closes_at, "can_sign_in": can_sign_in}
