"""岗位 and who holds them: every 楼栋长 and 党员中心户 by the row that already says so, the others within headcount."""

from datetime import timedelta

from django.utils import timezone

from volunteers.demo import words
from volunteers.models import Holding, Position, PositionClass, Report

Kind, Status = Position.Kind, Holding.Status
WAITING = 2  # claims that nobody has answered yet, in each community


class Posts:
    def __init__(self, district, *, now, rng):
        self.district, self.now, self.rng = district, now, rng
        self.today = timezone.localdate(now)
        self.people = district.volunteers
        self.classes = list(PositionClass.objects.order_by("order", "pk"))

    def run(self):
        rows = [*self.heads(), *self.households(), *self.general()]
        Position.objects.bulk_create((position for position, _ in rows), batch_size=2000)
        Holding.objects.bulk_create((each for _, holdings in rows for each in holdings), batch_size=2000)

    def position(self, community, **columns):
        return Position(
            **{
                "community": community,
                "position_class": self.classes[words.GOVERNING],
                "starts_on": self.district.founded_on,
                "status": Position.Status.OPEN,
                **columns,
            }
        )

    def held(self, position, person, **columns):
        report = person.report
        return Holding(
            **{
                "position": position,
                "volunteer": person,
                "status": Status.HELD,
                "claimed_at": report.contacted_at,
                "confirmed_at": report.posted_at,
                "confirmed_by": self.district.clerks[person.community],
                "starts_on": timezone.localdate(report.posted_at),
                **columns,
            }
        )

    def heads(self):
        for place, duty in self.people.heads.items():
            person = self.people.people[place]
            text = "熟悉楼里各户，上报隐患，通知事情，调解邻里小事"
            position = self.position(
                person.community, kind=Kind.BUILDING_HEAD, title=f"{duty.building}楼栋长"[:40], text=text,
                building=duty.building,
            )  # fmt: skip
            yield position, [self.held(position, person, duty=duty, starts_on=duty.starts_on)]

    def households(self):
        for place, body in self.people.households.items():
            person, group = self.people.people[place], body.parent
            position = self.position(
                person.community, kind=Kind.HOUSEHOLD, title=f"{group.name}党员中心户"[:40], branch=group,
                text="联系楼里的党员和群众，在家里办小组活动", position_class=self.classes[words.ORGANIZING],
                is_for_members=True,
            )  # fmt: skip
            yield position, [self.held(position, person, household=body, starts_on=body.founded_on)]

    def general(self):
        """Nobody holds two; where a post is for members, members hold it."""
        for community in self.district.communities:
            here = self.people.rows[community]
            posted = [person for person in here if person.place in self.people.general]
            self.rng.shuffle(posted)
            idle = [person for person in here if person.report.status == Report.Status.CONTACTED]
            members = [person for person in posted if person.kind == "member"]
            share = -(-len(posted) // len(words.POSITIONS))
            taken = set()
            for number, (place, title, text, where, is_for_members) in enumerate(words.POSITIONS):
                wanted = members if is_for_members else posted
                people = [person for person in wanted if person.pk not in taken][:share]
                if number == len(words.POSITIONS) - 1:
                    people = [person for person in posted if person.pk not in taken]
                taken |= {person.pk for person in people}
                position = self.position(
                    community, title=title, text=text, place=where, position_class=self.classes[place],
                    is_for_members=is_for_members, headcount=max(len(people) + self.rng.randrange(5), 1),
                )  # fmt: skip
                claims = self.claims(position, idle, len(people)) if number % 6 == 2 else []
                yield position, [*(self.held(position, person) for person in people), *claims]

    def claims(self, position, idle, held):
        """A few wait for an answer; where all places are taken, they wait in line."""
        is_full = held >= position.headcount
        for person in (idle.pop() for _ in range(min(WAITING, len(idle)))):
            at = max(person.report.contacted_at, self.now - timedelta(days=self.rng.randrange(1, 9)))
            yield Holding(
                position=position,
                volunteer=person,
                status=Status.WAITING if is_full else Status.CLAIMED,
                words="家就在附近，晚上和周末有空。",
                claimed_at=at,
            )
