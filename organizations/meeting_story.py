"""What the page and the paper of a meeting show, as plain values."""

from dataclasses import dataclass

from django.urls import reverse

from organizations.models import Attendance, Meeting, MemberGrade
from organizations.parameters import parameter
from organizations.services.meetings import members_of

Kind, Status, Way = Meeting.Kind, Meeting.Status, Attendance.Way
TONES = {"planned": "info", "held": "ok", "cancelled": "plain"}
TITLES = {"planned": "登记计划", "held": "登记召开", "cancelled": "取消"}
WAY_TONES = {Way.QR: "ok", Way.DOOR: "ok", Way.LEAVE: "warn"}


@dataclass(frozen=True)
class Line:
    """One name of the roll; `attendance` is None for who has no mark."""

    name: str
    attendance: Attendance | None
    tone: str
    words: str


@dataclass(frozen=True)
class Roll:
    lines: list
    expected: int
    came: int
    on_leave: int

    @property
    def absent(self):
        return max(self.expected - self.came - self.on_leave, 0)

    @property
    def percent(self):
        return round(100 * self.came / self.expected) if self.expected else None


def roll_of(meeting):
    """Everybody expected, and who came besides (a member of before); counted as recorded once it was held."""
    is_over = meeting.status == Status.HELD
    rows = {row.member_id: row for row in meeting.attendances.select_related("member")}
    members = {member.pk: member for member in members_of(meeting).order_by("name", "pk")}
    people = [*members.values(), *(row.member for key, row in rows.items() if key not in members)]
    lines = [_line(member.name, rows.get(member.pk), is_over) for member in people]
    came = sum(row.way != Way.LEAVE for row in rows.values())
    expected = meeting.expected_count if is_over else len(members)
    return Roll(lines, expected, came, len(rows) - came)


def _line(name, row, is_over):
    if row is None:
        return Line(name, None, "bad" if is_over else "plain", "未到" if is_over else "未登记")
    words = f"{row.get_way_display()}：{row.reason}" if row.way == Way.LEAVE else row.get_way_display()
    return Line(name, row, WAY_TONES[row.way], words)


def warnings_of(meeting, roll):
    """What departs from the rules, in words: it warns and does not block."""
    words = []
    if meeting.status == Status.HELD and roll.expected and not roll.came + roll.on_leave:
        words.append("到会还没有登记，请登记到会和请假。")
    elif meeting.status == Status.HELD and roll.expected:
        least = parameter("meeting_quorum_percent")
        if meeting.kind == Kind.ASSEMBLY and 100 * roll.came <= least * roll.expected:
            words.append(f"实到 {roll.came} 人，没有超过应到的 {least:.0f}%，党员大会不能作决定。")
        if meeting.kind == Kind.COMMITTEE and 2 * roll.came < roll.expected:
            words.append(f"实到 {roll.came} 人，不到委员的半数，支部委员会会议不能召开。")
    if meeting.status != Status.CANCELLED and not roll.expected:
        words.append("名单里没有人：这个党组织还没有登记党员，或者班子成员没有对应的党员。")
    return words


def grades_of(meeting):
    """[(grade's word, how many, their names)] of a 民主评议党员, and a word where more are excellent than is usual."""
    rows = list(meeting.grades.select_related("member").order_by("member__name", "pk"))
    names = {grade: [row.member.name for row in rows if row.grade == grade] for grade in MemberGrade.Grade}
    most = parameter("review_excellent_max_percent") if rows else 0
    too_many = bool(rows) and 100 * len(names[MemberGrade.Grade.EXCELLENT]) > most * len(rows)
    return {
        "lines": [(grade.label, len(found), "、".join(found)) for grade, found in names.items() if found],
        "warning": f"优秀等次一般不超过参加评议人数的 {most:.0f}%。" if too_many else "",
    }


def timeline(meeting):
    steps = [
        {
            "at": event.at,
            "title": TITLES[event.to_status] if event.from_status != event.to_status else "改动",
            "note": event.note,
            "who": str(event.actor or "系统"),
            "state": "stopped" if event.to_status == Status.CANCELLED else "done",
        }
        for event in meeting.events.select_related("actor")
    ]
    return steps + ([{"title": "召开并写会议记录", "state": "next"}] if meeting.status == Status.PLANNED else [])


def photos_of(meeting):
    return [
        {
            "url": reverse("admin:organizations_meeting_photo", args=[photo.pk]),
            "alt": f"照片 {number}，{'可公开' if photo.is_public else '不公开'}，点开看大图",
        }
        for number, photo in enumerate(meeting.photos.all(), start=1)
    ]
