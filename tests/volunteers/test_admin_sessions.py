"""The staff's side: series by one click, sessions planned and moved on, their people, and nothing of a sister's."""

from datetime import timedelta

from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from tests.factories import make_community, make_post
from tests.volunteers.people import make_volunteer
from tests.volunteers.sessions import HOUR, in_days, make_series, make_session, make_signup
from volunteers.models import Series, Session, Signup
from volunteers.services.series import fill_series

Status = Session.Status


def page(name, *args):
    return reverse(f"admin:volunteers_{name}", args=args)


class StaffCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.community = make_community()
        cls.clerk = make_post(organization=cls.community.organization)
        cls.volunteer = make_volunteer(cls.community, has_account=True)

    def setUp(self):
        self.client.force_login(self.clerk)

    def terms(self, **more):
        return {
            "community": self.community.pk,
            "title": "清洁家园",
            "place": "广场",
            "seats": 10,
            "ledger": "voluntary",
            **more,
        }

    def when(self, days=2):
        day = timezone.localdate() + timedelta(days=days)
        return {"starts_at_0": day, "starts_at_1": "09:00", "ends_at_0": day, "ends_at_1": "11:00"}


class SeriesPages(StaffCase):
    def test_red_vest_by_one_click(self):
        address = page("series_red_vest")
        self.assertContains(self.client.get(address), self.community.name)
        answer = self.client.post(address, {"community": self.community.pk})
        series = Series.objects.get()
        self.assertRedirects(answer, page("series_change", series.pk))
        self.client.post(address, {"community": self.community.pk})
        self.assertEqual(Series.objects.count(), 1)
        self.assertEqual(self.client.post(address, {"community": make_community().pk}).status_code, 404)

    def test_added_in_the_form_with_its_sessions(self):
        times = {"weekday": 1, "starts_at": "09:00", "ends_at": "11:00", "starts_on": timezone.localdate()}
        answer = self.client.post(page("series_add"), self.terms(**times))
        series = Series.objects.get()
        self.assertRedirects(answer, page("series_change", series.pk))
        self.assertTrue(series.sessions.exists())

    def test_what_is_wrong_stands_beside_its_field(self):
        times = {"weekday": 1, "starts_at": "11:00", "ends_at": "09:00", "starts_on": timezone.localdate()}
        answer = self.client.post(page("series_add"), self.terms(**times, needs_insurance="on"))
        self.assertContains(answer, "结束时间要晚于开始时间")
        self.assertFalse(Series.objects.exists())

    def test_the_form_says_how_many_follow(self):
        series = make_series(self.community, weekday=(timezone.localdate() + timedelta(1)).weekday())
        make_signup(fill_series(series)[0])
        self.assertContains(self.client.get(page("series_edit", series.pk)), "有人报名的有 1 场")

    def test_a_day_is_called_off_and_the_series_ended(self):
        tomorrow = timezone.localdate() + timedelta(days=1)
        series = make_series(self.community, weekday=tomorrow.weekday(), skips_holidays=False)
        fill_series(series)
        self.client.post(page("series_act", series.pk, "except"), {"day": tomorrow, "reason": "高温"})
        self.assertEqual(series.sessions.get(status=Status.CANCELLED).cancelled_reason, "高温")
        self.assertContains(self.client.get(page("series_change", series.pk)), "高温")
        self.client.post(page("series_act", series.pk, "end"), {"reason": "装修"})
        self.assertFalse(series.sessions.filter(status=Status.OPEN).exists())


