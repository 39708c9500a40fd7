"""活动: the table and its door, the plan with its turn and agreement, and seats that are never taken twice."""

from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import Notification
from checklists.models import Activity, Enrolment
from checklists.services import activities, enrolments
from organizations.photos import clean_photo
from tests import factories as make
from tests.checklists.residents import set_parameter
from tests.checklists.test_services_photos import picture, upload
from tests.races import race, won

pytestmark = pytest.mark.django_db
S = Activity.Status


@pytest.fixture
def community():
    return make.make_community()


@pytest.fixture
def clerk(community):
    return make.make_post(organization=community.organization)


@pytest.fixture
def unit(community):
    unit = make.make_unit(community.organization)
    make.make_liaison(unit)
    return unit


def new_activity(community, **fields):
    starts_at = timezone.now() + timedelta(days=3)
    return Activity(
        **{
            "community": community,
            "name": "重阳义诊",
            "place": "活动室",
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(hours=2),
            **fields,
        }
    )


def row_of(activity):
    return Activity.objects.filter(pk=activity.pk).values().get()


def enrol(activity, **fields):
    return enrolments.enrol(activity, **{"name": "张大爷", "phone": f"138{next(make.SEQUENCE):08}", **fields})


class TestDoor:
    @pytest.mark.parametrize("before", S)
    def test_all_pairs(self, before, clerk, community):
        for after in S:
            activity = make.make_activity(before, community=community)
            columns = {"cancel_reason": "下雨"} if after == S.CANCELLED else {}
            rows, events = row_of(activity), activity.events.count()
            if after in Activity.TRANSITIONS[before]:
                activities.move(activities.lock(activity), after, actor=clerk, note="试", **columns)
                event = activity.events.get()
                assert (event.from_status, event.to_status, event.actor) == (before, after, clerk)
                assert row_of(activity)["status"] == after
            elif after == before:
                activities.move(activities.lock(activity), after, actor=clerk, **columns)
                assert (row_of(activity), activity.events.count()) == (rows, events)
            else:
                with pytest.raises(ValidationError) as refused:
                    activities.move(activities.lock(activity), after, actor=clerk, **columns)
                assert refused.value.code == "transition"
                assert (row_of(activity), activity.events.count()) == (rows, events)

    def test_the_community_and_the_leading_unit_act_and_nobody_else(self, clerk, community, unit):
        joint, stranger = make.make_liaison(make.make_unit()), make.make_post(organization=make.make_organization())
        activity = make.make_activity(community=community, unit=unit)
        activity.joint_units.set(joint.liaised_units.all())
        assert Activity.objects.visible_to(joint).get() == activity
        for actor in (joint, stranger):
            with pytest.raises(PermissionDenied):
                activities.announce(activity, actor=actor)
        assert activities.announce(activity, actor=unit.liaison).status == S.ANNOUNCED
        assert activities.unannounce(activity, actor=clerk).status == S.PLANNED

    def test_joint_units_do_not_open_the_neighbours_phones(self, community, unit):
        joint = make.make_liaison(make.make_unit())
        activity = make.make_activity("announced", community=community, unit=unit)
        activity.joint_units.set(joint.liaised_units.all())
        enrolment = enrol(activity)
        assert not Enrolment.objects.revealable_to(joint).exists()
        assert Enrolment.objects.revealable_to(unit.liaison).get() == enrolment

    def test_the_second_click_is_told_who_was_first(self, clerk, community):
        activity = make.make_activity(community=community)
        activities.cancel(activity, actor=clerk, reason="停电")
        with pytest.raises(ValidationError, match=r"已由王莉在.*改为“已取消”"):
            activities.announce(activity, actor=clerk)


