"""单位评社区: a draft of the liaison's, confirmed once, within its days; from paper by the staff."""

from datetime import date, datetime, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from organizations.models import UnitAppraisal
from organizations.services.community_ratings import KEYS, due_on, given_of, rate_community, ratings_of
from tests import factories as make

pytestmark = pytest.mark.django_db
YEAR = timezone.localdate().year
POINTS = dict.fromkeys(KEYS, 20)


@pytest.fixture
def league():
    return make.make_league(units=2)


@pytest.fixture
def unit(league):
    return league.members.first().unit


@pytest.fixture
def liaison(unit):
    return make.make_liaison(unit)


@pytest.fixture
def clerk(league):
    return make.make_post(organization=league.organization)


def rate(league, unit, actor, **fields):
    told = {"year": YEAR, "points": POINTS, "words": "对接及时", **fields}
    return rate_community(league, unit=unit, actor=actor, **told)


def at(day):
    return timezone.make_aware(datetime.combine(day, time(10)))


def code_of(call):
    """The field that is refused, or the code of what is refused as a whole."""
    with pytest.raises(ValidationError) as refusal:
        call()
    return next(iter(getattr(refusal.value, "error_dict", [])), None) or refusal.value.code


class TestLiaison:
    def test_a_draft_is_changed_until_it_is_confirmed(self, league, unit, liaison):
        draft = rate(league, unit, liaison)
        assert (float(draft.rating), draft.rating_told, draft.total, draft.grade) == (80, None, None, "")
        final = rate(league, unit, liaison, points={**POINTS, "notice": 25}, is_final=True)
        assert (final.pk, float(final.rating_told)) == (draft.pk, 85)
        assert given_of(final) == {**POINTS, "notice": 25} and final.evidence.count() == 4
        assert league.events.filter(actor=liaison).count() == 2

    def test_confirmed_stays_and_a_second_click_changes_nothing(self, league, unit, liaison):
        rate(league, unit, liaison, is_final=True)
        rate(league, unit, liaison, is_final=True)
        assert league.events.filter(actor=liaison).count() == 1
        assert code_of(lambda: rate(league, unit, liaison, words="改了")) == "confirmed"

    def test_points_words_and_day_have_limits(self, league, unit, liaison):
        assert code_of(lambda: rate(league, unit, liaison, points={**POINTS, "service": 26})) == "service"
        assert code_of(lambda: rate(league, unit, liaison, words=" ")) == "words"
        assert code_of(lambda: rate(league, unit, liaison, year=YEAR + 1)) == "year"
        late = at(due_on(YEAR) + timedelta(days=1))
        assert code_of(lambda: rate(league, unit, liaison, at=late)) == "due"
        assert rate(league, unit, liaison, at=at(due_on(YEAR))).pk

    def test_of_another_unit_or_without_the_post_it_is_refused(self, league, unit, liaison):
        other = make.make_liaison(league.members.last().unit)
        for actor in (other, make.make_user()):
            with pytest.raises(PermissionDenied):
                rate(league, unit, actor)

    def test_what_is_to_be_rated(self, league, unit, liaison):
        now = at(date(YEAR, 11, 23))
        assert [(row.pk, row.unit, row.year) for row in ratings_of(liaison, now)] == [(None, unit, YEAR)]
        january = [row.year for row in ratings_of(liaison, at(date(YEAR + 1, 1, 20)))]
        assert january == [YEAR + 1, YEAR]
        rate(league, unit, liaison)
        assert ratings_of(liaison, now)[0].pk
        assert ratings_of(make.make_user()) == []


class TestStaff:
    def test_from_paper_it_is_final_but_never_over_the_liaisons_own(self, league, unit, liaison, clerk):
        second = league.members.last().unit
        assert rate(league, second, clerk).confirmed_on
        rate(league, unit, liaison)
        assert code_of(lambda: rate(league, unit, clerk)) == "theirs"
        assert UnitAppraisal.objects.get(unit=unit).confirmed_on is None

    def test_of_another_community_is_refused(self, league, unit):
        with pytest.raises(PermissionDenied):
            rate(league, unit, make.make_post(organization=make.make_organization()))
