"""大党委 of every community with its units, councillors in all steps, plan, meetings and resolutions; one 联合会 above.

Made as rows, as they would stand; the events are those that their pages tell.
"""

from datetime import datetime, time, timedelta

from django.utils import timezone

from govern.dates import months_after
from organizations.models import (
    Agreement,
    Councillor,
    League,
    LeagueAttendance,
    LeagueEvent,
    LeagueMeeting,
    LeagueMember,
    LeaguePlanItem,
    Resolution,
    Unit,
)
from organizations.services import community_ratings, unit_appraisals

Status = Councillor.Status
HEADINGS = LeaguePlanItem.Heading
# (heading, item, month by which it is due, whether it is done when that month is over)
PLAN = (
    (HEADINGS.RESOURCES, "更新驻区单位资源清单并上墙公布", 3, True),
    (HEADINGS.RESOURCES, "单位会议室、操场周末向居民开放", 6, True),
    (HEADINGS.ORGANIZATION, "单位党支部与小区党支部结对", 4, True),
    (HEADINGS.ORGANIZATION, "新就业群体党员纳入联合支部管理", 9, False),
    (HEADINGS.MEMBERS, "在职党员双报到登记核对", 5, True),
    (HEADINGS.MEMBERS, "在职党员认领微心愿", 10, True),
    (HEADINGS.ACTIVITIES, "联合主题党日", 7, True),
    (HEADINGS.ACTIVITIES, "邻里节和便民市集", 12, False),
    (HEADINGS.SERVICE, "独居老人冬季入户走访", 12, False),
    (HEADINGS.SERVICE, "楼道堆物联合清理", 11, True),
)
TITLES = ("党支部书记", "副书记", "工会主席", "办公室主任", "党支部书记")
LOCALS = ("社区民警", "业委会主任", "物业项目经理", "居民党员代表", "退休党员代表", "区党代表")
WAITING = (Status.APPROVED, Status.DELIBERATED, Status.RECOMMENDED)  # the last councillors of every second league
AGENDA = "通报上次决议办理情况\n认领本季度需求清单\n商定下季度共建活动"
MINUTES = "{chair}主持。各单位通报了认领事项的进展，对照需求清单认领了本季度的实事，商定了轮值活动的时间和分工。"
DECISIONS = (
    ("统一采购一批楼道灯，先换三栋老楼", "done"),
    ("每月第一个周六在广场集中开展便民服务", "open"),
    ("核对独居老人名单，分到各单位结对走访", "open"),
)
NEEDS = ("楼道灯维修", "独居老人助餐", "暑期托管场地", "便民理发", "健康义诊", "法律咨询", "旧衣回收点")


