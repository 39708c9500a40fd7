"""Counted, published, closed by its day."""

from django.core.exceptions import ValidationError

from deliberations.models import Answer, Survey
from deliberations.services.surveys import counting, filling, publishing
from deliberations.survey_results import result_of
from deliberations.tasks.surveys import close_over_survey, remind_surveys
from organizations.deeds import deeds_of
from organizations.services.unit_appraisals import appraise_unit, points_of
from tests.deliberations.surveys import (
    DAY,
    TODAY,
    SurveyCase,
    fields_of,
    keys_of,
    make_sheets,
    make_survey,
)
from tests.factories import make_league, make_unit


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
