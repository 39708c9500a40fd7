"""A survey drawn up, answered once each, counted and published; whose an anonymous sheet is stays nobody's to know."""

from unittest import skipUnless
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import TestCase, TransactionTestCase
from django.utils import timezone

from deliberations import models
from deliberations.models import Answer, Sheet, Survey, SurveyAnswerer
from deliberations.services.surveys import building, counting, filling, publishing, tickets
from deliberations.services.surveys.filling import fill_sheet
from deliberations.survey_results import result_of
from deliberations.tasks.surveys import close_over_survey, remind_surveys
from organizations.deeds import deeds_of
from organizations.services.unit_appraisals import appraise_unit, points_of
from tests.deliberations.surveys import (
    DAY,
    answers_of,
    keys_of,
    make_sheets,
    make_survey,
    make_ticket,
)
from tests.factories import make_community, make_league, make_post, make_unit
from tests.races import race, won

PHONE = "13900000001"
TODAY = timezone.localdate


def fields_of(caught):
    return set(caught.exception.message_dict)


class SurveyCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.community = make_community()
        cls.clerk = make_post(organization=cls.community.organization)
        cls.stranger = make_post(organization=make_community().organization)


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


class Counting(SurveyCase):
    def paper(self, survey, counts=(3, 1, 0), **more):
        single, keys = keys_of(survey)[0]
        told = dict(zip(list(keys.values())[:3], counts, strict=True))
        more = {"returned": 5, "void": 1, "issued": 9, "actor": self.clerk, **more}
        return counting.enter_paper_counts(survey, tallies={single.pk: told}, **more)

    def test_issued_returned_void(self):
        survey = make_survey(self.community, "closed")
        sheets = make_sheets(survey, 6)
        filling.void_sheet(sheets[0], reason="整份乱填", actor=self.clerk)
        self.paper(survey)
        counted = counting.count_survey(Survey.objects.get(pk=survey.pk))
        self.assertEqual((counted.issued, counted.returned, counted.void, counted.valid), (9, 11, 2, 9))
        question = result_of(survey)["questions"][0]
        self.assertEqual(question["answered"], 9)
        self.assertEqual([bar["count"] for bar in question["bars"]], [8, 1, 0, 0])
        self.assertEqual(question["mean"], round((8 * 100 + 60) / 9, 1))

    def test_papers_entered_again_replace(self):
        survey = make_survey(self.community)
        self.paper(survey)
        self.paper(survey, (2, 0, 0), returned=2, void=0)
        self.assertEqual(counting.count_survey(survey).returned, 2)

    def test_papers_that_do_not_add_up(self):
        survey = make_survey(self.community)
        single, _ = keys_of(survey)[0]
        for more, field in (
            ({"void": 6}, "void"),
            ({"issued": 4}, "issued"),
            ({"counts": (4, 1, 0)}, f"question_{single.pk}"),
        ):
            with self.subTest(more), self.assertRaises(ValidationError) as caught:
                self.paper(survey, **more)
            self.assertEqual(fields_of(caught), {field})

    def test_groups_weigh_and_small_ones_stay_hidden(self):
        survey = make_survey(self.community, "closed", groups=[("居民", 3), ("单位", 1)])
        residents, units = survey.groups.all()
        make_sheets(survey, 6, "一般", group=residents)
        make_sheets(survey, 4, "满意", group=units)
        hidden = result_of(survey)
        self.assertEqual((hidden["groups"], hidden["hides_groups"], hidden["now"]["total"]), ([], True, 76.0))
        make_sheets(survey, 1, "满意", group=units)
        shown = result_of(survey)
        self.assertEqual([row["total"] for row in shown["groups"]], [60.0, 100.0])
        self.assertEqual(shown["now"]["total"], 70.0)

    def test_too_few_sheets_tell_nothing_but_their_number(self):
        survey = make_survey(self.community, "closed")
        make_sheets(survey, 4, words="话")
        result = result_of(survey)
        self.assertEqual((result["questions"], result["now"]["total"], result["counted"].valid), ([], None, 4))

    def test_queries_do_not_grow_with_what_came_before(self):
        first = make_survey(self.community, "published")
        second = make_survey(self.community, "published", follows=first)
        third = make_survey(self.community, "published", follows=second)
        for survey in (first, second, third):
            make_sheets(survey, 5)
        with self.assertNumQueries(11):
            result_of(third)
        with self.assertNumQueries(11):
            result_of(second)

    def test_compared_with_the_last(self):
        first = make_survey(self.community, "published")
        second = make_survey(self.community, "closed", follows=first)
        make_sheets(first, 5, "一般")
        make_sheets(second, 5, "满意")
        result = result_of(second)
        self.assertEqual(result["change"], "比上次高 40.0 分")
        self.assertEqual([row["total"] for row in result["history"]], [60.0, 100.0])
        self.assertEqual(len(result["chart"]["points"]), 2)