class SessionPages(StaffCase):
    def test_planned_then_published(self):
        answer = self.client.post(page("session_add"), self.terms(**self.when()))
        session = Session.objects.get()
        self.assertRedirects(answer, page("session_change", session.pk))
        self.assertEqual(session.status, Status.DRAFTED)
        self.client.post(page("session_act", session.pk, "publish"))
        session.refresh_from_db()
        self.assertEqual(session.status, Status.OPEN)

    def test_publishing_without_risks_is_refused_in_words(self):
        session = make_session(self.community, "drafted", needs_insurance=True)
        answer = self.client.post(page("session_act", session.pk, "publish"))
        self.assertContains(answer, "发布前请写明风险", status_code=422)

    def test_changed_with_its_reason(self):
        session = make_session(self.community)
        make_signup(session, self.volunteer)
        changed = self.terms(title=session.title, place="二号楼", reason="占用", **self.when(1))
        answer = self.client.post(page("session_edit", session.pk), changed)
        self.assertRedirects(answer, page("session_change", session.pk))
        self.assertIn("占用", self.volunteer.user.notifications.get().text)
        over = make_session(self.community, starts_at=timezone.now() - HOUR)
        self.assertRedirects(self.client.get(page("session_edit", over.pk)), page("session_change", over.pk))

    def test_signing_somebody_up_by_the_number(self):
        session = make_session(self.community)
        address = page("session_act", session.pk, "sign-up")
        self.assertContains(self.client.post(address, {"code": self.volunteer.code}), "先问过本人", status_code=422)
        self.client.post(address, {"code": self.volunteer.code, "agreed": "on"})
        signup = session.signups.get()
        self.client.post(page("signup_act", signup.pk, "cancel"), {"reason": "电话说来不了"})
        signup.refresh_from_db()
        self.assertEqual(signup.status, Signup.Status.CANCELLED)

    def test_inviting_a_suggestion_once(self):
        session = make_session(self.community)
        for _ in range(2):
            self.client.post(page("session_act", session.pk, "invite"), {"volunteer": self.volunteer.pk})
        self.assertEqual(self.volunteer.user.notifications.count(), 1)
        self.assertContains(self.client.get(page("session_change", session.pk)), "已邀请")

    def test_every_page_opens_in_every_state(self):
        for status in Status:
            session = make_session(self.community, status, starts_at=timezone.now() - 9 * HOUR)
            signup = make_signup(session, status="attended")
            for address in (
                page("session_change", session.pk),
                page("session_print", session.pk),
                page("signup_change", signup.pk),
            ):
                with self.subTest(status=status, address=address):
                    self.assertEqual(self.client.get(address).status_code, 200)
        for name in ("session_changelist", "session_week", "signup_changelist", "series_changelist"):
            self.assertEqual(self.client.get(page(name)).status_code, 200)
        self.assertEqual(self.client.get(page("session_week"), {"day": "2026-02-31"}).status_code, 200)

    def test_queues(self):
        draft, held, going = [
            make_session(self.community, status, starts_at=timezone.now() - HOUR)
            for status in ("drafted", "held", "open")
        ]
        for heap, session in (("publish", draft), ("settle", held), ("now", going)):
            rows = self.client.get(page("session_changelist"), {"heap": heap}).context["cl"].result_list
            self.assertEqual(list(rows), [session])

    def test_a_sister_sees_nothing(self):
        session, series = make_session(), make_series()
        signup = make_signup(session)
        for name, row in (("session", session), ("series", series), ("signup", signup)):
            with self.subTest(name):
                self.assertEqual(self.client.get(page(f"{name}_change", row.pk)).status_code, 404)
                rows = self.client.get(page(f"{name}_changelist")).context["cl"].result_list
                self.assertEqual(list(rows), [])
        self.assertEqual(self.client.get(page("session_print", session.pk)).status_code, 404)
        self.assertEqual(self.client.post(page("session_act", session.pk, "cancel"), {"reason": "x"}).status_code, 404)
        self.assertNotContains(self.client.get(page("session_week")), session.title)

    def test_lists_cost_the_same_for_many(self):
        for number in range(12):
            make_signup(make_session(self.community, starts_at=in_days(number + 1)))
        for name, queries in (("session_changelist", 14), ("signup_changelist", 11), ("session_week", 10)):
            with self.subTest(name), self.assertNumQueries(queries):
                self.client.get(page(name))
