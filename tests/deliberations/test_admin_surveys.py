"""The staff's side: a survey from its first question to its public result, and nothing of a sister's."""

from io import BytesIO

from django.test import TestCase
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from deliberations.models import Answer, Survey
from tests.deliberations.surveys import DAY, FIVE, keys_of, make_question, make_sheets, make_survey, make_ticket
from tests.factories import make_community, make_post

TODAY = timezone.localdate


def page(name, *args):
    return reverse(f"admin:deliberations_survey_{name}", args=args)


class StaffCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.community = make_community()
        cls.clerk = make_post(organization=cls.community.organization)

    def setUp(self):
        self.client.force_login(self.clerk)

    def act(self, survey, verb, **told):
        return self.client.post(page("act", survey.pk, verb), told)


class DrawingUp(StaffCase):
    def test_added_from_a_template(self):
        told = {
            "community": self.community.pk,
            "title": "物业评议",
            "subject": "service",
            "subject_name": "物业",
            "audience": "open",
            "is_anonymous": "on",
            "starts_on": TODAY(),
            "ends_on": TODAY() + 9 * DAY,
            "start": "property",
        }
        self.assertContains(self.client.get(page("add")), "或照抄以前的评议")
        answer = self.client.post(page("add"), told)
        survey = Survey.objects.get()
        self.assertRedirects(answer, page("change", survey.pk))
        self.assertEqual(survey.questions.count(), 9)
        again = self.client.post(page("add"), {**told, "source": survey.pk, "ends_on": TODAY() - 9 * DAY})
        self.assertContains(again, "截止不能早于开始")
        self.client.post(page("add"), {**told, "title": "第二次", "source": survey.pk})
        self.assertEqual(Survey.objects.get(title="第二次").questions.count(), 9)

    def test_edited_until_it_is_open(self):
        survey = make_survey(self.community, "drafted")
        self.assertContains(self.client.get(page("edit", survey.pk)), survey.subject_name)
        told = {
            "title": "改了名", "subject": "service", "subject_name": "物业", "audience": "area",
            "starts_on": survey.starts_on, "ends_on": survey.ends_on,
        }  # fmt: skip
        self.assertRedirects(self.client.post(page("edit", survey.pk), told), page("change", survey.pk))
        survey.refresh_from_db()
        self.assertEqual((survey.title, survey.audience, survey.is_anonymous), ("改了名", "area", False))
        running = make_survey(self.community)
        self.assertRedirects(self.client.get(page("edit", running.pk)), page("change", running.pk))

    def test_questions(self):
        survey = make_survey(self.community, "drafted")
        add = page("question_add", survey.pk)
        told = {"text": "门岗满意吗", "kind": "single", "weight": 2, "aspect": "satisfied", "is_required": "on"}
        refused = self.client.post(add, {**told, "choices": "满意 100"})
        self.assertContains(refused, "至少写两个选项", status_code=422)
        self.assertContains(refused, "满意 100", status_code=422)
        self.client.post(add, {**told, "choices": "满意 100\n不了解\n"})
        row = survey.questions.get(text="门岗满意吗")
        self.assertEqual(list(row.choices.values_list("text", "points")), [("满意", 100), ("不了解", None)])
        one = page("question", survey.pk, row.pk)
        self.assertContains(self.client.get(one), "满意 100")
        self.client.post(one, {**told, "text": "门岗怎么样", "choices": "好 100\n差 0"})
        self.client.post(page("question_act", survey.pk, row.pk, "up"))
        self.assertEqual([each.text for each in survey.questions.all()][-2], "门岗怎么样")
        self.client.post(page("question_act", survey.pk, row.pk, "remove"))
        self.assertEqual(survey.questions.count(), 4)

    def test_groups_then_open(self):
        survey = make_survey(self.community, "drafted")
        refused = self.act(survey, "groups", groups="居民 70")
        self.assertContains(refused, "至少要两组", status_code=422)
        self.act(survey, "groups", groups="居民 70\n单位")
        self.assertEqual(list(survey.groups.values_list("name", "weight")), [("居民", 70), ("单位", 1)])
        self.act(survey, "open")
        survey.refresh_from_db()
        self.assertEqual(survey.status, "open")
        self.assertEqual(self.client.get(page("question_add", survey.pk)).status_code, 404)


