"""The calendar of a community: a list of a month to read, and a file or an address for the phone's own calendar."""

from datetime import timedelta
from itertools import groupby

from django.conf import settings
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView, View

from checklists.halfdays import read_month
from deliberations.community_calendar import entries_of, lines_of
from grids.models import Community
from volunteers.views.calendar import calendar

KEPT_DAYS, AHEAD_DAYS = 60, 180


class CalendarFeedView(View):
    def get(self, request, code):
        community = get_object_or_404(Community, code=code)
        today = timezone.localdate()
        found = entries_of(community, today - timedelta(days=KEPT_DAYS), today + timedelta(days=AHEAD_DAYS))
        return calendar([lines_of(entry) for entry in found], f"community-{community.code}")


class MonthView(TemplateView):
    template_name = "hearings/month.html"

    def get_context_data(self, code, **kwargs):
        community = get_object_or_404(Community, code=code)
        month = read_month(self.request.GET.get("month", ""), timezone.localdate())
        last = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        found = entries_of(community, month, last)
        address = settings.PUBLIC_URL + reverse("hearings:calendar", args=[community.code])
        return super().get_context_data(
            community=community,
            month=month,
            before=month - timedelta(days=1),
            after=last + timedelta(days=1),
            days=[(day, list(rows)) for day, rows in groupby(found, key=lambda entry: entry.day)],
            today=timezone.localdate(),
            address=address,
            webcal=address.replace("https://", "webcal://", 1).replace("http://", "webcal://", 1),
            **kwargs,
        )
