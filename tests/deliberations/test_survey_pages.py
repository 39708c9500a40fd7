"""What residents meet: a questionnaire that works without scripts, its codes, and the result."""

import re

from django.core.cache import cache
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from accounts import channels
from deliberations.models import Sheet
from tests.deliberations.surveys import DAY, keys_of, make_sheets, make_survey, make_ticket
from tests.factories import make_community

PHONE = "13900000001"
TODAY = timezone.localdate


def page(name, survey, query=""):
    return reverse(f"surveys:{name}", args=[survey.code]) + query


def typed(survey, choice="满意", **more):
    question, keys = keys_of(survey)[0]
    text = keys_of(survey)[3][0]
    return {f"question_{question.pk}": keys[choice], f"question_{text.pk}": "电梯要修", **more}


class PhoneCase(TestCase):
    def setUp(self):
        self.survey = make_survey()
        self.sent = []
        original = channels.send
        channels.send = lambda phone, words: self.sent.append(words)
        self.addCleanup(setattr, channels, "send", original)

    def code(self):
        return re.search(r"\d{6}", self.sent[-1]).group()

    def test_code_is_sent_in_the_middle_and_what_was_typed_stays(self):
        answer = self.client.post(page("survey", self.survey), typed(self.survey, phone=PHONE, step="code"))
        self.assertContains(answer, "139****0001")
        self.assertContains(answer, "电梯要修")
        self.assertContains(answer, "checked")
        self.assertNotContains(answer, "还差一点")
        self.assertIn("用于评议", self.sent[0])
        answer = self.client.post(page("survey", self.survey), typed(self.survey, phone=PHONE, code=self.code()))
        self.assertRedirects(answer, page("done", self.survey))
        self.assertEqual(Sheet.objects.get().answers.count(), 2)

    def test_no_session_is_left_behind(self):
        self.client.post(page("survey", self.survey), typed(self.survey, phone=PHONE, step="code"))
        self.client.post(page("survey", self.survey), typed(self.survey, phone=PHONE, code=self.code()))
        self.assertNotIn("sessionid", self.client.cookies)

    def test_wrong_code_stands_beside_its_field(self):
        self.client.post(page("survey", self.survey), typed(self.survey, phone=PHONE, step="code"))
        wrong = "000000" if self.code() != "000000" else "111111"
        answer = self.client.post(page("survey", self.survey), typed(self.survey, phone=PHONE, code=wrong))
        self.assertContains(answer, "验证码不对", status_code=422)
        self.assertContains(answer, "电梯要修", status_code=422)
        self.assertFalse(Sheet.objects.exists())

    def test_second_sheet_of_a_phone_is_refused(self):
        for expected in (302, 422):
            self.client.post(page("survey", self.survey), typed(self.survey, phone=PHONE, step="code"))
            answer = self.client.post(page("survey", self.survey), typed(self.survey, phone=PHONE, code=self.code()))
            self.assertEqual(answer.status_code, expected)
        self.assertContains(answer, "已经评过", status_code=422)

    def test_bad_phone_sends_nothing(self):
        answer = self.client.post(page("survey", self.survey), typed(self.survey, phone="139", step="code"))
        self.assertEqual((answer.status_code, self.sent), (422, []))