class Publishing(SurveyCase):
    def test_words_are_shown_only_where_chosen(self):
        survey = make_survey(self.community, "closed")
        make_sheets(survey, 5, words="电梯修得快")
        self.assertEqual(result_of(survey)["questions"][3]["texts"], [])
        chosen = Answer.objects.exclude(text="").first()
        publishing.show_texts(survey, answers=[chosen], actor=self.clerk)
        self.assertEqual(result_of(survey)["questions"][3]["texts"], ["电梯修得快"])
        publishing.show_texts(survey, answers=[], actor=self.clerk)
        self.assertEqual(result_of(survey)["questions"][3]["texts"], [])

    def test_words_of_a_void_sheet_are_taken_away(self):
        survey = make_survey(self.community, "closed")
        sheet, *_ = make_sheets(survey, 6, words="骂人的话")
        publishing.show_texts(survey, answers=sheet.answers.exclude(text=""), actor=self.clerk)
        filling.void_sheet(sheet, reason="骂人", actor=self.clerk)
        self.assertEqual(result_of(survey)["questions"][3]["texts"], [])

    def test_nothing_changes_once_public(self):
        survey = make_survey(self.community, "closed")
        sheet, *_ = make_sheets(survey, 5)
        publishing.publish_survey(survey, actor=self.clerk)
        for verb in (
            lambda: filling.void_sheet(sheet, reason="晚了", actor=self.clerk),
            lambda: publishing.show_texts(survey, answers=[], actor=self.clerk),
            lambda: counting.enter_paper_counts(survey, returned=1, issued=1, tallies={}, actor=self.clerk),
        ):
            with self.assertRaises(ValidationError):
                verb()

    def test_empty_is_not_published(self):
        with self.assertRaises(ValidationError):
            publishing.publish_survey(make_survey(self.community, "closed"), actor=self.clerk)

    def test_unit_gets_it_as_evidence_without_points(self):
        unit = make_unit(self.community.organization)
        survey = make_survey(self.community, "published", subject="unit", unit=unit)
        make_sheets(survey, 5)
        (deed,) = deeds_of(unit, self.community.organization, TODAY().year)
        self.assertEqual((deed.subject, deed.is_activity), (survey, False))
        self.assertIn("100.0 分（有效答卷 5 份）", deed.words)

    def test_unit_reads_it_beside_its_points(self):
        league = make_league(self.community.organization, units=1)
        unit = league.members.get().unit
        survey = make_survey(self.community, "published", subject="unit", unit=unit)
        make_sheets(survey, 5)
        appraisal = appraise_unit(
            league, unit=unit, year=TODAY().year, activity_counts=[0, 0, 0, 0], activity_words="", study_points=0,
            study_words="", team_points=0, team_words="", actor=self.clerk,
        )  # fmt: skip
        (evidence,) = appraisal.evidence.filter(item="voice")
        self.assertEqual((evidence.subject, evidence.points), (survey, 0))
        last = points_of(appraisal)[-1]
        self.assertEqual((last["label"], last["points"], last["listed"]), ("居民评议", None, [evidence]))

    def test_officer_is_asked_and_answers(self):
        survey = make_survey(self.community, subject="officer", speech="这一年")
        inquiry = publishing.ask_officer(survey, text="停车怎么办")
        self.assertFalse(inquiry.is_public)
        publishing.answer_inquiry(inquiry, answer="已划线", actor=self.clerk)
        self.assertTrue(survey.inquiries.get().is_public)
        with self.assertRaises(ValidationError):
            publishing.ask_officer(make_survey(), text="问物业")


class Dates(SurveyCase):
    def test_closed_when_the_last_day_is_over(self):
        over = make_survey(starts_on=TODAY() - 3 * DAY, ends_on=TODAY() - DAY, made_by=self.clerk)
        today = make_survey(ends_on=TODAY())
        self.assertEqual(list(Survey.objects.to_close()), [over])
        for survey in (over, over, today):
            close_over_survey(survey.pk)
        over.refresh_from_db()
        today.refresh_from_db()
        self.assertEqual((over.status, today.status), ("closed", "open"))
        self.assertIsNone(over.events.get().actor)
        self.assertEqual(self.clerk.notifications.count(), 1)

    def test_reminded_once(self):
        make_survey(ends_on=TODAY() + DAY, made_by=self.clerk)
        make_survey(status="drafted", made_by=self.clerk)
        remind_surveys()
        remind_surveys()
        self.assertEqual(self.clerk.notifications.count(), 2)


