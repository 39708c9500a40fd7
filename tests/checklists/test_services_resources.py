"""What runs out is told once and prolonged with a click; what nobody uses is found."""

from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import Notification
from checklists.models import Booking, Resource
from checklists.services.resources import extend_resource, remind_expiry
from checklists.tasks import remind_expiries
from tests import factories as make

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
AFTER = timedelta(days=90)


def resource_until(days, **fields):
    return make.make_resource(valid_until=TODAY() + timedelta(days=days), **fields)


class TestExpiry:
    def test_liaison_and_keepers_are_told_once_for_each_date(self):
        resource = resource_until(10)
        liaison = make.make_liaison(resource.unit)
        clerk = make.make_post(organization=resource.unit.organization)
        make.make_post(organization=make.make_community().organization)
        for _ in range(2):
            remind_expiry(resource)
        assert {row.recipient for row in Notification.objects.all()} == {liaison, clerk}
        assert Notification.objects.count() == 2
        extend_resource(resource, actor=liaison, until=TODAY() + timedelta(days=20))
        remind_expiry(resource)
        assert Notification.objects.count() == 4

    def test_sweep_finds_what_ends_soon_and_was_not_told(self):
        soon, told = resource_until(10), resource_until(11)
        Resource.objects.filter(pk=told.pk).update(expiry_reminded_for=told.valid_until)
        resource_until(-1), resource_until(31), make.make_resource()
        due = Resource.objects.expiring(TODAY(), 30).unreminded()
        assert list(due) == [soon]
        remind_expiries()

    def test_what_has_ended_or_never_ends_is_nobodys_news(self):
        for resource in (resource_until(-1), make.make_resource()):
            make.make_liaison(resource.unit)
            remind_expiry(resource)
        assert not Notification.objects.exists()

    def test_filters(self):
        expired, soon = resource_until(-1), resource_until(0)
        assert list(Resource.objects.expired(TODAY())) == [expired]
        assert list(Resource.objects.expiring(TODAY(), 0)) == [soon]


class TestExtend:
    def test_is_later_than_it_was_and_than_today(self):
        resource = resource_until(10)
        liaison = make.make_liaison(resource.unit)
        for days in (-1, 0, 10):
            with pytest.raises(ValidationError):
                extend_resource(resource, actor=liaison, until=TODAY() + timedelta(days=days))
        assert extend_resource(resource, actor=liaison, until=TODAY() + timedelta(days=11)).valid_until

    def test_is_the_owners_alone(self):
        with pytest.raises(PermissionDenied):
            extend_resource(
                resource_until(1), actor=make.make_liaison(make.make_unit()), until=TODAY() + timedelta(days=9)
            )


class TestUnused:
    @pytest.fixture
    def resource(self):
        resource = make.make_resource()
        LogEntry.objects.update(timestamp=timezone.now() - timedelta(days=200))
        return resource

    def found(self):
        return list(Resource.objects.unused(timezone.now(), AFTER))

    def test_never_used(self, resource):
        assert self.found() == [resource] and self.found()[0].last_dispatched_at is None

    def test_not_what_came_lately(self):
        make.make_resource()
        assert self.found() == []

    @pytest.mark.parametrize(("days", "is_unused"), [(10, False), (100, True)])
    def test_dispatched_booked_or_ordered(self, resource, days, is_unused):
        clock = timezone.now() - timedelta(days=days)
        community = resource.unit.organization.community
        make.make_need("dispatched", resource=resource, category=resource.category, community=community, clock=clock)
        other, third = make.make_resource(resource.unit), make.make_resource(resource.unit)
        Booking.objects.create(resource=other, day=timezone.localdate(clock), half=0, note="会")
        make.make_need(wanted_resource=third, clock=clock)
        LogEntry.objects.update(timestamp=timezone.now() - timedelta(days=200))
        assert {row.pk for row in self.found()} == ({resource.pk, other.pk, third.pk} if is_unused else set())

    def test_not_what_is_closed(self, resource):
        Resource.objects.update(is_paused=True)
        assert self.found() == []
