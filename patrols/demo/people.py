"""Who else is on duty in the demonstration's grids, who is away today, and what goes to whom first."""

from datetime import timedelta
from itertools import cycle

from django.utils import timezone

from checklists.demo.names import ADULTS, ELDERS, Person
from grids.models import Duty, Leave, Route

Kind = Duty.Kind
# What a grid has besides its leader, adviser and worker: kind, how many, from which ages.
HELPERS = (
    (Kind.PROPERTY, 1, ADULTS),
    (Kind.SECURITY, 2, ELDERS),
    (Kind.CADRE, 1, ADULTS),
    (Kind.UNIT_MEMBER, 2, ADULTS),
)
COMPANIES = "安居物业公司 星和物业公司 万家物业公司 诚信物业公司".split()  # noqa: SIM905
UNITS = "区供电公司营业所 市二医院 育才小学 区税务局 新市农贸市场 星河路派出所".split()  # noqa: SIM905
ROUTES = (  # name, order, place of its community (None everywhere), subject, front of the code, to whom
    ("突发事件先到网格长", 10, None, Route.Subject.INCIDENT, "S05", Kind.LEADER),
    ("居家维修先到物管公司", 20, 0, Route.Subject.NEED, "01", Kind.PROPERTY),
    ("楼院环境由治安志愿者先看", 30, 1, Route.Subject.NEED, "02", Kind.SECURITY),
    ("养老助老由社区党员干部接", 40, None, Route.Subject.NEED, "04", Kind.CADRE),
    ("其余都到网格员", 900, None, Route.Subject.ANY, "", Kind.WORKER),
)


class People:
    def __init__(self, district, *, now, rng):
        self.district, self.rng, self.today = district, rng, timezone.localdate(now)
        self.workers = {}  # grid: the user who works there

    def run(self):
        self.add_helpers()
        self.add_workers()
        self.add_accounts()
        self.add_leaves()
        self.add_routes()
        self.district.workers, self.district.head = self.workers, self.head

    def duties(self, grid, kind):
        return [duty for duty in self.rows if duty.grid_id == grid.pk and duty.kind == kind]

    def add_helpers(self):
        companies, units = cycle(COMPANIES), cycle(UNITS)
        helpers = []
        for grid in self.district.grids:
            for kind, count, given in HELPERS:
                for number in range(count):
                    row = self.district.duty(kind, self.district.people.draw(given), grid=grid)
                    if kind == Kind.PROPERTY:
                        row.employer = next(companies)
                    elif kind == Kind.UNIT_MEMBER:
                        row.employer = next(units)
                    elif kind == Kind.SECURITY:
                        row.area = "前半片" if number == 0 else "后半片"
                    helpers.append(row)
        self.rows = [*self.district.duties, *Duty.objects.bulk_create(helpers)]

    def add_workers(self):
        """Every grid worker signs in somewhere; the password is told of one."""
        users = []
        for number, grid in enumerate(self.district.grids, start=1):
            duty = self.duties(grid, Kind.WORKER)[0]
            if duty.user is None:
                bodies = [community.organization for community in grid.communities.all()]
                duty.user = self.district.add_user(
                    f"wangge{number}", Person(duty.name, duty.phone), "grid_worker", bodies
                )
                users.append(duty)
            self.workers[grid] = duty.user
        Duty.objects.bulk_update(users, ["user"])

    def add_accounts(self):
        """A 楼栋长 who is a volunteer too, and the volunteer who stands in for the second grid's worker today."""
        first, second = self.district.grids[:2]
        own = next(duty for duty in self.rows if duty.building and duty.building.grid_id == first.pk)
        volunteer = self.duties(first, Kind.SECURITY)[0]
        volunteer.name, volunteer.phone = own.name, own.phone
        stand_in = self.duties(second, Kind.SECURITY)[0]
        for username, duty, community, label in (
            ("louzhang", own, self.district.communities[0], "楼栋长"),
            ("daiban", stand_in, self.district.communities[1], "网格员代班人"),
        ):
            duty.user = self.district.add_account(
                username,
                "grid_worker",
                [community.organization],
                start="/desk/",
                person=Person(duty.name, duty.phone),
            )
            self.district.accounts[-1]["role"] = label
        volunteer.user = own.user
        for duty in (own, volunteer, stand_in):
            duty.save(update_fields=["user", "name", "phone", "phone_index"])
        self.head, self.stand_in = own, stand_in

    def add_leaves(self):
        first, second = self.district.grids[:2]
        mine, theirs = self.duties(first, Kind.WORKER)[0], self.duties(second, Kind.WORKER)[0]
        leader, adviser = self.duties(first, Kind.LEADER)[0], self.duties(first, Kind.CADRE)[0]
        heads = [duty for duty in self.rows if duty.building and duty.building.grid_id == first.pk]
        rows = (  # who, by whom, from and to in days from today, why
            (theirs, self.stand_in, -1, 4, "年休假"),
            (heads[3], mine, -3, 8, "住院"),
            (leader, adviser, -40, -34, "培训"),
            (mine, self.head, 12, 14, "年休假"),
        )
        Leave.objects.bulk_create(
            Leave(
                duty=duty,
                stand_in=stand_in,
                starts_on=self.today + timedelta(days=start),
                ends_on=self.today + timedelta(days=end),
                reason=reason,
                entered_by=self.district.clerks[self.district.communities[0]],
            )
            for duty, stand_in, start, end, reason in rows
        )

    def add_routes(self):
        """The last one names somebody who has left since: it goes to whoever does that duty now."""
        grid = self.district.grids[0]
        gone = self.district.duty(Kind.PROPERTY, self.district.people.draw(), grid=grid, employer=COMPANIES[1])
        gone.starts_on, gone.ends_on = self.district.founded_on, self.today - timedelta(days=9)
        gone.save()
        Route.objects.bulk_create(
            [
                *(
                    Route(
                        name=name,
                        order=order,
                        community=None if place is None else self.district.communities[place],
                        subject=subject,
                        code=code,
                        kind=kind,
                    )
                    for name, order, place, subject, code, kind in ROUTES
                ),
                Route(
                    name="路灯由物管公司经理先看",
                    order=15,
                    grid=grid,
                    subject=Route.Subject.INCIDENT,
                    code="B01",
                    kind=Kind.PROPERTY,
                    duty=gone,
                ),
            ]
        )
