"""议题 and 三会 of the demonstration: one meeting published with what became of it, one announced with its people."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import PrivacyNotice
from deliberations.demo import hearing_words as words
from deliberations.models import (
    AgendaItem,
    Attendee,
    Hearing,
    HearingEvent,
    Issue,
    IssueEvent,
    Opinion,
    Outcome,
    OutcomeEvent,
    Vote,
)
from deliberations.services.issues import screening_day

S, H, DAY = Issue.Status, Hearing.Status, timedelta(days=1)
# How an issue came to where it stands.
PATHS = {
    "raised": [],
    "listed": [S.LISTED],
    "declined": [S.DECLINED],
    "merged": [S.MERGED],
    "scheduled": [S.LISTED, S.SCHEDULED],
    "settled": [S.LISTED, S.SCHEDULED, S.SETTLED],
    "unsettled": [S.LISTED, S.SCHEDULED, S.UNSETTLED],
}
OTHER_COMMUNITIES = 6
CALLED, CAME_FIRST, CAME_THEN = 15, 6, 12


class Hearings:
    """After the people; two communities with meetings, the others with issues."""

    def __init__(self, district, *, now, rng):
        self.district, self.now, self.rng = district, now, rng
        self.notice = PrivacyNotice.objects.in_force(timezone.localdate(now))[0]

    def run(self):
        for community in self.district.communities[:2]:
            issues = self.raise_all(community, words.TOPICS)
            self.held(community, issues[words.LIFT])
            self.coming(community, issues[words.PARKING])
        for community in self.district.communities[2 : 2 + OTHER_COMMUNITIES]:
            self.raise_all(community, words.OTHERS)

    def at(self, days, hour=14):
        """That many days from now, at the hour."""
        day = timezone.localtime(self.now + days * DAY)
        return day.replace(hour=hour, minute=0, second=0, microsecond=0)

    # --- Issues -------------------------------------------------------------------------------------------------------
    def raise_all(self, community, topics):
        """{title: issue}, with the steps of each."""
        rows = {topic.title: self.issue(community, topic) for topic in topics if topic.status != "merged"}
        for topic in topics:
            if topic.status == "merged":
                rows[topic.title] = self.issue(community, topic, merged_into=rows[words.LIFT])
        Issue.objects.bulk_create(row for row in rows.values() if row.merged_into is None)
        Issue.objects.bulk_create(row for row in rows.values() if row.merged_into is not None)
        events = (event for topic in topics for event in self.steps(community, topic, rows[topic.title]))
        IssueEvent.objects.bulk_create(events)
        return rows

    def issue(self, community, topic, **more):
        is_resident = topic.raised_by == "resident"
        person = self.district.people.draw() if is_resident else None
        raised_at = self.at(-topic.days, 9 + self.rng.randrange(9))
        return Issue(
            community=community,
            title=topic.title,
            text=topic.text,
            raised_by=topic.raised_by,
            name=person.name if person else "",
            phone=person.phone if person else "",
            notice=self.notice if person else None,
            level=topic.level,
            quarter=community.quarters.first() if topic.level == Issue.Level.QUARTER else None,
            status=topic.status,
            reason=topic.reason,
            raised_at=raised_at,
            screen_by=screening_day(raised_at),
            **more,
        )

    def steps(self, community, topic, issue):
        before, at = "", issue.raised_at
        pace = (self.now - at) / (len(PATHS[topic.status]) + 2)
        for to in [S.RAISED, *PATHS[topic.status]]:
            note = topic.reason if to == topic.status else ""
            actor = self.district.clerks[community] if before else None
            yield IssueEvent(issue=issue, from_status=before, to_status=to, actor=actor, note=note[:200], at=at)
            before, at = to, (at + pace).replace(hour=10, minute=self.rng.randrange(60))

    # --- Meetings -----------------------------------------------------------------------------------------------------
    def hearing(self, community, issue, **columns):
        row = Hearing.objects.create(
            community=community,
            host="社区党委书记 主持",
            recorder="居委会委员 记录",
            quorum_percent=50,
            pass_percent=50,
            **columns,
        )
        row.issues.add(issue)
        AgendaItem.objects.bulk_create(
            AgendaItem(hearing=row, order=order, title=title, minutes=minutes)
            for order, (title, minutes) in enumerate(words.AGENDA, 1)
        )
        return row

    def people(self, hearing, count, *, came=0, at=None, seats=0):
        kinds = [*["resident"] * 9, "affected", "affected", "party", "unit", "unit", "expert"]
        rows = []
        for place in range(count + seats):
            person, is_seat = self.district.people.draw(), place >= count
            is_here = place < came
            rows.append(
                Attendee(
                    hearing=hearing,
                    role="resident" if is_seat else kinds[place % len(kinds)],
                    name=person.name,
                    phone=person.phone,
                    is_entitled=not is_seat,
                    is_open_seat=is_seat,
                    invited_at=hearing.announced_at,
                    signed_in_at=at - timedelta(minutes=2 + place) if is_here else None,
                    signed_in_by=("qr" if place % 3 else "door") if is_here else "",
                )
            )
        return Attendee.objects.bulk_create(rows)

    def log(self, hearing, *steps):
        """`steps` are (to, days from now, note)."""
        clerk, before, rows = self.district.clerks[hearing.community], "", []
        for to, at, note in steps:
            rows.append(HearingEvent(hearing=hearing, from_status=before, to_status=to, actor=clerk, note=note, at=at))
            before = to
        HearingEvent.objects.bulk_create(rows)

    def coming(self, community, issue):
        """协调会, announced, with seats that anybody may take."""
        hearing = self.hearing(
            community,
            issue,
            kind=Hearing.Kind.COORDINATION,
            title="内部路停车划线协调会",
            background=words.PARKING_BACKGROUND,
            starts_at=self.at(9, 19),
            place="党群服务中心二楼会议室",
            open_seats=8,
            status=H.ANNOUNCED,
            announced_at=self.at(-2, 10),
        )
        self.people(hearing, 17, seats=3)
        self.log(hearing, (H.DRAFTED, self.at(-4, 10), ""), (H.ANNOUNCED, self.at(-2, 10), "已公告，参会人已通知"))

    def held(self, community, issue):
        """听证会: too few came the first time; held the second time, answered and published."""
        first, then = self.at(-58), self.at(-44)
        hearing = self.hearing(
            community,
            issue,
            kind=Hearing.Kind.HEARING,
            title="三号楼加装电梯听证会",
            background=words.LIFT_BACKGROUND,
            starts_at=then,
            place="党群服务中心一楼议事厅",
            status=H.PUBLISHED,
            announced_at=self.at(-56, 10),
            opened_at=then,
            closed_at=then + timedelta(minutes=70),
            published_at=self.at(-38, 16),
            minutes="会议介绍了两个方案，到会的住户和单位代表依次发言，对采光、分摊比例和维护费提出意见。"
            "经表决，同意按方案一加装电梯。各条意见已逐条答复。",
        )
        people = self.people(hearing, CALLED, came=CAME_THEN, at=then)
        missed = f"应到 {CALLED} 人，实到 {CAME_FIRST} 人，法定人数 8 人，还差 2 人"
        again = f"上一次到会 {CAME_FIRST} 人（应到 {CALLED} 人），签到重新开始。"
        reached = f"应到 {CALLED} 人，实到 {CAME_THEN} 人，已够法定人数 8 人"
        self.log(
            hearing,
            (H.DRAFTED, self.at(-70), ""),
            (H.ANNOUNCED, self.at(-69), ""),
            (H.POSTPONED, first + timedelta(minutes=30), missed),
            (H.ANNOUNCED, self.at(-56, 10), again),
            (H.OPENED, then, reached),
            (H.CLOSED, hearing.closed_at, ""),
            (H.PUBLISHED, hearing.published_at, ""),
        )
        self.decide(hearing, people)

    def decide(self, hearing, people):
        Vote.objects.create(
            hearing=hearing,
            question="同意按方案一加装电梯，费用按修改后的比例分摊",
            way=Vote.Way.HANDS,
            entitled_count=CALLED,
            present_count=CAME_THEN,
            opened_at=hearing.opened_at + timedelta(minutes=50),
            closed_at=hearing.opened_at + timedelta(minutes=58),
            for_count=9,
            against_count=2,
            abstained_count=1,
            void_count=0,
            teller="居务监督委员 计票",
            is_passed=True,
        )
        Opinion.objects.bulk_create(
            Opinion(
                hearing=hearing,
                attendee=people[place],
                text=text,
                answer=answer,
                reason=reason,
                answered_at=self.at(-39),
            )
            for place, (text, answer, reason) in enumerate(words.OPINIONS)
        )
        today, clerk = timezone.localdate(self.now), self.district.clerks[hearing.community]
        for text, owner, days, status, progress in words.OUTCOMES:
            closed_on = today - 22 * DAY if status == "done" else None
            outcome = Outcome.objects.create(
                hearing=hearing, text=text, owner=owner, due_on=today + days * DAY, status=status, progress=progress,
                closed_on=closed_on,
            )  # fmt: skip
            steps = [("", "open", self.at(-43), ""), ("open", status, self.at(-22), progress)]
            OutcomeEvent.objects.bulk_create(
                OutcomeEvent(outcome=outcome, from_status=before, to_status=to, actor=clerk, note=note, at=at)
                for before, to, at, note in steps
            )
