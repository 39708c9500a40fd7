"""What came in, counted: sheets and papers together. The figures are deliberations.survey_scores'."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Sum

from deliberations import survey_scores as scores
from deliberations.models import Answer, PaperCount, PaperTally, Sheet, SurveyGroup, SurveyQuestion, SurveyTicket
from deliberations.services.surveys.door import Status, demand, lock
from deliberations.survey_scores import Asked, Heard
from organizations.parameters import parameter

Kind = SurveyQuestion.Kind


@dataclass
class Counted:
    """One survey's rows as numbers: `heard` is {question pk: {group pk: Heard}}, `sheets` valid ones by group."""

    survey: object
    questions: list
    groups: list
    issued: int
    returned: int = 0
    void: int = 0
    sheets: dict = field(default_factory=lambda: defaultdict(int))
    heard: dict = field(default_factory=lambda: defaultdict(lambda: defaultdict(Heard)))
    least: int = 0

    @property
    def valid(self):
        return self.returned - self.void

    @property
    def is_told(self):
        """Whether there are enough sheets to tell anything of their content."""
        return self.valid >= self.least

    @property
    def stands_apart(self):
        return bool(self.groups) and scores.may_stand_apart(dict(self.sheets), self.least)

    @property
    def weights(self):
        return {group.pk: group.weight for group in self.groups} if self.stands_apart else {}

    @property
    def asked(self):
        return [
            Asked(row.pk, row.kind, row.aspect, row.weight, {each.pk: each.points for each in row.choices.all()})
            for row in self.questions
        ]

    def together(self, question):
        return sum(self.heard[question.pk].values(), Heard())

    def means(self):
        """{question pk: mean or None} over all groups."""
        return {asked.key: scores.of_question(asked, self.heard[asked.key], self.weights) for asked in self.asked}

    def means_of(self, group):
        return {asked.key: scores.mean(asked, self.heard[asked.key][group.pk]) for asked in self.asked}


def count_surveys(surveys):
    """{survey pk: Counted} in a number of queries that does not grow with the surveys."""
    least = int(parameter("survey_least_sheets"))
    keys = [survey.pk for survey in surveys]
    questions, groups = defaultdict(list), defaultdict(list)
    for row in SurveyQuestion.objects.filter(survey__in=keys).prefetch_related("choices"):
        questions[row.survey_id].append(row)
    for row in SurveyGroup.objects.filter(survey__in=keys):
        groups[row.survey_id].append(row)
    tickets = dict(
        SurveyTicket.objects.filter(survey__in=keys).values_list("survey").annotate(count=Count("pk")).order_by()
    )
    found = {
        survey.pk: Counted(
            survey=survey,
            questions=questions[survey.pk],
            groups=groups[survey.pk],
            issued=tickets.get(survey.pk, 0) + (survey.issued_count or 0),
            least=least,
        )
        for survey in surveys
    }
    add_sheets(found, keys)
    add_papers(found, keys)
    return found


def count_survey(survey):
    return count_surveys([survey])[survey.pk]


def add_sheets(found, keys):
    rows = Sheet.objects.filter(survey__in=keys).order_by()
    for survey, group, is_void, count in rows.values_list("survey", "group", "is_void").annotate(count=Count("pk")):
        found[survey].returned += count
        if is_void:
            found[survey].void += count
        else:
            found[survey].sheets[group] += count
    rows = Answer.objects.filter(sheet__survey__in=keys, sheet__is_void=False).order_by()
    rows = rows.values_list("sheet__survey", "question", "sheet__group")
    for survey, question, group, count in rows.annotate(count=Count("sheet", distinct=True)):
        found[survey].heard[question][group].sheets += count
    chosen = rows.values_list("sheet__survey", "question", "sheet__group", "choice")
    for survey, question, group, choice, count, points in chosen.annotate(count=Count("pk"), sum=Sum("points")):
        heard = found[survey].heard[question][group]
        heard.points_sum += points or 0
        if choice is not None:
            heard.choices[choice] = heard.choices.get(choice, 0) + count


def add_papers(found, keys):
    for paper in PaperCount.objects.filter(survey__in=keys).prefetch_related("tallies__question"):
        counted = found[paper.survey_id]
        counted.returned += paper.returned_count
        counted.void += paper.void_count
        counted.sheets[paper.group_id] += paper.returned_count - paper.void_count
        for tally in paper.tallies.all():
            heard = counted.heard[tally.question_id][paper.group_id]
            heard.points_sum += tally.points_sum or 0
            if tally.choice_id is not None:
                heard.choices[tally.choice_id] = heard.choices.get(tally.choice_id, 0) + tally.count
            if tally.question.kind != Kind.MULTIPLE:
                heard.sheets += tally.count
        for question in counted.questions:
            # Nobody counts by hand how many papers ticked anything: all valid ones were asked.
            if question.kind == Kind.MULTIPLE:
                counted.heard[question.pk][paper.group_id].sheets += paper.returned_count - paper.void_count


@transaction.atomic
def enter_paper_counts(survey, *, returned, void=0, issued=None, group=None, tallies, actor):
    """纸质计票 of one group, anew where it was entered before. `tallies` is {question pk: {choice pk: papers}}, of a
    scale {question pk: (papers, sum of points)}. `issued` are all papers handed out, of all groups.

    ValidationError beside "returned", "void", "issued", "group" or "question_<pk>".
    """
    survey = lock(survey, actor)
    demand(survey, Status.OPEN, Status.CLOSED)
    if (group is None) == survey.groups.exists() or (group and group.survey_id != survey.pk):
        raise ValidationError({"group": "请选择是哪一组的问卷。"}, code="group")
    if void > returned:
        raise ValidationError({"void": "无效份数不能多于收回份数。"}, code="void")
    others = survey.paper_counts.exclude(group=group).aggregate(sum=Sum("returned_count"))["sum"] or 0
    handed_out = survey.issued_count if issued is None else issued
    if handed_out is None or handed_out < returned + others:
        words = f"发出份数不能少于收回的 {returned + others} 份。"
        raise ValidationError({"issued": words}, code="issued")
    rows = read_tallies(survey, tallies, returned - void)
    survey.issued_count = handed_out
    survey.save(update_fields=["issued_count"])
    paper, _ = PaperCount.objects.update_or_create(
        survey=survey, group=group, defaults={"returned_count": returned, "void_count": void}
    )
    paper.tallies.all().delete()
    for row in rows:
        row.paper = paper
    PaperTally.objects.bulk_create(rows)
    return paper


def read_tallies(survey, tallies, valid):
    rows, errors = [], {}
    for question in survey.questions.prefetch_related("choices"):
        told = tallies.get(question.pk)
        if not told or question.kind == Kind.TEXT:
            continue
        if question.kind == Kind.SCALE:
            count, points_sum = told
            counts, is_wrong = [count], points_sum > 100 * count
            rows.append(PaperTally(question=question, count=count, points_sum=points_sum))
        else:
            counts, is_wrong = list(told.values()), not set(told) <= {each.pk for each in question.choices.all()}
            rows += [PaperTally(question=question, choice_id=key, count=count) for key, count in told.items()]
        most = max(counts) if question.kind == Kind.MULTIPLE else sum(counts)
        if is_wrong or most > valid:
            words = f"这一题加起来不能多于有效的 {valid} 份" + ("，总分不能超过每份 100 分。" if is_wrong else "。")
            errors[f"question_{question.pk}"] = ValidationError(words, code="count")
    if errors:
        raise ValidationError(errors)
    return rows
