"""A mixed world for the dashboards: two communities in one tree, every status and rating, and a foreign tree."""

from datetime import timedelta

from django.utils import timezone

from checklists.models import Need
from grids.models import Instructor
from organizations.models import Organization
from tests.factories import (
    make_building,
    make_category,
    make_community,
    make_need,
    make_organization,
    make_post,
    make_quarter,
    make_resource,
    make_unit,
)

Status, Kind = Need.Status, Organization.Kind


class World:
    """`here` (two communities) is what `supervisor` supervises; `foreign` lies in another tree."""

    def __init__(self):
        self.root = make_organization(Kind.INDUSTRY_COMMITTEE, name="住建行业党委")
        self.category = make_category("楼道照明")
        self.here = [self.community("青松社区", Kind.COMMITTEE), self.community("红星社区", Kind.GENERAL_BRANCH)]
        self.foreign = make_community(name="外区社区")
        self.unit = make_unit(self.here[0].organization)
        self.resource = make_resource(self.unit, self.category, capacity=500, radius=3)
        self.supervisor = make_post(role="supervisor", organization=self.root)
        self.local = make_post(role="supervisor", organization=self.here[0].organization)

    def community(self, name, kind):
        self.root.refresh_from_db()
        return make_community(make_organization(kind, parent=self.root, name=f"{name}党组织"), name=name)

    def need(self, status=Status.SUBMITTED, days_ago=1, community=None, **columns):
        """`columns` are written past the services: they only shape what is counted."""
        fields = {name: columns.pop(name) for name in ("building", "text", "contact_name") if name in columns}
        clock = timezone.now() - timedelta(days=days_ago)
        place = {} if "building" in fields else {"community": community or self.here[0]}
        fields.setdefault("category", columns.pop("category", self.category))
        need = make_need(status, resource=self.resource, clock=clock, **place, **fields)
        Need.objects.filter(pk=need.pk).update(**columns)
        need.refresh_from_db()
        return need

    def fill(self, *communities):
        """Every status in each community, and some late, unrated, answered late or long ago."""
        long_ago, ahead = timezone.now() - timedelta(hours=3), timezone.now() + timedelta(days=1)
        for community in communities or (*self.here, self.foreign):
            for status in Status.values:
                self.need(status, community=community)
            # In time at any hour: on a Monday evening what came on Sunday has run out.
            Need.objects.filter(community=community).update(respond_by=ahead, handle_by=ahead)
            self.need(community=community, days_ago=9)
            self.need(Status.ACCEPTED, community=community, handle_by=long_ago)
            self.need(Status.RATED, community=community, satisfaction="mostly", is_solved=False)
            self.need(Status.CLOSED, community=community, satisfaction="dissatisfied", is_solved=False)
            self.need(Status.CLOSED, community=community, days_ago=3, responded_at=timezone.now())
            self.need(Status.CLOSED, community=community, satisfaction="", is_solved=None, rated_at=None)
            self.need(Status.WITHDRAWN, community=community, respond_by=long_ago, days_ago=2, closed_at=timezone.now())
            self.need(Status.DONE, community=community, days_ago=40)
        return self

    def quarters(self):
        """One quarter of each cover in the first community, one bare one in the others."""
        first = self.here[0]
        own = make_organization(Kind.QUARTER_BRANCH, parent=first.organization)
        first.organization.refresh_from_db()
        joint = make_organization(Kind.JOINT_BRANCH, parent=first.organization)
        self.own = make_quarter(first, branch=own)
        make_quarter(first, branch=joint)
        sent, gone = make_quarter(first), make_quarter(first)
        today = timezone.localdate()
        Instructor.objects.create(quarter=sent, name="周导", phone="13700000001")
        Instructor.objects.create(
            quarter=gone,
            name="吴导",
            phone="13700000002",
            starts_on=today - timedelta(days=9),
            ends_on=today - timedelta(days=1),
        )
        make_quarter(self.here[1])
        make_quarter(self.foreign)
        make_building(self.own)
        return self
