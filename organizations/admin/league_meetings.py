"""大党委 meetings with their roll and paper, and the resolutions they made."""

from datetime import timedelta

import segno
from django.conf import settings
from django.contrib import admin
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from unfold.admin import ModelAdmin

from govern.act_pages import ActPagesMixin, badge
from govern.exports import ExportAdminMixin
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from organizations.forms.league_meetings import MEETING_ACTS, RESOLUTION_ACTS
from organizations.league_resources import LeagueMeetingResource, ResolutionResource
from organizations.league_story import TONES, meeting_timeline, roll_of
from organizations.models import LeagueMeeting, Resolution
from organizations.services.league_meetings import expected, sign_in_token, window_of


@admin.register(LeagueMeeting)
class LeagueMeetingAdmin(ActPagesMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    acts = MEETING_ACTS
    page_template = "admin/organizations/leaguemeeting/page.html"
    page_related = ("league__organization",)
    resource_classes = [LeagueMeetingResource]
    list_display = ["topic", "kind", "state", "league", "time", "place", "came"]
    list_select_related = ["league"]
    list_filter = ["status", "kind", ("league", ScopedRelatedFilter)]
    list_per_page = 50
    date_hierarchy = "starts_at"
    search_fields = ["topic", "agenda", "league__name"]
    search_help_text = "主题、议题、大党委"

    def get_queryset(self, request):
        return super().get_queryset(request).with_attendance()

    @admin.display(description="状态", ordering="status")
    def state(self, meeting):
        return badge(TONES[meeting.status], meeting.get_status_display())

    @admin.display(description="时间", ordering="starts_at")
    def time(self, meeting):
        return f"{timezone.localtime(meeting.starts_at):%Y-%m-%d %H:%M}"

    @admin.display(description="到会", ordering="came_count")
    def came(self, meeting):
        return f"{meeting.came_count} 人"

    def has_add_permission(self, request):
        return False  # called on the page of the league

    def get_urls(self):
        def route(text, view, name):
            return path(text, self.admin_site.admin_view(view), name=f"organizations_leaguemeeting_{name}")

        return [
            route("<int:pk>/print/", self.print_view, "print"),
            route("<int:pk>/sign-in/", self.sign_in_view, "sign_in"),
            *super().get_urls(),
        ]

    def row(self, request, pk):
        meeting = super().row(request, pk)
        meeting.absent_count = expected(meeting).count() - meeting.came_count
        return meeting

    def context_of(self, meeting):
        roll = roll_of(meeting, expected(meeting))
        today = timezone.localdate()
        resolutions = meeting.resolutions.select_related("unit")
        return {
            "meeting": meeting,
            "tone": TONES[meeting.status],
            "roll": roll,
            "came_count": sum(1 for line in roll if line["tone"] == "ok"),
            "resolutions": [(row, *row.due(today)) for row in resolutions],
            "timeline": meeting_timeline(meeting),
            "is_open": meeting.status != LeagueMeeting.Status.CANCELLED and timezone.now() <= window_of(meeting)[1],
            **sign_in_of(meeting),
        }

    def print_view(self, request, pk):
        meeting = self.row(request, pk)
        return TemplateResponse(request, "admin/organizations/leaguemeeting/print.html", self.context_of(meeting))

    def sign_in_view(self, request, pk):
        meeting = self.row(request, pk)
        context = {"meeting": meeting, **sign_in_of(meeting)}
        return TemplateResponse(request, "admin/organizations/leaguemeeting/sign_in_sheet.html", context)


def sign_in_of(meeting):
    address = settings.PUBLIC_URL + reverse("organizations:league_sign_in", args=[sign_in_token(meeting)])
    opens_at, closes_at = window_of(meeting)
    qr = segno.make(address, error="m").svg_data_uri(scale=8, border=2)
    return {"address": address, "qr": qr, "opens_at": opens_at, "closes_at": closes_at}


class DueFilter(admin.SimpleListFilter):
    title = "时限"
    parameter_name = "due"

    def lookups(self, request, model_admin):
        return [("late", "已超期"), ("week", "七天内到期")]

    def queryset(self, request, queryset):
        today = timezone.localdate()
        match self.value():
            case "late":
                return queryset.overdue(today)
            case "week":
                return queryset.open().filter(due_on__range=(today, today + timedelta(days=7)))
        return queryset


@admin.register(Resolution)
class ResolutionAdmin(ActPagesMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    acts = RESOLUTION_ACTS
    page_template = "admin/organizations/resolution/page.html"
    page_related = ("league__organization", "meeting", "unit__liaison")
    resource_classes = [ResolutionResource]
    list_display = ["text", "state", "responsible", "due_on", "left", "league", "closed_on"]
    list_select_related = ["league__organization", "unit"]
    list_filter = ["status", DueFilter, ("league", ScopedRelatedFilter), ("unit", ScopedRelatedFilter)]
    list_per_page = 50
    search_fields = ["text", "outcome", "unit__name"]
    search_help_text = "决议、办理结果、责任单位"

    @admin.display(description="状态", ordering="status")
    def state(self, row):
        return badge(TONES[row.status], row.get_status_display())

    @admin.display(description="责任单位", ordering="unit__name")
    def responsible(self, row):
        return row.unit or row.league.organization

    @admin.display(description="还有多久")
    def left(self, row):
        return badge(*row.due(timezone.localdate())) if row.status == Resolution.Status.OPEN else "—"

    def has_add_permission(self, request):
        return False  # passed by a meeting, on its page

    def context_of(self, row):
        tone, words = row.due(timezone.localdate())
        steps = [
            {
                "at": event.at,
                "title": event.what,
                "note": "" if event.note == row.text else event.note,
                "who": str(event.actor or "系统"),
                "state": "stopped" if event.to_status == "dropped" else "done",
            }
            for event in row.events.select_related("actor")
        ]
        return {"resolution": row, "tone": tone, "words": words, "timeline": steps}
