from datetime import timedelta
from uuid import uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from tests.factories import make_community, make_post
from tests.volunteers.people import make_volunteer, sign_in
from tests.volunteers.sessions import HOUR, make_session, make_signup
from volunteers.cards import card_token
from volunteers.check_codes import code_at, is_valid, seconds_left
from volunteers.models import Session, Signup
from volunteers.services.attendance import arrive, close_session, depart, hold_session, mark_absent
from volunteers.tasks.sessions import close_session as close_session_task
from volunteers.views.tablet import address_of_tablet

Status, Way = Signup.Status, Signup.Way
PLACE = {"longitude": 120.6, "latitude": 31.3, "radius_m": 200}
NEAR, FAR = (120.601, 31.3), (120.65, 31.3)


class Codes(TestCase):
    def test_good_in_its_time_and_the_next_step_alone(self):
        secret, at = uuid4(), timezone.now()
        code = code_at(secret, at, 30)
        for later, good in ((0, True), (30, True), (60, False), (-30, False)):
            with self.subTest(later):
                self.assertEqual(is_valid(secret, code, at + timedelta(seconds=later), 30), good)
        self.assertFalse(is_valid(uuid4(), code, at, 30))
        self.assertFalse(is_valid(secret, "签到", at, 30))
        self.assertIn(seconds_left(at, 30), range(1, 31))


class AttendanceCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.community = make_community()
        cls.clerk = make_post(organization=cls.community.organization)
        cls.leader, cls.volunteer = [make_volunteer(cls.community, has_account=True) for _ in range(2)]
        now = timezone.now()
        cls.session = make_session(cls.community, starts_at=now - timedelta(minutes=5), leader=cls.leader)
        cls.signup = make_signup(cls.session, cls.volunteer)

    def refused(self, code, act, *args, **how):
        with self.assertRaises(ValidationError) as raised:
            act(*args, **how)
        self.assertEqual(raised.exception.error_list[0].code, code)


class Arriving(AttendanceCase):
    def come(self, signup=None, **how):
        return arrive(signup or self.signup, **{"way": Way.QR, "actor": self.volunteer.user, **how})

    def test_comes_once_however_often_tapped(self):
        first = self.come()
        again = self.come(at=timezone.now() + timedelta(minutes=3))
        self.assertEqual((first.status, again.arrived_at), (Status.ATTENDED, first.arrived_at))

    def test_only_in_the_window(self):
        start, end = self.session.starts_at, self.session.ends_at
        self.refused("early", self.come, at=start - timedelta(minutes=31))
        self.refused("late", self.come, at=end + timedelta(minutes=1))
        self.come(at=start - timedelta(minutes=30))

    def test_nobody_checks_in_another(self):
        with self.assertRaises(PermissionDenied):
            self.come(actor=self.leader.user)
        with self.assertRaises(PermissionDenied):
            self.come(way=Way.LEADER)
        self.assertEqual(self.come(way=Way.LEADER, actor=self.leader.user).arrived_by, Way.LEADER)

    def test_waiting_and_cancelled_are_not_let_in(self):
        for status in ("waiting", "cancelled"):
            other = make_volunteer(self.community, has_account=True)
            signup = make_signup(self.session, other, status)
            self.refused(status, self.come, signup, actor=other.user)

    def test_place_is_checked_on_the_own_phone_alone(self):
        Session.objects.filter(pk=self.session.pk).update(**PLACE)
        self.refused("position", self.come)
        self.refused("outside", self.come, position=FAR)
        self.assertEqual(self.come(position=NEAR).status, Status.ATTENDED)
        other = make_signup(self.session, make_volunteer(self.community))
        self.assertEqual(self.come(other, way=Way.LEADER, actor=self.clerk).status, Status.ATTENDED)

    def test_leaving_comes_after_arriving_and_counts_once(self):
        self.refused("not_here", depart, self.signup, way=Way.QR, actor=self.volunteer.user)
        self.come()
        left = depart(self.signup, way=Way.QR, actor=self.volunteer.user, at=self.session.ends_at)
        again = depart(self.signup, way=Way.QR, actor=self.volunteer.user, at=self.session.ends_at + HOUR)
        self.assertEqual(again.left_at, left.left_at)
        self.assertIn(left.actual_minutes, (114, 115))

    def test_absent_undoes_a_check_in_that_was_a_mistake(self):
        self.come()
        row = mark_absent(self.signup, actor=self.leader.user)
        self.assertEqual((row.status, row.arrived_at), (Status.ABSENT, None))
        self.assertEqual(self.come(way=Way.LEADER, actor=self.leader.user).status, Status.ATTENDED)


