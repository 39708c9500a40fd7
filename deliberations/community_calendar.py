"""What a community holds in public, day by day: meetings, desks, service sessions, activities, and the last days of
surveys. Meetings of the 大党委 are the members' own and are left out.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from checklists.models import Activity
from deliberations.models import Hearing, Survey
from organizations.services.calendars import named_days
from patrols.desk_days import next_days
from patrols.models import FieldDesk
from volunteers.models import Session
from volunteers.views.calendar import escaped, stamp

HEARING_LASTS = timedelta(minutes=90)  # where its agenda gives no minutes


@dataclass(frozen=True)
class Entry:
    """`ends_at` None: it is a last day, all day long."""

    uid: str
    kind: str
    tone: str
    title: str
    starts_at: datetime
    ends_at: datetime | None
    place: str = ""
    path: str = ""
    is_cancelled: bool = False

    @property
    def day(self):
        return timezone.localdate(self.starts_at)


def midnight(day: date):
    return timezone.make_aware(datetime.combine(day, time()))


def entries_of(community, first, last):
    """The entries of the dates from `first` to `last`, in their order; as many queries as there are sources."""
    span = (midnight(first), midnight(last + timedelta(days=1)))
    found = [
        *_hearings(community, span),
        *_sessions(community, span),
        *_activities(community, span),
        *_desks(community, first, last),
        *_surveys(community, first, last),
    ]
    return sorted(found, key=lambda entry: (entry.starts_at, entry.uid))


def in_span(rows, community, span):
    return rows.filter(community=community, starts_at__gte=span[0], starts_at__lt=span[1]).order_by("starts_at")


def _hearings(community, span):
    for row in in_span(Hearing.objects.public(), community, span).prefetch_related("agenda"):
        lasts = timedelta(minutes=sum(item.minutes for item in row.agenda.all())) or HEARING_LASTS
        yield Entry(
            uid=f"hearing-{row.code}",
            kind=row.get_kind_display(),
            tone="bad",
            title=row.title,
            starts_at=row.starts_at,
            ends_at=row.starts_at + lasts,
            place=row.place,
            path=reverse("hearings:hearing", args=[row.code]),
            is_cancelled=row.status in (Hearing.Status.CANCELLED, Hearing.Status.POSTPONED),
        )


def _sessions(community, span):
    for row in in_span(Session.objects.published(), community, span):
        path, off = reverse("volunteers:session", args=[row.code]), row.status == Session.Status.CANCELLED
        yield Entry(
            f"session-{row.code}", "志愿服务", "ok", row.title, row.starts_at, row.ends_at, row.place, path, off
        )


def _activities(community, span):
    for row in in_span(Activity.objects.public(), community, span):
        path = reverse("checklists:activity_detail", args=[row.pk])
        yield Entry(f"activity-{row.pk}", "活动", "info", row.name, row.starts_at, row.ends_at, row.place, path)


def _desks(community, first, last):
    desks = list(FieldDesk.objects.published().filter(community=community))
    overrides = named_days() if desks else {}
    path = reverse("channels:desk_list", query={"community": community.pk})
    for desk in desks:
        for each in next_days(desk.weekday, first, (last - first).days // 7 + 1, overrides):
            if each.holiday or each.day > last:
                continue
            opens, closes = (
                timezone.make_aware(datetime.combine(each.day, at)) for at in (desk.starts_at, desk.ends_at)
            )
            uid = f"desk-{desk.code}-{each.day:%Y%m%d}"
            yield Entry(uid, "移动办公桌", "plain", "移动办公桌", opens, closes, desk.place, path)


def _surveys(community, first, last):
    open_now = Survey.objects.filter(community=community, status=Survey.Status.OPEN, ends_on__range=(first, last))
    for row in open_now:
        path = reverse("surveys:survey", args=[row.code])
        yield Entry(f"survey-{row.code}", "评议截止", "warn", row.title, midnight(row.ends_on), None, path=path)


def lines_of(entry):
    """The entry as RFC 5545 has it."""
    host = settings.PUBLIC_URL.split("//", 1)[-1]
    day = entry.day
    times = (
        [f"DTSTART:{stamp(entry.starts_at)}", f"DTEND:{stamp(entry.ends_at)}"]
        if entry.ends_at
        else [f"DTSTART;VALUE=DATE:{day:%Y%m%d}", f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}"]
    )
    place = [f"LOCATION:{escaped(entry.place)}"] if entry.place else []
    return [
        "BEGIN:VEVENT",
        f"UID:{entry.uid}@{host}",
        f"DTSTAMP:{stamp(timezone.now())}",
        *times,
        f"SUMMARY:{escaped(f'{entry.kind}：{entry.title}' if entry.kind != entry.title else entry.title)}",
        *place,
        f"URL:{settings.PUBLIC_URL}{entry.path}",
        f"STATUS:{'CANCELLED' if entry.is_cancelled else 'CONFIRMED'}",
        "END:VEVENT",
    ]
