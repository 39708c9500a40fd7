from datetime import date
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import Notification
from organizations.models import LeadershipTerm, Organization, PartyMember, Transfer
from organizations.services.transfers import (
    change_status,
    decline,
    open_steps,
    propose_transfer,
    receive,
    release,
    request_transfer,
    staff_near,
    withdraw,
)
from tests import factories as make
from tests.organizations.test_services_members import number
from tests.races import race, won

pytestmark = pytest.mark.django_db
Kind, S = Organization.Kind, Transfer.Status


class World:
    """Two communities of one street with a branch and a clerk each, and a member of the first."""

    def __init__(self, sequence=7):
        self.root = make.make_organization(Kind.INDUSTRY_COMMITTEE)
        bodies = [make.make_organization(Kind.COMMITTEE, self.root) for _ in "ab"]
        self.source, self.target = (make.make_branch(body) for body in bodies)
        self.giver, self.taker = (make.make_post(organization=body) for body in bodies)
        self.street = make.make_post(role="street_staff", organization=self.root)
        self.stranger = make.make_post(organization=make.make_organization())
        group = make.make_organization(Kind.BUILDING_GROUP, self.source)
        self.member = make.make_member(self.source, group=group, identity_number=number(sequence))

    def propose(self, actor=None):
        return propose_transfer(self.member, target=self.target, reason="搬家", actor=actor or self.giver)


@pytest.fixture
def world():
    return World()


def put(transfer, status):
    Transfer.objects.filter(pk=transfer.pk).update(
        status=status, completed_on=timezone.localdate() if status == S.COMPLETED else None
    )
    return Transfer.objects.get(pk=transfer.pk)


class TestDoor:
    def test_all_pairs_by_who_speaks_for_both(self, world):
        transfer = world.propose()
        for before, after in product(S, S):
            PartyMember.objects.update(branch=world.source)
            row, events = put(transfer, before), transfer.events.count()
            if after in Transfer.TRANSITIONS[before]:
                assert change_status(row, after, actor=world.street).status == after
                assert change_status(row, after, actor=world.street).status == after
                assert transfer.events.count() == events + 1
            elif after == before:
                assert change_status(row, after, actor=world.street).status == after
                assert transfer.events.count() == events
            else:
                with pytest.raises(ValidationError, match="旧页面") as refusal:
                    change_status(row, after, actor=world.street)
                assert refusal.value.code == "transition"
                assert Transfer.objects.get(pk=transfer.pk).status == before

    @pytest.mark.parametrize(
        ("is_requested", "status", "giver", "taker"),
        [
            (False, S.PROPOSED, {S.RELEASED, S.DECLINED, S.WITHDRAWN}, set()),
            (True, S.PROPOSED, {S.RELEASED, S.DECLINED}, {S.WITHDRAWN}),
            (False, S.RELEASED, {S.WITHDRAWN}, {S.COMPLETED, S.DECLINED}),
            (True, S.RELEASED, {S.WITHDRAWN}, {S.COMPLETED, S.DECLINED, S.WITHDRAWN}),
        ],
    )
    def test_each_side_has_its_own_word(self, world, is_requested, status, giver, taker):
        transfer = put(world.propose(world.taker if is_requested else world.giver), status)
        assert transfer.is_requested == is_requested
        assert (open_steps(transfer, world.giver), open_steps(transfer, world.taker)) == (giver, taker)
        for actor, open_ones in ((world.giver, giver), (world.taker, taker), (world.stranger, set())):
            for to in transfer.next_statuses - open_ones:
                with pytest.raises(PermissionDenied):
                    change_status(transfer, to, actor=actor)
        assert Transfer.objects.get(pk=transfer.pk).status == status


