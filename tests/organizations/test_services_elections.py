"""换届 from its preparation to the next term and leading body, and 届: length, extension, reminders."""

from datetime import date, timedelta
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import Notification
from govern.dates import months_after
from organizations.models import Election, LeadershipTerm, Organization, ParameterValue, Term
from organizations.services import elections, terms
from organizations.services.leadership import correct_term
from tests import factories as make
from tests.races import race, won

pytestmark = pytest.mark.django_db
Kind, Status = Organization.Kind, Election.Status
TODAY = timezone.localdate


@pytest.fixture
def body():
    return make.make_community().organization


@pytest.fixture
def street(body):
    return make.make_post(role="street_staff", organization=body.parent)


@pytest.fixture
def clerk(body):
    return make.make_post(organization=body)


@pytest.fixture
def election(body, clerk):
    row = elections.prepare_election(body, planned_on=TODAY(), seats=3, actor=clerk)
    for name in ("甲", "乙", "丙", "丁"):
        elections.nominate(row, name=name, actor=clerk)
    return row


def result(election, *, votes=(30, 28, 26, 10), **fields):
    rows = election.candidacies.order_by("pk")
    return {
        "entitled_count": 40,
        "present_count": 32,
        "held_on": TODAY(),
        "votes": {row.pk: yes for row, yes in zip(rows, votes, strict=True)},
        **fields,
    }


def positions(election):
    first, *others = elections.result_of(election)[0]
    return {first.pk: "secretary", **{row.pk: "member" for row in others}}


def confirm(election, street, clerk):
    elections.hold_election(election, **result(election), actor=clerk)
    election.refresh_from_db()
    elections.report_election(election, positions=positions(election), actor=clerk)
    return elections.confirm_election(election, document="街工委〔2026〕8号", confirmed_on=TODAY(), actor=street)


class TestElection:
    def test_ends_in_the_next_term_and_its_leading_body(self, body, election, street, clerk):
        old = body.leadership_terms.create(name="老书记", position="secretary", starts_on=date(2020, 1, 1))
        terms.record_term(body, number=3, starts_on=date(2021, 11, 1), actor=clerk)
        confirm(election, street, clerk)
        old.refresh_from_db()
        assert old.ends_on == TODAY()
        running = body.terms.running().get()
        assert (running.number, running.years, running.due_on) == (4, 5, months_after(TODAY(), 60))
        assert body.terms.get(number=3).ended_on == TODAY()
        assert list(body.leadership_terms.filter(ends_on=None).order_by("pk").values_list("name", "position")) == [
            ("甲", "secretary"),
            ("乙", "member"),
            ("丙", "member"),
        ]
        assert list(election.events.values_list("to_status", flat=True)) == [
            "prepared",
            "held",
            "reported",
            "confirmed",
        ]

    def test_who_was_elected_is_put_right_like_any_leader(self, body, election, street, clerk):
        body.leadership_terms.create(name="老书记", position="secretary", starts_on=date(2020, 1, 1))
        confirm(election, street, clerk)
        first = body.leadership_terms.get(name="甲")
        assert correct_term(first, phone="13700001111", actor=clerk).phone == "13700001111"
        with pytest.raises(ValidationError, match="任期不能重叠"):
            correct_term(first, starts_on=TODAY() - timedelta(days=1), actor=clerk)

    def test_twice_is_once(self, body, election, street, clerk):
        confirm(election, street, clerk)
        elections.confirm_election(election, document="街工委〔2026〕8号", confirmed_on=TODAY(), actor=street)
        assert (body.terms.count(), body.leadership_terms.count(), election.events.count()) == (1, 3, 4)

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"present_count": 31}, "present_count"),
            ({"present_count": 41}, "present_count"),
            ({"held_on": date(2999, 1, 1)}, "held_on"),
            ({"votes": {}}, None),
        ],
    )
    def test_what_cannot_be_is_refused_beside_its_field(self, election, clerk, fields, field):
        with pytest.raises(ValidationError) as refusal:
            elections.hold_election(election, **{**result(election), **fields}, actor=clerk)
        assert (set(refusal.value.error_dict) if hasattr(refusal.value, "error_dict") else {None}) == {field}
        election.refresh_from_db()
        assert (election.status, election.candidacies.exclude(yes_votes=None).count()) == (Status.PREPARED, 0)

    def test_needs_a_margin_of_candidates(self, election, clerk):
        elections.strike(election.candidacies.last(), actor=clerk)
        with pytest.raises(ValidationError, match="至少要 4 名"):
            elections.hold_election(election, **result(election, votes=(30, 28, 26)), actor=clerk)

    def test_a_tie_is_not_reported(self, election, clerk):
        elections.hold_election(election, **result(election, votes=(30, 28, 20, 20)), actor=clerk)
        election.refresh_from_db()
        with pytest.raises(ValidationError, match="丙、丁票数相等"):
            elections.report_election(election, positions={}, actor=clerk)
        elections.void_election(election, reason="票数相等，另行选举", actor=clerk)
        assert elections.prepare_election(election.organization, planned_on=TODAY(), seats=3, actor=clerk)

    def test_one_secretary_and_a_position_for_each(self, election, clerk):
        elections.hold_election(election, **result(election), actor=clerk)
        election.refresh_from_db()
        right = positions(election)
        for wrong in ({}, dict.fromkeys(right, "member"), dict.fromkeys(right, "secretary")):
            with pytest.raises(ValidationError):
                elections.report_election(election, positions=wrong, actor=clerk)
        assert not LeadershipTerm.objects.exists()

    def test_nobody_confirms_the_own_election(self, election, clerk):
        elections.hold_election(election, **result(election), actor=clerk)
        election.refresh_from_db()
        elections.report_election(election, positions=positions(election), actor=clerk)
        with pytest.raises(PermissionDenied, match="上级"):
            elections.confirm_election(election, document="自己", confirmed_on=TODAY(), actor=clerk)

    def test_others_may_nothing(self, body, election):
        stranger = make.make_post(role="street_staff", organization=make.make_organization().parent)
        for act in (
            partial(elections.prepare_election, body, planned_on=TODAY(), seats=3),
            partial(elections.nominate, election, name="戊"),
            partial(elections.hold_election, election, **result(election)),
            partial(elections.void_election, election, reason="不办"),
            partial(terms.record_term, body, number=1, starts_on=date(2022, 1, 1)),
        ):
            with pytest.raises(PermissionDenied):
                act(actor=stranger)

    def test_a_body_in_the_middle_of_it_is_not_dissolved(self, election):
        from organizations.services import merge_organizations

        other = make.make_organization(Kind.COMMITTEE, election.organization.parent)
        election.organization.community.delete()
        with pytest.raises(ValidationError, match="正在换届"):
            merge_organizations(election.organization, into=other, actor=make.make_superuser(), reason="合并")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_prepare_at_once_prepare_one():
    body = make.make_community().organization
    clerk = make.make_post(organization=body)
    act = partial(elections.prepare_election, body, planned_on=TODAY(), seats=3, actor=clerk)
    assert len(won(race(*[act] * 4))) == 1


