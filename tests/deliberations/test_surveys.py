"""A survey drawn up, answered once each, with a code where one is asked."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from deliberations import models
from deliberations.models import Survey, SurveyAnswerer
from deliberations.services.surveys import building, counting, filling, tickets
from deliberations.services.surveys.filling import fill_sheet
from tests.deliberations.surveys import (
    DAY,
    PHONE,
    TODAY,
    SurveyCase,
    answers_of,
    fields_of,
    keys_of,
    make_survey,
    make_ticket,
)
from tests.factories import make_unit


class DrawingUp(SurveyCase):
    def draft(self, **more):
        told = {"title": "物业评议", "subject": "service", "subject_name": "物业", "ends_on": TODAY() + 9 * DAY}
        return Survey(community=self.community, **{**told, **more})

    def test_from_a_template_and_copied(self):
        first = building.draft_survey(self.draft(), start="committee", actor=self.clerk)
        self.assertEqual(first.groups.count(), 3)
        second = building.draft_survey(self.draft(follows=first), source=first, actor=self.clerk)
        asked = [
            [
                (row.text, row.kind, [(each.text, each.points) for each in row.choices.all()])
                for row in each.questions.all()
            ]
            for each in (first, second)
        ]
        self.assertEqual(*asked)
        self.assertEqual(first.questions.count() + second.questions.count(), models.SurveyQuestion.objects.count())

    def test_nobody_draws_up_for_a_foreign_community(self):
        with self.assertRaises(PermissionDenied):
            building.draft_survey(self.draft(), actor=self.stranger)

    def test_terms_that_do_not_fit(self):
        other = make_survey()
        for more, field in (
            ({"audience": "meeting"}, "hearing"),
            ({"follows": other}, "follows"),
            ({"subject": "unit"}, "unit"),
            ({"subject": "unit", "unit": make_unit()}, "unit"),
        ):
            with self.subTest(more), self.assertRaises(ValidationError) as caught:
                building.draft_survey(self.draft(**more), actor=self.clerk)
            self.assertEqual(fields_of(caught), {field})

    def test_choices_of_a_question(self):
        survey = make_survey(self.community, "drafted")
        for kind, choices in (("single", [("好", 1)]), ("multiple", [("好", 1), ("好", 2)]), ("text", [("好", 1)])):
            with self.subTest(kind), self.assertRaises(ValidationError) as caught:
                building.write_question(survey, text="问", kind=kind, choices=choices, actor=self.clerk)
            self.assertEqual(fields_of(caught), {"choices"})

    def test_questions_stand_once_open(self):
        survey = make_survey(self.community, "drafted")
        building.open_survey(survey, actor=self.clerk)
        question = survey.questions.first()
        for verb in (
            lambda: building.write_question(survey, text="新", kind="text", actor=self.clerk),
            lambda: building.remove_question(question, actor=self.clerk),
            lambda: building.shift_question(question, up=False, actor=self.clerk),
            lambda: building.write_groups(survey, groups=[("甲", 1), ("乙", 1)], actor=self.clerk),
            lambda: building.correct_survey(survey, title="别的", actor=self.clerk),
        ):
            with self.assertRaises(ValidationError):
                verb()

    def test_moved_and_removed(self):
        survey = make_survey(self.community, "drafted")
        first, second, *_ = survey.questions.all()
        building.shift_question(first, up=False, actor=self.clerk)
        building.shift_question(second, up=True, actor=self.clerk)
        self.assertEqual(list(survey.questions.all())[:2], [second, first])
        building.remove_question(second, actor=self.clerk)
        self.assertEqual(survey.questions.count(), 3)

    def test_opens_only_what_can_be_answered(self):
        bare = building.draft_survey(self.draft(), actor=self.clerk)
        officer = make_survey(self.community, "drafted", subject="officer")
        over = make_survey(self.community, "drafted", starts_on=TODAY() - 2 * DAY, ends_on=TODAY() - DAY)
        for survey in (bare, officer, over):
            with self.assertRaises(ValidationError):
                building.open_survey(survey, actor=self.clerk)
        with self.assertRaises(PermissionDenied):
            building.open_survey(make_survey(self.community, "drafted"), actor=self.stranger)


class Filling(SurveyCase):
    def refused(self, survey, field, answers=None, **more):
        with self.assertRaises(ValidationError) as caught:
            fill_sheet(survey, answers=answers or answers_of(survey), **more)
        self.assertEqual(fields_of(caught), {field})

    def test_once_for_a_phone(self):
        survey = make_survey()
        fill_sheet(survey, answers=answers_of(survey, "一般", ["保洁", "停车"], 70, "很好"), phone=PHONE)
        self.refused(survey, "phone", phone=PHONE)
        self.refused(survey, "phone", phone="")
        self.assertEqual(survey.sheets.get().answers.count(), 5)
        fill_sheet(make_survey(), answers=answers_of(Survey.objects.first()), phone=PHONE)

    def test_phone_leaves_another_mark_in_every_survey(self):
        self.assertNotEqual(filling.mark_of(make_survey(), PHONE), filling.mark_of(make_survey(), PHONE))

    def test_once_for_a_ticket_which_brings_its_group(self):
        survey = make_survey(audience="area", groups=[("居民", 7), ("单位", 3)])
        group = survey.groups.last()
        make_ticket(survey, "ABCD2345", group=group)
        self.refused(survey, "ticket", ticket="ABCD2346")
        fill_sheet(survey, answers=answers_of(survey), ticket=" abcd-2345 ", group=survey.groups.first())
        self.assertEqual(survey.sheets.get().group, group)
        self.refused(survey, "ticket", ticket="ABCD2345")

    def test_ticket_of_one_survey_opens_no_other(self):
        mine, other = make_survey(audience="area"), make_survey(audience="area")
        make_ticket(mine, "ABCD2345")
        self.refused(other, "ticket", ticket="ABCD2345")

    def test_refused_answer_spends_no_ticket(self):
        survey = make_survey(audience="area")
        make_ticket(survey, "ABCD2345")
        question, _ = keys_of(survey)[0]
        self.refused(survey, f"question_{question.pk}", answers={question.pk: None}, ticket="ABCD2345")
        fill_sheet(survey, answers=answers_of(survey), ticket="ABCD2345")

    def test_answers_that_do_not_fit(self):
        survey, other = make_survey(), make_survey()
        (single, keys), (multiple, ticks), (scale, _), (text, _) = keys_of(survey)
        foreign = keys_of(other)[0][1]["满意"]
        for question, value in (
            (single, foreign),
            (single, list(keys.values())),
            (multiple, [foreign]),
            (multiple, [ticks["保洁"], ticks["保洁"]]),
            (scale, 101),
            (scale, -1),
            (text, "长" * 301),
        ):
            with self.subTest(question=question.kind, value=value):
                answers = {**answers_of(survey), question.pk: value}
                self.refused(survey, f"question_{question.pk}", answers=answers, phone=PHONE)

    def test_only_in_its_days_and_while_open(self):
        for survey in (
            make_survey(starts_on=TODAY() + DAY),
            make_survey(starts_on=TODAY() - 3 * DAY, ends_on=TODAY() - DAY),
            make_survey(status="drafted"),
            make_survey(status="closed"),
        ):
            with self.assertRaises(ValidationError):
                fill_sheet(survey, answers=answers_of(survey), phone=PHONE)
        self.assertFalse(SurveyAnswerer.objects.exists())

    def test_names_where_they_are_asked_for(self):
        survey = make_survey(is_anonymous=False)
        self.refused(survey, "name", phone=PHONE)
        fill_sheet(survey, answers=answers_of(survey), phone=PHONE, name="张三")
        self.assertEqual((survey.sheets.get().name, survey.sheets.get().filled_on), ("张三", TODAY()))

    def test_group_is_chosen_where_there_are_groups(self):
        survey = make_survey(groups=[("居民", 7), ("单位", 3)])
        self.refused(survey, "group", phone=PHONE)
        self.refused(survey, "group", phone=PHONE, group=make_survey(groups=[("居", 1)]).groups.get())
        fill_sheet(survey, answers=answers_of(survey), phone=PHONE, group=survey.groups.first())


class Tickets(SurveyCase):
    def test_issued_once_in_plain_letters(self):
        survey = make_survey(self.community, audience="area")
        codes = tickets.issue_tickets(survey, count=3, actor=self.clerk)
        stored = set(survey.tickets.values_list("code_hash", flat=True))
        self.assertEqual(stored, {tickets.code_hash(survey, code) for code in codes})
        self.assertFalse(stored & set(codes))
        with self.assertRaises(PermissionDenied):
            tickets.issue_tickets(survey, count=1, actor=self.stranger)

    def test_what_is_not_issued(self):
        grouped = make_survey(self.community, audience="area", groups=[("居民", 1), ("单位", 1)])
        for survey, more, field in (
            (make_survey(self.community, audience="area"), {"count": 0}, "count"),
            (make_survey(self.community, audience="area"), {"count": 2001}, "count"),
            (grouped, {"count": 1}, "group"),
        ):
            with self.subTest(field), self.assertRaises(ValidationError) as caught:
                tickets.issue_tickets(survey, actor=self.clerk, **more)
            self.assertEqual(fields_of(caught), {field})
        with self.assertRaises(ValidationError):
            tickets.issue_tickets(make_survey(self.community), count=1, actor=self.clerk)

    def test_meeting_gets_as_many_as_signed_in(self):
        hearing = models.Hearing.objects.create(
            community=self.community, kind="review", title="评议会", background="述职", starts_at=timezone.now(),
            place="会议室", host="王", recorder="李",
        )  # fmt: skip
        for number in range(3):
            signed = timezone.now() if number else None
            hearing.attendees.create(name="甲", phone=f"1390000000{number}", signed_in_at=signed)
        survey = make_survey(self.community, audience="meeting", hearing=hearing)
        tickets.issue_tickets(survey, count=2, actor=self.clerk)
        with self.assertRaises(ValidationError) as caught:
            tickets.issue_tickets(survey, count=1, actor=self.clerk)
        self.assertEqual(fields_of(caught), {"count"})

    def test_discarded_do_not_count_as_issued(self):
        survey = make_survey(self.community, audience="area")
        used, *_ = tickets.issue_tickets(survey, count=3, actor=self.clerk)
        fill_sheet(survey, answers=answers_of(survey), ticket=used)
        self.assertEqual(tickets.discard_tickets(survey, actor=self.clerk), 2)
        self.assertEqual(counting.count_survey(survey).issued, 1)
