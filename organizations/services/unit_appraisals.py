"""双向评价 of a year, the unit's side: by the scheme in force at its end, with the evidence of every point."""

from datetime import date

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from organizations import unit_scores as scores
from organizations.deeds import deeds_of
from organizations.models import AppraisalEvidence, Councillor, LeagueMeeting, UnitAppraisal
from organizations.parameters import parameters
from organizations.services.leagues import append, lock

KEYS = {
    "meetings": "appraisal_meeting_points",
    "absence": "appraisal_absence_points",
    "activities": "appraisal_activity_points",
    "times": "appraisal_activity_times",
    "shortfall": "appraisal_shortfall_points",
    "study": "appraisal_study_points",
    "teams": "appraisal_team_points",
    "idea": "appraisal_idea_points",
    "full": "appraisal_full_points",
    "excellent": "appraisal_excellent",
    "good": "appraisal_good",
    "fair": "appraisal_fair",
}


def scheme_of(year):
    """The Scheme by the settings in force on the last day of `year`, or today while it runs."""
    values = parameters(*KEYS.values(), on=min(date(year, 12, 31), timezone.localdate()))
    return scores.Scheme(**{name: values[key] for name, key in KEYS.items()})


def meetings_of(league, unit, year):
    """[(key, words, state)] of the year's meetings that the unit owed, None where it never had a councillor.

    It came when one of its councillors did, and is excused when none came and one asked for leave.
    """
    councillors = list(Councillor.objects.filter(league=league, unit=unit).exclude(appointed_on=None))
    if not councillors:
        return None
    held = LeagueMeeting.objects.held().filter(league=league, starts_at__year=year).order_by("starts_at")
    rows = []
    for meeting in held.prefetch_related("attendances"):
        day = timezone.localdate(meeting.starts_at)
        owing = {
            each.pk
            for each in councillors
            if each.appointed_on <= day and (each.ends_on is None or each.ends_on >= day)
        }
        if not owing:
            continue
        ways = {each.way for each in meeting.attendances.all() if each.councillor_id in owing}
        state = "came" if ways & {"qr", "door"} else "leave" if ways else "absent"
        rows.append((meeting.pk, f"{day.month}月{day.day}日{meeting.get_kind_display()}", state))
    return rows


@transaction.atomic
def appraise_unit(
    league, *, unit, year, activity_counts, activity_words, study_points, study_words, team_points, team_words,
    ideas_count=0, ideas_words="", actor, at=None,
):  # fmt: skip
    """评价 of a member unit, or its correction: meetings out of the sign-in lists, activities, needs and projects
    out of the four lists, the rest as it was told, with words.

    `activity_counts`: of the four quarters, what stands in no list. ValidationError beside the field.
    """
    league = lock(league, actor)
    today = timezone.localdate(at)
    if not league.founded_on.year <= year <= today.year:
        raise ValidationError({"year": f"年度在 {league.founded_on.year} 到 {today.year} 之间。"}, code="year")
    if not league.members.filter(unit=unit).exists():
        raise ValidationError({"unit": f"“{unit}”不是成员单位。"}, code="member")
    scheme = scheme_of(year)
    for field, points, most in (
        ("study_points", study_points, scheme.study),
        ("team_points", team_points, scheme.teams),
    ):
        if not 0 <= points <= most:
            raise ValidationError({field: f"在 0 到 {most:.0f} 分之间。"}, code="points")
    if ideas_count and not ideas_words.strip():
        raise ValidationError({"ideas_words": "请写明采纳了哪些建议。"}, code="required")
    if any(activity_counts) and not activity_words.strip():
        raise ValidationError({"activity_words": "请写明是哪些活动。"}, code="required")
    deeds = deeds_of(unit, league.organization, year)
    quarters_over = 4 if year < today.year else (today.month - 1) // 3
    rows = [
        *scores.meeting_rows(meetings_of(league, unit, year), scheme),
        *scores.activity_rows(activity_counts, activity_words, quarters_over, scheme, deeds),
        *scores.voice_rows(deeds),
        scores.Row("study", float(study_points), study_words),
        scores.Row("teams", float(team_points), team_words),
    ]
    if ideas_count:
        rows.append(scores.Row("bonus", scheme.idea * ideas_count, ideas_words, None, ideas_count))
    return write(league, unit, year, rows, scheme, actor=actor, at=at)


