"""The ground of the demonstration at scale: ten more streets of the district, their places, units and resources."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import cycle, islice

from checklists.demo.names import DISTRICT_CODE, QUARTER_PREFIXES, QUARTER_SUFFIXES
from checklists.demo.units import UNITS
from checklists.models import Category, Resource
from checklists.models.resources import period_starts
from govern.loading import Loading, first_free_pk
from grids import models as grids
from organizations.models import Organization, Unit
from organizations.workdays import BEIJING

STREETS = tuple(f"{name}街道" for name in "开源 兴业 临江 文汇 青山 白塔 古城 新港 凤凰 迎宾".split())  # noqa: SIM905
COMMUNITIES_PER_STREET = 16
SIDES = "东西南北"  # a prefix serves three streets, and then with another side
QUARTERS_PER_COMMUNITY = 6
BUILDINGS_PER_QUARTER = 5
RESOURCES_PER_UNIT = 20
FLOORS = (6, 6, 6, 7, 11, 18)


@dataclass
class Stock:
    """What of a resource may be given out: `held` of `capacity` places since `period_starts` (Unix seconds)."""

    pk: int
    capacity: int
    period_starts: float
    held: int = 0


class City:
    """`buildings` is {community's pk: [building's pk]}; `find` gives out the places of its resources."""

    def __init__(self, district, *, rng, resources):
        self.district = district
        self.rng = rng
        self.period_starts = {
            period: datetime.combine(starts_on, time(), tzinfo=BEIJING).timestamp() if starts_on > date.min else 0
            for period, starts_on in period_starts(district.today).items()
        }
        self.above = grids.District.objects.get(code=DISTRICT_CODE)
        self.communities = []
        self.roots = []
        for number, name in enumerate(STREETS):
            self.add_street(number, name)
        self.buildings = defaultdict(list)
        self.add_buildings()
        self.resources = defaultdict(list)  # (community's pk, category's pk): the Stocks it may order from
        self.add_units(resources)
        self.add_accounts()

    def add_street(self, number, name):
        """A street with its 行业党委, whose tree is laid out by hand: a root, and a leaf for each community."""
        rng, last = self.rng, Organization.objects.order_by("-tree_id").first().tree_id
        street = grids.Street.objects.create(
            name=name, code=f"{DISTRICT_CODE}{len(self.district.streets) + number + 1:03}", district=self.above
        )
        common = {"founded_on": self.district.founded_on, "tree_id": last + 1}
        titles = [
            QUARTER_PREFIXES[(place + number * COMMUNITIES_PER_STREET) % len(QUARTER_PREFIXES)] + SIDES[number // 3]
            for place in range(COMMUNITIES_PER_STREET)
        ]
        with Organization.objects.disable_mptt_updates():
            root = Organization.objects.create(
                name=f"{name.removesuffix('街道')}行业党委",
                kind=Organization.Kind.INDUSTRY_COMMITTEE,
                tier=1,
                level=0,
                lft=1,
                rght=2 * len(titles) + 2,
                **common,
            )
            bodies = Organization.objects.bulk_create(
                Organization(
                    name=f"{title}社区党委",
                    kind=Organization.Kind.COMMITTEE,
                    tier=2,
                    level=1,
                    parent=root,
                    lft=2 * place + 2,
                    rght=2 * place + 3,
                    **common,
                )
                for place, title in enumerate(titles)
            )
        self.roots.append(root)
        self.communities += grids.Community.objects.bulk_create(
            grids.Community(
                name=f"{title}社区",
                code=f"{street.code}{place:03}",
                street=street,
                organization=body,
                hotline=f"0990-88{rng.randrange(10**5):05}",
                address=f"{name}{rng.randrange(1, 300)}号",
                households=QUARTERS_PER_COMMUNITY * BUILDINGS_PER_QUARTER * 36,
            )
            for place, (title, body) in enumerate(zip(titles, bodies, strict=True), start=1)
        )

    def add_buildings(self):
        rng, suffixes = self.rng, cycle(QUARTER_SUFFIXES)
        top = grids.Grid.objects.get(level=grids.Grid.Level.DISTRICT)
        self.grids = grids.Grid.objects.bulk_create(
            grids.Grid(
                name=f"{each}网格",
                code=f"{each.code}001",
                parent=top,
                boundary=f"{each}全域",
                supervision_phone=each.hotline,
            )
            for each in self.communities
        )
        grids.Grid.communities.through.objects.bulk_create(
            grids.Grid.communities.through(grid=grid, community=community)
            for grid, community in zip(self.grids, self.communities, strict=True)
        )
        quarters = grids.Quarter.objects.bulk_create(
            grids.Quarter(
                name=f"{prefix}{next(suffixes)}",
                community=community,
                address=community.address,
                households=BUILDINGS_PER_QUARTER * 36,
            )
            for community in self.communities
            for prefix in rng.sample(QUARTER_PREFIXES, QUARTERS_PER_COMMUNITY)
        )
        grid_of = dict(zip((each.pk for each in self.communities), self.grids, strict=True))
        rows = [
            grids.Building(
                name=f"{number}栋",
                quarter=quarter,
                grid=grid_of[quarter.community_id],
                code=f"{quarter.community.code}{place % QUARTERS_PER_COMMUNITY:03}{number:02}",
                units_count=3,
                floors_count=rng.choice(FLOORS),
            )
            for place, quarter in enumerate(quarters)
            for number in range(1, BUILDINGS_PER_QUARTER + 1)
        ]
        for building in grids.Building.objects.bulk_create(rows, batch_size=2000):
            self.buildings[building.quarter.community_id].append(building.pk)

    def add_units(self, count):
        """Units with twenty resources each, dealt to the communities in turn; one in ten serves the whole district."""
        rng, shelf = self.rng, cycle([row for *_, rows in UNITS for row in rows])
        kinds = {category.name: category.pk for category in Category.objects.kinds()}
        places = cycle(self.communities)
        units = Unit.objects.bulk_create(
            (
                Unit(
                    name=f"{community.name.removesuffix('社区')}第{number}服务站",
                    kind=rng.choice(Unit.Kind.values),
                    organization_id=community.organization_id,
                    address=community.address,
                )
                for number, community in zip(range(1, -(-count // RESOURCES_PER_UNIT) + 1), places, strict=False)
            ),
            batch_size=2000,
        )
        self.units = units
        places = cycle(self.communities)
        rows = Loading(
            Resource,
            *("id", "unit_id", "name", "kind", "description", "category_id", "capacity", "period", "availability"),
            *("radius", "target_groups"),
        )
        others = Loading(Resource.other_categories.through, "resource_id", "category_id")
        pk, left = first_free_pk(Resource), count
        for unit in units:
            community = next(places).pk
            for row in islice(shelf, min(RESOURCES_PER_UNIT, left)):
                radius = rng.choices(Resource.Radius.values, (60, 30, 10))[0]
                category = kinds[row.category]
                rows.add(
                    *(pk, unit.pk, row.name, row.kind, row.description, category, max(row.capacity, 20), row.period),
                    *(row.availability, radius, int(row.groups)),
                )
                for other in row.others:
                    others.add(pk, kinds[other])
                stock = Stock(pk, max(row.capacity, 20), self.period_starts[row.period])
                self.resources[None if radius == Resource.Radius.DISTRICT else community, category].append(stock)
                pk, left = pk + 1, left - 1
        rows.flush()
        others.flush()

    def find(self, community, category, people, offered_at):
        """The pk of a resource that serves so many there, its places of the present period taken; None without one."""
        near, far = self.resources.get((community, category)), self.resources.get((None, category))
        for stocks in (near, far):
            if stocks:
                stock = self.rng.choice(stocks)
                if offered_at < stock.period_starts:
                    return stock.pk
                if stock.held + people <= stock.capacity:
                    stock.held += people
                    return stock.pk
        return None

    def reserve(self):
        """Write down what `find` has given out."""
        held = [stock for stocks in self.resources.values() for stock in stocks if stock.held]
        for start in range(0, len(held), 2000):
            rows = Resource.objects.in_bulk([stock.pk for stock in held[start : start + 2000]])
            for stock in held[start : start + 2000]:
                row = rows[stock.pk]
                row.reserved, row.period_starts_on = stock.held, row.period_start(self.district.today)
            Resource.objects.bulk_update(rows.values(), ["reserved", "period_starts_on"])

    def add_accounts(self):
        """One of each who work there, to look at it with their eyes."""
        body, add = self.communities[0].organization, self.district.add_account
        add("shequda", "community_staff", [body], start="/admin/")
        add("jiedaoda", "street_staff", [self.roots[0]], start="/admin/")
        unit = self.units[0]
        unit.liaison = add("danweida", "unit_liaison", [body], start="/desk/")
        unit.save(update_fields=["liaison"])
