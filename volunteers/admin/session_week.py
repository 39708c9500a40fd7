"""按周看: a week's sessions, seven days side by side, one below the other on a phone."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.dateparse import parse_date

from volunteers.models import Session
from volunteers.session_story import TONES, seats_of

MOST_IN_A_WEEK = 300


class WeekPageMixin:
    def get_urls(self):
        view = self.admin_site.admin_view(self.week_view)
        return [path("week/", view, name="volunteers_session_week"), *super().get_urls()]

    def week_view(self, request):
        """`?day=2026-12-01`: the week of that day, else this one."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        monday = week_of(request.GET.get("day", ""))
        rows = self.get_queryset(request).in_week(monday).exclude(status=Session.Status.CANCELLED)
        rows = list(rows.select_related("community").order_by("starts_at", "pk")[: MOST_IN_A_WEEK + 1])
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{monday.month}月{monday.day}日这一周的活动",
            "days": days_of_week(monday, rows[:MOST_IN_A_WEEK]),
            "before": monday - timedelta(weeks=1),
            "after": monday + timedelta(weeks=1),
            "is_cut": len(rows) > MOST_IN_A_WEEK,
        }
        return TemplateResponse(request, "admin/volunteers/session/week.html", context)


def week_of(text):
    """The Monday of the week that an address asks for."""
    try:
        day = parse_date(text)
    except ValueError:  # the 31st of February
        day = None
    day = day if day and 2000 <= day.year <= 2200 else timezone.localdate()
    return day - timedelta(days=day.weekday())


def days_of_week(monday, sessions):
    today, days = timezone.localdate(), [monday + timedelta(days=number) for number in range(7)]
    held = {day: [] for day in days}
    for session in sessions:
        held[timezone.localdate(session.starts_at)].append(
            {"session": session, "seats": seats_of(session), "tone": TONES[session.status]}
        )
    return [{"day": day, "is_today": day == today, "rows": held[day]} for day in days]
