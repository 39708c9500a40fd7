"""A survey's result as its pages show it: every rate with its count, beside it what the survey before came to."""

from django.db.models import Q
from django.utils import timezone

from deliberations import survey_scores as scores
from deliberations.models import Answer, Survey, SurveyQuestion
from deliberations.services.surveys.counting import count_surveys

Kind, Aspect = SurveyQuestion.Kind, SurveyQuestion.Aspect
EARLIER = ("follows", "follows__follows", "follows__follows__follows", "follows__follows__follows__follows")
CHART = {"width": 320, "height": 120, "left": 34, "right": 10, "top": 14, "bottom": 22}


def earlier(survey):
    """The surveys before it whose results are public, the oldest first; four at most."""
    row = Survey.objects.select_related(*EARLIER).get(pk=survey.pk)
    found = []
    while (row := row.follows) is not None and len(found) < len(EARLIER):
        if row.status == Survey.Status.PUBLISHED:
            found.insert(0, row)
        if row.follows_id is None:
            break
    return found


def result_of(survey):
    """All that the result page shows, in a fixed number of queries."""
    before = earlier(survey)
    counted = count_surveys([*before, survey])
    own, last = counted[survey.pk], counted[before[-1].pk] if before else None
    history = [standing(counted[row.pk]) for row in (*before, survey)]
    texts = Answer.objects.filter(sheet__survey=survey, sheet__is_void=False).exclude(text="")
    shown = {}
    for answer in texts.filter(is_public=True):
        shown.setdefault(answer.question_id, []).append(answer.text)
    return {
        "counted": own,
        "return_rate": scores.rate(own.returned, own.issued),
        "now": history[-1],
        "change": change(history[-1]["total"], history[-2]["total"]) if before else None,
        "questions": questions_of(own, last, shown) if own.is_told else [],
        "groups": groups_of(own) if own.is_told and own.stands_apart else [],
        "hides_groups": own.is_told and bool(own.groups) and not own.stands_apart,
        "history": history if before else [],
        "aspect_heads": aspect_heads(history),
        "chart": chart(history) if before else None,
    }


def told(value):
    return None if value is None else round(value, 1)


def change(now, before):
    """“比上次高 3.2 分”; "" where there is nothing to compare."""
    if now is None or before is None:
        return ""
    difference = round(now - before, 1)
    if not difference:
        return "和上次一样"
    return f"比上次{'高' if difference > 0 else '低'} {abs(difference)} 分"


def standing(counted):
    """Total and aspects of one survey, None while too few answered."""
    means = counted.means() if counted.is_told else {}
    found = scores.aspects(counted.asked, means)
    survey = counted.survey
    return {
        "survey": survey,
        "month": timezone.localdate(survey.published_at) if survey.published_at else survey.ends_on,
        "valid": counted.valid,
        "total": told(scores.total(counted.asked, means)),
        "aspects": {name: told(value) for name, value in found.items()},
        "aspect_rows": [
            {"label": Aspect(name).label, "score": told(value), "answered": answered(counted, name)}
            for name, value in found.items()
        ],
    }


def answered(counted, aspect):
    """Sheets that answered any question of the aspect: as many as answered the one most answered."""
    return max(counted.together(row).sheets for row in counted.questions if row.aspect == aspect)


def aspect_heads(history):
    names = [name for name in Aspect.values if any(name in row["aspects"] for row in history)]
    for row in history:
        row["cells"] = [(Aspect(name).label, row["aspects"].get(name)) for name in names]
    return [Aspect(name).label for name in names]


def questions_of(counted, last, texts):
    means = counted.means()
    before = {row.text: value for row, value in zip(last.questions, last.means().values(), strict=True)} if last else {}
    found = []
    for row in counted.questions:
        heard = counted.together(row)
        found.append(
            {
                "question": row,
                "aspect": row.get_aspect_display() if row.aspect else "",
                "answered": heard.sheets,
                "mean": told(means[row.pk]),
                "change": change(told(means[row.pk]), told(before.get(row.text))),
                "bars": [bar(each, heard) for each in row.choices.all()],
                "texts": texts.get(row.pk, []),
            }
        )
    return found


def bar(choice, heard):
    count = heard.choices.get(choice.pk, 0)
    return {"text": choice.text, "count": count, "rate": scores.rate(count, heard.sheets) or 0.0}


def groups_of(counted):
    rows = []
    for group in counted.groups:
        means = counted.means_of(group)
        found = scores.aspects(counted.asked, means)
        rows.append(
            {
                "group": group,
                "sheets": counted.sheets[group.pk],
                "total": told(scores.total(counted.asked, means)),
                "aspects": [(Aspect(name).label, told(value)) for name, value in found.items()],
            }
        )
    return rows


def chart(history):
    """The totals as a line: points with their places in the picture; None with fewer than two of them."""
    rows = [row for row in history if row["total"] is not None]
    if len(rows) < 2:
        return None
    wide = CHART["width"] - CHART["left"] - CHART["right"]
    high = CHART["height"] - CHART["top"] - CHART["bottom"]
    points = [
        {
            "x": round(CHART["left"] + wide * (number + 0.5) / len(rows), 1),
            "y": round(CHART["top"] + high * (1 - row["total"] / 100), 1),
            "label_y": round(CHART["top"] + high * (1 - row["total"] / 100) - 6, 1),
            "score": row["total"],
            "month": row["month"],
        }
        for number, row in enumerate(rows)
    ]
    lines = [{"value": value, "y": round(CHART["top"] + high * (1 - value / 100), 1)} for value in (0, 50, 100)]
    line = " ".join(f"{point['x']},{point['y']}" for point in points)
    return {**CHART, "points": points, "line": line, "grid": lines}


def texts_to_read(survey):
    """What was written, void sheets apart, in the order of chance that its keys have."""
    rows = Answer.objects.filter(~Q(text=""), sheet__survey=survey, sheet__is_void=False)
    return rows.select_related("question").order_by("question__order", "pk")
