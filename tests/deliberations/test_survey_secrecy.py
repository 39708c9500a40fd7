"""Whose an anonymous sheet is stays nobody's to know; each answers once, several at a time."""

from unittest import skipUnless
from uuid import UUID

import pytest
from django.db import connection
from django.test import TestCase, TransactionTestCase

from deliberations.models import Answer, Sheet, SurveyAnswerer
from deliberations.services.surveys import publishing
from deliberations.services.surveys.filling import fill_sheet
from tests.deliberations.surveys import (
    PHONE,
    answers_of,
    make_survey,
    make_ticket,
)
from tests.races import race, won


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
