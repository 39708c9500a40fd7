"""三会 of the demonstration that were held: one followed to its end in public, one that missed its quorum first, one
whose opinions wait for their answers.
"""

from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from checklists.demo.dice import Dice
from checklists.demo.names import ELDERS
from deliberations.models import AgendaItem, Attendee, Hearing, Issue
from deliberations.services.hearings import (
    ballots,
    door,
    opinions,
    outcomes,
    publishing,
    running,
    speeches,
    votes,
)

COMMUNITIES = 2
AGAIN_AFTER = 14  # days: the notice of a 听证会 and some to spare
Role = Attendee.Role
ROLES = [Role.RESIDENT] * 11 + [Role.AFFECTED] * 4 + [Role.UNIT, Role.PARTY, Role.EXPERT]
PLACES = ("党群服务中心二楼会议室", "居民议事厅", "社区活动室")
# What became of it: (words, who does it, due in days after the meeting, steps, how it ended or "" while it goes on).
LIFT = {
    "kind": Hearing.Kind.HEARING,
    "title": "三单元加装电梯听证会",
    "issue": ("三单元加装电梯", "三单元六层住着九位七十岁以上的老人，上下楼越来越难，想在北侧加装电梯。"),
    "agenda": [("介绍方案和费用分摊", 15), ("居民和利害关系人发言", 40), ("设计单位答疑", 15), ("表决", 10)],
    "votes": [
        ("同意三单元北侧加装电梯", "ballot", {"for": 11, "against": 2, "abstain": 1, "void": 1}),
        ("同意费用由二层以上按楼层分摊", "hands", (10, 4, 1)),
    ],
    "opinions": [
        ("一楼采光会受影响，希望井道用玻璃的。", "adopted", "设计已改为钢构玻璃井道，图纸贴在单元门口。"),
        ("施工时间要错开中午和晚上。", "adopted", "写进施工合同：12 点到 14 点、18 点以后不施工。"),
        ("希望一楼住户也有补偿。", "partly", "一楼不分摊费用，运行电费也不分摊；另给现金补偿没有依据。"),
        ("电梯费用全部由政府出。", "refused", "按区里的办法，财政补助有上限，其余由受益住户分摊。"),
    ],
    "outcomes": [
        (
            "公示加装方案和费用分摊表七天",
            "社区居委会",
            14,
            ["方案贴在三单元门口和公告栏。"],
            "公示期满，没有书面反对意见。",
        ),
        ("办好规划和施工许可", "街道城建办", 45, ["材料已报区里，等联审。"], ""),
        ("迁改单元门口的燃气管", "燃气公司", 25, ["现场看过，排在下月。"], ""),
    ],
}
ROOM = {
    "kind": Hearing.Kind.COORDINATION,
    "title": "活动室开放时间协调会",
    "issue": ("活动室晚上太吵", "活动室晚上九点多还有人打球，楼上睡不着。"),
    "agenda": [("两边说说各自的难处", 30), ("商量开放时间", 20), ("表决", 5)],
    "votes": [("同意活动室晚上八点半关门", "hands", (12, 2, 1))],
    "opinions": [
        ("把球桌挪到东头，离住户远一点。", "adopted", "一周内挪好，由居委会落实。"),
        ("周末干脆不关门。", "refused", "表决没有这样定，周末也按八点半关门。"),
        ("门口装块噪音提示屏。", "partly", "先贴提示牌，提示屏列入明年计划。"),
    ],
    "outcomes": [
        ("球桌挪到一楼东头", "社区居委会", 7, [], "球桌已经挪好，地面重新画了线。"),
        ("八点半清场、关灯、锁门", "物业服务中心", 10, ["排好了清场值班表。"], "连续两周按时关门，没有再接到投诉。"),
    ],
}
ROAD = {
    "kind": Hearing.Kind.REVIEW,
    "title": "小区管网改造评议会",
    "issue": ("管网改造后的路面", "管网换完了，回填的路面下雨积水，想请施工单位来听听。"),
    "agenda": [("施工单位介绍情况", 15), ("居民评议", 40), ("商量整改", 15)],
    "votes": [],
    "opinions": [
        ("三号楼前的路面一下雨就积水。", "", ""),
        ("井盖比路面高，老人骑车容易摔。", "", ""),
        ("水压比以前好，这个要说一声。", "", ""),
    ],
    "outcomes": [],
}


