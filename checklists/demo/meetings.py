"""组织生活 of this year: what each branch and group held, a few behind; one to sign in to now; some to come."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from organizations.cadence import PERIODS
from organizations.models import (
    Attendance,
    LeadershipTerm,
    Meeting,
    MeetingEvent,
    Organization,
    OrganizationEvent,
    PartyMember,
)

Kind, Status, Way = Meeting.Kind, Meeting.Status, Attendance.Way
TOPICS = {
    Kind.ASSEMBLY: ("审议季度工作安排", "讨论接收预备党员", "通报党费收缴情况", "听取支部委员会工作报告"),
    Kind.GROUP: ("学习近期文件，交流思想", "安排楼栋包户走访", "讨论独居老人结对", "汇总居民反映的问题"),
    Kind.LECTURE: ("书记讲党课：从身边小事做起", "老党员讲党课：初心不改"),
    Kind.THEME_DAY: (
        "清洁家园志愿服务",
        "学习党章，重温入党誓词",
        "议一议加装电梯",
        "走访慰问困难党员",
        "反诈宣传进楼栋",
    ),
    Kind.LIFE: ("年度组织生活会",),
    Kind.REVIEW: ("年度民主评议党员",),
}
MINUTES = "一、主持人通报上次议定事项的落实情况。\n二、围绕“{}”学习讨论，{} 名党员发言。\n三、议定两件事，分工到人。"
EXCUSES = ("出差", "生病", "照顾家人", "值班")
ROLL_DAYS = 21  # attendance is drawn for so long back, and for all the year in the first community
BEHIND, LATE = 9, 5  # one branch in so many is far behind, one in so many missed one


class Meetings:
    def __init__(self, district, *, now, rng):
        self.district, self.rng, self.now = district, rng, now
        self.today = timezone.localdate(now)

    def run(self):
        self.branches = list(Organization.objects.branches().select_related("parent").order_by("pk"))
        # The district has been kept here since it was founded, or nothing would be owed before today.
        OrganizationEvent.objects.filter(kind="founded").update(at=self.at(self.district.founded_on, time(9)))
        self.read()
        self.rows = []
        for place, branch in enumerate(self.branches):
            self.hold(place, branch)
        self.lecture()
        self.plan()
        Meeting.objects.bulk_create(self.rows)
        MeetingEvent.objects.bulk_create(map(self.event, self.rows))
        Attendance.objects.bulk_create(mark for row in self.rows for mark in self.marks(row))

    def read(self):
        self.members, self.groups = {}, {}
        keys = ("pk", "branch", "group", "branch__parent")
        for pk, *places in PartyMember.objects.here().order_by("pk").values_list(*keys):
            for place in places:
                self.members.setdefault(place, []).append(pk)
        for group in Organization.objects.active().filter(tier=4, parent__in=self.branches).order_by("pk"):
            self.groups.setdefault(group.parent_id, []).append(group)
        secretaries = LeadershipTerm.objects.current(self.today).filter(position="secretary")
        self.hosts = dict(secretaries.values_list("organization", "name"))

    # --- What was held ------------------------------------------------------------------------------------------------
    def hold(self, place, branch):
        for kind in (Kind.ASSEMBLY, Kind.LECTURE, Kind.THEME_DAY):
            for month in self.months(kind, place):
                self.add(branch, kind, self.day(month, PERIODS[kind.value].months))
        for group in self.groups.get(branch.pk, ()):
            for month in self.months(Kind.GROUP, place):
                self.add(group, Kind.GROUP, self.day(month, 1), host=self.hosts.get(branch.pk))

    def lecture(self):
        """党课 of two communities' bodies for all their branches, which signed in there."""
        bodies = list(dict.fromkeys(branch.parent for branch in self.branches))[:2]
        for body in bodies:
            self.add(body, Kind.LECTURE, self.today - timedelta(days=ROLL_DAYS - 7), host="社区党委书记")

    def months(self, kind, place):
        """The first months of the periods in which it was held: far behind, one missed, or all."""
        length = PERIODS[kind.value].months
        months = list(range(1, self.today.month + 1, length))
        if place % BEHIND == BEHIND // 2:
            return months[::3] if len(months) > 2 else months[:1]
        if place % LATE == LATE // 2 and kind == Kind.THEME_DAY and len(months) > 3:
            months.pop(self.rng.randrange(1, len(months) - 2))
        return months

    def day(self, month, length):
        """Some day of the period that begins with `month`; None where the draw lies ahead of us."""
        month += self.rng.randrange(length) if month + length <= self.today.month else 0
        day = date(self.today.year, month, self.rng.randrange(5, 27))
        return day if day < self.today else None

    def add(self, organization, kind, day, host=None, **fields):
        if day is None or not (expected := len(self.members.get(organization.pk, ()))):
            return
        topic = self.rng.choice(TOPICS[kind])
        starts_at = self.at(day, self.rng.choice((time(9, 0), time(14, 30), time(19, 0))))
        row = Meeting(
            organization=organization,
            kind=kind,
            topic=topic,
            place="党群服务中心" if kind != Kind.GROUP else "楼栋议事角",
            host=host or self.hosts.get(organization.pk) or "支部书记",
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=90),
            status=Status.HELD,
            minutes=MINUTES.format(topic, min(expected, self.rng.randrange(3, 8))),
            expected_count=expected,
        )
        for name, value in fields.items():
            setattr(row, name, value)
        self.rows.append(row)

    def at(self, day, clock):
        return timezone.make_aware(datetime.combine(day, clock))

    # --- What comes ---------------------------------------------------------------------------------------------------
    def plan(self):
        """One that may be signed in to now, two to come, one that nobody wrote down, one called off."""
        planned = {"status": Status.PLANNED, "minutes": "", "expected_count": None}
        one, other, third = self.branches[:3]
        begun = self.now - timedelta(minutes=20)
        self.add(one, Kind.THEME_DAY, self.today, **planned, starts_at=begun, ends_at=begun + timedelta(minutes=120))
        for branch in (other, third):
            self.add(branch, Kind.LIFE, self.today + timedelta(days=12), **planned)
        self.add(other, Kind.LECTURE, self.today - timedelta(days=2), **planned)
        gone = {**planned, "status": Status.CANCELLED, "cancel_reason": "与换届大会同一天，改期"}
        self.add(third, Kind.THEME_DAY, self.today + timedelta(days=3), **gone)

    # --- What hangs on them -------------------------------------------------------------------------------------------
    def event(self, row):
        """The last one: the plan was made outside."""
        is_planned = row.status == Status.PLANNED
        return MeetingEvent(
            meeting=row,
            from_status="" if is_planned else Status.PLANNED,
            to_status=row.status,
            actor=self.district.admin,
            note=row.cancel_reason or ("" if is_planned else f"应到 {row.expected_count} 人"),
            at=self.now - timedelta(days=4) if is_planned else min(row.ends_at + timedelta(hours=2), self.now),
        )

    def marks(self, row):
        since = self.now - timedelta(days=ROLL_DAYS)
        is_near = row.starts_at >= since or row.organization.parent_id == self.branches[0].parent_id
        if row.status != Status.HELD or not is_near or row.kind == Kind.GROUP:
            return
        for number, member in enumerate(self.members[row.organization_id]):
            dice = self.rng.random()
            if dice > 0.93:
                continue
            way = Way.LEAVE if dice > 0.87 else Way.DOOR if dice > 0.6 else Way.QR
            yield Attendance(
                meeting=row,
                member_id=member,
                way=way,
                reason=self.rng.choice(EXCUSES) if way == Way.LEAVE else "",
                signed_at=row.starts_at - timedelta(minutes=number % 25),
            )
