"""时长: confirmed before they count, in two ledgers, mended by reversal, credited once."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from organizations.models import ParameterValue
from tests import factories as make
from tests.checklists.residents import words_of
from tests.races import race
from tests.volunteers.ledgers import TODAY, make_held_session, make_hours
from tests.volunteers.people import make_volunteer
from tests.volunteers.sessions import make_signup
from volunteers.models import Holding, HourEntry, PointEntry, PointRule, Position, PositionClass, Signup
from volunteers.services import hours

pytestmark = pytest.mark.django_db


@pytest.fixture
def community():
    return make.make_community()


@pytest.fixture
def clerk(community):
    return make.make_post(organization=community.organization)


@pytest.fixture
def session(community):
    return make_held_session(community)


def set_parameter(key, value):
    ParameterValue.objects.filter(parameter__key=key).update(value=value)


class TestSettling:
    def test_everybody_who_came_is_credited_what_was_served(self, session, clerk):
        come = make_signup(session, status="attended")
        absent = make_signup(session, status="absent")
        settled = hours.settle_session(session, actor=clerk)
        assert settled.status == "settled"
        entry = HourEntry.objects.get()
        assert (entry.signup, entry.minutes, entry.ledger) == (come, 120, "voluntary")
        assert entry.served_on == entry.counts_on == TODAY() - timedelta(days=1)
        assert PointEntry.objects.get().points == 2
        for row, minutes in ((come, 120), (absent, None)):
            row.refresh_from_db()
            assert row.credited_minutes == minutes

    def test_again_changes_nothing(self, session, clerk):
        make_signup(session, status="attended")
        for _ in range(2):
            assert hours.settle_session(session, actor=clerk).status == "settled"
        assert (HourEntry.objects.count(), PointEntry.objects.count()) == (1, 1)

    def test_no_more_than_the_most_of_one_service(self, session, clerk):
        set_parameter("session_most_minutes", 90)
        make_signup(session, status="attended")
        hours.settle_session(session, actor=clerk)
        assert HourEntry.objects.get().minutes == 90

    def test_another_figure_needs_a_reason(self, session, clerk):
        row = make_signup(session, status="attended")
        with pytest.raises(ValidationError) as refused:
            hours.settle_session(session, actor=clerk, minutes={row.pk: 60})
        assert list(refused.value.message_dict) == [f"reason_{row.pk}"]
        with pytest.raises(ValidationError) as refused:
            hours.settle_session(session, actor=clerk, minutes={row.pk: 5000}, reasons={row.pk: "全天"})
        assert list(refused.value.message_dict) == [f"minutes_{row.pk}"]
        hours.settle_session(session, actor=clerk, minutes={row.pk: 60}, reasons={row.pk: "提前离开"})
        row.refresh_from_db()
        assert (row.credited_minutes, row.credited_note, HourEntry.objects.get().minutes) == (60, "提前离开", 60)

    def test_nought_is_written_down_without_an_entry(self, session, clerk):
        row = make_signup(session, status="attended")
        hours.settle_session(session, actor=clerk, minutes={row.pk: 0}, reasons={row.pk: "没有干活"})
        row.refresh_from_db()
        assert row.credited_minutes == 0 and not HourEntry.objects.exists()

    def test_who_was_not_on_the_page_is_not_confirmed(self, session, clerk):
        seen, unseen = (make_signup(session, status="attended") for _ in "ab")
        assert hours.settle_session(session, actor=clerk, minutes={seen.pk: 120}).status == "held"
        assert [entry.signup for entry in HourEntry.objects.all()] == [seen]
        assert hours.settle_session(session, actor=clerk, minutes={unseen.pk: 120}).status == "settled"

    def test_the_own_row_waits_for_a_colleague(self, community, session, clerk):
        make_signup(session, status="attended")
        own = make_signup(session, make_volunteer(community, user=clerk), status="attended")
        assert hours.settle_session(session, actor=clerk).status == "held"
        assert not HourEntry.objects.filter(signup=own).exists()
        with pytest.raises(ValidationError) as refused:
            hours.settle_session(session, actor=clerk)
        assert refused.value.code == "own"
        colleague = make.make_post(organization=community.organization)
        assert hours.settle_session(session, actor=colleague).status == "settled"
        assert HourEntry.objects.filter(signup=own).exists()

    def test_refused_from_elsewhere_and_before_the_end(self, community, session, clerk):
        stranger = make.make_post(organization=make.make_community().organization)
        with pytest.raises(PermissionDenied):
            hours.settle_session(session, actor=stranger)
        with pytest.raises(ValidationError) as refused:
            hours.settle_session(make_held_session(community, status="open"), actor=clerk)
        assert refused.value.code == "transition"

    def test_duty_is_owed_by_members_alone(self, community, clerk):
        session = make_held_session(community, ledger="duty")
        member = make_signup(session, make_volunteer(community, kind="member"), status="attended")
        citizen = make_signup(session, status="attended")
        hours.settle_session(session, actor=clerk)
        found = dict(HourEntry.objects.values_list("signup", "ledger"))
        assert found == {member.pk: "duty", citizen.pk: "voluntary"}
        assert hours.totals_of(member.volunteer) == (120, 0, 2)
        assert hours.totals_of(citizen.volunteer) == (0, 120, 2)

    def test_published_hours_count_later(self, session, clerk):
        set_parameter("hours_publicity_days", 3)
        row = make_signup(session, status="attended")
        hours.settle_session(session, actor=clerk)
        until = hours.publicity_end(TODAY(), 3)
        assert hours.totals_of(row.volunteer, until) == (0, 0, 0)
        assert hours.totals_of(row.volunteer, until + timedelta(days=1)) == (0, 120, 2)

    def test_publicity_skips_holidays(self):
        assert hours.publicity_end(date(2026, 9, 30), 3) == date(2026, 10, 10)  # the 10th makes up for the holidays
        assert hours.publicity_end(date(2026, 10, 3), 0) == date(2026, 10, 3)


class TestPoints:
    def test_by_the_rule_of_the_day(self, session, clerk):
        day = timezone.localdate(session.starts_at)
        PointRule.objects.create(
            ledger="voluntary", points_per_hour=10, most_per_session=15, effective_on=day - timedelta(days=3)
        )
        PointRule.objects.create(ledger="voluntary", points_per_hour=50, effective_on=day + timedelta(days=1))
        make_signup(session, status="attended")
        hours.settle_session(session, actor=clerk)
        assert PointEntry.objects.get().points == 15


class TestMending:
    def test_reversal_is_a_negative_entry_and_takes_the_points(self, session, clerk):
        row = make_signup(session, status="attended")
        hours.settle_session(session, actor=clerk)
        entry = HourEntry.objects.get()
        reversal = hours.reverse_hours(entry, reason="记错人", actor=clerk)
        assert (reversal.minutes, reversal.reverses, reversal.served_on) == (-120, entry, entry.served_on)
        assert hours.totals_of(row.volunteer) == (0, 0, 0)
        row.refresh_from_db()
        assert row.credited_minutes == 0
        assert hours.reverse_hours(entry, reason="再点一次", actor=clerk) == reversal
        with pytest.raises(ValidationError):
            hours.reverse_hours(reversal, reason="冲销冲销", actor=clerk)
        assert hours.hours_of(row.volunteer, entry.served_on.year) == (0, 0, 0, 0)

    def test_corrected_once(self, session, clerk):
        row = make_signup(session, status="attended")
        hours.settle_session(session, actor=clerk)
        entry = HourEntry.objects.get()
        for _ in range(2):
            right = hours.correct_hours(entry, minutes=60, reason="多记了", actor=clerk)
        assert (right.replaces, right.minutes, right.signup) == (entry, 60, row)
        assert hours.totals_of(row.volunteer) == (0, 60, 1)
        assert hours.hours_of(row.volunteer, entry.served_on.year) == (0, 60, 0, 1)
        assert HourEntry.objects.standing().get() == right
        again = hours.correct_hours(right, minutes=90, reason="还是不对", actor=clerk)
        assert (again.replaces, hours.totals_of(row.volunteer).voluntary_minutes) == (right, 90)

    def test_reason_right_and_own(self, community, clerk):
        entry = make_hours(make_volunteer(community))
        with pytest.raises(ValidationError):
            hours.reverse_hours(entry, reason=" ", actor=clerk)
        with pytest.raises(PermissionDenied):
            hours.reverse_hours(entry, reason="不归我管", actor=make.make_post(organization=make.make_organization()))
        with pytest.raises(ValidationError):
            hours.reverse_hours(make_hours(make_volunteer(community, user=clerk)), reason="自己的", actor=clerk)

    def test_the_database_refuses_rewriting(self):
        entry = make_hours()
        with pytest.raises(DatabaseError), transaction.atomic():
            HourEntry.objects.filter(pk=entry.pk).update(minutes=1000)
        with pytest.raises(DatabaseError), transaction.atomic():
            PointEntry.objects.update(points=1000)


class TestHoldings:
    @pytest.fixture
    def holding(self, community):
        position = Position.objects.create(
            community=community,
            position_class=PositionClass.objects.first(),
            title="楼道巡查",
            text="每周看一遍",
            monthly_minutes=240,
            starts_on=date(2026, 1, 1),
            status="open",
        )
        return Holding.objects.create(
            position=position, volunteer=make_volunteer(community), status="held", starts_on=date(2026, 2, 10)
        )

    def test_once_a_month(self, holding, clerk):
        first = hours.credit_holding(holding, date(2026, 3, 5), actor=clerk)
        assert (first.minutes, first.served_on, first.ledger) == (240, date(2026, 3, 31), "voluntary")
        assert hours.credit_holding(holding, date(2026, 3, 20), actor=clerk) == first
        assert hours.credit_holding(holding, date(2026, 4, 1), actor=clerk) != first
        right = hours.correct_hours(first, minutes=100, reason="只做了一半", actor=clerk)
        assert hours.credit_holding(holding, date(2026, 3, 1), actor=clerk) == right
        assert hours.totals_of(holding.volunteer).voluntary_minutes == 340

    def test_not_before_nor_outside_the_term(self, holding, clerk):
        for month, code in ((date(2026, 1, 1), "not_held"), (TODAY() + timedelta(days=40), "early")):
            with pytest.raises(ValidationError) as refused:
                hours.credit_holding(holding, month, actor=clerk)
            assert refused.value.code == code
        with pytest.raises(PermissionDenied):
            hours.credit_holding(holding, date(2026, 3, 1), actor=make.make_post(organization=make.make_organization()))


class TestPages:
    @pytest.fixture(autouse=True)
    def signed_in(self, client, clerk):
        client.force_login(clerk)

    def test_one_button_confirms_all(self, client, session):
        rows = [make_signup(session, status="attended") for _ in "abc"]
        assert session.title in words_of(client.get(reverse("admin:volunteers_hourentry_queue")))
        url = reverse("admin:volunteers_hourentry_settle", args=[session.pk])
        form = client.get(url).context["form"]
        told = {name: field.initial or "" for name, field in form.fields.items()}
        refused = client.post(url, {**told, f"minutes_{rows[0].pk}": 30})
        assert refused.status_code == 422 and f"reason_{rows[0].pk}" in refused.context["form"].errors
        assert client.post(url, told).status_code == 302
        assert HourEntry.objects.count() == 3
        assert client.post(url, told).status_code == 302  # the double click
        assert HourEntry.objects.count() == 3

    def test_costs_the_same_for_many(self, client, session, django_assert_max_num_queries):
        for _ in range(15):
            make_signup(session, status="attended")
        with django_assert_max_num_queries(45):
            client.get(reverse("admin:volunteers_hourentry_settle", args=[session.pk]))

    def test_the_ledger_costs_the_same_for_many(self, client, community, django_assert_max_num_queries):
        for _ in range(10):
            make_hours(make_volunteer(community))
        with django_assert_max_num_queries(40):
            assert client.get(reverse("admin:volunteers_hourentry_changelist")).status_code == 200

    def test_an_entry_is_mended_on_its_page(self, client, session, clerk):
        make_signup(session, status="attended")
        hours.settle_session(session, actor=clerk)
        entry = HourEntry.objects.get()
        assert entry.words in words_of(client.get(reverse("admin:volunteers_hourentry_changelist")))
        act = reverse("admin:volunteers_hourentry_act", args=[entry.pk, "correct"])
        assert client.post(act, {"minutes": "0", "reason": "少"}).status_code == 422
        assert client.post(act, {"minutes": "60", "reason": "多记了"}).status_code == 302
        assert client.post(act, {"minutes": "30", "reason": "旧页面"}).status_code == 302
        assert hours.totals_of(entry.volunteer).voluntary_minutes == 60

    def test_nothing_of_another_community(self, client):
        session = make_held_session()
        entry = make_hours(make_signup(session, status="attended").volunteer)
        for name, key in (("settle", session.pk), ("make_up", session.pk), ("change", entry.pk)):
            assert client.get(reverse(f"admin:volunteers_hourentry_{name}", args=[key])).status_code == 404
        assert session.title not in words_of(client.get(reverse("admin:volunteers_hourentry_queue")))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_two_clerks_settle_at_once(self):
        community = make.make_community()
        session = make_held_session(community)
        for _ in range(3):
            make_signup(session, status="attended")
        clerks = [make.make_post(organization=community.organization) for _ in "ab"]
        race(*(lambda clerk=clerk: hours.settle_session(session, actor=clerk) for clerk in clerks))
        assert (HourEntry.objects.count(), PointEntry.objects.count()) == (3, 3)
        assert set(Signup.objects.values_list("credited_minutes", flat=True)) == {120}

    def test_two_clerks_reverse_at_once(self):
        entry = make_hours()
        clerks = [make.make_post(organization=entry.community.organization) for _ in "ab"]
        race(*(lambda clerk=clerk: hours.reverse_hours(entry, reason="记错", actor=clerk) for clerk in clerks))
        assert hours.totals_of(entry.volunteer) == (0, 0, 0)
        assert HourEntry.objects.count() == 2