class Ending(AttendanceCase):
    def setUp(self):
        self.end = self.session.ends_at
        self.silent, self.late = [make_volunteer(self.community, has_account=True) for _ in range(2)]
        self.never = make_signup(self.session, self.silent)
        self.waiting = make_signup(self.session, self.late, "waiting")
        arrive(self.signup, way=Way.LEADER, actor=self.clerk)

    def check_wound_up(self):
        for row in (self.session, self.signup, self.never, self.waiting):
            row.refresh_from_db()
        self.assertEqual(self.session.status, Session.Status.HELD)
        self.assertEqual((self.signup.left_at, self.signup.left_by), (self.end, Way.RULE))
        self.assertEqual((self.never.status, self.waiting.status), (Status.ABSENT, Status.CANCELLED))

    def test_the_sweep_waits_for_the_window_and_closes_by_rule(self):
        close_session(self.session, at=self.end + timedelta(minutes=60))
        self.session.refresh_from_db()
        self.assertEqual(self.session.status, Session.Status.OPEN)
        for _ in range(2):
            close_session(self.session, at=self.end + timedelta(minutes=61))
        self.check_wound_up()

    def test_the_leader_may_end_it_once_it_is_over(self):
        self.refused("early", hold_session, self.session, actor=self.leader.user)
        with self.assertRaises(PermissionDenied):
            hold_session(self.session, actor=self.volunteer.user, at=self.end)
        hold_session(self.session, actor=self.leader.user, at=self.end)
        self.check_wound_up()

    def test_whoever_arrived_at_the_last_moment_does_not_leave_before(self):
        late = make_signup(self.session, self.leader)
        Signup.objects.filter(pk=late.pk).update(status="attended", arrived_at=self.end + HOUR)
        hold_session(self.session, actor=self.clerk, at=self.end + HOUR)
        late.refresh_from_db()
        self.assertEqual(late.actual_minutes, 0)

    def test_task_closes_what_is_over(self):
        now = timezone.now()
        self.end = now - 3 * HOUR
        Session.objects.filter(pk=self.session.pk).update(starts_at=now - 5 * HOUR, ends_at=self.end)
        Signup.objects.filter(pk=self.signup.pk).update(arrived_at=self.end - HOUR)
        self.assertEqual(list(Session.objects.over(now - HOUR)), [self.session])
        close_session_task(self.session.pk)
        self.check_wound_up()


class OnThePhone(AttendanceCase):
    def setUp(self):
        self.address = f"{reverse('me:check')}?s={self.session.code}"

    def scan(self, code=None):
        code = code or code_at(self.session.secret, timezone.now(), 30)
        return self.client.get(f"{self.address}&c={code}")

    def tap(self, act="arrive", **more):
        return self.client.post(self.address, {"act": act, **more})

    def status(self):
        self.signup.refresh_from_db()
        return self.signup.status

    def test_scan_then_tap(self):
        sign_in(self.client, self.volunteer)
        self.assertRedirects(self.scan(), self.address)
        self.assertContains(self.client.get(self.address), 'value="arrive"')
        self.assertRedirects(self.tap(), reverse("me:session", args=[self.session.code]))
        self.assertEqual(self.status(), Status.ATTENDED)
        self.assertEqual(self.tap().status_code, 302)
        self.assertEqual(self.tap("depart").status_code, 422)  # what let somebody in lets nobody out
        self.scan()
        self.tap("depart")
        self.signup.refresh_from_db()
        self.assertIsNotNone(self.signup.left_at)

    def test_the_address_alone_checks_nobody_in(self):
        sign_in(self.client, self.volunteer)
        self.assertEqual(self.tap().status_code, 422)
        self.assertContains(self.scan("AAAAAAAAAAAA"), "请扫码")
        self.assertEqual(self.status(), Status.SEATED)

    def test_the_scan_outlives_the_signing_in(self):
        self.assertEqual(self.scan().status_code, 302)
        answer = self.client.get(self.address)
        self.assertTrue(answer.url.startswith(reverse("me:sign_in")))
        sign_in(self.client, self.volunteer)
        self.assertEqual(self.tap().status_code, 302)
        self.assertEqual(self.status(), Status.ATTENDED)

    def test_far_away_reads_how_far(self):
        Session.objects.filter(pk=self.session.pk).update(**PLACE)
        sign_in(self.client, self.volunteer)
        self.scan()
        answer = self.tap(longitude=FAR[0], latitude=FAR[1])
        self.assertContains(answer, "米，超过 200 米", status_code=422)
        self.assertContains(self.tap(), "没有拿到您的位置", status_code=422)

    def test_who_did_not_sign_up_is_led_to_the_page(self):
        sign_in(self.client, self.leader)
        self.scan()
        self.assertContains(self.client.get(self.address), "还没有报名")
        self.assertEqual(self.tap().status_code, 302)


