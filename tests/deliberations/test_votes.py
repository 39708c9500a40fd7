"""表决 by show of hands: quorum, the frozen counts, what passes, and the teller."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from deliberations.models import Vote
from deliberations.services.hearings import votes
from tests import factories as make
from tests.deliberations.meetings import add_person, make_clerk, make_meeting, open_meeting, open_vote
from tests.races import race, won

pytestmark = pytest.mark.django_db


@pytest.fixture
def community():
    return make.make_community()


@pytest.fixture
def clerk(community):
    return make_clerk(community)


@pytest.fixture
def hearing(clerk, community):
    return open_meeting(clerk, community)  # 5 entitled, 4 there


def count(vote, clerk, *figures, teller="李计票"):
    names = ("for_count", "against_count", "abstained_count")
    return votes.close_vote(vote, **dict(zip(names, figures, strict=True)), teller=teller, actor=clerk)


class TestOpening:
    def test_freezes_who_counts(self, clerk, hearing):
        vote = open_vote(hearing, clerk, "hands")
        add_person(hearing)
        vote.refresh_from_db()
        assert (vote.entitled_count, vote.present_count) == (5, 4)

    def test_needs_the_quorum_then(self, clerk, hearing):
        hearing.attendees.filter(signed_in_at__isnull=False).update(signed_in_at=None)
        with pytest.raises(ValidationError) as refused:
            open_vote(hearing, clerk, "hands")
        assert refused.value.code == "quorum"

    def test_one_at_a_time(self, clerk, hearing):
        open_vote(hearing, clerk, "hands")
        with pytest.raises(ValidationError) as refused:
            open_vote(hearing, clerk, "hands", "同意方案三")
        assert refused.value.code == "voting"

    def test_the_same_question_twice_is_one(self, clerk, hearing):
        one = votes.put_vote(hearing, question="同意方案二", way="hands", actor=clerk)
        assert votes.put_vote(hearing, question=" 同意方案二 ", way="hands", actor=clerk) == one

    def test_not_before_the_meeting(self, clerk, community):
        hearing = make_meeting(clerk, community)
        vote = votes.put_vote(hearing, question="同意方案二", way="hands", actor=clerk)
        with pytest.raises(ValidationError) as refused:
            votes.open_vote(vote, actor=clerk)
        assert refused.value.code == "transition"

    def test_dropped_only_before(self, clerk, hearing):
        vote = votes.put_vote(hearing, question="写错了", way="hands", actor=clerk)
        votes.drop_vote(vote, actor=clerk)
        votes.drop_vote(vote, actor=clerk)
        with pytest.raises(ValidationError):
            votes.drop_vote(open_vote(hearing, clerk, "hands"), actor=clerk)


class TestCounting:
    @pytest.mark.parametrize(("figures", "passed"), [((3, 1, 0), True), ((2, 0, 0), False), ((2, 1, 1), False)])
    def test_more_than_half_of_those_present(self, clerk, hearing, figures, passed):
        vote = count(open_vote(hearing, clerk, "hands"), clerk, *figures)
        assert vote.is_passed is passed and vote.counts["none"] == 4 - sum(figures)

    def test_no_more_hands_than_people(self, clerk, hearing):
        vote = open_vote(hearing, clerk, "hands")
        with pytest.raises(ValidationError, match="多于实到的 4 人") as refused:
            count(vote, clerk, 4, 1, 0)
        assert refused.value.code == "sum"
        with pytest.raises(IntegrityError), transaction.atomic():
            Vote.objects.filter(pk=vote.pk).update(
                closed_at=vote.opened_at, for_count=4, against_count=1, abstained_count=0, void_count=0
            )

    def test_names_its_teller(self, clerk, hearing):
        vote = open_vote(hearing, clerk, "hands")
        with pytest.raises(ValidationError) as refused:
            count(vote, clerk, 3, 1, 0, teller=" ")
        assert "teller" in refused.value.error_dict
        assert Vote.objects.get(pk=vote.pk).closed_at is None

    def test_counted_again_it_stays(self, clerk, hearing):
        vote = count(open_vote(hearing, clerk, "hands"), clerk, 3, 1, 0)
        assert count(vote, clerk, 3, 1, 0).closed_at == vote.closed_at
        with pytest.raises(ValidationError) as refused:
            count(vote, clerk, 1, 3, 0)
        assert refused.value.code == "closed" and Vote.objects.get(pk=vote.pk).for_count == 3

    def test_a_foreign_clerk_may_not(self, clerk, hearing):
        with pytest.raises(PermissionDenied):
            count(open_vote(hearing, clerk, "hands"), make_clerk(make.make_community()), 3, 1, 0)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestTwoTellers:
    def test_one_of_two_counts_stands(self, clerk, hearing):
        vote = open_vote(hearing, clerk, "hands")
        found = race(lambda: count(vote, clerk, 3, 1, 0), lambda: count(vote, clerk, 1, 3, 0, teller="周计票"))
        (winner,) = won(found)
        kept = Vote.objects.get(pk=vote.pk)
        assert (kept.for_count, kept.teller) == (winner.for_count, winner.teller)
        assert hearing.events.filter(note__startswith="表决").count() == 1
