from datetime import date, time, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.test import TestCase
from django.utils import timezone

from accounts.models import Notification
from organizations.models import CalendarDay
from tests.factories import make_community, make_post
from tests.volunteers.people import make_volunteer
from tests.volunteers.sessions import make_series, make_signup
from volunteers.models import Session, Skill
from volunteers.services.series import (
    change_series,
    coming,
    days_of,
    end_series,
    except_day,
    fill_series,
    start_red_vest,
    start_series,
)
from volunteers.services.sessions import change_session

Status = Session.Status
TODAY = timezone.localdate


def days(sessions):
    return [timezone.localdate(each.starts_at) for each in sessions]


def tomorrow():
    return TODAY() + timedelta(days=1)


class SeriesCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.community = make_community()
        cls.clerk = make_post(organization=cls.community.organization)
        # Its days do not depend on when the test runs.
        cls.series = make_series(cls.community, weekday=tomorrow().weekday(), skips_holidays=False)

    def standing(self):
        rows = self.series.sessions.exclude(status=Status.CANCELLED).order_by("starts_at")
        return list(rows)


class Days(SeriesCase):
    def test_a_public_holiday_is_skipped_and_a_make_up_day_is_not(self):
        series = make_series(self.community, weekday=1)
        found = days_of(series, date(2026, 2, 9), date(2026, 3, 3), {})
        self.assertNotIn(date(2026, 2, 17), found)  # 春节
        self.assertEqual(found, [date(2026, 2, 10), date(2026, 2, 24), date(2026, 3, 3)])
        saturday = make_series(self.community, weekday=5)
        self.assertIn(date(2026, 2, 14), days_of(saturday, date(2026, 2, 9), date(2026, 2, 28), {}))

    def test_the_own_calendar_comes_first(self):
        CalendarDay.objects.create(day=date(2026, 2, 17), is_working=True, name="调休上班")
        CalendarDay.objects.create(day=date(2026, 2, 10), is_working=False, name="放假")
        series = make_series(self.community, weekday=1)
        self.assertEqual(days_of(series, date(2026, 2, 9), date(2026, 2, 18), {}), [date(2026, 2, 17)])

    def test_exceptions_call_off_or_move(self):
        series = make_series(self.community, weekday=1)
        moved = {date(2026, 3, 3): None, date(2026, 3, 10): date(2026, 3, 12)}
        found = days_of(series, date(2026, 3, 1), date(2026, 3, 17), moved)
        self.assertEqual(found, [date(2026, 3, 12), date(2026, 3, 17)])


class Filling(SeriesCase):
    def test_four_weeks_ahead_once(self):
        first = fill_series(self.series)
        self.assertEqual(days(first), [tomorrow() + timedelta(weeks=week) for week in range(4)])
        self.assertEqual({each.status for each in first}, {Status.OPEN})
        self.assertEqual(fill_series(self.series), [])
        self.assertEqual(len(fill_series(self.series, on=TODAY() + timedelta(weeks=1))), 1)

    def test_a_cancelled_day_is_not_made_again(self):
        first = fill_series(self.series)[0]
        Session.objects.filter(pk=first.pk).update(status=Status.CANCELLED)
        self.assertEqual(fill_series(self.series), [])

    def test_a_session_moved_by_hand_is_not_made_again(self):
        first = fill_series(self.series)[0]
        change_session(
            first, starts_at=first.starts_at + timedelta(days=1), ends_at=first.ends_at + timedelta(days=1),
            reason="场地占用", actor=self.clerk,
        )  # fmt: skip
        self.assertEqual(fill_series(self.series), [])
        self.assertEqual(self.series.exceptions.get().moved_to, tomorrow() + timedelta(days=1))

    def test_nothing_before_its_start_after_its_end_or_when_it_rests(self):
        late = make_series(self.community, starts_on=TODAY() + timedelta(weeks=9))
        ended = make_series(self.community, starts_on=TODAY() - timedelta(9), ends_on=TODAY() - timedelta(1))
        resting = make_series(self.community, is_active=False)
        self.assertEqual([fill_series(each) for each in (late, ended, resting)], [[], [], []])

    def test_sessions_take_the_terms_and_skills(self):
        skill = Skill.objects.first()
        self.series.skills.add(skill)
        self.series.seats = 7
        self.series.save()
        session = fill_series(self.series)[0]
        self.assertEqual((session.seats, list(session.skills.all())), (7, [skill]))