class Leagues:
    def __init__(self, district, *, now, rng):
        self.district, self.now, self.rng = district, now, rng
        self.today = timezone.localdate(now)
        self.founded_on = district.founded_on + timedelta(days=30)

    def run(self):
        district = self.district
        self.units = {}
        for unit in Unit.objects.select_related("organization", "liaison").order_by("pk"):
            self.units.setdefault(unit.organization_id, []).append(unit)
        top = self.found(district.roots[0], League.Kind.DISTRICT, f"{district.streets[0].district}党建共建联合会")
        leagues = [
            self.found(community.organization, League.Kind.COMMUNITY, f"{community}大党委", federation=top)
            for community in district.communities
        ]
        leading = [self.units[key][0] for key in self.units][:9]
        self.add_units(top, leading)
        for league in leagues:
            self.add_units(league, self.units_near(league))
        everything = [top, *leagues]
        League.objects.bulk_update(everything, ["chair", "chair_since", "chair_until"])
        for place, league in enumerate(everything):
            self.add_councillors(league, place)
        self.add_plan(everything)
        for place, league in enumerate(everything):
            self.add_meetings(league, owes_one=place % 4 == 1)
        self.appraise(leagues[:3])
        self.annex()

    def annex(self):
        """What the unit offers goes with its agreement, and what the community asked for."""
        rows = list(Agreement.objects.prefetch_related("unit__resources"))
        for row in rows:
            row.resources_annex = "\n".join(resource.name for resource in row.unit.resources.all())
            row.needs_annex = "\n".join(self.rng.sample(NEEDS, 3))
        Agreement.objects.bulk_update(rows, ["resources_annex", "needs_annex"])

    def units_near(self, league):
        """Its own first, then its neighbours' of the same 行业党委: 6 to 8."""
        own = self.units.get(league.organization_id, [])
        near = [
            unit
            for units in self.units.values()
            for unit in units
            if unit.organization.parent_id == league.organization.parent_id and unit not in own
        ]
        return [*own, *near][: 6 + self.rng.randrange(3)]

    def at(self, day, hour=15):
        return timezone.make_aware(datetime.combine(day, time(hour)))

    def event(self, league, what, day, note="", **subject):
        return LeagueEvent(
            league=league, what=what, note=note, actor=self.district.admin, at=self.at(day, 10), **subject
        )

    def found(self, organization, kind, name, federation=None):
        league = League.objects.create(
            organization=organization, kind=kind, name=name, founded_on=self.founded_on, federation=federation
        )
        self.event(league, "成立", self.founded_on, name).save()
        return league

    # --- Units and councillors ----------------------------------------------------------------------------------------
    def add_units(self, league, units):
        league.demo_units = units
        LeagueMember.objects.bulk_create(
            LeagueMember(league=league, unit=unit, joined_on=self.founded_on + timedelta(days=7 * place))
            for place, unit in enumerate(units)
        )
        if units:
            since = self.today - timedelta(days=self.rng.randrange(5, 88))
            league.chair, league.chair_since = units[0], since
            league.chair_until = months_after(since, 3) - timedelta(days=1)

    def add_councillors(self, league, place):
        people = [(unit, TITLES[number % len(TITLES)]) for number, unit in enumerate(league.demo_units)]
        people += [(None, title) for title in LOCALS]
        leaders = ("联合会秘书长", "联合会副秘书长") if place == 0 else ("社区党组织书记", "社区党组织副书记")
        people = [*((None, title) for title in leaders), *people][: 9 + place % 3]
        waiting = list(WAITING) if place % 2 else []
        rows = []
        for number, (unit, title) in enumerate(people):
            left = len(people) - number
            status = waiting[-left] if left <= len(waiting) else Status.APPOINTED
            rows.append(self.councillor(league, unit, title, status, is_full_time=number < 2))
        Councillor.objects.bulk_create(rows)
        LeagueEvent.objects.bulk_create(event for row in rows for event in self.story(row))
        league.demo_councillors = [row for row in rows if row.status == Status.APPOINTED]

    def councillor(self, league, unit, title, status, is_full_time):
        person = self.district.people.draw()
        days = (0, 9, 20, 30)
        start = self.founded_on + timedelta(days=14)
        if status != Status.APPOINTED:
            start = self.today - timedelta(days=25)
        reached = {Status.RECOMMENDED: 1, Status.DELIBERATED: 2, Status.APPROVED: 3}.get(status, 4)
        on = [start + timedelta(days=day) if number < reached else None for number, day in enumerate(days)]
        return Councillor(
            league=league,
            kind=Councillor.Kind.FULL_TIME if is_full_time else Councillor.Kind.PART_TIME,
            status=status,
            name=person.name,
            phone=person.phone,
            unit=unit,
            title=title,
            recommended_on=on[0],
            deliberated_on=on[1],
            approved_on=on[2],
            document="经开街工委〔2024〕6号" if on[2] else "",
            appointed_on=on[3],
        )

    def story(self, row):
        steps = (
            ("", Status.RECOMMENDED, "推荐", row.recommended_on),
            (Status.RECOMMENDED, Status.DELIBERATED, "社区党组织审议", row.deliberated_on),
            (Status.DELIBERATED, Status.APPROVED, "街道党工委批准", row.approved_on),
            (Status.APPROVED, Status.APPOINTED, "任命", row.appointed_on),
        )
        for before, after, what, day in steps:
            if day:
                yield self.event(row.league, what, day, row.name, councillor=row, from_status=before, to_status=after)

    # --- The plan -----------------------------------------------------------------------------------------------------
    def add_plan(self, leagues):
        rows = [self.item(league, *line) for league in leagues for line in PLAN]
        LeaguePlanItem.objects.bulk_create(rows)
        LeaguePlanItem.units.through.objects.bulk_create(
            LeaguePlanItem.units.through(leagueplanitem=row, unit=unit)
            for row in rows
            for unit in self.rng.sample(row.league.demo_units, min(len(row.league.demo_units), 2))
        )

    def item(self, league, heading, name, month, is_done):
        due_on = self.today.replace(month=month, day=25)
        done_on = due_on - timedelta(days=self.rng.randrange(1, 20)) if is_done else None
        return LeaguePlanItem(
            league=league,
            year=self.today.year,
            heading=heading,
            name=name,
            owner=self.rng.choice(league.demo_councillors).name,
            due_on=due_on,
            done_on=done_on if done_on and done_on <= self.today else None,
        )

    # --- Meetings -----------------------------------------------------------------------------------------------------
    def add_meetings(self, league, owes_one):
        quarter = self.today.replace(month=3 * ((self.today.month - 1) // 3) + 1, day=1)
        days = [months_after(quarter, -3) + timedelta(days=40)]
        if not owes_one:
            days.append(min(quarter + timedelta(days=17), self.today - timedelta(days=1)))
        for place, day in enumerate(days):
            self.hold(league, day, with_decisions=place == 0)
        if owes_one:
            return
        ahead = LeagueMeeting.objects.create(
            league=league,
            kind=LeagueMeeting.Kind.COUNCIL,
            topic="商定年底慰问和明年计划",
            agenda="年底慰问名单\n明年共建计划",
            starts_at=self.at(self.today + timedelta(days=6), 9),
            place="社区党群服务中心二楼",
        )
        self.event(league, "通知开会", self.today, ahead.topic, meeting=ahead, to_status="planned").save()

    def hold(self, league, day, with_decisions):
        meeting = LeagueMeeting.objects.create(
            league=league,
            status=LeagueMeeting.Status.HELD,
            topic=f"第{'一二三四'[(day.month - 1) // 3]}季度联席会议",
            agenda=AGENDA,
            starts_at=self.at(day),
            place="社区党群服务中心二楼",
            minutes=MINUTES.format(chair=league.chair or league),
        )
        rows = []
        for councillor in league.demo_councillors:
            dice = self.rng.random()
            if dice < 0.06:
                continue
            way = "leave" if dice < 0.14 else "qr" if dice < 0.8 else "door"
            signed_at = meeting.starts_at - timedelta(minutes=self.rng.randrange(1, 25))
            reason = "外出开会" if way == "leave" else ""
            rows.append(
                LeagueAttendance(meeting=meeting, councillor=councillor, way=way, reason=reason, signed_at=signed_at)
            )
        LeagueAttendance.objects.bulk_create(rows)
        events = [
            self.event(
                league, "通知开会", day - timedelta(days=4), meeting.topic, meeting=meeting, to_status="planned"
            ),
            self.event(
                league, "会议召开", day, meeting.topic, meeting=meeting, from_status="planned", to_status="held"
            ),
        ]
        if with_decisions:
            events += self.decide(league, meeting, day)
        LeagueEvent.objects.bulk_create(events)

    def decide(self, league, meeting, day):
        units = league.demo_units or [None]
        rows = [
            Resolution(
                league=league,
                meeting=meeting,
                text=text,
                unit=units[number % len(units)],
                due_on=day + timedelta(days=self.rng.randrange(30, 60))
                if status == "done"
                else self.today + timedelta(days=self.rng.choice((-4, 3, 9, 16, 24, 31))),
                status=status,
                closed_on=day + timedelta(days=30) if status == "done" else None,
                outcome="三栋楼的灯都换好了，居民签字确认。" if status == "done" else "",
            )
            for number, (text, status) in enumerate(DECISIONS)
        ]
        Resolution.objects.bulk_create(rows)
        return [
            self.event(league, "形成决议", day, row.text, meeting=meeting, resolution=row, to_status="open")
            for row in rows
        ]

    # --- 双向评价 -----------------------------------------------------------------------------------------------------
    def appraise(self, leagues):
        for league in leagues:
            for unit in league.demo_units:
                unit_appraisals.appraise_unit(
                    league,
                    unit=unit,
                    year=self.today.year,
                    activity_counts=[self.rng.choice((0, 1, 2, 2)) for _ in range(4)],
                    activity_words="单位自办、没有进清单的共建活动",
                    study_points=self.rng.choice((8, 9, 10)),
                    study_words="参加联合主题党日学习",
                    team_points=self.rng.choice((7, 9, 10)),
                    team_words="组建了志愿服务队，按月服务",
                    ideas_count=self.rng.choice((0, 0, 1)),
                    ideas_words="楼道灯改声控",
                    actor=self.district.admin,
                    at=self.now,
                )
                if self.rng.random() < 0.7:
                    community_ratings.rate_community(
                        league,
                        unit=unit,
                        year=self.today.year,
                        points={item: self.rng.choice((18, 20, 22, 24, 25)) for item in community_ratings.KEYS},
                        words="对接及时，反馈清楚，希望活动提前两周通知。",
                        actor=self.district.admin,
                        at=self.now,
                    )
