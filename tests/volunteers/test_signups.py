from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import TestCase, TransactionTestCase
from django.utils import timezone

from accounts.models import Notification
from tests.factories import make_community, make_post
from tests.races import race, won
from tests.volunteers.people import make_volunteer
from tests.volunteers.sessions import HOUR, in_days, make_session, make_signup
from volunteers.models import Signup, Skill, Training
from volunteers.requirements import shortfalls
from volunteers.services.sessions import change_session
from volunteers.services.signups import cancel_signup, remind_session, sign_up

Status = Signup.Status
TODAY = timezone.localdate


def own(session, volunteer, **how):
    return sign_up(session, volunteer, actor=volunteer.user, **how)


class SigningUp(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.community = make_community()
        cls.session = make_session(cls.community, seats=1)
        cls.one, cls.two, cls.three = [make_volunteer(cls.community, has_account=True) for _ in range(3)]

    def refused(self, code, session, volunteer, **how):
        with self.assertRaises(ValidationError) as raised:
            own(session, volunteer, **how)
        self.assertEqual(raised.exception.error_list[0].code, code)
        return "".join(raised.exception.messages)

    def test_first_takes_the_seat_and_the_next_ones_wait_in_order(self):
        signups = [own(self.session, each) for each in (self.one, self.two, self.three)]
        self.assertEqual([each.status for each in signups], [Status.SEATED, Status.WAITING, Status.WAITING])
        self.assertEqual(list(self.session.signups.in_line()), signups[1:])

    def test_second_tap_changes_nothing(self):
        self.assertEqual(own(self.session, self.one), own(self.session, self.one))
        self.assertEqual(self.session.signups.count(), 1)

    def test_nobody_signs_up_another(self):
        with self.assertRaises(PermissionDenied):
            sign_up(self.session, self.one, actor=self.two.user)

    def test_staff_sign_up_for_others_until_the_end(self):
        clerk = make_post(organization=self.community.organization)
        now = self.session.starts_at + HOUR
        self.assertEqual(sign_up(self.session, self.one, actor=clerk, at=now).status, Status.SEATED)
        self.refused("closed", self.session, self.two, at=now)

    def test_only_open_sessions_take_anybody(self):
        for status in ("drafted", "held", "settled", "cancelled"):
            with self.subTest(status):
                self.refused("closed", make_session(self.community, status), self.one)

    def test_same_time_is_refused_even_when_said_twice(self):
        own(self.session, self.one)
        other = make_session(starts_at=self.session.starts_at + HOUR)
        self.assertIn("同一时间", self.refused("overlap", other, self.one, accept_overlap=True))

    def test_waiting_elsewhere_is_no_hindrance(self):
        make_signup(self.session, self.one, "waiting")
        other = make_session(starts_at=self.session.starts_at)
        self.assertEqual(own(other, self.one).status, Status.SEATED)

    def test_small_gap_is_warned_of_and_taken_the_second_time(self):
        own(self.session, self.one)
        other = make_session(starts_at=self.session.ends_at + timedelta(minutes=10))
        self.assertIn("只隔 10 分钟", self.refused("near", other, self.one))
        self.assertEqual(own(other, self.one, accept_overlap=True).status, Status.SEATED)

    def test_gap_long_enough_is_not_mentioned(self):
        own(self.session, self.one)
        other = make_session(starts_at=self.session.ends_at + timedelta(minutes=30))
        self.assertEqual(own(other, self.one).status, Status.SEATED)


class Requirements(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.skill, cls.other = Skill.objects.all()[:2]
        cls.community = make_community()
        cls.adult = make_volunteer(cls.community, born_on=TODAY() - timedelta(days=40 * 366), has_account=True)

    def missing(self, volunteer=None, **terms):
        session = make_session(self.community, **terms)
        return shortfalls(volunteer or self.adult, session, on=timezone.localdate(session.starts_at))

    def test_one_of_the_skills_is_enough(self):
        both = {"skills": [self.skill, self.other]}
        self.assertEqual(self.missing(**both), [f"要会{self.skill}或{self.other}"])
        self.adult.skills.add(self.other)
        self.assertEqual(self.missing(**both), [])

    def test_training_is_of_a_skill_asked_for_and_still_valid(self):
        asked = {"skills": [self.skill], "needs_training": True}
        self.adult.skills.add(self.skill)
        clerk = make_post()
        row = Training.objects.create(
            volunteer=self.adult, title="急救", skill=self.other, minutes=60, organizer="红十字会", on=TODAY(),
            recorded_by=clerk,
        )  # fmt: skip
        self.assertEqual(len(self.missing(**asked)), 1)
        row.skill = self.skill
        row.save()
        self.assertEqual(self.missing(**asked), [])
        row.valid_until = TODAY()
        row.save()
        self.assertEqual(len(self.missing(**asked)), 1)

    def test_age_is_that_of_the_day(self):
        self.assertEqual(self.missing(least_age=60), ["要满 60 周岁"])
        self.assertEqual(self.missing(most_age=30), ["不超过 30 周岁"])
        self.assertEqual(self.missing(make_volunteer(self.community), least_age=20), ["要先登记出生日期，才能核对年龄"])

    def test_dangerous_work_wants_insurance_and_no_minor(self):
        danger = {"needs_insurance": True, "risks": "登高"}
        self.assertEqual(len(self.missing(**danger)), 1)
        self.adult.insured_until = TODAY() + timedelta(days=1)
        self.assertEqual(self.missing(**danger), [])
        born = TODAY() - timedelta(days=16 * 366)
        minor = make_volunteer(
            self.community, born_on=born, guardian_name="陈父", guardian_phone="13800001111",
            insured_until=TODAY() + timedelta(days=9),
        )  # fmt: skip
        self.assertEqual(self.missing(minor, **danger), ["要满 18 周岁（有风险的活动不收未成年人）"])

    def test_sign_up_says_all_that_is_missing_at_once(self):
        session = make_session(self.community, needs_insurance=True, least_age=60)
        with self.assertRaises(ValidationError) as raised:
            own(session, self.adult)
        self.assertEqual(len(raised.exception.messages), 2)


class GivingBack(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.community = make_community()
        cls.session = make_session(cls.community, seats=1, starts_at=in_days(3))
        cls.people = [make_volunteer(cls.community, has_account=True) for _ in range(3)]
        cls.seated, *cls.line = [own(cls.session, each) for each in cls.people]

    def test_first_of_the_line_moves_up_and_is_told(self):
        cancel_signup(self.seated, reason="临时有事", actor=self.people[0].user)
        self.assertEqual([self.status(each) for each in self.line], [Status.SEATED, Status.WAITING])
        told = Notification.objects.filter(recipient=self.people[1].user, text__startswith="候补到名额了")
        self.assertEqual(told.count(), 1)

    def status(self, signup):
        signup.refresh_from_db()
        return signup.status

    def test_whoever_sits_elsewhere_by_now_is_passed_over(self):
        make_signup(make_session(starts_at=self.session.starts_at), self.people[1])
        cancel_signup(self.seated, reason="临时有事", actor=self.people[0].user)
        self.assertEqual([self.status(each) for each in self.line], [Status.WAITING, Status.SEATED])

    def test_more_seats_fill_from_the_line(self):
        clerk = make_post(organization=self.community.organization)
        change_session(self.session, seats=3, actor=clerk)
        self.assertEqual([self.status(each) for each in self.line], [Status.SEATED, Status.SEATED])

    def test_short_notice_is_marked_for_a_seat_alone(self):
        at = self.session.starts_at - HOUR
        for signup, person, marked in ((self.seated, 0, True), (self.line[1], 2, False)):
            row = cancel_signup(signup, reason="临时有事", actor=self.people[person].user, at=at)
            self.assertEqual(row.is_short_notice, marked)

    def test_twice_is_as_once_and_a_new_sign_up_goes_to_the_end(self):
        user = self.people[0].user
        first = cancel_signup(self.seated, reason="临时有事", actor=user)
        self.assertEqual(cancel_signup(self.seated, reason="再点", actor=user).cancelled_at, first.cancelled_at)
        self.assertEqual(own(self.session, self.people[0]).status, Status.WAITING)

    def test_not_without_a_reason_nor_by_another_nor_once_it_has_begun(self):
        with self.assertRaises(ValidationError):
            cancel_signup(self.seated, reason=" ", actor=self.people[0].user)
        with self.assertRaises(PermissionDenied):
            cancel_signup(self.seated, reason="有事", actor=self.people[1].user)
        with self.assertRaises(ValidationError):
            cancel_signup(self.seated, reason="有事", actor=self.people[0].user, at=self.session.starts_at)

    def test_reminder_goes_once_to_those_with_a_seat(self):
        for _ in range(2):
            remind_session(self.session)
        told = Notification.objects.filter(text__startswith="提醒")
        self.assertEqual([each.recipient for each in told], [self.people[0].user])


@pytest.mark.postgres
class AtOnce(TransactionTestCase):
    def test_forty_tap_for_ten_seats(self):
        community = make_community()
        session = make_session(community, seats=10)
        people = [make_volunteer(community, has_account=True) for _ in range(40)]
        results = race(*[lambda each=each: own(session, each) for each in people])
        self.assertEqual(len(won(results)), 40)
        self.assertEqual(session.signups.filter(status=Status.SEATED).count(), 10)
        line = list(session.signups.in_line())
        self.assertEqual(len(line), 30)
        last_seated = max(each.signed_at for each in session.signups.filter(status=Status.SEATED))
        self.assertLess(last_seated, line[0].signed_at)
        self.assertEqual(len({each.signed_at for each in line}), 30)

    def test_one_person_taps_two_sessions_of_one_time(self):
        person = make_volunteer(has_account=True)
        sessions = [make_session(person.community) for _ in range(4)]
        results = race(*[lambda each=each: own(each, person) for each in sessions])
        self.assertEqual(len(won(results)), 1)

    def test_seats_given_back_at_once_go_to_the_first_of_the_line(self):
        community = make_community()
        session = make_session(community, seats=5)
        people = [make_volunteer(community, has_account=True) for _ in range(15)]
        signups = [own(session, each) for each in people]
        race(*[
            lambda row=row, person=person: cancel_signup(row, reason="有事", actor=person.user)
            for row, person in zip(signups[:5], people[:5], strict=True)
        ])  # fmt: skip
        seated = session.signups.filter(status=Status.SEATED).order_by("signed_at")
        self.assertEqual(list(seated), signups[5:10])
