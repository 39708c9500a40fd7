"""The city's volunteers, two communities of them: written past the services as these would have written them."""

import random
from fractions import Fraction

import pytest
from django.db.models import F
from django.test import TestCase
from django.utils import timezone

from checklists.demo.district import District
from govern.fields import blind_index
from tests.factories import at
from volunteers.demo.city import WEEKS, volunteers_in
from volunteers.models import Holding, HourEntry, Report, Session, Signup, Volunteer

NOW = at("2026-11-23 18:00")


@pytest.mark.postgres
class TestCity(TestCase):
    """One crowd serves all: it is read, not changed."""

    @classmethod
    def setUpTestData(cls):
        district = District(today=NOW.date(), password="", rng=random.Random(1))  # noqa: S106, S311
        share = Fraction(1, 12_500)  # forty people
        volunteers_in(district, district.communities[:2], share=share, now=NOW, rng=random.Random(1))  # noqa: S311

    def test_counts(self):
        assert Volunteer.objects.count() == Report.objects.count() == 40
        assert Session.objects.filter(status="settled").count() >= 2 * (WEEKS - 1)
        assert Signup.objects.count() == 3 * Session.objects.count()
        assert Holding.objects.held().count() == Report.objects.posted().count() == 16

    def test_rows_are_what_the_models_would_have_written(self):
        for model in (Volunteer, Report, Holding, Session, Signup):
            for row in model.objects.order_by("-pk")[:12]:
                row.full_clean()
        person = Volunteer.objects.last()
        assert person.phone_index == blind_index(person.phone)

    def test_hours_are_those_of_settled_sign_ups(self):
        entries = HourEntry.objects.select_related("signup__session", "volunteer")
        assert entries.count() == Signup.objects.filter(status="attended").count() > 200
        assert not entries.exclude(minutes=F("signup__credited_minutes")).exists()
        assert not entries.filter(ledger="duty").exclude(volunteer__kind="member").exists()
        for entry in entries[:5]:
            assert entry.served_on == timezone.localdate(entry.signup.session.starts_at)
            assert entry.minutes == entry.signup.actual_minutes
