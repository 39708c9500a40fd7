"""The ground of the demonstration: tree, places, grids, people, units, resources and accounts."""

from datetime import timedelta
from itertools import islice

from django.contrib.auth.hashers import make_password

from accounts.models import User
from checklists.demo import names
from checklists.demo.names import COMMUNITIES, DISTRICT_CODE, ELDERS, GRIDS, LEADING_BODY, ROOTS, STREETS, People
from checklists.demo.units import UNITS, credit_code
from checklists.models import Category, Resource
from govern.dates import months_after
from grids import models as grids
from grids.models import Building, Community, Duty, Grid, Instructor, InstructorReview, Quarter, Street
from organizations.models import LeadershipTerm, Organization, Post, Role, Unit
from organizations.services import found_organization, found_subtree

Kind = Organization.Kind


class District:
    """Everything that needs and their stories refer to, kept in memory while the demonstration is made.

    `report` is called once for each community that is there.
    """

    def __init__(self, *, today, password, rng, report=lambda: None):
        self.today = today
        self.rng = rng
        self.names = names
        self.people = People(rng)
        self.password = make_password(password)
        self.no_password = make_password(None)
        self.founded_on = today - timedelta(days=365 * 3)
        self.roles = {role.code: role for role in Role.objects.all()}
        self.accounts = []
        self.admin = self.add_account("guanli", "platform_admin", [None], start="/admin/")
        self.add_account("anquan", "safety_admin", [None], start="/admin/")
        self.add_account("shenji", "auditor", [None], start="/admin/")
        district = grids.District.objects.create(name=names.DISTRICT, code=DISTRICT_CODE)
        self.streets = [
            Street.objects.create(name=name, code=f"{DISTRICT_CODE}{number:03}", district=district)
            for number, name in enumerate(STREETS, start=1)
        ]
        self.roots = [self.found(name, Kind.INDUSTRY_COMMITTEE) for _, name in ROOTS]
        self.communities = []
        self.buildings = {}  # community: its buildings
        self.quarters = {}  # community: [(quarter, its branch or None)]
        for place, row in enumerate(COMMUNITIES):
            self.add_community(place, row)
            report()
        self.add_buildings()
        self.add_grids()
        self.add_instructors()
        self.add_groups()
        self.add_staff()
        self.add_units()

    # --- People -----------------------------------------------------------------------------------------------------
    def add_user(self, username, person, role, organizations, *, password=None):
        user = User.objects.create(
            username=username, name=person.name, phone=person.phone, password=password or self.no_password
        )
        for organization in organizations:
            post = Post(user=user, role=self.roles[role], organization=organization, starts_on=self.founded_on)
            post.clean()
            post.save()
        # In memory only, never saved: nobody acts here on ground that is not the own, and to ask the database about
        # every one of three thousand steps costs a fifth of the time.
        user.is_superuser = True
        return user

    def add_account(self, username, role, organizations, *, start, person=None):
        """A user whose name and password the start-up prints."""
        person = person or self.people.draw()
        self.accounts.append({"username": username, "name": person.name, "role": self.roles[role].name, "start": start})
        return self.add_user(username, person, role, organizations, password=self.password)

    # --- The tree and the places ------------------------------------------------------------------------------------
    def found(self, name, kind, parent=None):
        return found_organization(name=name, kind=kind, parent=parent, founded_on=self.founded_on, actor=self.admin)

    def add_community(self, place, row):
        street = self.streets[ROOTS[place // 4][0]]
        label = "党委" if row.kind == Kind.COMMITTEE else "党总支"
        body = self.found(f"{row.name}{label}", row.kind, self.roots[place // 4])
        community = Community.objects.create(
            name=row.name,
            code=f"{street.code}{place % 8 + 1:03}",
            street=street,
            organization=body,
            hotline=f"0990-880{place + 1:02}{self.rng.randrange(100):02}",
            address=row.address,
        )
        self.communities.append(community)
        self.quarters[community] = []
        self.add_leaders(body)
        titles = self.quarter_names(row.branches + sum(row.joint) + row.alone, row.alone)
        for name in islice(titles, row.branches):
            self.add_quarter(community, name, self.found(f"{name}党支部", Kind.QUARTER_BRANCH, body))
        for size in row.joint:
            covered = list(islice(titles, size))
            joint = self.found(f"{covered[0]}等{size}个小区联合党支部", Kind.JOINT_BRANCH, body)
            for name in covered:
                self.add_quarter(community, name, joint)
        for name in titles:
            self.add_quarter(community, name, None)

    def add_leaders(self, body):
        starts_on = self.founded_on + timedelta(days=self.rng.randrange(300))
        for position in LEADING_BODY:
            person = self.people.draw()
            LeadershipTerm.objects.create(
                organization=body, name=person.name, phone=person.phone, position=position, starts_on=starts_on
            )

    def quarter_names(self, count, alone):
        """`count` names, old compounds among the last `alone`; no name comes twice in the district."""
        if not hasattr(self, "name_deck"):
            # Each prefix ten times, and never close to itself.
            prefixes = self.rng.sample(names.QUARTER_PREFIXES, len(names.QUARTER_PREFIXES))
            self.name_deck = (
                prefix + names.QUARTER_SUFFIXES[(turn + place) % len(names.QUARTER_SUFFIXES)]
                for turn in range(len(names.QUARTER_SUFFIXES))
                for place, prefix in enumerate(prefixes)
            )
            self.compounds = iter(self.rng.sample(names.COMPOUNDS, len(names.COMPOUNDS)))
        old = list(islice(self.compounds, min(alone, 1 + self.rng.randrange(2))))
        return iter([*islice(self.name_deck, count - len(old)), *old])

    def add_quarter(self, community, name, branch):
        street = community.address.rstrip("0123456789号")
        quarter = Quarter.objects.create(
            name=name, community=community, branch=branch, address=f"{street}{self.rng.randrange(1, 240)}号"
        )
        self.quarters[community].append(quarter)

    def add_buildings(self):
        quarters = [quarter for rows in self.quarters.values() for quarter in rows]
        counts = dict.fromkeys(quarters, 1)
        small = [quarter for quarter in quarters if quarter.branch is None or quarter.branch.kind == Kind.JOINT_BRANCH]
        weights = [1 if quarter in small else 3 for quarter in quarters]
        while (missing := names.BUILDING_COUNT - sum(counts.values())) > 0:
            for quarter in self.rng.choices(quarters, weights, k=missing):
                if counts[quarter] < (3 if quarter in small else 7):
                    counts[quarter] += 1
        counted_on = months_after(self.today.replace(day=1), -2)
        shared = {place for covered, _ in GRIDS if len(covered) > 1 for place in covered}
        for place, community in enumerate(self.communities):
            shapes = names.LOW_HOUSES if place in shared else names.HOUSES
            sequence = 0
            self.buildings[community] = []
            for quarter in self.quarters[community]:
                for number in range(1, counts[quarter] + 1):
                    sequence += 1
                    units, floors = self.rng.choice(shapes)
                    self.buildings[community].append(
                        Building(
                            name=f"{number}栋",
                            quarter=quarter,
                            code=f"{community.code}{sequence:05}",
                            units_count=units,
                            floors_count=floors,
                            households=units * floors * 2,
                            households_on=counted_on,
                        )
                    )
                here = [building for building in self.buildings[community] if building.quarter == quarter]
                quarter.households = sum(building.households for building in here)
                quarter.households_on = counted_on
            community.households = sum(quarter.households for quarter in self.quarters[community])
            community.households_on = counted_on
        Quarter.objects.bulk_update(quarters, ["households", "households_on"])
        Community.objects.bulk_update(self.communities, ["households", "households_on"])

    # --- Grids ------------------------------------------------------------------------------------------------------
    def add_grids(self):
        top = Grid.objects.create(
            name=f"{names.DISTRICT}总网格",
            code=f"{DISTRICT_CODE}000000001",
            level=Grid.Level.DISTRICT,
            founded_on=self.founded_on,
            boundary="东至滨江路，西至金桥路，南至星河路，北至北站",
            supervision_phone="0990-8801234",
        )
        advisers = [self.people.draw() for _ in range(len({adviser for _, adviser in GRIDS}))]
        duties, buildings = [], []
        self.grids = []
        for number, (covered, adviser) in enumerate(GRIDS, start=1):
            communities = [self.communities[place] for place in covered]
            grid = Grid.objects.create(
                name=f"第{number}网格",
                code=f"{communities[0].code}001",
                parent=top,
                boundary="、".join(f"{community}全域" for community in communities),
                founded_on=self.founded_on,
                supervision_phone=communities[0].hotline,
            )
            grid.communities.set(communities)
            self.grids.append(grid)
            for kind, person in (
                (Duty.Kind.ADVISER, advisers[adviser]),
                (Duty.Kind.LEADER, self.people.draw()),
                (Duty.Kind.WORKER, self.people.draw()),
            ):
                employment = Duty.Employment.FULL_TIME if kind == Duty.Kind.WORKER else ""
                duties.append(self.duty(kind, person, grid=grid, employment=employment))
            for community in communities:
                for building in self.buildings[community]:
                    building.grid = grid
                    buildings.append(building)
        Building.objects.bulk_create(buildings)
        self.duties = Duty.objects.bulk_create(
            duties
            + [
                self.duty(
                    Duty.Kind.BUILDING_HEAD, self.people.draw(self.rng.choice((ELDERS, names.ADULTS))), building=each
                )
                for each in buildings
            ]
        )

    def duty(self, kind, person, **columns):
        starts_on = self.founded_on + timedelta(days=self.rng.randrange(700))
        return Duty(kind=kind, name=person.name, phone=person.phone, starts_on=starts_on, **columns)

    def add_instructors(self):
        rows = []
        for quarter in Quarter.objects.without_branch().order_by("pk"):
            person = self.people.draw()
            starts_on = self.today - timedelta(days=self.rng.randrange(60, 700))
            rows.append(
                Instructor(
                    quarter=quarter,
                    name=person.name,
                    phone=person.phone,
                    employer=self.rng.choice(names.EMPLOYERS),
                    starts_on=starts_on,
                    due_on=months_after(starts_on, 24),
                )
            )
        last = self.today.year - 1
        InstructorReview.objects.bulk_create(
            InstructorReview(
                instructor=row,
                year=last,
                grade=self.rng.choices(InstructorReview.Grade.values, (3, 12, 1, 0))[0],
                reviewed_by=self.admin,
            )
            for row in Instructor.objects.bulk_create(rows)
            if row.starts_on.year <= last
        )

    def add_groups(self):
        """楼栋党小组 in about half of the buildings that a branch covers, and 党员中心户 in most of them."""
        for community in self.communities:
            for building in self.buildings[community]:
                branch = building.quarter.branch
                if branch is None or self.rng.random() > 0.55:
                    continue
                is_joint = branch.kind == Kind.JOINT_BRANCH
                found_subtree(
                    name=f"{building.quarter if is_joint else ''}{building.name}党小组",
                    kind=Kind.BUILDING_GROUP,
                    parent=branch,
                    children=[
                        (f"{self.people.draw(ELDERS).name}户", Kind.MEMBER_HOUSEHOLD)
                        for _ in range(self.rng.choice((0, 1, 2, 2, 3)))
                    ],
                    founded_on=self.founded_on,
                    actor=self.admin,
                )

    # --- Those who handle needs -------------------------------------------------------------------------------------
    def add_staff(self):
        """Clerks of every community and both streets; the supervisors; one grid worker who signs in."""
        bodies = {community: community.organization for community in self.communities}
        self.clerks = {}
        for place, community in enumerate(self.communities):
            if place < 2:
                username = ("shequ", "shequ2")[place]
                clerk = self.add_account(username, "community_staff", [bodies[community]], start="/admin/")
            else:
                username = f"shequ{place + 1}"
                clerk = self.add_user(username, self.people.draw(), "community_staff", [bodies[community]])
            self.clerks[community] = clerk
        east, west = self.roots[:2], self.roots[2:]
        directors = (
            self.add_account("jiedao", "street_staff", east, start="/admin/"),
            self.add_user("jiedaoxi", self.people.draw(), "street_staff", west),
        )
        self.directors = dict(zip(self.streets, directors, strict=True))
        self.add_account("dudao", "supervisor", [None], start="/dashboards/")
        self.add_account("dudao2", "supervisor", east, start="/dashboards/")
        duty = next(each for each in self.duties if each.kind == Duty.Kind.WORKER)
        duty.user = self.add_account(
            "wangge",
            "grid_worker",
            [bodies[self.communities[0]]],
            start="/desk/",
            person=names.Person(duty.name, duty.phone),
        )
        duty.save(update_fields=["user"])
        self.grid_worker = duty.user

    # --- Units and resources ----------------------------------------------------------------------------------------
    def add_units(self):
        categories = {category.name: category for category in Category.objects.kinds()}
        self.liaisons = {}
        for number, (name, kind, place, address, resources) in enumerate(UNITS, start=1):
            community = self.communities[place]
            if number in (1, 4):
                username = "danwei" if number == 1 else "danwei2"
                liaison = self.add_account(username, "unit_liaison", [community.organization], start="/desk/")
            else:
                liaison = self.add_user(
                    f"danwei{number:02}", self.people.draw(), "unit_liaison", [community.organization]
                )
            unit = Unit.objects.create(
                name=name,
                kind=kind,
                organization=community.organization,
                address=address,
                credit_code=credit_code(kind, DISTRICT_CODE, self.rng),
                liaison=liaison,
            )
            self.liaisons[unit.pk] = liaison
            for row in resources:
                resource = Resource(
                    unit=unit,
                    name=row.name,
                    kind=row.kind,
                    description=row.description,
                    category=categories[row.category],
                    capacity=row.capacity,
                    period=row.period,
                    availability=row.availability,
                    radius=row.radius,
                    target_groups=int(row.groups),
                    valid_until=self.today + timedelta(days=self.rng.choice((40, 200, 400))),
                )
                resource.full_clean()
                resource.save()
                resource.other_categories.set(categories[other] for other in row.others)