def write(league, unit, year, rows, scheme, *, actor, at):
    _, total = scores.totals(rows, scheme)
    appraisal = league.appraisals.filter(unit=unit, year=year).first() or UnitAppraisal(
        league=league, unit=unit, year=year
    )
    again = appraisal.pk is not None
    appraisal.total, appraisal.grade = round(total, 1), scores.grade(total, scheme)
    appraisal.full_clean()
    appraisal.save()
    appraisal.evidence.of_unit().delete()
    kinds = ContentType.objects
    AppraisalEvidence.objects.bulk_create(
        AppraisalEvidence(
            appraisal=appraisal, item=row.item, points=row.points, words=row.words[:300], meeting_id=row.source,
            count=row.count, content_type=row.subject and kinds.get_for_model(row.subject),
            object_id=row.subject and row.subject.pk,
        )
        for row in rows
    )  # fmt: skip
    words = f"{unit} {year}年 {total:g} 分，{appraisal.get_grade_display()}"
    append(league, "重新评价单位" if again else "评价单位", actor=actor, note=words, at=at)
    return appraisal


@transaction.atomic
def collect_deeds(appraisal, *, actor, at=None):
    """从四张清单取数: the same appraisal again, by what stands in the lists now."""
    if appraisal.total is None:
        raise ValidationError("还没有评价这个单位，请先在大党委的页面评价。", code="unappraised")
    found = told(appraisal)
    counts = [found.pop(name, 0) for name in ("first", "second", "third", "fourth")]
    league, unit, year = appraisal.league, appraisal.unit, appraisal.year
    return appraise_unit(league, unit=unit, year=year, activity_counts=counts, actor=actor, at=at, **found)


def points_of(appraisal):
    """[{label, points, full points or None, evidence rows, those out of the lists}] of the unit's five items; what
    residents said of it, where they were asked, stands last and has no points.
    """
    scheme = scheme_of(appraisal.year)
    rows = list(appraisal.evidence.of_unit().select_related("meeting", "content_type"))
    found, _ = scores.totals(rows, scheme)
    full = {"meetings": scheme.meetings, "activities": scheme.activities, "study": scheme.study, "teams": scheme.teams}
    voices = [row for row in rows if row.item == AppraisalEvidence.Item.VOICE]
    said = {"label": "居民评议", "points": None, "full": None, "rows": [], "listed": voices}
    items = [
        {
            "label": label,
            "points": found[item],
            "full": full.get(item),
            "rows": [row for row in rows if row.item == item and row.object_id is None],
            "listed": [row for row in rows if row.item == item and row.object_id is not None],
        }
        for item, label in AppraisalEvidence.Item.choices
        if item in found
    ]
    return [*items, said] if voices else items


def told(appraisal):
    """What the form was filled in with, read back out of the evidence."""
    rows = list(appraisal.evidence.of_unit().filter(object_id=None))
    by_item = {item: [row for row in rows if row.item == item] for item in ("activities", "study", "teams", "bonus")}
    counts = [row.count for row in by_item["activities"] if row.count is not None]
    found = dict(zip(("first", "second", "third", "fourth"), counts, strict=False))
    words = next((row.words for row in by_item["activities"] if row.count is None and not row.points), "")
    idea = next((row for row in by_item["bonus"] if row.count is not None), None)
    for name, item in (("study", "study"), ("team", "teams")):
        for row in by_item[item]:
            found |= {f"{name}_points": row.points, f"{name}_words": row.words}
    ideas = {"ideas_count": idea.count, "ideas_words": idea.words} if idea else {}
    return {**found, "activity_words": words, **ideas}
