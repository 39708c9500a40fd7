"""A small patch of ground whose figures can be counted by hand: one street of two communities, and a foreign street."""

from datetime import date, timedelta

from django.utils import timezone

from checklists.models import Need
from grids.models import Outline
from organizations.models import Organization
from patrols.models import Arrival, CareHousehold, Incident, Round, Visit, Whistle
from tests.factories import (
    make_building,
    make_category,
    make_community,
    make_duty,
    make_grid,
    make_incident,
    make_matter,
    make_need,
    make_organization,
    make_post,
    make_quarter,
    make_street,
    make_user,
)

WEST, SOUTH, STEP = 120.60, 31.30, 0.01  # degrees


def square(column, row):
    west, south = WEST + column * STEP, SOUTH + row * STEP
    ring = [[west, south], [west + STEP, south], [west + STEP, south + STEP], [west, south + STEP], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def outline(column, row, **place):
    west, south = WEST + column * STEP, SOUTH + row * STEP
    return Outline.objects.create(
        geometry=square(column, row),
        west=west,
        south=south,
        east=west + STEP,
        north=south + STEP,
        area_m2=1_000_000,
        **place,
    )


class Ground:
    """青松社区 has outlines, two grids and three buildings; 红星社区 has one grid and no outline.

    青松第一网格: building A (2 open needs, one of them overdue; 1 open incident) and B (nothing, 40 households);
    青松第二网格: building C (1 overdue incident). One need of 青松 names no building; 红星 has one open need.
    """

    def __init__(self):
        self.now = timezone.now()
        self.root = make_organization(Organization.Kind.INDUSTRY_COMMITTEE, name="住建行业党委")
        self.street = make_street(name="翠湖街道")
        self.category, self.matter = make_category("楼道照明"), make_matter("堆放杂物")
        self.pine = self.community("青松社区", households=200, households_on=date(2026, 6, 30))
        self.star = self.community("红星社区")
        self.foreign = make_community(street=make_street(name="外区街道"), name="外区社区")
        self.first = make_grid(self.pine, name="青松第一网格")
        self.second = make_grid(self.pine, name="青松第二网格")
        self.star_grid = make_grid(self.star, name="红星第一网格")
        quarter = make_quarter(self.pine, name="翡翠湾")
        self.a, self.b = (
            make_building(quarter, name=name, grid=self.first, longitude=WEST + lon, latitude=SOUTH + 0.005, **counted)
            for name, lon, counted in (
                ("1栋", 0.002, {"households": 60, "households_on": date(2026, 1, 5)}),
                ("2栋", 0.008, {"households": 40, "households_on": date(2026, 6, 30)}),
            )
        )
        self.c = make_building(quarter, name="3栋", grid=self.second)
        self.head = make_post(make_user("街道督导"), "supervisor", self.root)
        self.stranger = make_post(make_user("外区督导"), "supervisor", self.foreign.organization)
        self.local = make_post(make_user("青松社区干部"), "community_staff", self.pine.organization)
        self.worker = make_user("网格员小李")

    def community(self, name, **fields):
        self.root.refresh_from_db()
        body = make_organization(Organization.Kind.COMMITTEE, parent=self.root, name=f"{name}党委")
        return make_community(body, self.street, name=name, **fields)

    def outlined(self):
        outline(0, 0, community=self.pine)
        outline(0, 0, grid=self.first)
        outline(1, 0, grid=self.second)
        return self

    def busy(self):
        late, ahead = self.now - timedelta(hours=3), self.now + timedelta(days=2)
        self.need(building=self.a, respond_by=ahead, handle_by=ahead)
        self.need(building=self.a, respond_by=late)
        self.need(Need.Status.DONE, building=self.a)
        self.need(community=self.pine, respond_by=ahead, handle_by=ahead)
        self.need(community=self.star, respond_by=ahead, handle_by=ahead)
        self.need(community=self.foreign)
        self.incident(building=self.a, grid=self.first, accept_by=ahead)
        self.incident(building=self.c, grid=self.second, accept_by=late)
        self.incident(Incident.Status.CLOSED, building=self.c, grid=self.second)
        self.incident(community=self.foreign, accept_by=late)
        return self

    def patrolled(self):
        """青松第一网格: 6 reported in the period (1 on the spot, 1 returned, 1 overdue, 1 done again), of 4 two handled
        in time; of 3 households due one was met; 2 rounds; of 3 departments called two came, after 20 and 40 minutes.
        青松第二网格: 1 reported. Everything of 小李, but for the one in the second grid.
        """
        late, ahead, first = self.now - timedelta(hours=3), self.now + timedelta(days=2), {"grid": self.first}
        mine = {"reporter": self.worker, **first}
        self.incident("closed", building=self.a, handle_by=ahead, **mine)
        self.incident("closed", building=self.a, handle_by=late, source="red_vest", **mine)
        self.stuck = self.incident("assigned", building=self.a, handle_by=late, **mine)
        self.incident("returned", building=self.a, **mine)
        self.incident("closed", building=self.a, handle_by=ahead, rework_count=1, **mine)
        self.incident("closed", building=self.a, is_solved_on_spot=True, handle_by=None, accepted_at=None, **mine)
        self.incident("closed", building=self.a, days_ago=40, **mine)
        self.incident(building=self.c, grid=self.second, accept_by=ahead)
        self.incident(community=self.foreign)
        today = timezone.localdate(self.now)
        households = [
            CareHousehold.objects.create(
                building=self.a,
                room=f"1单元{number}01",
                name="陈奶奶",
                group="lonely_elder",
                starts_on=today - timedelta(days=100),
                due_on=today + timedelta(days=days),
            )
            for number, days in enumerate((20, -9, -9, 20), 1)
        ]
        for household, finding in ((households[0], "well"), (households[0], "well"), (households[2], "absent")):
            Visit.objects.create(household=household, visitor=self.worker, visited_at=self.now, finding=finding)
        for _ in range(2):
            Round.objects.create(grid=self.first, walker=self.worker, walked_at=self.now)
        called_at = self.now - timedelta(hours=2)
        whistle = Whistle.objects.create(
            incident=self.stuck,
            level=2,
            reason="salient",
            note="请来处置",
            called_by=self.local,
            called_at=called_at,
            report_by=called_at + timedelta(hours=1),
        )
        for name, minutes in (("城管", 20), ("消防", 40), ("物业办", None)):
            came = called_at + timedelta(minutes=minutes) if minutes else None
            Arrival.objects.create(whistle=whistle, department=name, arrived_at=came)
        make_duty(grid=self.first, user=self.worker)
        return self

    def need(self, status=Need.Status.SUBMITTED, **fields):
        columns = {name: fields.pop(name) for name in ("respond_by", "handle_by", "channel") if name in fields}
        need = make_need(status, category=self.category, **fields)
        Need.objects.filter(pk=need.pk).update(**columns)
        return need

    def incident(self, status=Incident.Status.REPORTED, days_ago=0, **fields):
        """Brought to `status` by the services; `columns` are written past them, since they only shape the counts."""
        made = {name: fields.pop(name) for name in ("building", "community", "source", "actor") if name in fields}
        if "grid" in fields:
            made["grid"] = fields.pop("grid")
        clock = self.now - timedelta(days=days_ago)
        incident = make_incident(status, clock=clock, matter=self.matter, **made)
        Incident.objects.filter(pk=incident.pk).update(**fields)
        incident.refresh_from_db()
        return incident
