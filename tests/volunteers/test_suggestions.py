from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import Notification
from organizations.models import Parameter
from tests import factories as make
from tests.volunteers.people import make_volunteer
from tests.volunteers.positions import make_claim, make_clerk, make_position
from tests.volunteers.sessions import in_days, make_session, make_signup
from volunteers import suggesting
from volunteers.models import HourEntry, Position, Skill
from volunteers.services import suggestions
from volunteers.services.suggestions import invite, invited, suggest_for_position, suggest_for_session
from volunteers.suggesting import Person, Wanted, Weights

TODAY = timezone.localdate
WEIGHTS = Weights(skill=40, time=25, place=20, hours=15, near_m=200, far_m=2_000, busy_minutes=3_000)
TUESDAY_MORNING = 1 << 2


def best(people, wanted=None, limit=10):
    return [each.key for each in suggesting.rank(people, wanted or Wanted(community=1), WEIGHTS, limit)]


class TestEngine:
    def test_each_ground_decides_where_the_others_are_even(self):
        table = [
            (Wanted({7: "理发", 8: "急救"}), [{"skills": {7, 8}}, {"skills": {7}}, {"skills": {9}}]),
            (Wanted(topic=3), [{"interests": {3}}, {}]),
            (Wanted(times=TUESDAY_MORNING), [{"times": TUESDAY_MORNING}, {"times": 1}]),
            (Wanted(), [{"times": 0}, {"times": 0b111}, {"times": 1}]),
            (
                Wanted(building=5, grid=2, community=1),
                [
                    {"building": 5, "grid": 2, "community": 1},
                    {"grid": 2, "community": 1},
                    {"community": 1},
                    {"community": 4},
                ],
            ),
            (
                Wanted(point=(116.4, 39.9)),
                [{"point": (116.401, 39.9)}, {"point": (116.41, 39.9)}, {"point": (116.5, 39.9)}],
            ),
            (Wanted(), [{"minutes": 0}, {"minutes": 600}, {"minutes": 6000}]),
        ]
        for wanted, facts in table:
            people = [Person(key=key, **each) for key, each in enumerate(facts)]
            assert best(reversed(people), wanted) == list(range(len(people))), wanted

    def test_the_parts_are_the_score_and_say_why(self):
        person = Person(1, skills=frozenset({7}), building=5, minutes=1500)
        fit = suggesting.fit(person, Wanted({7: "理发"}, building=5), WEIGHTS)
        assert [(part.points, part.words) for part in fit.parts] == [
            (40, "会理发"),
            (25, "什么时间都可以"),
            (20, "就住这栋楼"),
            (7.5, "近一年服务 25 小时"),
        ]
        assert fit.score == 92.5

    def test_equals_in_the_order_of_their_numbers_and_no_more_than_asked_for(self):
        assert best([Person(key) for key in (3, 1, 2)], limit=2) == [1, 2]

    def test_metres(self):
        assert suggesting.metres((116.4, 39.9), (116.4, 39.9)) == 0
        assert suggesting.metres((116.4, 39.9), (116.4, 39.91)) == pytest.approx(1112, abs=2)


@pytest.fixture
def community(db):
    return make.make_community()


def names(found):
    return [each.volunteer.pk for each in found]


