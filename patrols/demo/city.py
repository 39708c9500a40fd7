"""A whole city at scale, on PostgreSQL: places, grids and their outlines, people on duty, households, rounds and needs,
by COPY; and in crowd.py what was found there in a year.
"""

from datetime import timedelta
from itertools import count
from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from accounts.models import User
from checklists.demo import crowd as needs
from checklists.demo.names import ADULTS, QUARTER_PREFIXES, QUARTER_SUFFIXES, SURNAMES
from checklists.models import Dispatch, Need, NeedEvent
from govern.fields import EncryptedTextField, blind_index
from govern.loading import Loading, bulk, first_free_pk
from grids.addresses import building_key, quarter_key
from grids.models import Building, BuildingStay, Community, District, Duty, Grid, Outline, Quarter, Street
from organizations.models import Organization, Post
from patrols.demo.crowd import Crowd, Spot
from patrols.demo.lattice import GRIDS_HIGH, PER_STREET, QUARTERS, STREETS_PER_DISTRICT, Lattice, cell_of
from patrols.models import CareHousehold, Check, CheckItem, Incident, IncidentEvent, Round, Visit

COMMUNITIES = 3_000
GRIDS, BUILDINGS = QUARTERS * GRIDS_HIGH, 10  # in a community, in a grid
HOUSEHOLDS = 36  # in a building: 360 in a grid
INCIDENTS, NEEDS, CARED_FOR, ROUNDS = 100, 2, 3, 2  # of each grid
INCIDENT_DAYS = 365
PEOPLE = 60_000  # who share names and phones: to encrypt each anew would take longer than all the rest
DISTRICTS = "云岭 白鹭 青川 龙泉 海晏 南屏 松江 玉泉 金沙 临溪".split()  # noqa: SIM905
STREETS = "开源 兴业 临江 文汇 青山 白塔 古城 新港 凤凰 迎宾 长乐 永丰 太平 建业 明德".split()  # noqa: SIM905
VISIT_DAYS = {"lonely_elder": 7, "disabled": 30, "low_income": 90}
COVERS = Grid.communities.through
SHAPE = ("geometry", "west", "south", "east", "north", "area_m2", "drawn_on")
BUILT = ("quarter_id", "grid_id", "code", "units_count", "households", "households_on", "longitude", "latitude")
ON_DUTY = ("kind", "employment", "name", "phone", "phone_index", "grid_id", "building_id", "user_id", "starts_on")
CARED = ("building_id", "room", "name", "phone", "phone_index", "group", "starts_on", "last_visit_at", "due_on")
COLUMNS = {
    User: ("id", "username", "name", "password", "joined_at"),
    Post: ("user_id", "role_id", "organization_id", "starts_on"),
    Quarter: ("id", "name", "search_name", "community_id", "address", "households", "households_on"),
    Grid: ("id", "name", "code", "parent_id", "boundary", "supervision_phone", "founded_on"),
    COVERS: ("grid_id", "community_id"),
    Building: ("id", "name", "search_name", *BUILT),
    BuildingStay: ("building_id", "grid_id", "starts_on"),
    Duty: ("id", *ON_DUTY),
    Outline: ("community_id", "grid_id", *SHAPE),
    CareHousehold: ("id", *CARED),
    Visit: ("household_id", "visitor_id", "visited_at", "client_key", "saved_at"),
    Round: ("id", "grid_id", "walker_id", "walked_at", "client_key", "saved_at"),
    Check: ("round_id", "item_id", "is_fine"),
}
MODELS = (*COLUMNS, Incident, IncidentEvent, Need, NeedEvent, Dispatch)


class Person(NamedTuple):
    """A name, and a phone encrypted with its blind index."""

    name: str
    sealed_name: str
    phone: str
    index: str


def size_of(share):
    """{"communities", "grids", ...} of the city cut to `share` (0 to 1), at least one street."""
    communities = max(round(COMMUNITIES * share), PER_STREET)
    grids = communities * GRIDS
    return {
        "communities": communities,
        "grids": grids,
        "buildings": grids * BUILDINGS,
        "needs": grids * NEEDS,
        "incidents": grids * INCIDENTS,
    }


