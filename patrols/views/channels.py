"""移动办公桌 and 周二红马甲: the published list of desks, and the residents' form as a scanned code opens it."""

from datetime import datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.generic import ListView, View

from checklists.models import Need
from checklists.views import visits
from checklists.views.needs import NeedCreateView
from govern.views import number
from grids.models import Community
from organizations.services.calendars import named_days
from patrols.desk_days import next_days
from patrols.models import FieldDesk
from patrols.services.field_desks import take_in

SHOWN, IN_CALENDAR = 4, 13  # weeks


def coming_days(desks, count):
    """[(desk, its next days)]; a day whose hours are over is gone."""
    now = timezone.localtime()
    overrides = named_days()
    found = []
    for desk in desks:
        first = now.date() + timedelta(days=1) if now.time() > desk.ends_at else now.date()
        found.append((desk, next_days(desk.weekday, first, count, overrides)))
    return found


class FieldDeskListView(ListView):
    """`?community=PK`, else the community that was scanned or chosen, else all."""

    template_name = "patrols/field_desk_list.html"

    def get_queryset(self):
        known, _ = visits.place(self.request)
        asked = self.request.GET.get("community")
        self.community = known if asked is None else Community.objects.filter(pk=number(asked)).first()
        rows = FieldDesk.objects.published().select_related("community").order_by("community", "weekday", "starts_at")
        return rows.filter(community=self.community) if self.community else rows

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        communities = Community.objects.filter(field_desks__is_active=True).distinct().order_by("name")
        desks = coming_days(context["object_list"], SHOWN)
        return {**context, "desks": desks, "community": self.community, "communities": communities}


class FieldDeskCalendarView(View):
    """The desk's days of the next quarter for a phone's calendar (RFC 5545); holidays are left out."""

    def get(self, request, code):
        desk = get_object_or_404(FieldDesk.objects.published().select_related("community"), code=code.upper())
        ((_, days),) = coming_days([desk], IN_CALENDAR)
        lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//govern//field desks//ZH", "CALSCALE:GREGORIAN"]
        for each in days:
            if not each.holiday:
                lines += _event(desk, each.day, request.get_host())
        body = "\r\n".join([*lines, "END:VCALENDAR", ""])
        response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="desk-{desk.code}.ics"'
        return response


def _event(desk, day, host):
    def stamp(clock):
        moment = timezone.make_aware(datetime.combine(day, clock))
        return moment.astimezone(timezone.get_fixed_timezone(0)).strftime("%Y%m%dT%H%M%SZ")

    return [
        "BEGIN:VEVENT",
        f"UID:{desk.code}-{day:%Y%m%d}@{host}",
        f"DTSTAMP:{timezone.now().astimezone(timezone.get_fixed_timezone(0)):%Y%m%dT%H%M%SZ}",
        f"DTSTART:{stamp(desk.starts_at)}",
        f"DTEND:{stamp(desk.ends_at)}",
        f"SUMMARY:{_escaped(f'{desk.community}移动办公桌')}",
        f"LOCATION:{_escaped(desk.place)}",
        f"DESCRIPTION:{_escaped(desk.offers)}",
        "END:VEVENT",
    ]


def _escaped(words):
    return words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n").replace("\r", "")


class ChannelNeedView(NeedCreateView):
    """The residents' form with the community filled in, counted for the `channel` by which it was opened."""

    channel = None
    template_name = "patrols/channel_need.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        community = self.find(kwargs["code"])
        known, _ = visits.place(request)
        if request.method == "GET" and known != community:
            visits.remember_place(request, community=community)

    def find(self, code):
        """The community whose form this is; 404 for a code that nobody knows."""
        raise NotImplementedError

    def channel_of(self, form):
        return self.channel


class FieldDeskNeedView(ChannelNeedView):
    """A desk that was taken down still takes needs in: its poster may hang on."""

    channel = Need.Channel.MOBILE_DESK

    def find(self, code):
        self.desk = get_object_or_404(FieldDesk.objects.select_related("community"), code=code.upper())
        return self.desk.community

    def submit(self, form):
        need = super().submit(form)
        if need:
            take_in(self.desk, need)
        return need

    def get_context_data(self, **kwargs):
        return super().get_context_data(origin=f"{self.desk.community}移动办公桌：{self.desk.place}", **kwargs)


class RedVestNeedView(ChannelNeedView):
    """`code` is the community's; the code is worn by those who go round on Tuesdays."""

    channel = Need.Channel.RED_VEST

    def find(self, code):
        return get_object_or_404(Community, code=code)

    def get_context_data(self, **kwargs):
        return super().get_context_data(origin="周二“红马甲”上门收集", **kwargs)