class Secrecy(TestCase):
    """Somebody with the database and the keys, who knows when and with which code or phone each person answered."""

    def fill(self, survey, number):
        fill_sheet(survey, answers=answers_of(survey, words=f"第{number}份"), phone=f"139000000{number:02}")

    def lying(self):
        """The keys of the sheets in the order in which the database keeps its rows."""
        in_order = "SELECT id FROM deliberations_sheet ORDER BY "
        with connection.cursor() as cursor:
            cursor.execute(in_order + ("ctid" if connection.vendor == "postgresql" else "rowid"))
            return [UUID(str(row[0])) for row in cursor.fetchall()]

    def test_a_sheet_has_no_day_no_name_and_no_key_that_counts(self):
        survey = make_survey()
        self.fill(survey, 1)
        sheet = survey.sheets.get()
        self.assertEqual((sheet.name, sheet.filled_on, sheet.group_id), ("", None, None))
        self.assertEqual({field.name for field in SurveyAnswerer._meta.fields}, {"mark", "survey"})
        self.assertEqual(sheet.pk.version, 4)

    def test_rows_do_not_lie_in_the_order_in_which_they_came(self):
        survey = make_survey()
        came = []
        for number in range(12):
            known = set(Sheet.objects.values_list("pk", flat=True))
            self.fill(survey, number)
            came += set(Sheet.objects.values_list("pk", flat=True)) - known
        texts = [Answer.objects.get(sheet=pk, question__kind="text").text for pk in came]
        self.assertEqual(texts, [f"第{number}份" for number in range(12)])
        self.assertCountEqual(self.lying(), came)
        self.assertNotEqual(self.lying(), came)

    def test_nothing_else_is_written(self):
        from auditlog.models import LogEntry
        from django.contrib.sessions.models import Session

        survey = make_survey()
        before = LogEntry.objects.count()
        self.fill(survey, 1)
        self.assertEqual((LogEntry.objects.count(), Session.objects.count()), (before, 0))
        self.assertEqual(survey.events.count(), 0)

    def test_who_answered_is_forgotten_at_the_end(self):
        survey = make_survey(audience="area")
        for number in range(5):
            make_ticket(survey, f"ABCD234{number + 2}")
        fill_sheet(survey, answers=answers_of(survey), ticket="ABCD2342")
        keys = set(survey.tickets.values_list("pk", flat=True))
        publishing.close_survey(survey, actor=None)
        self.assertFalse(keys & set(survey.tickets.values_list("pk", flat=True)))
        self.assertEqual((survey.tickets.filter(is_used=True).count(), survey.sheets.count()), (1, 1))
        phones = make_survey()
        self.fill(phones, 1)
        publishing.close_survey(phones, actor=None)
        self.assertFalse(SurveyAnswerer.objects.exists())
        self.assertEqual(Answer.objects.filter(text="第1份").count(), 1)


@pytest.mark.postgres
class Races(TransactionTestCase):
    def test_two_at_once_with_one_ticket_or_phone(self):
        by_ticket, by_phone = make_survey(audience="area"), make_survey()
        make_ticket(by_ticket, "ABCD2345")
        for survey, proof in ((by_ticket, {"ticket": "ABCD2345"}), (by_phone, {"phone": PHONE})):
            answers = answers_of(survey)
            calls = [lambda survey=survey, proof=proof, answers=answers: fill_sheet(survey, answers=answers, **proof)]
            self.assertEqual(len(won(race(*calls * 4))), 1)
            self.assertEqual(survey.sheets.count(), 1)

    def test_many_at_once_lose_no_sheet(self):
        survey = make_survey()
        answers = answers_of(survey, words="话")
        phones = [f"1390000010{number}" for number in range(8)]
        race(*(lambda phone=phone: fill_sheet(survey, answers=answers, phone=phone) for phone in phones))
        self.assertEqual((survey.sheets.count(), Answer.objects.count()), (8, 16))

    def test_closing_while_sheets_come_in(self):
        survey = make_survey()
        answers = answers_of(survey)
        fills = [lambda phone=phone: fill_sheet(survey, answers=answers, phone=phone) for phone in ("1", "2", "3")]
        race(*fills, lambda: publishing.close_survey(survey, actor=None))
        survey.refresh_from_db()
        self.assertEqual((survey.status, survey.answerers.count()), ("closed", 0))

    @skipUnless(connection.vendor == "postgresql", "xmin is PostgreSQL's")
    def test_transaction_of_a_row_tells_no_order(self):
        """Of ten sheets in hand, all were last written by the transaction that took the last one."""
        survey = make_survey()
        for number in range(10):
            fill_sheet(survey, answers=answers_of(survey), phone=f"139000000{number:02}")
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(DISTINCT xmin::text) FROM deliberations_sheet")
            self.assertEqual(cursor.fetchone(), (1,))
            cursor.execute("SELECT count(DISTINCT xmin::text) FROM deliberations_answer")
            self.assertEqual(cursor.fetchone(), (1,))
        publishing.close_survey(survey, actor=None)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(DISTINCT xmin::text) FROM deliberations_sheet")
            self.assertEqual(cursor.fetchone(), (1,))
