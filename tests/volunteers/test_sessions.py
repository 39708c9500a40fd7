from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notification
from tests.factories import make_community, make_post
from tests.volunteers.people import make_volunteer, sign_in
from tests.volunteers.sessions import HOUR, in_days, make_series, make_session, make_signup
from volunteers.models import Session, Signup, Skill
from volunteers.services.sessions import cancel_session, change_session, plan_session, publish_session
from volunteers.views.calendar import address_of, folded

Status = Session.Status


class SessionCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.community = make_community()
        cls.clerk = make_post(organization=cls.community.organization)
        cls.volunteer = make_volunteer(cls.community, has_account=True)

    def refused(self, field, act, *args, **how):
        with self.assertRaises(ValidationError) as raised:
            act(*args, actor=self.clerk, **how)
        self.assertIn(field, raised.exception.message_dict)


class Planning(SessionCase):
    def new(self, **fields):
        terms = {"title": "清洁家园", "place": "广场", "starts_at": in_days(2), "ends_at": in_days(2, 11)}
        return Session(community=self.community, **{**terms, **fields})

    def test_a_draft_with_its_code_and_skills(self):
        session = plan_session(self.new(), skills=Skill.objects.all()[:2], actor=self.clerk)
        self.assertEqual((session.status, len(session.code), session.skills.count()), (Status.DRAFTED, 8, 2))

    def test_not_by_others(self):
        stranger = make_post(organization=make_community().organization)
        with self.assertRaises(PermissionDenied):
            plan_session(self.new(), actor=stranger)

    def test_what_does_not_go_together(self):
        for field, terms in (
            ("ends_at", {"ends_at": in_days(2, 8)}),
            ("seats", {"seats": 0}),
            ("radius_m", {"radius_m": 100}),
            ("most_age", {"least_age": 60, "most_age": 18}),
        ):
            with self.subTest(field):
                self.refused(field, plan_session, self.new(**terms))

    def test_publishing_asks_for_risks_and_is_not_for_the_past(self):
        draft = make_session(self.community, "drafted", needs_insurance=True)
        self.refused("risks", publish_session, draft)
        change_session(draft, risks="登高，请戴安全帽", actor=self.clerk)
        self.assertEqual(publish_session(draft, actor=self.clerk).status, Status.OPEN)
        self.assertEqual(publish_session(draft, actor=self.clerk).status, Status.OPEN)
        past = make_session(self.community, "drafted", starts_at=timezone.now() - HOUR)
        with self.assertRaises(ValidationError):
            publish_session(past, actor=self.clerk)


class Changing(SessionCase):
    def setUp(self):
        self.session = make_session(self.community, seats=2)
        self.signup = make_signup(self.session, self.volunteer)

    def told(self):
        return list(Notification.objects.filter(recipient=self.volunteer.user).values_list("text", flat=True))

    def test_who_signed_up_reads_what_changed(self):
        change_session(self.session, place="二号楼", text="带手套", reason="广场占用", actor=self.clerk)
        (text,) = self.told()
        self.assertIn("地点：社区广场 → 二号楼", text)
        self.assertIn("广场占用", text)

    def test_nobody_is_told_of_what_does_not_matter(self):
        change_session(self.session, text="带手套", seats=5, actor=self.clerk)
        self.assertEqual(self.told(), [])

    def test_seats_stay_enough_for_who_has_one(self):
        make_signup(self.session)
        self.refused("seats", change_session, self.session, seats=1)

    def test_whoever_is_to_lead_is_told(self):
        leader = make_volunteer(self.community)
        change_session(self.session, leader=leader, actor=self.clerk)
        leader.refresh_from_db()
        self.assertIn("请您领队", leader.user.notifications.get().text)

    def test_not_once_it_has_begun(self):
        with self.assertRaises(ValidationError):
            change_session(self.session, place="别处", actor=self.clerk, at=self.session.starts_at)

    def test_cancelling_tells_everybody_and_frees_them(self):
        waiting = make_signup(self.session, make_volunteer(self.community, has_account=True), "waiting")
        for _ in range(2):
            cancel_session(self.session, reason="下雨", actor=self.clerk)
        self.assertEqual(len(self.told()), 1)
        self.assertIn("下雨", self.told()[0])
        for row in (self.signup, waiting):
            row.refresh_from_db()
            self.assertEqual(row.status, Signup.Status.CANCELLED)

    def test_cancelling_wants_a_reason_and_an_open_session(self):
        self.refused("reason", cancel_session, self.session, reason=" ")
        with self.assertRaises(ValidationError):
            cancel_session(make_session(self.community, "held"), reason="下雨", actor=self.clerk)

    def test_table_is_obeyed(self):
        verbs = {Status.OPEN: publish_session, Status.CANCELLED: cancel_session}
        for start in Status:
            for to, verb in verbs.items():
                session = make_session(self.community, start)
                how = {"reason": "下雨"} if to == Status.CANCELLED else {}
                with self.subTest(start=start, to=to):
                    if to in Session.TRANSITIONS[start] or start == to:
                        self.assertEqual(verb(session, actor=self.clerk, **how).status, to)
                    else:
                        with self.assertRaises(ValidationError):
                            verb(session, actor=self.clerk, **how)


