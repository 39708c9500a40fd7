"""Teams with their members, a muster with its answers; a station for every community with hours, people and stock."""

from datetime import time, timedelta

from django.utils import timezone

from govern.codes import CODE_ALPHABET
from volunteers.demo import words
from volunteers.models import Good, Membership, Muster, MusterAnswer, OpeningHour, Station, StockMove, Team

PARTY_TEAMS, VOLUNTEER_TEAMS = 45, 50
Kind, Answer = Team.Kind, MusterAnswer.Answer


class Groups:
    def __init__(self, district, *, now, rng):
        self.district, self.now, self.rng = district, now, rng
        self.today = timezone.localdate(now)
        self.people = district.volunteers

    def run(self):
        self.add_teams()
        self.add_musters()
        self.add_stations()

    # --- Teams --------------------------------------------------------------------------------------------------------
    def plan(self):
        """(community, kind, name, speciality): of each kind as many in every community, the rest from the first on."""
        communities = self.district.communities
        party = [(each, Kind.PARTY_SERVICE, *team) for team in words.PARTY_SERVICE for each in communities]
        party += [(each, Kind.PARTY_TASK, *words.PARTY_TASK) for each in communities]
        free = [(each, Kind.VOLUNTEER, *team) for team in words.VOLUNTEER_TEAMS for each in communities]
        return party[:PARTY_TEAMS] + free[:VOLUNTEER_TEAMS]

    def add_teams(self):
        rng, rows = self.rng, []
        for community, kind, name, speciality in self.plan():
            people = [row for row in self.people.rows[community] if row.report.contacted_at]
            if kind != Kind.VOLUNTEER:
                people = [row for row in people if row.kind == "member"]
            chosen = rng.sample(people, min(rng.randrange(10, 22), len(people)))
            founded_on = self.today - timedelta(days=rng.randrange(430, 900))
            team = Team(
                community=community,
                name=f"{community.name.removesuffix('社区')}{name}",
                kind=kind,
                speciality=speciality,
                about=f"由{community}的{'党员' if kind != Kind.VOLUNTEER else '居民'}组成，主要做{speciality}。",
                joining=rng.choice(Team.Joining.values),
                leader=chosen[0],
                founded_on=founded_on,
            )
            rows.append((team, chosen))
        self.teams = Team.objects.bulk_create(team for team, _ in rows)
        Membership.objects.bulk_create(
            (each for team, chosen in rows for each in self.memberships(team, chosen)), batch_size=2000
        )
        self.members = dict(rows)
        self.district.teams = self.teams

    def memberships(self, team, chosen):
        for place, person in enumerate(chosen):
            asked = max(person.report.contacted_at, self.now - timedelta(days=self.rng.randrange(20, 300)))
            waits = place == len(chosen) - 1 and team.joining == Team.Joining.APPROVAL
            yield Membership(
                team=team,
                volunteer=person,
                status=Membership.Status.APPLIED if waits else Membership.Status.JOINED,
                asked_at=asked,
                joined_at=None if waits else asked,
            )

    def add_musters(self):
        """One that is over, and one of this hour whose answers come in."""
        team = next(each for each in self.teams if each.kind == Kind.PARTY_TASK)
        clerk, chosen = self.district.clerks[team.community], self.members[team]
        for text, called, meets, ended in (
            ("暴雨红色预警，转移低洼楼院的老人", timedelta(days=75), timedelta(hours=1), timedelta(hours=6)),
            ("今晚降温，给独居老人送棉被", timedelta(minutes=40), timedelta(hours=2), None),
        ):
            at = self.now - called
            muster = Muster.objects.create(
                team=team,
                text=text,
                place=f"{team.community}党群服务中心",
                meet_at=at + meets,
                wanted_count=12,
                called_by=clerk,
                called_at=at,
                ended_at=at + ended if ended else None,
            )
            answers = (Answer.COMING, Answer.COMING, Answer.COMING, Answer.LATE, Answer.UNABLE)
            MusterAnswer.objects.bulk_create(
                MusterAnswer(
                    muster=muster,
                    volunteer=person,
                    answer=self.rng.choice(answers),
                    at=at + timedelta(minutes=self.rng.randrange(1, 35)),
                )
                for person in (chosen if ended else chosen[: len(chosen) * 2 // 3])
            )

    # --- Stations -----------------------------------------------------------------------------------------------------
    def add_stations(self):
        rng = self.rng
        stations = Station.objects.bulk_create(
            Station(
                community=community,
                name=f"{community}志愿服务站",
                code="".join(rng.choices(CODE_ALPHABET, k=8)),
                place=community.address,
                phone=community.hotline,
                about="借雨伞和工具，登记心愿，兑换积分，歇脚喝水。",
            )
            for community in self.district.communities
        )
        spans = ((time(8, 30), time(11, 30)), (time(14), time(17, 30)))
        OpeningHour.objects.bulk_create(
            OpeningHour(station=station, weekday=weekday, starts_at=start, ends_at=end)
            for station in stations
            for weekday in range(5)
            for start, end in spans
        )
        for station in stations:
            people = [row for row in self.people.rows[station.community] if row.place in self.people.general]
            station.keepers.set(rng.sample(people, 3))
        goods = Good.objects.bulk_create(
            Good(station=station, name=name, unit_word=unit, points=points, count=count)
            for station in stations
            for name, unit, points, count in words.GOODS
        )
        StockMove.objects.bulk_create(
            StockMove(
                good=good,
                change=good.count,
                reason="季度采购入库",
                actor=self.district.clerks[good.station.community],
                at=self.now - timedelta(days=rng.randrange(20, 80)),
            )
            for good in goods
        )