class TestTerm:
    def test_years_follow_tier_and_day(self, body):
        branch = make.make_branch(body)
        assert (terms.term_years(body), terms.term_years(branch), terms.term_years(body.parent)) == (5, 3, 5)
        row = ParameterValue.objects.filter(parameter__key="term_years_branch").get()
        row.parameter.values.create(value=4, effective_on=date(2025, 1, 1))
        assert (terms.term_years(branch, date(2024, 6, 1)), terms.term_years(branch, date(2025, 6, 1))) == (3, 4)

    def test_is_put_off_with_approval_and_no_more_than_a_year(self, body, clerk):
        term = terms.record_term(body, number=1, starts_on=TODAY() - timedelta(days=1700), actor=clerk)
        extend = partial(terms.extend_term, term, actor=clerk)
        late = months_after(term.due_on, 12)
        for fields, field in (
            ({"until": late, "reason": "", "document": "批"}, "reason"),
            ({"until": late, "reason": "疫情", "document": " "}, "document"),
            ({"until": late + timedelta(days=1), "reason": "疫情", "document": "批"}, "until"),
            ({"until": term.due_on, "reason": "疫情", "document": "批"}, "until"),
        ):
            with pytest.raises(ValidationError) as refusal:
                extend(**fields)
            assert set(refusal.value.error_dict) == {field}
        assert extend(until=late, reason="疫情", document="街工委〔2026〕1号").ends_due == late

    def test_reminders_climb_the_ladder_and_come_once(self, body, clerk, street):
        term = terms.record_term(body, number=1, starts_on=TODAY() - timedelta(days=10), actor=clerk)
        told = []
        for left in (200, 180, 179, 89, 59, 29, -1):
            Term.objects.filter(pk=term.pk).update(due_on=TODAY() + timedelta(days=left))
            assert (term in terms.terms_to_remind()) == (left <= 180)
            for _ in range(2):
                terms.remind_term(term)
            told.append(
                {
                    name: Notification.objects.filter(recipient=user).count()
                    for name, user in (("c", clerk), ("s", street))
                }
            )
        assert [(each["c"], each["s"]) for each in told] == [(0, 0), (1, 0), (2, 0), (3, 0), (4, 1), (5, 2), (6, 3)]