class PublicPages(SessionCase):
    def test_list_is_of_one_community_and_drafts_are_hidden(self):
        shown = make_session(self.community)
        hidden = [make_session(self.community, "drafted"), make_session()]
        answer = self.client.get(reverse("volunteers:sessions"), {"community": self.community.pk})
        self.assertContains(answer, shown.title)
        for each in hidden:
            self.assertNotContains(answer, each.title)
        self.assertEqual(self.client.get(reverse("volunteers:session", args=[hidden[0].code])).status_code, 404)

    def test_page_names_nobody(self):
        session = make_session(self.community, leader=self.volunteer)
        make_signup(session, self.volunteer)
        answer = self.client.get(reverse("volunteers:session", args=[session.code]))
        for secret in (self.volunteer.name, self.volunteer.masked_name, self.volunteer.code, self.volunteer.phone):
            self.assertNotContains(answer, secret)

    def test_list_costs_the_same_for_many(self):
        for _ in range(15):
            make_signup(make_session(self.community))
        with self.assertNumQueries(4):
            self.client.get(reverse("volunteers:sessions"))


class OwnPages(SessionCase):
    def setUp(self):
        sign_in(self.client, self.volunteer)
        self.session = make_session(self.community, seats=1)
        self.page = reverse("me:session", args=[self.session.code])

    def test_tuesday_comes_first_whatever_is_sooner(self):
        series = make_series(self.community, is_red_vest=True)
        red_vest = make_session(self.community, series=series, starts_at=in_days(6))
        rows = self.client.get(reverse("me:sessions")).context["cards"]
        self.assertEqual([row["session"] for row in rows], [red_vest, self.session])

    def test_filters(self):
        skill = Skill.objects.first()
        self.volunteer.skills.add(skill)
        same_street = make_session(make_community(street=self.community.street), skills=[skill])
        elsewhere = make_session(make_community(street=None))
        shown = {}
        for show in ("mine", "near", "skills", "all", "其他"):
            rows = self.client.get(reverse("me:sessions"), {"show": show}).context["cards"]
            shown[show] = {row["session"] for row in rows}
        self.assertEqual(shown["mine"], {self.session})
        self.assertEqual(shown["其他"], {self.session})
        self.assertEqual(shown["near"], {self.session, same_street})
        self.assertEqual(shown["skills"], {same_street})
        self.assertEqual(shown["all"], {self.session, same_street, elsewhere})

    def test_one_button_signs_up_and_the_page_offers_to_cancel(self):
        self.assertContains(self.client.get(self.page), "我要报名")
        self.assertRedirects(self.client.post(self.page), self.page)
        answer = self.client.get(self.page)
        self.assertContains(answer, "来不了，取消报名")
        self.assertNotContains(answer, "我要报名")

    def test_near_is_warned_of_and_the_second_tap_says_yes(self):
        other = make_session(self.community, starts_at=self.session.ends_at + timedelta(minutes=5))
        make_signup(other, self.volunteer)
        answer = self.client.post(self.page)
        self.assertContains(answer, "赶得及，确认报名", status_code=422)
        self.assertContains(answer, 'name="accept_overlap" value="on"', status_code=422)
        self.assertRedirects(self.client.post(self.page, {"accept_overlap": "on"}), self.page)

    def test_the_line_says_the_place(self):
        make_signup(self.session)
        make_signup(self.session, status="waiting")
        self.assertContains(self.client.get(self.page), "排进候补")
        self.client.post(self.page)
        self.assertContains(self.client.get(self.page), "您排在第 2 位")

    def test_what_is_missing_stands_in_the_place_of_the_button(self):
        session = make_session(self.community, least_age=60)
        answer = self.client.get(reverse("me:session", args=[session.code]))
        self.assertContains(answer, "要先登记出生日期")
        self.assertNotContains(answer, "我要报名")

    def test_cancelling_wants_a_reason(self):
        make_signup(self.session, self.volunteer)
        page = reverse("me:session_cancel", args=[self.session.code])
        self.assertContains(self.client.post(page, {}), "请选一个原因", status_code=422)
        self.assertRedirects(self.client.post(page, {"reason": "临时有事", "words": "孩子病了"}), self.page)
        self.assertEqual(Signup.objects.get().cancelled_reason, "临时有事：孩子病了")
        self.assertRedirects(self.client.post(page, {"reason": "临时有事"}), self.page)

    def test_list_costs_the_same_for_many(self):
        for number in range(12):
            make_signup(make_session(self.community, starts_at=in_days(number + 2)), self.volunteer)
        with self.assertNumQueries(14):
            self.client.get(reverse("me:sessions"))

    def test_nobody_in_is_led_to_sign_in_and_back(self):
        self.client.logout()
        answer = self.client.get(self.page)
        self.assertRedirects(answer, f"{reverse('me:sign_in')}?next={self.page.replace('/', '%2F')}")


class Calendars(SessionCase):
    def test_feed_by_its_private_address_without_signing_in(self):
        session = make_session(self.community, title="清洁,家园")
        make_signup(session, self.volunteer)
        waiting = make_session(self.community, starts_at=in_days(3))
        make_signup(waiting, self.volunteer, "waiting")
        path = "/me/" + address_of(self.volunteer).split("/me/", 1)[1]
        body = self.client.get(path).content.decode()
        self.assertEqual(body.count("BEGIN:VEVENT"), 2)
        self.assertIn("SUMMARY:清洁\\,家园", body)
        self.assertIn("STATUS:TENTATIVE", body)
        self.assertEqual(self.client.get(path.replace(".ics", "x.ics")).status_code, 404)

    def test_one_session(self):
        session = make_session(self.community)
        answer = self.client.get(reverse("volunteers:session_calendar", args=[session.code]))
        self.assertTrue(answer["Content-Type"].startswith("text/calendar"))

    def test_long_lines_are_folded_between_letters(self):
        lines = folded("DESCRIPTION:" + "走访楼栋" * 30).split("\r\n")
        self.assertTrue(all(len(each.encode()) <= 75 for each in lines))
        self.assertEqual("".join(each.removeprefix(" ") for each in lines), "DESCRIPTION:" + "走访楼栋" * 30)
