"""补录: entered by one, approved by another, then credited."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from tests import factories as make
from tests.checklists.residents import words_of
from tests.volunteers.ledgers import make_held_session
from tests.volunteers.people import make_volunteer, sign_in
from tests.volunteers.sessions import make_signup
from volunteers.models import HourEntry
from volunteers.services import hours, make_ups

pytestmark = pytest.mark.django_db
HALF = timedelta(minutes=30)


@pytest.fixture
def community():
    return make.make_community()


@pytest.fixture
def clerk(community):
    return make.make_post(organization=community.organization)


@pytest.fixture
def leader(community):
    return make_volunteer(community, has_account=True)


@pytest.fixture
def session(community, leader):
    return make_held_session(community, leader=leader)


def enter(session, volunteer, actor, **fields):
    times = {"arrived_at": session.starts_at, "left_at": session.ends_at, "reason": "手机没电"}
    return make_ups.make_up(session, volunteer, **{**times, **fields}, actor=actor)


class TestEntering:
    def test_by_the_leader_of_somebody_who_was_not_checked_in(self, session, leader, clerk):
        row = make_signup(session, status="absent")
        made = enter(session, row.volunteer, leader.user)
        assert (made, made.is_made_up, made.status, made.arrived_by) == (row, True, "absent", "make_up")
        assert hours.settle_session(session, actor=clerk).status == "settled"
        assert not HourEntry.objects.exists()  # nobody has agreed yet

    def test_refused_for_strangers_and_early(self, community, session):
        someone = make_volunteer(community, has_account=True)
        with pytest.raises(PermissionDenied):
            enter(session, someone, someone.user)
        with pytest.raises(ValidationError) as refused:
            enter(make_held_session(community, status="open"), someone, make.make_superuser())
        assert refused.value.code == "transition"

    def test_times_within_the_session_and_a_reason(self, session, leader):
        row = make_signup(session, status="absent")
        for fields, name in (
            ({"left_at": session.starts_at}, "left_at"),
            ({"arrived_at": session.starts_at - timedelta(hours=3)}, "arrived_at"),
            ({"left_at": session.ends_at + timedelta(hours=3)}, "left_at"),
            ({"reason": " "}, "reason"),
        ):
            with pytest.raises(ValidationError) as refused:
                enter(session, row.volunteer, leader.user, **fields)
            assert list(refused.value.message_dict) == [name]

    def test_not_of_somebody_who_was_checked_in(self, session, leader):
        row = make_signup(session, status="attended")
        with pytest.raises(ValidationError):
            enter(session, row.volunteer, leader.user)


class TestApproving:
    def test_another_person_approves_and_it_is_credited(self, session, leader, clerk):
        walked_in = make_volunteer(session.community)
        row = enter(session, walked_in, leader.user, left_at=session.ends_at - HALF)
        for _ in range(2):
            row = make_ups.approve_make_up(row, actor=clerk)
        assert (row.status, row.approved_by, row.credited_minutes) == ("attended", clerk, None)
        hours.settle_session(session, actor=clerk)
        assert HourEntry.objects.get().minutes == 90

    def test_credited_at_once_where_the_session_is_settled(self, session, leader, clerk):
        hours.settle_session(session, actor=clerk)
        row = enter(session, make_volunteer(session.community), leader.user)
        assert make_ups.approve_make_up(row, actor=clerk).credited_minutes == 120
        assert HourEntry.objects.get().signup == row

    def test_nobody_approves_the_own_entry(self, community, session, clerk):
        row = enter(session, make_volunteer(community), clerk)
        with pytest.raises(ValidationError) as refused:
            make_ups.approve_make_up(row, actor=clerk)
        assert refused.value.code == "own"
        own = enter(session, make_volunteer(community, user=clerk), make.make_superuser())
        with pytest.raises(ValidationError):
            make_ups.approve_make_up(own, actor=clerk)

    def test_leaders_do_not_approve(self, session, leader, clerk):
        row = enter(session, make_volunteer(session.community), clerk)
        with pytest.raises(PermissionDenied):
            make_ups.approve_make_up(row, actor=leader.user)

    def test_refused_it_stands_as_before(self, session, leader, clerk):
        absent = enter(session, make_signup(session, status="absent").volunteer, leader.user)
        walked_in = enter(session, make_volunteer(session.community), leader.user)
        with pytest.raises(ValidationError):
            make_ups.refuse_make_up(absent, reason="", actor=clerk)
        for row, status in ((absent, "absent"), (walked_in, "cancelled")):
            for _ in range(2):
                row = make_ups.refuse_make_up(row, reason="没有人见过", actor=clerk)
            assert (row.status, row.is_made_up, row.arrived_at) == (status, False, None)
        assert leader.user.notifications.count() == 2


class TestPages:
    def test_the_leader_enters_and_the_clerk_approves(self, client, session, leader, clerk):
        row = make_signup(session, status="absent")
        sign_in(client, leader)
        url = reverse("me:make_up", args=[session.code])
        told = {"signup": row.pk, "arrived_at": "09:00", "left_at": "11:00", "reason": "没带手机"}
        for wrong in ({"signup": ""}, {"code": "12345678901234"}, {"left_at": "08:00"}, {"reason": ""}):
            assert client.post(url, {**told, **wrong}).status_code == 422
        assert client.post(url, told).status_code == 302
        row.refresh_from_db()
        assert row.is_made_up and row.actual_minutes == 120
        client.force_login(clerk)
        assert "没带手机" in words_of(client.get(reverse("admin:volunteers_hourentry_make_ups")))
        refuse = reverse("admin:volunteers_hourentry_make_up_act", args=[row.pk, "refuse"])
        assert client.post(refuse, {"reason": ""}).status_code == 422
        approve = reverse("admin:volunteers_hourentry_make_up_act", args=[row.pk, "approve"])
        for _ in range(2):
            assert client.post(approve).status_code == 302
        row.refresh_from_db()
        assert row.approved_by == clerk

    def test_by_the_clerk_for_somebody_by_code(self, client, session, clerk):
        walked_in = make_volunteer(session.community)
        client.force_login(clerk)
        url = reverse("admin:volunteers_hourentry_make_up", args=[session.pk])
        told = {"code": walked_in.code, "arrived_at": "09:00", "left_at": "11:00", "reason": "临时来帮忙"}
        assert client.post(url, told).status_code == 302
        approve = reverse("admin:volunteers_hourentry_make_up_act", args=[walked_in.signups.get().pk, "approve"])
        client.post(approve)
        assert walked_in.signups.get().approved_by is None  # not by whoever entered it

    def test_nobody_elses_page(self, client, community, session):
        sign_in(client, make_volunteer(community, has_account=True))
        assert client.get(reverse("me:make_up", args=[session.code])).status_code == 404
