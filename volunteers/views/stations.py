"""志愿服务站: where they are, whether they are open, and what is there."""

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.generic import ListView, TemplateView

from govern.views import number
from grids.models import Community
from organizations.services.calendars import named_days
from volunteers.models import Station, Volunteer
from volunteers.opening import state_at
from volunteers.services import stations


class StationListView(ListView):
    """`?community=PK` narrows it."""

    template_name = "volunteers/stations.html"
    paginate_by = 20

    def get_queryset(self):
        rows = Station.objects.open().select_related("community").prefetch_related("opening_hours")
        asked = number(self.request.GET.get("community"))
        self.community = Community.objects.filter(pk=asked).first() if asked else None
        return rows.filter(community=self.community) if self.community else rows

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        now, overrides = timezone.localtime(), named_days()
        context["lines"] = [(row, state_at(now, row.week, overrides)) for row in context["object_list"]]
        context["communities"] = Community.objects.filter(stations__is_active=True).distinct()
        context["community"] = self.community
        return context


class StationView(TemplateView):
    template_name = "volunteers/station.html"

    def get_context_data(self, code, **kwargs):
        named = Volunteer.objects.here().filter(is_honoured=True)
        rows = Station.objects.open().select_related("community")
        rows = rows.prefetch_related("opening_hours", Prefetch("keepers", named, to_attr="named_keepers"))
        station = get_object_or_404(rows, code=code.upper())
        return super().get_context_data(**stations.notice_of(station, timezone.localtime()), **kwargs)