class LeadersSide(AttendanceCase):
    def test_code_and_roll_are_the_leaders_and_the_clerks(self):
        for name in ("me:session_code", "me:session_roll"):
            address = reverse(name, args=[self.session.code])
            self.client.logout()
            self.assertEqual(self.client.get(address).status_code, 302)
            for user, status in (
                (self.leader.user, 200),
                (self.clerk, 200),
                (self.volunteer.user, 404),
                (make_post(organization=make_community().organization), 404),
            ):
                self.client.force_login(user)
                with self.subTest(name=name, user=user):
                    self.assertEqual(self.client.get(address).status_code, status)

    def test_roll_buttons_and_no_full_name(self):
        self.client.force_login(self.leader.user)
        address = reverse("me:session_roll", args=[self.session.code])
        for act in ("arrive", "arrive", "depart"):
            self.assertRedirects(self.client.post(address, {"act": act, "signup": self.signup.pk}), address)
        self.signup.refresh_from_db()
        self.assertEqual((self.signup.arrived_by, self.signup.left_by), (Way.LEADER, Way.LEADER))
        self.assertNotContains(self.client.get(address), self.volunteer.name)
        other = make_signup()
        self.assertEqual(self.client.post(address, {"act": "arrive", "signup": other.pk}).status_code, 422)

    def test_somebody_who_just_came_is_signed_up_and_checked_in(self):
        self.client.force_login(self.leader.user)
        address = reverse("me:session_walk_in", args=[self.session.code])
        roll = reverse("me:session_roll", args=[self.session.code])
        self.assertContains(self.client.post(address, {"code": "1" * 14}), "没有这个编号", status_code=422)
        for _ in range(2):
            self.assertRedirects(self.client.post(address, {"code": self.leader.code}), roll)
        self.assertEqual(self.session.signups.get(volunteer=self.leader).arrived_by, Way.LEADER)
        Session.objects.filter(pk=self.session.pk).update(seats=2)
        late = make_volunteer(self.community)
        self.assertContains(self.client.post(address, {"code": late.code}), "还在候补", status_code=422)
        self.assertFalse(self.session.signups.filter(volunteer=late).exists())

    def test_roll_costs_the_same_for_many(self):
        for _ in range(9):
            make_signup(self.session)
        self.client.force_login(self.leader.user)
        with self.assertNumQueries(11):
            self.client.get(reverse("me:session_roll", args=[self.session.code]))


class Tablet(AttendanceCase):
    def setUp(self):
        self.address = address_of_tablet(self.session, self.leader.user).removeprefix("http://localhost:8000")
        self.address = "/volunteers" + self.address.split("/volunteers", 1)[1]

    def type(self, code, act="arrive"):
        return self.client.post(self.address, {"code": code, "act": act}, follow=True)

    def test_whole_number_or_its_end_or_the_card(self):
        for typed in (self.volunteer.code, self.volunteer.code[-6:], card_token(self.volunteer)):
            with self.subTest(typed):
                answer = self.type(typed)
                self.assertContains(answer, f"编号尾号 {self.volunteer.code[-4:]}")
                self.assertNotContains(answer, self.volunteer.masked_name)
        self.assertContains(self.type(self.volunteer.code, "depart"), "签退成功")
        self.signup.refresh_from_db()
        self.assertEqual(self.signup.arrived_by, Way.TABLET)

    def test_unknown_numbers_are_counted(self):
        self.assertContains(self.type(self.leader.code), "没有这个编号", status_code=422)
        self.assertContains(self.type("12"), "最后 6 位", status_code=422)
        for _ in range(31):
            self.type("99999999999999")
        self.assertEqual(self.type(self.volunteer.code).status_code, 429)

    def test_locked_without_the_leaders_word(self):
        self.assertEqual(self.client.get("/volunteers/tablets/abc/").status_code, 404)
        stranger = address_of_tablet(self.session, self.volunteer.user)
        self.assertEqual(self.client.get("/volunteers" + stranger.split("/volunteers", 1)[1]).status_code, 404)