class TicketPages(TestCase):
    def setUp(self):
        self.survey = make_survey(audience="area")
        make_ticket(self.survey, "ABCD2345")

    def test_slip_fills_in_the_code(self):
        self.assertContains(self.client.get(page("survey", self.survey, "?c=ABCD2345")), 'value="ABCD2345"')

    def test_answered_once(self):
        answer = self.client.post(page("survey", self.survey), typed(self.survey, ticket="abcd 2345"))
        self.assertRedirects(answer, page("done", self.survey))
        answer = self.client.post(page("survey", self.survey), typed(self.survey, ticket="ABCD2345"))
        self.assertContains(answer, "已经用过了", status_code=422)
        self.assertEqual(Sheet.objects.count(), 1)

    def test_missing_answer_keeps_the_rest(self):
        told = {name: value for name, value in typed(self.survey, ticket="ABCD2345").items() if value == "电梯要修"}
        answer = self.client.post(page("survey", self.survey), {**told, "ticket": "ABCD2345"})
        self.assertContains(answer, "这一题要回答", status_code=422)
        self.assertContains(answer, "电梯要修", status_code=422)
        self.assertContains(answer, 'value="ABCD2345"', status_code=422)

    def test_guessing_ends_after_so_many_wrong_codes(self):
        cache.clear()
        for _ in range(21):
            self.client.post(page("survey", self.survey), typed(self.survey, ticket="ZZZZ2345"))
        answer = self.client.post(page("survey", self.survey), typed(self.survey, ticket="ABCD2345"))
        self.assertContains(answer, "填错的次数太多", status_code=422)
        self.assertFalse(Sheet.objects.exists())


class WhatIsShown(TestCase):
    def test_only_what_is_public(self):
        for status, name, expected in (
            ("drafted", "survey", 404),
            ("drafted", "result", 404),
            ("open", "survey", 200),
            ("open", "result", 404),
            ("closed", "survey", 200),
            ("closed", "result", 404),
            ("published", "result", 200),
        ):
            with self.subTest(status=status, page=name):
                survey = make_survey(status=status)
                self.assertEqual(self.client.get(page(name, survey)).status_code, expected)
        self.assertEqual(self.client.get(reverse("surveys:survey", args=["22222222"])).status_code, 404)

    def test_published_leads_to_its_result(self):
        survey = make_survey(status="published")
        self.assertRedirects(self.client.get(page("survey", survey)), page("result", survey))

    def test_before_and_after_its_days(self):
        early = make_survey(starts_on=TODAY() + DAY)
        late = make_survey(starts_on=TODAY() - 3 * DAY, ends_on=TODAY() - DAY)
        self.assertContains(self.client.get(page("survey", early)), "开始收答卷")
        self.assertContains(self.client.get(page("survey", late)), "已经截止")
        self.assertRedirects(self.client.post(page("survey", late), typed(late)), page("survey", late))

    def test_result_has_a_count_beside_every_rate(self):
        survey = make_survey(status="published")
        make_sheets(survey, 6, words="没有选过的话")
        make_sheets(survey, 2, "一般")
        answer = self.client.get(page("result", survey))
        self.assertContains(answer, "75.0%")
        self.assertContains(answer, "6 份")
        self.assertContains(answer, "90.0")
        self.assertNotContains(answer, "没有选过的话")

    def test_officer_is_asked_below_the_speech(self):
        survey = make_survey(subject="officer", speech="走访 620 户", audience="area")
        survey.inquiries.create(text="没看过的提问")
        survey.inquiries.create(text="路灯呢", answer="三月通电", is_public=True)
        shown = self.client.get(page("survey", survey))
        self.assertContains(shown, "走访 620 户")
        self.assertContains(shown, "三月通电")
        self.assertNotContains(shown, "没看过的提问")
        self.assertEqual(self.client.post(page("ask", survey), {"text": "停车呢"}).status_code, 302)
        self.assertEqual(survey.inquiries.filter(is_public=False).count(), 2)
        self.assertEqual(self.client.post(page("ask", survey), {"text": ""}).status_code, 422)

    def test_home_lists_in_a_fixed_number_of_queries(self):
        home, community = reverse("surveys:home"), make_community()
        for status in ("open", "published", "closed", "drafted"):
            make_survey(community, status, title=f"评议{status}")
        with self.assertNumQueries(2):
            answer = self.client.get(home)
        for _ in range(3):
            make_survey()
        with self.assertNumQueries(2):
            self.client.get(home)
        self.assertContains(answer, "评议published")
        self.assertNotContains(answer, "评议drafted")
        self.assertNotContains(self.client.get(home, {"community": make_community().pk}), "评议open")