class TestPlan:
    def test_nobody_named_means_the_unit_on_duty_with_its_agreement(self, clerk, community, unit):
        turn = make.make_turns(unit)[0]
        day = timezone.make_aware(timezone.datetime.combine(turn.starts_on, timezone.datetime.min.time())) + timedelta(
            days=2, hours=9
        )
        activity = new_activity(community, starts_at=day, ends_at=day + timedelta(hours=2))
        activity = activities.plan_activity(activity, actor=clerk)
        assert (activity.unit, activity.turn, activity.agreement) == (unit, turn, turn.agreement)
        assert activity.events.get().to_status == S.PLANNED

    def test_the_second_click_plans_no_second_one(self, clerk, community):
        first = new_activity(community)
        twin = new_activity(community, starts_at=first.starts_at, ends_at=first.ends_at)
        activities.plan_activity(first, actor=clerk)
        with pytest.raises(ValidationError, match="已有同名的活动"):
            activities.plan_activity(twin, actor=clerk)
        activities.cancel(first, actor=clerk, reason="下雨")
        assert activities.plan_activity(twin, actor=clerk).pk

    def test_another_unit_brings_its_own_agreement_and_no_turn(self, clerk, community, unit):
        other = make.make_unit(community.organization)
        agreement = make.make_agreement(other)
        activity = activities.plan_activity(new_activity(community, unit=other), actor=clerk)
        assert (activity.turn, activity.agreement) == (None, agreement)

    def test_liaison_plans_for_its_own_unit_where_it_belongs(self, clerk, community, unit):
        activity = activities.plan_activity(new_activity(community, unit=unit), actor=unit.liaison)
        assert Notification.objects.filter(recipient=clerk, text__contains=activity.name).exists()
        for wrong in (
            new_activity(community, unit=make.make_unit(community.organization)),
            new_activity(community),
            new_activity(make.make_community(), unit=unit),
        ):
            with pytest.raises(PermissionDenied):
                activities.plan_activity(wrong, actor=unit.liaison)

    @pytest.mark.parametrize("field", ["enrolment_closes_at", "ends_at"])
    def test_impossible_times_stand_beside_their_field(self, field, clerk, community):
        activity = new_activity(community)
        setattr(activity, field, activity.starts_at + timedelta(days=1 if field != "ends_at" else -1))
        with pytest.raises(ValidationError) as refused:
            activities.plan_activity(activity, actor=clerk)
        assert list(refused.value.error_dict) == [field]

    def test_a_change_is_told_and_seats_stay_with_those_who_have_them(self, clerk, community):
        activity = make.make_activity("announced", community=community, seats=10)
        enrol(activity, people_count=3)
        changed = activities.change_activity(activity, actor=clerk, place="文化站", plan="自带水杯")
        assert changed.events.get().note == "地点：社区活动室 → 文化站"
        with pytest.raises(ValidationError, match="不能少于 3"):
            activities.change_activity(activity, actor=clerk, seats=2)
        activities.cancel(activity, actor=clerk, reason="下雨")
        with pytest.raises(ValidationError) as refused:
            activities.change_activity(activity, actor=clerk, place="别处")
        assert refused.value.code == "transition"


class TestVerbs:
    def test_from_plan_to_conclusion(self, clerk, community, unit):
        activity = make.make_activity(community=community, unit=unit)
        activities.announce(activity, actor=clerk)
        with pytest.raises(ValidationError, match="还没有开始"):
            activities.hold(activity, actor=unit.liaison, reached_count=20)
        after = activity.ends_at + timedelta(hours=1)
        photo = clean_photo(upload(picture()))
        for _ in range(2):  # the double click
            held = activities.hold(
                activity, actor=unit.liaison, reached_count=20, photos=[photo], are_public=True, at=after
            )
        assert (held.reached_count, held.photos.count(), held.photos.get().is_public) == (20, 1, True)
        with pytest.raises(ValidationError, match="总结"):
            activities.conclude(activity, actor=unit.liaison, summary=" ")
        assert activities.conclude(activity, actor=unit.liaison, summary="来了二十位。", at=after).status == S.CONCLUDED
        assert [event.to_status for event in activity.events.all()] == ["announced", "held", "concluded"]

    def test_over_is_not_announced_and_enrolled_is_not_taken_down(self, clerk, community):
        past = make.make_activity(
            community=community,
            starts_at=timezone.now() - timedelta(hours=3),
            ends_at=timezone.now() - timedelta(hours=1),
        )
        with pytest.raises(ValidationError, match="时间已过"):
            activities.announce(past, actor=clerk)
        announced = make.make_activity("announced", community=community)
        enrol(announced)
        with pytest.raises(ValidationError, match="不能撤下"):
            activities.unannounce(announced, actor=clerk)

    def test_photos_have_a_limit(self, clerk, community):
        set_parameter("activity_photo_max_count", 1)
        activity = make.make_activity("held", community=community)
        with pytest.raises(ValidationError, match="最多 1 张"):
            activities.add_photos(activity, actor=clerk, photos=[clean_photo(upload(picture())) for _ in "ab"])
        assert not activity.photos.exists()

    def test_reminds_once_for_each_date(self, clerk, community, unit):
        activity = make.make_activity(community=community, unit=unit)
        for _ in range(2):
            activities.remind_activity(activity)
        assert Notification.objects.count() == 2
        activities.change_activity(activity, actor=clerk, starts_at=activity.starts_at - timedelta(days=1))
        activities.remind_activity(activity)
        assert Notification.objects.filter(recipient=clerk).count() == 2