class Starting(SeriesCase):
    def test_red_vest_by_one_click_and_the_second_finds_it(self):
        series = start_red_vest(self.community, actor=self.clerk)
        self.assertEqual(start_red_vest(self.community, actor=self.clerk), series)
        self.assertEqual((series.weekday, series.starts_at, series.ends_at), (1, time(9), time(11)))
        self.assertTrue(series.sessions.exists())
        self.assertEqual({each.weekday() for each in days(series.sessions.all())}, {1})

    def test_not_in_a_foreign_community(self):
        with self.assertRaises(PermissionDenied):
            start_red_vest(make_community(), actor=self.clerk)

    def test_risks_are_asked_for_with_insurance(self):
        series = make_series(self.community)
        series.pk, series.needs_insurance, series.title = None, True, "登高清扫"
        with self.assertRaises(ValidationError) as raised:
            start_series(series, actor=self.clerk)
        self.assertIn("risks", raised.exception.message_dict)


class Changing(SeriesCase):
    def setUp(self):
        fill_series(self.series)
        self.taken, *self.free = self.standing()
        self.volunteer = make_volunteer(self.community, has_account=True)
        make_signup(self.taken, self.volunteer)

    def test_only_sessions_without_sign_ups_follow(self):
        free, taken = coming(self.series, timezone.now())
        self.assertEqual((len(free), len(taken)), (3, 1))
        change_series(self.series, place="新广场", starts_at=time(14), ends_at=time(16), actor=self.clerk)
        for session in self.standing():
            is_old = session == self.taken
            self.assertEqual(session.place, "社区广场" if is_old else "新广场")
            self.assertEqual(timezone.localtime(session.starts_at).hour, 9 if is_old else 14)
        self.assertFalse(Notification.objects.exists())

    def test_all_follow_where_the_clerk_says_so_and_people_are_told(self):
        change_series(self.series, place="新广场", includes_taken=True, actor=self.clerk)
        self.assertEqual({each.place for each in self.standing()}, {"新广场"})
        self.assertIn("新广场", Notification.objects.get(recipient=self.volunteer.user).text)

    def test_a_new_weekday_moves_each_within_its_week(self):
        before = days(self.free)
        shift = 1 if self.series.weekday < 6 else -1
        change_series(self.series, weekday=self.series.weekday + shift, actor=self.clerk)
        after = [each for each in self.standing() if each != self.taken]
        self.assertEqual(days(after)[: len(before)], [day + timedelta(days=shift) for day in before])
        self.assertEqual(self.series.exceptions.get().moved_to, tomorrow())

    def test_ending_tells_the_reason(self):
        end_series(self.series, reason="场地装修", actor=self.clerk)
        self.assertEqual(self.standing(), [])
        self.assertIn("场地装修", Notification.objects.get(recipient=self.volunteer.user).text)
        self.assertEqual(fill_series(self.series), [])


class Exceptions(SeriesCase):
    def setUp(self):
        self.session = fill_series(self.series)[0]
        self.day = timezone.localdate(self.session.starts_at)
        self.volunteer = make_volunteer(self.community, has_account=True)
        self.signup = make_signup(self.session, self.volunteer)

    def told(self):
        return Notification.objects.get(recipient=self.volunteer.user).text

    def test_called_off(self):
        except_day(self.series, day=self.day, reason="高温", actor=self.clerk)
        self.session.refresh_from_db()
        self.assertEqual(self.session.status, Status.CANCELLED)
        self.assertIn("高温", self.told())

    def test_moved_with_its_sign_ups(self):
        to = self.day + timedelta(days=2)
        except_day(self.series, day=self.day, moved_to=to, reason="下雨", actor=self.clerk)
        self.session.refresh_from_db()
        self.assertEqual(timezone.localdate(self.session.starts_at), to)
        self.assertEqual(timezone.localtime(self.session.starts_at).hour, 9)
        self.assertIn("下雨", self.told())
        self.assertEqual(fill_series(self.series), [])

    def test_a_day_not_made_yet(self):
        day = self.day + timedelta(weeks=6)
        except_day(self.series, day=day, reason="春节", actor=self.clerk)
        later = fill_series(self.series, on=day - timedelta(days=1))
        self.assertNotIn(day, days(later))

    def test_what_cannot_be(self):
        cases = [
            ("day", {"day": self.day + timedelta(days=1)}),
            ("day", {"day": self.day - timedelta(weeks=1)}),
            ("moved_to", {"day": self.day, "moved_to": self.day}),
            ("moved_to", {"day": self.day, "moved_to": TODAY() - timedelta(days=1)}),
            ("moved_to", {"day": self.day, "moved_to": self.day + timedelta(weeks=1)}),
        ]
        for field, how in cases:
            with self.subTest(how), self.assertRaises(ValidationError) as raised:
                except_day(self.series, reason="有事", actor=self.clerk, **how)
            self.assertIn(field, raised.exception.message_dict)