class TestWay:
    def test_out_of_one_branch_and_into_the_other(self, world):
        led = LeadershipTerm.objects.create(
            organization=world.source, member=world.member, name="周", position="secretary", starts_on=date(2024, 1, 1)
        )
        transfer = world.propose()
        release(transfer, actor=world.giver, note="材料齐全")
        done = receive(transfer, actor=world.taker)
        for row in (world.member, led):
            row.refresh_from_db()
        assert (world.member.branch, world.member.group) == (world.target, None)
        assert (done.completed_on, led.ends_on) == (timezone.localdate(), timezone.localdate())
        assert [event.to_status for event in transfer.events.all()] == [S.PROPOSED, S.RELEASED, S.COMPLETED]

    def test_both_steps_of_one_clerk_are_two_clicks(self, world):
        transfer = world.propose(world.street)
        assert transfer.status == S.PROPOSED
        assert release(transfer, actor=world.street).status == S.RELEASED
        world.member.refresh_from_db()
        assert world.member.branch == world.source
        receive(transfer, actor=world.street)

    def test_asked_for_by_who_knows_name_and_number(self, world):
        fields = {"target": world.target, "reason": "住在这里", "actor": world.taker}
        for name, identity_number in (("周党员", number(8)), ("别人", number(7)), ("周党员", "")):
            with pytest.raises(ValidationError) as refusal:
                request_transfer(name=name, identity_number=identity_number, **fields)
            assert set(refusal.value.error_dict) == {"identity_number"}
        transfer = request_transfer(name="周党员", identity_number=number(7), **fields)
        assert transfer.is_requested
        decline(transfer, reason="本人没有提出", actor=world.giver)

    def test_what_cannot_begin(self, world):
        first = world.propose()
        assert world.propose(world.taker) == first
        other = make.make_branch(world.source.parent)
        with pytest.raises(ValidationError, match="已有一件"):
            propose_transfer(world.member, target=other, reason="搬家", actor=world.giver)
        withdraw(first, actor=world.giver)
        for target in (world.source, world.source.parent, make.make_branch(is_active=False)):
            with pytest.raises(ValidationError) as refusal:
                propose_transfer(world.member, target=target, reason="搬家", actor=world.giver)
            assert set(refusal.value.error_dict) == {"target"}
        with pytest.raises(ValidationError, match="原因"):
            propose_transfer(world.member, target=other, reason=" ", actor=world.giver)
        with pytest.raises(PermissionDenied):
            propose_transfer(world.member, target=other, reason="搬家", actor=world.stranger)
        with pytest.raises(ValidationError, match="退回的原因"):
            decline(first, reason=" ", actor=world.taker)

    def test_a_branch_that_closed_meanwhile_receives_nobody(self, world):
        transfer = release(world.propose(), actor=world.giver)
        Organization.objects.filter(pk=world.target.pk).update(is_active=False)
        with pytest.raises(ValidationError, match="不能接收"):
            receive(transfer, actor=world.taker)
        assert Transfer.objects.get().status == S.RELEASED


class TestNews:
    def test_whose_turn_it_is_is_told_and_at_the_end_both(self, world):
        def told():
            rows = [(row.recipient, row.text) for row in Notification.objects.order_by("pk")]
            Notification.objects.all().delete()
            return rows

        transfer = world.propose(world.taker)
        assert told() == [(world.giver, f"周党员：组织关系要转到{world.target}，请确认转出")]
        release(transfer, actor=world.giver)
        assert told() == [(world.taker, f"周党员：{world.source}已同意转出，请确认接收")]
        receive(transfer, actor=world.street)
        assert {user for user, _ in told()} == {world.giver, world.taker}

    def test_the_nearest_who_handles_it(self, world):
        assert list(staff_near(world.source)) == [world.giver]
        world.giver.posts.all().delete()
        assert list(staff_near(world.source)) == [world.street]

    def test_who_sees_and_whose_turn(self, world):
        transfer = world.propose()
        rows = Transfer.objects.all()
        for user, sees, waits in (
            (world.giver, True, True),
            (world.taker, True, False),
            (world.street, True, True),
            (world.stranger, False, False),
        ):
            assert (rows.visible_to(user).exists(), rows.awaiting(user).exists()) == (sees, waits)
        release(transfer, actor=world.giver)
        row = Transfer.objects.with_sides(world.taker).get()
        assert (row.is_source_mine, row.is_target_mine) == (False, True)
        assert rows.awaiting(world.taker).exists() and not rows.awaiting(world.giver).exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_receive_and_withdraw_at_once_leave_one_truth(self):
        for sequence in range(5):
            world = World(sequence)
            transfer = release(world.propose(), actor=world.giver)
            results = race(
                lambda row=transfer, who=world: receive(row, actor=who.taker),
                lambda row=transfer, who=world: withdraw(row, actor=who.giver),
            )
            assert len(won(results)) == 1
            transfer.refresh_from_db()
            world.member.refresh_from_db()
            expected = world.target if transfer.status == S.COMPLETED else world.source
            assert world.member.branch == expected
            assert transfer.status in (S.COMPLETED, S.WITHDRAWN)
            assert transfer.events.count() == 3

    def test_two_clerks_begin_at_once_and_one_transfer_is_there(self):
        world = World()
        other = make.make_branch(world.source.parent)
        results = race(
            lambda: propose_transfer(world.member, target=world.target, reason="搬家", actor=world.taker),
            lambda: propose_transfer(world.member, target=other, reason="搬家", actor=world.giver),
        )
        assert len(won(results)) == 1 and Transfer.objects.open().count() == 1