class TestEnrolment:
    def test_takes_seats_and_gives_them_back(self, community):
        activity = make.make_activity("announced", community=community, seats=3)
        first = enrol(activity, people_count=2)
        with pytest.raises(ValidationError, match="只剩 1 个名额"):
            enrol(activity, people_count=2)
        with pytest.raises(ValidationError, match="已经报过名"):
            enrol(activity, phone=first.phone)
        for _ in range(2):
            enrolments.cancel_enrolment(first)
        assert enrolments.seats_left(activity) == 3
        assert enrol(activity, phone=first.phone, people_count=3).code != first.code
        with pytest.raises(ValidationError, match="名额已满"):
            enrol(activity)

    @pytest.mark.parametrize("status", [S.PLANNED, S.HELD, S.CONCLUDED, S.CANCELLED])
    def test_only_what_is_announced(self, status, community):
        with pytest.raises(ValidationError, match="现在不能报名"):
            enrol(make.make_activity(status, community=community))

    def test_not_after_it_closes_nor_what_is_kept_inside(self, community):
        closed = make.make_activity("announced", community=community, enrolment_closes_at=timezone.now())
        inside = make.make_activity("announced", community=community, is_public=False)
        for activity in (closed, inside):
            with pytest.raises(ValidationError, match="现在不能报名"):
                enrol(activity)

    def test_bad_numbers_are_refused(self, community):
        activity = make.make_activity("announced", community=community)
        for fields in ({"people_count": 0}, {"people_count": 10}, {"phone": "123"}):
            with pytest.raises(ValidationError):
                enrol(activity, **fields)

    def test_rates_once_after_it_was_held_unless_absent(self, clerk, community):
        activity = make.make_activity("announced", community=community)
        came, absent = enrol(activity), enrol(activity)
        with pytest.raises(ValidationError, match="办完以后"):
            enrolments.rate_enrolment(came, satisfaction="satisfied")
        activities.hold(activity, actor=clerk, reached_count=1, at=activity.ends_at)
        activities.check_attendance(activity, actor=clerk, attended=[came])
        with pytest.raises(ValidationError, match="没有到场"):
            enrolments.rate_enrolment(absent, satisfaction="satisfied")
        with pytest.raises(ValidationError, match="请选择"):
            enrolments.rate_enrolment(came, satisfaction="great")
        enrolments.rate_enrolment(came, satisfaction="satisfied", note="挺好")
        assert enrolments.rate_enrolment(came, satisfaction="dissatisfied").satisfaction == "satisfied"
        assert activity.enrolments.verdicts() == {"rated": 1, "satisfied": 1}
        with pytest.raises(ValidationError, match="不能再取消"):
            enrolments.cancel_enrolment(absent)

    @pytest.mark.postgres
    @pytest.mark.django_db(transaction=True)
    def test_forty_at_once_find_ten_seats(self, community):
        activity = make.make_activity("announced", community=community, seats=10)
        results = race(*[lambda number=number: enrol(activity, phone=f"139{number:08}") for number in range(40)])
        assert len(won(results)) == activity.enrolments.count() == 10

    @pytest.mark.postgres
    @pytest.mark.django_db(transaction=True)
    def test_one_phone_at_once_stands_once(self, community):
        activity = make.make_activity("announced", community=community)
        results = race(*[lambda: enrol(activity, phone="13900000001")] * 8)
        assert len(won(results)) == activity.enrolments.count() == 1


# --- Its venue --------------------------------------------------------------------------------------------------------
def at_hour(days, hour):
    day = timezone.localtime() + timedelta(days=days)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


def morning(community, days=3, hours=2, **fields):
    starts_at = at_hour(days, 9)
    return make.make_activity(
        community=community, starts_at=starts_at, ends_at=starts_at + timedelta(hours=hours), **fields
    )


@pytest.fixture
def hall(unit):
    return make.make_resource(unit, kind="venue", name="多功能厅")


