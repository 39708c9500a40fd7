"""The other side of 双向评价: the points that a unit gives the community, a draft until its liaison confirms it."""

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from organizations.models import AppraisalEvidence, League, LeagueMember, Unit, UnitAppraisal
from organizations.parameters import parameter, parameters
from organizations.services.leagues import append

KEYS = {item.value: f"rating_{item.value}_points" for item in AppraisalEvidence.OF_COMMUNITY}


def full_points(year):
    """{item: full points} by the settings in force on the last day of `year`, or today while it runs."""
    values = parameters(*KEYS.values(), on=min(date(year, 12, 31), timezone.localdate()))
    return {item: values[key] for item, key in KEYS.items()}


def due_on(year):
    """The last day on which a liaison may rate `year`."""
    last = date(year, 12, 31)
    return last + timedelta(days=int(parameter("rating_due_days", on=min(last, timezone.localdate()))))


def ratings_of(user, at=None):
    """Of each unit that `user` answers for, the UnitAppraisal of every year that is to be rated now (unsaved where
    neither side has begun) and of the years before, the newest first.
    """
    today = timezone.localdate(at)
    units = Unit.objects.of_liaison(user, "organizations.view_unit")
    rows = UnitAppraisal.objects.of_liaison(user).select_related("league", "unit")
    found = {(row.league_id, row.unit_id, row.year): row for row in rows}
    years = [year for year in (today.year, today.year - 1) if today <= due_on(year)]
    members = LeagueMember.objects.current().filter(unit__in=units, league__ended_on=None)
    for member in members.select_related("league", "unit"):
        for year in years:
            if member.joined_on.year <= year:
                fresh = UnitAppraisal(league=member.league, unit=member.unit, year=year)
                found.setdefault((member.league_id, member.unit_id, year), fresh)
    return sorted(found.values(), key=lambda row: (-row.year, row.league.name, row.unit.name))


def is_liaison(user, unit):
    return Unit.objects.of_liaison(user, "organizations.view_unit").filter(pk=unit.pk).exists()


@transaction.atomic
def rate_community(league, *, unit, year, points, words, is_final=False, actor, at=None):
    """单位评社区: `points` of each item, and words. By the unit's liaison until the day it is due, again until it
    `is_final`; or by the staff from paper, which is final. The same again: nothing happens.
    """
    is_own = is_liaison(actor, unit)
    if not is_own and not League.objects.editable_by(actor).filter(pk=league.pk).exists():
        raise PermissionDenied("您没有办理这份评价的权限。")
    league = League.objects.select_for_update(no_key=True, of=("self",)).get(pk=league.pk)
    row = league.appraisals.filter(unit=unit, year=year).first() or UnitAppraisal(league=league, unit=unit, year=year)
    given = {item: float(points[item]) for item in KEYS}
    if row.confirmed_on is not None and (given_of(row), row.rating_words) == (given, words):
        return row
    _check(league, row, given, words, is_own=is_own, at=at)
    today = timezone.localdate(at)
    row.rating, row.rating_words, row.rated_on = round(sum(given.values()), 1), words, today
    row.confirmed_on = today if is_final or not is_own else None
    row.full_clean()
    row.save()
    row.evidence.of_community().delete()
    AppraisalEvidence.objects.bulk_create(
        AppraisalEvidence(appraisal=row, item=item, points=value, words=words_of(item)) for item, value in given.items()
    )
    what = "单位评价社区" if row.confirmed_on else "单位填写对社区的评价"
    append(
        league, what, actor=actor, note=f"{unit} {year}年" + (f"：{row.rating:g} 分" if row.confirmed_on else ""), at=at
    )
    return row


def _check(league, row, given, words, *, is_own, at):
    today, year = timezone.localdate(at), row.year
    if league.ended_on is not None:
        raise ValidationError(f"“{league}”已停止运行，不能再评价。", code="ended")
    if not league.members.filter(unit=row.unit).exists():
        raise ValidationError(f"“{row.unit}”不是成员单位。", code="member")
    if row.confirmed_on is not None:
        raise ValidationError("这一年的评价已经确认，不能再改。", code="confirmed")
    if not is_own and row.rating is not None:
        raise ValidationError("单位联络员已经在填，等其确认。", code="theirs")
    if not league.founded_on.year <= year <= today.year:
        raise ValidationError(f"年度在 {league.founded_on.year} 到 {today.year} 之间。", code="year")
    if is_own and today > due_on(year):
        raise ValidationError(f"{year}年的评价到 {due_on(year):%Y-%m-%d} 截止，请把意见告诉社区。", code="due")
    for item, most in full_points(year).items():
        if not 0 <= given[item] <= most:
            raise ValidationError({item: f"在 0 到 {most:g} 分之间。"}, code="points")
    if not words.strip():
        raise ValidationError({"words": "请写一句话。"}, code="required")


def words_of(item):
    return AppraisalEvidence.Item(item).label


def given_of(appraisal):
    """{item: points} that the unit gave, {} before it did."""
    if appraisal.pk is None:
        return {}
    return {row.item: float(row.points) for row in appraisal.evidence.of_community()}


def ratings_in(appraisal):
    """[{label, points, full}] of what the community was rated by."""
    given = given_of(appraisal)
    full = full_points(appraisal.year)
    return [{"label": words_of(item), "points": given.get(item), "full": full[item]} for item in KEYS]
