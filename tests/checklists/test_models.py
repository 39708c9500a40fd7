"""What must never be false, whoever writes; and what a row says of itself."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from checklists.models import Category, Dispatch, Need, Resource
from checklists.models.needs import OPEN_STATUSES, RUNNING_STATUSES, new_code
from tests import factories as make

pytestmark = pytest.mark.django_db
S = Need.Status


def refused(rows, **change):
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**change)
    return True


class TestConstraints:
    def test_need(self):
        need = make.make_need()
        rows = Need.objects.filter(pk=need.pk)
        assert refused(rows, status=S.MERGED)
        assert refused(rows, reopen_count=2)
        assert refused(rows, people_count=0)
        assert refused(rows, code=make.make_need().code)

    def test_one_open_dispatch_per_need(self):
        need = make.make_need(S.DISPATCHED)
        row = need.dispatches.get()
        row.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)
        Dispatch.objects.update(status="recalled")
        row.save(force_insert=True)

    def test_declined_has_a_reason(self):
        assert refused(make.make_need(S.DISPATCHED).dispatches.all(), status="declined")

    def test_reserved_stays_within_capacity(self):
        resource = make.make_resource(capacity=2)
        assert refused(Resource.objects.filter(pk=resource.pk), reserved=3)
        resource.reserved = 3
        with pytest.raises(ValidationError, match="名额不能少于本期已占用的人数"):
            resource.full_clean()

    @pytest.mark.parametrize("with_parent", [True, False])
    def test_category_names(self, with_parent):
        kind = make.make_category("换灯泡")
        parent = kind.parent if with_parent else None
        name = kind.name if with_parent else kind.parent.name
        with pytest.raises(ValidationError, match="同名"):
            Category(parent=parent, name=name, icon="x").full_clean()
        with pytest.raises(ValidationError, match="首次响应时限不能长于办理时限"):
            Category(parent=kind.parent, name="新", response_hours=9, handling_hours=8).full_clean()

    def test_categories_have_two_levels(self):
        kind = make.make_category()
        with pytest.raises(ValidationError, match="只有两级"):
            Category(parent=kind, name="第三级").full_clean()


class TestNeed:
    def test_codes_are_spoken_and_hard_to_guess(self):
        codes = {new_code() for _ in range(2000)}
        assert len(codes) == 2000 and all(len(code) == 8 and not set(code) & set("01OIL") for code in codes)
        assert Need(code="K7M29QXD").spoken_code == "K7M2-9QXD"

    @pytest.mark.parametrize("status", S)
    def test_clock(self, status):
        need = make.make_need(status)
        expected = need.respond_by if status == S.SUBMITTED else need.handle_by if status in RUNNING_STATUSES else None
        assert need.deadline == expected
        assert need.is_open == (status in OPEN_STATUSES)
        assert need.next_statuses == Need.TRANSITIONS[status]

    def test_lists_agree_with_the_row(self):
        needs = [make.make_need(status) for status in S]
        later = timezone.now() + timedelta(days=365)
        running = {need.pk for need in Need.objects.all() if need.deadline}
        assert set(Need.objects.overdue(later).values_list("pk", flat=True)) == running
        assert set(Need.objects.running().values_list("pk", flat=True)) == running
        assert {need.pk for need in Need.objects.open()} == {need.pk for need in Need.objects.all() if need.is_open}
        for need in Need.objects.running().with_deadline():
            assert need.due_at == need.deadline
        assert len(needs) == len(S)

    def test_due_soon_ends_where_overdue_begins(self):
        need, within = make.make_need(), timedelta(hours=24)
        for at, soon, over in (
            (need.respond_by - timedelta(hours=25), 0, 0),
            (need.respond_by - timedelta(hours=1), 1, 0),
            (need.respond_by + timedelta(seconds=1), 0, 1),
        ):
            assert (Need.objects.due_soon(at, within).count(), Need.objects.overdue(at).count()) == (soon, over)

    def test_search(self):
        need = make.make_need(text="三楼漏水", contact_phone="13812345678")
        make.make_need()
        for words in (need.code, need.spoken_code.lower(), f" {need.spoken_code} ", "13812345678", "漏水"):
            assert Need.objects.about(words).get() == need, words
        assert not Need.objects.about("1381234567").exists()

    def test_possible_duplicates(self):
        building = make.make_building()
        need = make.make_need(building=building)
        same = make.make_need(building=building, category=need.category)
        make.make_need(building=building)
        make.make_need(S.CLOSED, building=building, category=need.category)
        make.make_need(community=need.community, category=need.category)
        make.make_need(building=building, category=need.category, clock=timezone.now() - timedelta(weeks=5))
        assert list(Need.objects.possible_duplicates(need, 4)) == [same]

    def test_holder(self):
        taken, own = make.make_need(S.TAKEN), make.make_need(S.ACCEPTED)
        holders = dict(Need.objects.with_holder().values_list("pk", "holder"))
        assert holders == {taken.pk: taken.dispatches.get().resource.unit.name, own.pk: None}


class TestResource:
    @pytest.mark.parametrize(
        ("period", "start"),
        [("week", "2026-11-16"), ("month", "2026-11-01"), ("quarter", "2026-10-01"), ("once", "0001-01-01")],
    )
    def test_period(self, period, start):
        on = make.at("2026-11-22 09:00").date()
        assert str(Resource(period=period).period_start(on)) == start

    def test_serving(self):
        street = make.make_street()
        own, near, far = make.make_community(street=street), make.make_community(street=street), make.make_community()
        for community in (own, near, far):
            for radius in Resource.Radius:
                make.make_resource(make.make_unit(community.organization), radius=radius)
        found = Resource.objects.serving(own).values_list("unit__organization__community", "radius")
        expected = {(own.pk, radius) for radius in (1, 2, 3)} | {(near.pk, 2), (near.pk, 3), (far.pk, 3)}
        assert set(found) == expected