def slots_of(activity):
    return [(booking.day - timezone.localdate(), booking.half) for booking in activity.bookings.all()]


def days(number):
    return timedelta(days=number)


def test_venue_is_booked_for_as_long_as_the_activity_lasts_and_follows_it(community, clerk, hall):
    activity = morning(community, hours=4)  # 9 to 13
    for _ in range(2):
        activities.book_venue(activity, resource=hall, actor=clerk)
    assert slots_of(activity) == [(days(3), 0), (days(3), 1)]
    assert list(activity.resources.all()) == [hall]
    starts_at = at_hour(4, 14)
    activities.change_activity(activity, actor=clerk, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))
    assert slots_of(activity) == [(days(4), 1)]
    activities.free_venue(activity, resource=hall, actor=clerk)
    assert not activity.bookings.exists() and not activity.resources.exists()


def test_noon_ends_a_morning(community, clerk, hall):
    activity = morning(community, hours=3)
    activities.book_venue(activity, resource=hall, actor=clerk)
    assert slots_of(activity) == [(days(3), 0)]


def test_taken_venue_is_told_beside_it_and_nothing_is_half_booked(community, clerk, hall):
    first, second = morning(community), morning(community, days=2, hours=30)  # into the third day's afternoon
    activities.book_venue(first, resource=hall, actor=clerk)
    with pytest.raises(ValidationError, match="已经有人用了") as refusal:
        activities.book_venue(second, resource=hall, actor=clerk)
    assert set(refusal.value.error_dict) == {"resource"}
    assert not second.bookings.exists() and not second.resources.exists()


def test_time_that_the_venue_does_not_have_is_refused_with_the_plan_as_it_was(community, clerk, hall):
    first, second = morning(community), morning(community, days=5)
    for activity in (first, second):
        activities.book_venue(activity, resource=hall, actor=clerk)
    before = row_of(second)
    for starts_at in (first.starts_at, at_hour(200, 9)):
        with pytest.raises(ValidationError) as refusal:
            activities.change_activity(second, actor=clerk, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))
        assert set(refusal.value.error_dict) == {"starts_at"}
    assert row_of(second) == before
    assert slots_of(second) == [(days(5), 0)]


def test_offered_are_the_venues_that_are_free_all_the_time(community, clerk, unit, hall):
    activity = morning(community, hours=4)
    fields = {"unit": unit, "kind": "venue"}
    make.make_resource(**fields, name="早上不开", availability=sum(2 << 2 * day for day in range(7)))
    taken, shut, opened = (make.make_resource(**fields, name=name) for name in ("有人约了", "临时不开", "当天加开"))
    opened.availability = 1 << 2 * ((timezone.localdate().weekday() + 4) % 7)
    opened.save()
    day = timezone.localdate(activity.starts_at)
    taken.bookings.create(day=day, half=1, note="家长会")
    shut.exceptions.create(day=day, half=0, is_open=False)
    for half in (0, 1):
        opened.exceptions.create(day=day, half=half, is_open=True)
    assert set(activities.free_venues(activity)) == {hall, opened}
    activities.book_venue(activity, resource=hall, actor=clerk)
    assert set(activities.free_venues(activity)) == {opened}
    assert not activities.free_venues(morning(community, days=200)).exists()


def test_cancelled_activity_gives_its_venue_back(community, clerk, hall):
    first, second = morning(community), morning(community)
    activities.book_venue(first, resource=hall, actor=clerk)
    activities.cancel(first, actor=clerk, reason="下雨")
    activities.book_venue(second, resource=hall, actor=clerk)
    with pytest.raises(ValidationError):
        activities.book_venue(first, resource=hall, actor=clerk)


def test_venue_out_of_reach_or_by_somebody_else_is_refused(community, clerk, hall):
    far = make.make_resource(make.make_unit(make.make_community().organization), kind="venue")
    stranger = make.make_post(organization=make.make_community().organization)
    for resource, actor in ((far, clerk), (hall, stranger)):
        with pytest.raises(PermissionDenied):
            activities.book_venue(morning(community), resource=resource, actor=actor)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_want_the_last_half_day_at_once(community, clerk, hall):
    both = [morning(community), morning(community)]
    results = race(*[partial(activities.book_venue, each, resource=hall, actor=clerk) for each in both])
    assert len(won(results)) == 1
    assert hall.bookings.count() == 1