class Running(StaffCase):
    def test_slips_are_printed_once(self):
        survey = make_survey(self.community, audience="area")
        answer = self.act(survey, "tickets", count=3)
        self.assertContains(answer, 'survey-slip"', 3)
        self.assertContains(answer, "data:image/svg+xml", 3)
        self.assertEqual(survey.tickets.count(), 3)
        self.assertContains(self.act(survey, "tickets", count=0), "整数", status_code=422)

    def test_what_came_in_is_counted_and_not_shown_before_the_end(self):
        survey = make_survey(self.community)
        make_sheets(survey, 3)
        shown = self.client.get(page("change", survey.pk))
        self.assertContains(shown, "截止以后才能看答卷和结果")
        for name in ("sheets", "result", "result_export"):
            self.assertEqual(self.client.get(page(name, survey.pk)).status_code, 404)

    def test_papers(self):
        survey = make_survey(self.community, groups=[("居民", 7), ("单位", 3)])
        single, keys = keys_of(survey)[0]
        address = page("counts", survey.pk) + f"?group={survey.groups.last().pk}"
        name = f"question_{single.pk}_{keys['满意']}"
        told = {"issued": 10, "returned": 6, "void": 1, name: 9}
        self.assertContains(self.client.post(address, told), "不能多于有效的 5 份", status_code=422)
        self.assertContains(self.client.post(address, {**told, "issued": "许多"}), "整数", status_code=422)
        self.assertRedirects(self.client.post(address, {**told, name: 5}), page("change", survey.pk))
        self.assertEqual(survey.paper_counts.get().group, survey.groups.last())
        self.assertContains(self.client.get(address), 'value="6"')

    def test_printed_and_previewed(self):
        survey = make_survey(self.community, groups=[("居民", 7), ("单位", 3)], speech="述职", subject="officer")
        for name in ("paper", "poster", "preview"):
            self.assertContains(self.client.get(page(name, survey.pk)), survey.title)

    def test_inquiry_is_answered(self):
        survey = make_survey(self.community, subject="officer", speech="述职")
        inquiry = survey.inquiries.create(text="路灯呢")
        self.act(survey, "answer", inquiry=inquiry.pk, answer="三月通电")
        inquiry.refresh_from_db()
        self.assertTrue(inquiry.is_public)


class Finishing(StaffCase):
    def test_closed_voided_chosen_published(self):
        survey = make_survey(self.community)
        make_sheets(survey, 6, words="电梯要修")
        self.act(survey, "close")
        sheet = survey.sheets.first()
        listed = self.client.get(page("sheets", survey.pk))
        self.assertContains(listed, "电梯要修", 6)
        refused = self.client.post(page("void", survey.pk, sheet.pk), {"reason": ""})
        self.assertContains(refused, "请写明为什么无效", status_code=422)
        self.client.post(page("void", survey.pk, sheet.pk), {"reason": "整份乱填"})
        sheet.refresh_from_db()
        self.assertTrue(sheet.is_void)
        chosen = Answer.objects.filter(sheet__is_void=False).exclude(text="").first()
        self.act(survey, "texts", answers=[chosen.pk])
        self.assertContains(self.client.get(page("result", survey.pk)), "公开 1 条")
        self.act(survey, "publish")
        survey.refresh_from_db()
        self.assertEqual(survey.status, "published")
        self.assertContains(self.act(survey, "close"), "旧页面", status_code=422)

    def test_exported(self):
        survey = make_survey(self.community, "closed")
        make_sheets(survey, 6, words="=1+1")
        Answer.objects.exclude(text="").update(is_public=True)
        book = load_workbook(BytesIO(self.client.get(page("result_export", survey.pk)).content))
        self.assertEqual(book.sheetnames, ["份数和得分", "各题", "公开的文字意见"])
        self.assertEqual(book["公开的文字意见"]["B2"].value, "'=1+1")
        listed = load_workbook(BytesIO(self.client.get(page("export")).content)).active
        self.assertEqual(listed["B2"].value, survey.title)


class Sisters(StaffCase):
    def test_foreign_survey_is_not_found(self):
        survey = make_survey(status="closed")
        (sheet,) = make_sheets(survey, 1)
        question = survey.questions.first()
        pages = [page(name, survey.pk) for name in ("change", "edit", "preview", "paper", "poster", "counts", "sheets")]
        pages += [page("result", survey.pk), page("result_export", survey.pk), page("question_add", survey.pk)]
        pages += [page("question", survey.pk, question.pk), page("void", survey.pk, sheet.pk)]
        for address in pages:
            with self.subTest(address):
                self.assertEqual(self.client.get(address).status_code, 404)
        for address in (page("act", survey.pk, "publish"), page("void", survey.pk, sheet.pk)):
            self.assertEqual(self.client.post(address, {"reason": "别家的"}).status_code, 404)

    def test_list_and_choices_hold_only_the_own(self):
        own, foreign = make_survey(self.community), make_survey()
        listed = self.client.get(page("changelist"))
        self.assertContains(listed, own.title)
        self.assertNotContains(listed, foreign.title)
        self.assertNotContains(self.client.get(page("add")), foreign.title)

    def test_queries_of_the_list_and_the_page_are_fixed(self):
        first = make_survey(self.community)
        self.client.get(page("changelist"))
        with self.assertNumQueries(LIST):
            self.client.get(page("changelist"))
        for _ in range(4):
            make_sheets(make_survey(self.community), 3)
        with self.assertNumQueries(LIST):
            self.client.get(page("changelist"))
        with self.assertNumQueries(PAGE):
            self.client.get(page("change", first.pk))
        make_sheets(first, 3)
        make_question(first, "再问一题", choices=FIVE)
        make_ticket(first, "ABCD2345")
        with self.assertNumQueries(PAGE):
            self.client.get(page("change", first.pk))


LIST, PAGE = 13, 25