def city_in(district, *, share, now, rng, report=lambda count: None):
    """Add the city to the demonstration and return it; `report` is told how many more rows of it there are."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
    size = size_of(share)
    with bulk(*MODELS):
        city = City(district, size=size, now=now, rng=rng)
        city.run(report)
        needs.Crowd(city, count=size["needs"], now=now, rng=rng).run(report)
        Crowd(city.spots, count=size["incidents"], days=INCIDENT_DAYS, now=now, rng=rng).run(report)
    city.add_accounts()
    return city


class City:
    """`communities`, `buildings` {community's pk: [building's pk]} and `spots` are what needs and incidents lie in."""

    def __init__(self, district, *, size, now, rng):
        self.district, self.size, self.rng = district, size, rng
        self.now, self.today = now, timezone.localdate(now)
        self.stamp = needs.moment(int(now.timestamp()))
        self.buildings, self.spots = {}, []

    def find(self, *args):
        """No unit of the city lends anything: its needs are done by the communities themselves."""
        return None

    def run(self, report):
        self.add_communities()
        self.meet(min(self.size["grids"] * 2, PEOPLE))
        self.lattice = Lattice(map(cell_of, range(self.size["communities"])), rng=self.rng)
        self.begin()
        for community in self.communities:
            self.fill(community)
            report(GRIDS * BUILDINGS)
        for loading in self.load.values():
            loading.flush()

    # --- Above the grids --------------------------------------------------------------------------------------------
    def add_communities(self):
        streets = -(-self.size["communities"] // PER_STREET)
        above = District.objects.bulk_create(
            District(name=f"{name}区", code=f"9902{number:02}")
            for number, name in enumerate(DISTRICTS[: -(-streets // STREETS_PER_DISTRICT)], start=1)
        )
        self.streets = Street.objects.bulk_create(
            Street(
                name=f"{DISTRICTS[number // STREETS_PER_DISTRICT]}{STREETS[number % STREETS_PER_DISTRICT]}街道",
                code=f"{above[number // STREETS_PER_DISTRICT].code}{number % STREETS_PER_DISTRICT + 1:03}",
                district=above[number // STREETS_PER_DISTRICT],
            )
            for number in range(streets)
        )
        bodies = self.add_organizations(self.size["communities"])
        self.communities = Community.objects.bulk_create(
            (
                Community(
                    name=body.name.removesuffix("党委"),
                    code=f"{self.streets[number // PER_STREET].code}{number % PER_STREET + 1:03}",
                    street=self.streets[number // PER_STREET],
                    organization=body,
                    hotline=f"0990-7{number:06}",
                    address=f"{self.streets[number // PER_STREET]}{number % PER_STREET * 10 + 1}号",
                    households=GRIDS * BUILDINGS * HOUSEHOLDS,
                    households_on=self.today.replace(day=1),
                )
                for number, body in enumerate(bodies)
            ),
            batch_size=1000,
        )

    def add_organizations(self, count):
        """A tree for each street, laid out by hand: its root, and a leaf for each community."""
        last = Organization.objects.order_by("-tree_id").first().tree_id
        common = {"founded_on": self.district.founded_on}
        with Organization.objects.disable_mptt_updates():
            self.roots = Organization.objects.bulk_create(
                Organization(
                    name=f"{street.name.removesuffix('街道')}行业党委",
                    kind=Organization.Kind.INDUSTRY_COMMITTEE,
                    tier=1,
                    level=0,
                    tree_id=last + number,
                    lft=1,
                    rght=2 * min(PER_STREET, count - (number - 1) * PER_STREET) + 2,
                    **common,
                )
                for number, street in enumerate(self.streets, start=1)
            )
            return Organization.objects.bulk_create(
                (
                    Organization(
                        name=f"{root.name.removesuffix('行业党委')}{QUARTER_PREFIXES[number % PER_STREET]}社区党委",
                        kind=Organization.Kind.COMMITTEE,
                        tier=2,
                        level=1,
                        parent=root,
                        tree_id=root.tree_id,
                        lft=2 * (number % PER_STREET) + 2,
                        rght=2 * (number % PER_STREET) + 3,
                        **common,
                    )
                    for number in range(count)
                    for root in [self.roots[number // PER_STREET]]
                ),
                batch_size=1000,
            )

    def meet(self, people):
        seal, rng = EncryptedTextField().get_prep_value, self.rng
        self.people = []
        for number in range(people):
            name, phone = rng.choice(SURNAMES) + rng.choice(ADULTS), f"1{30 + number % 70}{number:08}"
            self.people.append(Person(name, seal(name), seal(phone), blind_index(phone)))
        self.rooms = [
            seal(f"{unit}单元{floor}0{door}") for unit in (1, 2, 3) for floor in range(1, 7) for door in (1, 2)
        ]

    # --- Communities and what is in them ----------------------------------------------------------------------------
    def begin(self):
        self.load = {model: Loading(model, *columns) for model, columns in COLUMNS.items()}
        keyed = (User, Quarter, Grid, Building, Duty, CareHousehold, Round)
        self.next = {model: count(first_free_pk(model)) for model in keyed}
        self.number = count()  # of the grid in the city
        self.since, self.counted_on = str(self.district.founded_on), str(self.today.replace(day=1))
        self.role = self.district.roles["grid_worker"].pk
        self.clerk = self.district.admin.pk
        self.items = list(CheckItem.objects.filter(community=None).values_list("pk", flat=True))[:3]
        self.tops = {
            street.district_id: Grid.objects.create(
                name=f"{street.district}总网格",
                code=f"{street.district.code}000000001",
                level=Grid.Level.DISTRICT,
                founded_on=self.district.founded_on,
            ).pk
            for street in self.streets
            if street.code.endswith("001")
        }
        self.next[Grid] = count(first_free_pk(Grid))

    def fill(self, community):
        number = len(self.buildings)
        column, row = cell_of(number)
        west, north = column * QUARTERS, row * GRIDS_HIGH
        self.load[Outline].add(community.pk, None, *self.lattice.ring(west, north, QUARTERS, GRIDS_HIGH), self.since)
        self.buildings[community.pk] = []
        for place, prefix in enumerate(self.rng.sample(QUARTER_PREFIXES, QUARTERS)):
            name = f"{prefix}{QUARTER_SUFFIXES[(number + place) % len(QUARTER_SUFFIXES)]}"
            quarter = next(self.next[Quarter])
            households = 2 * BUILDINGS * HOUSEHOLDS
            self.load[Quarter].add(
                quarter, name, quarter_key(name), community.pk, community.address, households, self.counted_on
            )
            for side in (0, 1):
                spot = (west + place, north + side)
                self.add_grid(community, quarter, place * 2 + side + 1, spot, first=side * BUILDINGS + 1)

    def add_grid(self, community, quarter, place, spot, first):
        grid, user, number = next(self.next[Grid]), next(self.next[User]), next(self.number)
        names = community.name, community.pk, community.organization_id
        top = self.tops[community.street.district_id]
        self.load[Grid].add(
            *(grid, f"{names[0].removesuffix('社区')}第{place}网格", f"{community.code}{place:03}", top),
            *(f"{first}栋至{first + BUILDINGS - 1}栋", community.hotline, self.since),
        )
        self.load[COVERS].add(grid, names[1])
        self.load[Outline].add(None, grid, *self.lattice.ring(*spot, 1, 1), self.since)
        worker, leader = self.people[number % len(self.people)], self.people[-1 - number % len(self.people)]
        self.load[User].add(user, username_of(number), worker.name, "!", self.stamp)
        self.load[Post].add(user, self.role, names[2], self.since)
        duty = next(self.next[Duty])
        self.load[Duty].add(duty, "worker", "full_time", *worker[:1], *worker[2:], grid, None, user, self.since)
        self.load[Duty].add(next(self.next[Duty]), "leader", "", *leader[:1], *leader[2:], grid, None, None, self.since)
        keys = [
            self.add_building(community, quarter, grid, place, first + each, spot, (user, duty))
            for each in range(BUILDINGS)
        ]
        self.buildings[names[1]] += keys
        self.add_care(keys, user)
        self.add_rounds(grid, user)

    def add_building(self, community, quarter, grid, place, number, spot, worker):
        key, name, rng = next(self.next[Building]), f"{number}栋", self.rng
        column, row = divmod((number - 1) % BUILDINGS, 2)
        longitude, latitude = self.lattice.point(spot[0] + 0.2 + 0.15 * column, spot[1] + 0.3 + 0.4 * row)
        code = f"{community.code}{(place - 1) * BUILDINGS + (number - 1) % BUILDINGS + 1:05}"
        self.load[Building].add(
            *(key, name, KEYS[number], quarter, grid, code, 3, HOUSEHOLDS, self.counted_on, longitude, latitude)
        )
        self.load[BuildingStay].add(key, grid, self.since)
        head = rng.choice(self.people)
        self.load[Duty].add(
            next(self.next[Duty]), "building_head", "", head.name, *head[2:], None, key, None, self.since
        )
        self.spots.append(Spot(community.pk, grid, key, longitude, latitude, *worker, self.clerk))
        return key

    def add_care(self, buildings, visitor):
        rng = self.rng
        for place, (group, days) in enumerate(VISIT_DAYS.items()):
            key, person = next(self.next[CareHousehold]), rng.choice(self.people)
            back = int(days * 1.1 * rng.random())
            at = needs.moment((int(self.now.timestamp()) // 86_400 - back) * 86_400 + 3 * 3600 - 86_400)
            due_on = self.today + timedelta(days=days - back - 1)
            self.load[CareHousehold].add(
                *(key, buildings[place * 3], rng.choice(self.rooms), person.sealed_name, *person[2:], group),
                *(self.since, at, str(due_on)),
            )
            self.load[Visit].add(key, visitor, at, f"{2:012x}{key:020x}", at)

    def add_rounds(self, grid, walker):
        for back in range(1, ROUNDS + 1):
            key = next(self.next[Round])
            at = needs.moment((int(self.now.timestamp()) // 86_400 - back) * 86_400 + 2 * 3600)
            self.load[Round].add(key, grid, walker, at, f"{3:012x}{key:020x}", at)
            for item in self.items:
                self.load[Check].add(key, item, True)

    def add_accounts(self):
        """One of each who work there, to look at it with their eyes."""
        body, add = self.communities[0].organization, self.district.add_account
        add("shequda", "community_staff", [body], start="/admin/")
        add("jiedaoda", "street_staff", [self.roots[0]], start="/admin/")
        add("quda", "district_staff", self.roots[:STREETS_PER_DISTRICT], start="/admin/")
        self.district.accounts.append(
            {"username": username_of(0), "name": self.people[0].name, "role": "网格员", "start": "/desk/"}
        )
        User.objects.filter(username=username_of(0)).update(password=self.district.password)


def username_of(number):
    """Of the worker of the grid of that number in the city."""
    return f"wanggeda{number}" if number else "wanggeda"


KEYS = {number: building_key(f"{number}栋") for number in range(1, 2 * BUILDINGS + 1)}