class TestForPosition:
    def test_of_the_community_and_neither_in_it_nor_gone(self, community):
        position = make_position(community, headcount=3)
        here, gone, claimed = (make_volunteer(community, has_account=True) for _ in range(3))
        make_volunteer()
        make_claim(position, claimed)
        gone.left_on = TODAY()
        gone.save()
        assert names(suggest_for_position(position)) == [here.pk]

    def test_the_building_the_skill_and_who_served_less(self, community):
        building = make.make_building(make.make_quarter(community), longitude=116.4, latitude=39.9)
        skill = Skill.objects.first()
        position = make_position(community, building=building, skills=[skill])
        busy, neighbour, far = (make_volunteer(community, skills=[skill]) for _ in range(3))
        make_volunteer(community)
        for volunteer in (busy, neighbour):
            volunteer.building = building
            volunteer.save()
        HourEntry.objects.create(
            volunteer=busy, ledger="voluntary", minutes=3000, served_on=TODAY(), counts_on=TODAY(), community=community,
            words="活动",
        )  # fmt: skip
        found = suggest_for_position(position)
        assert names(found) == [neighbour.pk, far.pk, busy.pk]
        assert [part.words for part in found[0].fit.parts][2] == "就住这栋楼"
        assert sum(bar["width"] for bar in found[0].bars) == pytest.approx(found[0].fit.score, abs=0.3)

    def test_ages_and_members_keep_out_insurance_comes_last(self, community):
        position = make_position(community, least_age=18, most_age=60, needs_insurance=True, is_for_members=True)
        years = 365.25 * timedelta(days=1)
        facts = {"kind": "member", "born_on": TODAY() - 30 * years}
        ready = make_volunteer(community, **facts, insured_until=TODAY())
        uninsured = make_volunteer(community, **facts)
        make_volunteer(community, **facts | {"born_on": TODAY() - 70 * years})
        make_volunteer(community, **facts | {"kind": "citizen"})
        found = suggest_for_position(position)
        assert [(each.volunteer, bool(each.lacking)) for each in found] == [(ready, False), (uninsured, True)]

    def test_the_weights_are_the_parameters(self, community):
        position = make_position(community)
        for _ in range(2):
            make_volunteer(community)
        parameter = Parameter.objects.get(key="suggest_time_weight")
        parameter.values.update(value=100)
        assert suggest_for_position(position)[0].fit.parts[1].points == 100

    def test_as_many_queries_for_thirty_as_for_three(self, community, django_assert_num_queries):
        position = make_position(community, skills=[Skill.objects.first()])
        for _ in range(3):
            make_volunteer(community, skills=[Skill.objects.first()])
        with django_assert_num_queries(11):
            suggest_for_position(Position.objects.get(pk=position.pk))
        for _ in range(27):
            make_volunteer(community, skills=[Skill.objects.first()])
        with django_assert_num_queries(11):
            assert len(suggest_for_position(Position.objects.get(pk=position.pk))) == 10


class TestForSession:
    def test_neither_signed_up_nor_seated_elsewhere_then(self, community):
        session = make_session(community)
        other = make_session(community, starts_at=session.starts_at + timedelta(hours=1))
        free, signed, busy = (make_volunteer(community) for _ in range(3))
        make_signup(session, signed)
        make_signup(other, busy)
        assert names(suggest_for_session(session)) == [free.pk]

    def test_the_half_day_it_is_on(self, community):
        morning = in_days(days=7, hour=9)
        bit = 1 << (2 * morning.weekday())
        able, unable = make_volunteer(community, times=bit), make_volunteer(community, times=bit << 1)
        session = make_session(community, starts_at=morning)
        assert suggestions.wanted_of_session(session).times == bit
        assert names(suggest_for_session(session)) == [able.pk, unable.pk]


class TestInvite:
    def test_once_into_the_inbox(self, community):
        position, volunteer, clerk = make_position(community), make_volunteer(community), make_clerk(community)
        for _ in range(2):
            invite(position, volunteer, actor=clerk)
        volunteer.refresh_from_db()
        line = Notification.objects.get(recipient=volunteer.user)
        assert line.link == f"/me/positions/{position.pk}/"
        assert invited(position, [volunteer]) == {volunteer.pk}

    def test_not_by_strangers_nor_of_strangers_nor_before_it_is_open(self, community):
        position, volunteer, clerk = make_position(community), make_volunteer(community), make_clerk(community)
        with pytest.raises(PermissionDenied):
            invite(position, volunteer, actor=make_clerk(make.make_community()))
        with pytest.raises(ValidationError):
            invite(position, make_volunteer(), actor=clerk)
        with pytest.raises(ValidationError):
            invite(make_position(community, status="drafted"), volunteer, actor=clerk)