class Meetings:
    """After the offices and their clerks."""

    def __init__(self, district, *, now, rng):
        self.district, self.now = district, now
        self.dice = Dice(rng)

    def run(self):
        for number, community in enumerate(self.district.communities[:COMMUNITIES]):
            self.place = PLACES[number % len(PLACES)]
            self.publish(self.hold(community, ROOM, days=46 + number), ROOM)
            self.publish(self.hold(community, LIFT, days=36 + number, is_missed=True), LIFT)
            self.hold(community, ROAD, days=3 + number)

    def evening(self, days):
        """Half past six, so many days ago."""
        day = timezone.localdate(self.now) - timedelta(days=days)
        return timezone.make_aware(datetime.combine(day, time(18, 30)))

    def hold(self, community, story, *, days, is_missed=False):
        """Held to its end, at the second try where too few had come to the first."""
        clerk = self.district.clerks[community]
        # As a request's user: what is within reach is asked for once.
        self.clerk = SimpleLazyObject(lambda: clerk)
        begins = self.evening(days)
        hearing = self.call(community, story, begins)
        if is_missed:
            hearing = self.miss(hearing, begins)
            begins = hearing.starts_at
        self.sign_in(hearing, begins, len(ROLES) - 3)
        hearing = running.open_hearing(hearing, actor=self.clerk, at=begins)
        self.talk(hearing, begins)
        for question, way, counts in story["votes"]:
            self.vote(hearing, question, way, counts, begins + timedelta(minutes=75))
        for speaker, (text, _, _) in zip(self.people, story["opinions"], strict=False):
            opinions.record_opinion(hearing, text=text, attendee=speaker, actor=self.clerk, at=begins)
        for text, owner, due, _, _ in story["outcomes"]:
            due_on = timezone.localdate(begins) + timedelta(days=due)
            outcomes.add_outcome(hearing, text=text, owner=owner, due_on=due_on, actor=self.clerk, at=begins)
        return running.close_hearing(hearing, actor=self.clerk, at=begins + timedelta(minutes=90))

    def call(self, community, story, begins):
        title, text = story["issue"]
        issue = Issue.objects.create(
            community=community, title=title, text=text, raised_by="grid", status="scheduled", raised_at=self.now
        )
        hearing = Hearing.objects.create(
            community=community,
            kind=story["kind"],
            title=story["title"],
            background=text,
            starts_at=begins,
            place=self.place,
            host="居委会主任",
            recorder="社区专干",
            quorum_percent=50,
            pass_percent=50,
            status=Hearing.Status.ANNOUNCED,
            announced_at=begins - timedelta(days=11),
        )
        hearing.issues.add(issue)
        AgendaItem.objects.bulk_create(
            AgendaItem(hearing=hearing, order=order, title=item, minutes=minutes)
            for order, (item, minutes) in enumerate(story["agenda"], 1)
        )
        Attendee.objects.bulk_create(
            Attendee(
                hearing=hearing,
                role=role,
                name=self.dice.anybody(ELDERS),
                phone=self.district.people.phone(),
                invited_at=begins - timedelta(days=11),
            )
            for role in ROLES
        )
        return hearing

    def sign_in(self, hearing, begins, count):
        """So many of them, some by phone and some at the door."""
        people = list(hearing.attendees.order_by("pk"))[:count]
        for number, person in enumerate(people):
            person.signed_in_at = begins - timedelta(minutes=28 - number)
            person.signed_in_by = Attendee.Way.DOOR if number % 3 else Attendee.Way.QR
        Attendee.objects.bulk_update(people, ["signed_in_at", "signed_in_by"])
        self.people = people

    def miss(self, hearing, begins):
        """Two too few: postponed with its count, and called anew."""
        self.sign_in(hearing, begins, len(ROLES) // 2 - 1)
        hearing = running.postpone_hearing(hearing, actor=self.clerk, at=begins + timedelta(minutes=20))
        # Through the door alone: the people of the demonstration are sent no messages.
        at, began_on = begins + timedelta(days=1), timezone.localdate(begins)
        begins = self.evening((timezone.localdate(self.now) - began_on).days - AGAIN_AFTER)
        hearing.attendees.update(signed_in_at=None, signed_in_by="")
        columns = {"starts_at": begins, "announced_at": at}
        return door.move(hearing, Hearing.Status.ANNOUNCED, actor=self.clerk, note="改期再开", at=at, **columns)

    def talk(self, hearing, begins):
        at = begins
        for item in hearing.agenda.all():
            running.start_item(item, actor=self.clerk, at=at)
            for person in self.people[:3] if item.minutes > 20 else ():
                speech = speeches.ask_to_speak(person, actor=self.clerk, at=at)
                speeches.start_speech(speech, actor=self.clerk, at=at)
            at += timedelta(minutes=item.minutes)

    def vote(self, hearing, question, way, counts, at):
        vote = votes.put_vote(hearing, question=question, way=way, actor=self.clerk, at=at)
        vote = votes.open_vote(vote, actor=self.clerk, at=at)
        if way == "hands":
            names = ("for_count", "against_count", "abstained_count")
            counted = dict(zip(names, counts, strict=True))
            votes.close_vote(vote, **counted, teller="居务监督员", actor=self.clerk, at=at)
            return
        choices = [choice for choice, count in counts.items() for _ in range(count)]
        drawn = ballots.issue_codes(vote, actor=self.clerk, at=at)
        for (_, code), choice in zip(drawn, choices, strict=False):
            ballots.cast_ballot(code, choice)
        ballots.close_ballot(vote, teller="居务监督员", actor=self.clerk, at=at + timedelta(minutes=8))

    def publish(self, hearing, story):
        at = hearing.closed_at + timedelta(days=3)
        for opinion, (_, answer, reason) in zip(hearing.opinions.order_by("pk"), story["opinions"], strict=True):
            opinions.answer_opinion(opinion, answer=answer, reason=reason, actor=self.clerk, at=at)
        for issue in hearing.issues.all():
            publishing.settle_issue(hearing, issue, is_settled=True, actor=self.clerk, at=at)
        publishing.publish_hearing(hearing, actor=self.clerk, at=at)
        rows = {row.text: row for row in hearing.outcomes.all()}
        for text, _, due, steps, end in story["outcomes"]:
            for number, note in enumerate(steps, 1):
                step_at = min(at + timedelta(days=number), self.now)
                outcomes.progress_outcome(rows[text], note=note, actor=self.clerk, at=step_at)
            if end:
                end_at = min(at + timedelta(days=due), self.now)
                outcomes.finish_outcome(rows[text], note=end, actor=self.clerk, at=end_at)
