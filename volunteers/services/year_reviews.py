"""年度鉴定 of the Party members who reported: drafted by the community with the year's figures, graded, sent to the
unit, which gives its 回执. A member without a unit gets the sheet on paper.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils import timezone

from accounts.services import notify
from grids.models import Community
from organizations.models import Unit
from organizations.parameters import parameter
from organizations.services.trail import audit_rows
from volunteers.models import HourEntry, Report, YearReview
from volunteers.services.report_door import clerks_of

Status, Grade = YearReview.Status, YearReview.Grade
BELOW = (Grade.BASIC, Grade.FAILED)  # of which it is said why
FIGURES = ("duty_minutes", "voluntary_minutes", "sessions_count")
FIRST_YEAR = 2000


@dataclass(frozen=True)
class Sent:
    """What came of sending: how many went to how many units, and who has no unit."""

    count: int
    units_count: int
    without_unit: tuple = ()


def required_services(year):
    """How many times a member ought to have served in `year`, by the setting in force on its last day, or today."""
    return int(parameter("report_yearly_services", on=min(date(year, 12, 31), timezone.localdate())))


def figures_of(volunteers, year, *, on=None):
    """{volunteer's key: (duty minutes, voluntary minutes, times of duty)} of what was served in `year` and counts on
    the date `on` (today). Only the duty ledger is counted for appraisal: nobody is held to voluntary service
    (志愿服务条例 art. 25).
    """
    entries = HourEntry.objects.counting(on).filter(
        volunteer__in=volunteers, served_on__range=(date(year, 1, 1), date(year, 12, 31))
    )
    duty = Q(ledger="duty")
    rows = entries.order_by().values("volunteer").annotate(
        duty=Sum("minutes", filter=duty, default=0),
        voluntary=Sum("minutes", filter=Q(ledger="voluntary"), default=0),
        times=Count("pk", filter=duty & Q(reverses=None)) - Count("pk", filter=duty & Q(reverses__isnull=False)),
    )  # fmt: skip
    return {row["volunteer"]: (row["duty"], row["voluntary"], row["times"]) for row in rows}


# --- Drafting ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def draft_reviews(community, year, *, actor, at=None):
    """A YearReview for everybody who is to be reviewed for `year` and has none; how many. Those not graded yet take the
    figures as they stand now. ValidationError beside "year"; done again, nothing more happens.
    """
    if not Community.objects.allowed(actor, "volunteers.add_yearreview").filter(pk=community.pk).exists():
        raise PermissionDenied("您没有给这个社区做年度鉴定的权限。")
    today = timezone.localdate(at)
    if not FIRST_YEAR <= year <= today.year:
        raise ValidationError({"year": f"年度在 {FIRST_YEAR} 到 {today.year} 之间。"}, code="year")
    Community.objects.select_for_update(no_key=True, of=("self",)).get(pk=community.pk)
    reports = Report.objects.filter(community=community).to_review(year)
    reports = reports.exclude(volunteer__reports__reviews__year=year)  # one sheet a year, also for who moved
    fresh = [YearReview(report=each, year=year) for each in reports.select_related("volunteer")]
    _take_figures(fresh, year, today)
    YearReview.objects.bulk_create(fresh)
    audit_rows(YearReview, [(None, row) for row in fresh], actor=actor)
    made = [row.pk for row in fresh]
    standing = YearReview.objects.filter(report__community=community, year=year, status=Status.DRAFTED)
    _refresh(standing.exclude(pk__in=made), year, today)
    return len(fresh)


def _take_figures(reviews, year, today):
    figures = figures_of([row.report.volunteer_id for row in reviews], year, on=today)
    for row in reviews:
        row.unit_id = row.report.volunteer.unit_id
        # A reversal may lie in the year and what it reverses before it.
        for name, value in zip(FIGURES, figures.get(row.report.volunteer_id, (0, 0, 0)), strict=True):
            setattr(row, name, max(value, 0))


def _refresh(reviews, year, today):
    rows = list(reviews.select_related("report__volunteer").select_for_update(of=("self",)).order_by("pk"))
    _take_figures(rows, year, today)
    YearReview.objects.bulk_update(rows, [*FIGURES, "unit"])


# --- Grading ----------------------------------------------------------------------------------------------------------
@transaction.atomic
def grade_reviews(marks, *, actor, at=None):
    """Grade the reviews of `marks`, {key: (Grade, comment)}, all or none; the rows. Their figures are taken as they
    stand. Graded so already: nothing happens. ValidationError beside "grade" and "comment", or naming those that were
    graded otherwise meanwhile.
    """
    at = at or timezone.now()
    marks = {key: (grade, comment.strip()) for key, (grade, comment) in marks.items()}
    _demand_sense(marks.values())
    rows = _locked(marks, actor)
    _refuse([row for row in rows if row.status != Status.DRAFTED and row.grade != marks[row.pk][0]])
    fresh = [row for row in rows if row.status == Status.DRAFTED]
    for year in {row.year for row in fresh}:
        _take_figures([row for row in fresh if row.year == year], year, timezone.localdate(at))
    for row in fresh:
        row.grade, row.comment = marks[row.pk]
        row.graded_by, row.graded_at = actor, at
        _move(row, Status.GRADED, *FIGURES, "unit", "grade", "comment", "graded_by", "graded_at")
    return rows


def _demand_sense(marks):
    for grade, comment in marks:
        if grade not in Grade.values:
            raise ValidationError({"grade": "请选择鉴定等次。"}, code="grade")
        if grade in BELOW and not comment:
            raise ValidationError({"comment": "基本合格、不合格的要写评语。"}, code="required")


@transaction.atomic
def reopen_review(review, *, actor):
    """更正 before it is sent: back to be graded; what was written stays. Not graded: nothing happens."""
    (row,) = _locked([review.pk], actor)
    if row.status == Status.DRAFTED:
        return row
    _refuse([] if row.status == Status.GRADED else [row])
    row.graded_by = row.graded_at = None
    _move(row, Status.DRAFTED, "graded_by", "graded_at")
    return row


# --- To the unit and back ---------------------------------------------------------------------------------------------
@transaction.atomic
def send_reviews(keys, *, actor, at=None):
    """Send the graded reviews of `keys` to their units, whose liaisons are told once each, as are the members. Sent
    already: nothing happens. Those without a unit stay; ValidationError names those not graded.
    """
    at, rows = at or timezone.now(), _locked(keys, actor)
    _refuse([row for row in rows if row.status == Status.DRAFTED])
    graded = [row for row in rows if row.status == Status.GRADED]
    going = [row for row in graded if row.unit_id]
    for row in going:
        row.sent_at = at
        _move(row, Status.SENT, "sent_at")
        if member := row.report.volunteer.user:
            text = f"{row.report.community}给您的{row.year}年度鉴定：{row.get_grade_display()}，已反馈{row.unit}。"
            notify([member], text=text, link=reverse("me:record"))
    told = Counter((row.unit, row.report.community, row.year) for row in going)
    for (unit, community, year), count in told.items():
        notify(
            [unit.liaison] if unit.liaison else [],
            text=f"{community}送来{year}年度鉴定 {count} 份，请看过后回执。",
            link=reverse("reports:year", args=[unit.pk, year]),
        )
    return Sent(len(going), len({row.unit_id for row in going}), tuple(row for row in graded if not row.unit_id))


@transaction.atomic
def receipt_reviews(keys, *, opinion, actor, at=None):
    """回执 for the sent reviews of `keys`: by the unit's liaison, or where a unit has none by the community's staff
    from paper. The rows that this call receipted; of two receipts the first stands. ValidationError beside "opinion".
    """
    at = at or timezone.now()
    seen = YearReview.objects.visible_to(actor).filter(pk__in=keys).order_by().values("pk")
    rows = list(_in_order(YearReview.objects.filter(pk__in=seen)))
    mine = set(Unit.objects.of_liaison(actor, "volunteers.view_yearreview").values_list("pk", flat=True))
    theirs = [row for row in rows if row.unit_id not in mine]
    if len(rows) != len(set(keys)) or not _may_write_down(theirs, actor):
        raise PermissionDenied("您没有给这些鉴定回执的权限。")
    if not opinion.strip():
        raise ValidationError({"opinion": "请填写回执意见。"}, code="required")
    _refuse([row for row in rows if row.status in (Status.DRAFTED, Status.GRADED)])
    fresh = [row for row in rows if row.status == Status.SENT]
    for row in fresh:
        row.receipt, row.receipted_by, row.receipted_at = opinion.strip(), actor, at
        _move(row, Status.RECEIPTED, "receipt", "receipted_by", "receipted_at")
    for (unit, community, year), count in Counter((row.unit, row.report.community, row.year) for row in fresh).items():
        link = reverse("admin:volunteers_yearreview_changelist")
        text = f"{unit}已回执{year}年度鉴定 {count} 份。"
        notify(
            clerks_of(community).exclude(pk=actor.pk), text=text, link=f"{link}?year={year}&unit__id__exact={unit.pk}"
        )
    return fresh


def _may_write_down(rows, actor):
    if any(row.unit is None or row.unit.liaison_id for row in rows):
        return False
    return YearReview.objects.editable_by(actor).filter(pk__in=[row.pk for row in rows]).count() == len(rows)


# --- Common -----------------------------------------------------------------------------------------------------------
def _in_order(rows):
    people = rows.select_related("report__volunteer__user", "report__community", "unit__liaison")
    return people.select_for_update(of=("self",)).order_by("pk")


def _locked(keys, actor):
    """The rows of `keys` that `actor` may write, locked; PermissionDenied where one is missing."""
    allowed = YearReview.objects.editable_by(actor).filter(pk__in=list(keys)).order_by().values("pk")
    rows = list(_in_order(YearReview.objects.filter(pk__in=allowed)))
    if len(rows) != len(set(keys)):
        raise PermissionDenied("您没有办理这些鉴定的权限。")
    return rows


def _refuse(rows):
    if rows:
        told = "、".join(f"{row.report.code}（{row.get_status_display()}）" for row in rows[:10])
        raise ValidationError(f"有 {len(rows)} 份的状态不能这样办，您看到的可能是旧页面：{told}", code="transition")


def _move(row, to, *fields):
    if to not in YearReview.TRANSITIONS[Status(row.status)]:
        raise ValidationError(f"“{row.get_status_display()}”不能改成“{to.label}”。", code="transition")
    row.status = to
    row.save(update_fields=["status", *fields])
