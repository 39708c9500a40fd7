"""大党委: founded, its units, its rotating chair, its yearly plan. Lock: the league's row, then what hangs on it.

Each verb appends a LeagueEvent. `append` and `lock` serve the verbs on councillors, meetings and appraisals as well.
"""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import notify, notify_once
from govern.dates import months_after
from organizations.models import League, LeagueEvent, LeagueMember, LeaguePlanItem, Organization, Post, Unit
from organizations.parameters import parameter
from organizations.querysets.leagues import quarter_of

Kind = League.Kind
TIERS = {Kind.COMMUNITY: Organization.Tier.COMMUNITY, Kind.DISTRICT: Organization.Tier.INDUSTRY}


def lock(league, actor):
    """The row for a verb of `actor`. PermissionDenied without the right; ValidationError once it has ended."""
    if not League.objects.editable_by(actor).filter(pk=league.pk).exists():
        raise PermissionDenied("您没有办理这个大党委的权限。")
    rows = League.objects.select_for_update(no_key=True, of=("self",)).select_related("organization")
    league = rows.get(pk=league.pk)
    if league.ended_on is not None:
        raise ValidationError(f"“{league}”已停止运行，不能再办理。", code="ended")
    return league


def append(league, what, *, actor, note="", at=None, **subject):
    """One more event; `subject` are its councillor, meeting or resolution and the two states."""
    return LeagueEvent.objects.create(
        league=league, what=what, actor=actor, note=note[:300], at=at or timezone.now(), **subject
    )


def past(field, on, words, *, since=None, at=None):
    """`on` lies between the date `since` and today, or a ValidationError beside `field` that begins with `words`."""
    if on > timezone.localdate(at):
        raise ValidationError({field: f"{words}不能晚于今天。"}, code="future")
    if since is not None and on < since:
        raise ValidationError({field: f"{words}不能早于 {since:%Y-%m-%d}。"}, code="early")


def page_of(row):
    return f"/admin/organizations/{row._meta.model_name}/{row.pk}/change/"


def staff_of(league):
    """Whoever keeps the leagues of this very organization (not above it)."""
    posts = Post.objects.current().filter(
        organization=league.organization_id,
        role__permissions__content_type__app_label="organizations",
        role__permissions__codename="change_league",
    )
    return User.objects.filter(posts__in=posts, is_active=True).distinct()


def liaisons_of(league):
    """The 联络员 of its units."""
    units = league.members.current().values("unit")
    return User.objects.filter(liaised_units__in=units, is_active=True).distinct()


# --- The league -------------------------------------------------------------------------------------------------------
def check_place(league):
    if league.organization.tier != TIERS[league.kind]:
        above = "社区党组织" if league.kind == Kind.COMMUNITY else "行业（区级）党委"
        raise ValidationError({"organization": f"{league.get_kind_display()}由{above}牵头。"}, code="tier")
    if league.kind == Kind.DISTRICT and league.federation_id:
        raise ValidationError({"federation": "联合会上面没有联合会。"}, code="federation")


@transaction.atomic
def found_league(*, organization, kind, name, founded_on, federation=None, actor, at=None):
    """成立. ValidationError beside the field; PermissionDenied where `actor` may not change the organization."""
    if not Organization.objects.allowed(actor, "organizations.add_league").filter(pk=organization.pk).exists():
        raise PermissionDenied("您没有办理这个党组织的权限。")
    organization = Organization.objects.select_for_update(no_key=True, of=("self",)).get(pk=organization.pk)
    past("founded_on", founded_on, "成立日期", at=at)
    league = League(organization=organization, kind=kind, name=name, founded_on=founded_on, federation=federation)
    check_place(league)
    if organization.leagues.standing().exists():
        raise ValidationError({"organization": "这个党组织已有大党委或联合会。"}, code="unique")
    league.full_clean()
    league.save()
    append(league, "成立", actor=actor, note=name, at=at)
    return league


@transaction.atomic
def correct_league(league, *, name, founded_on, federation=None, actor, at=None):
    """更正: the name, the day, and the 联合会 that it belongs to."""
    league = lock(league, actor)
    past("founded_on", founded_on, "成立日期", at=at)
    before = (league.name, league.founded_on, league.federation)
    league.name, league.founded_on, league.federation = name, founded_on, federation
    if before == (name, founded_on, federation):
        return league
    check_place(league)
    league.full_clean()
    league.save(update_fields=["name", "founded_on", "federation"])
    append(
        league, "更正信息", actor=actor, note=f"{name}，{founded_on:%Y-%m-%d}成立，{federation or '不属联合会'}", at=at
    )
    return league


@transaction.atomic
def end_league(league, *, reason, on, actor, at=None):
    """停止运行: it stays on record."""
    league = lock(league, actor)
    past("on", on, "停止日期", since=league.founded_on, at=at)
    if not reason.strip():
        raise ValidationError({"reason": "请写明停止的原因。"}, code="required")
    league.ended_on, league.end_reason = on, reason
    league.save(update_fields=["ended_on", "end_reason"])
    append(league, "停止运行", actor=actor, note=reason, at=at)
    return league


# --- Units and their chair --------------------------------------------------------------------------------------------
@transaction.atomic
def admit_unit(league, *, unit, joined_on, actor, at=None):
    """加入 of a unit in use; its 联络员 is told. In already: nothing happens."""
    league = lock(league, actor)
    past("joined_on", joined_on, "加入日期", at=at)
    if member := league.members.current().filter(unit=unit).first():
        return member
    if not unit.is_active:
        raise ValidationError({"unit": f"“{unit}”已停用。"}, code="inactive")
    member = LeagueMember.objects.create(league=league, unit=unit, joined_on=joined_on)
    append(league, "单位加入", actor=actor, note=str(unit), at=at)
    if unit.liaison:
        notify([unit.liaison], text=f"{unit}已加入{league}")
    return member


@transaction.atomic
def dismiss_unit(member, *, left_on, reason, actor, at=None):
    """退出, with its reason. The chair is handed on first."""
    league = lock(member.league, actor)
    member = LeagueMember.objects.select_for_update(no_key=True, of=("self",)).select_related("unit").get(pk=member.pk)
    if member.left_on is not None:
        return member
    past("left_on", left_on, "退出日期", since=member.joined_on, at=at)
    if not reason.strip():
        raise ValidationError({"reason": "请写明退出的原因。"}, code="required")
    if league.chair_id == member.unit_id:
        raise ValidationError({"member": f"“{member.unit}”正在轮值，请先交接轮值主席。"}, code="chair")
    member.left_on = left_on
    member.save(update_fields=["left_on"])
    append(league, "单位退出", actor=actor, note=f"{member.unit}：{reason}", at=at)
    return member


def next_chair(league):
    """The unit whose turn is next: in the order of joining, the first again after the last. None without units."""
    units = [member.unit for member in league.members.current().select_related("unit")]
    keys = [unit.pk for unit in units]
    if not units:
        return None
    return units[(keys.index(league.chair_id) + 1) % len(units)] if league.chair_id in keys else units[0]


@transaction.atomic
def rotate_chair(league, *, unit, since, note="", actor, at=None):
    """轮值交接: `unit` is the chair from the date `since` for the set number of months; all liaisons are told.

    `note` is what the last one hands on.
    """
    league = lock(league, actor)
    if league.chair_id == unit.pk and league.chair_since == since:
        return league
    past("since", since, "轮值开始", since=league.chair_since or league.founded_on, at=at)
    if not league.members.current().filter(unit=unit).exists():
        raise ValidationError({"unit": f"“{unit}”不是成员单位。"}, code="member")
    before = league.chair
    until = months_after(since, int(parameter("league_chair_months", on=since))) - timedelta(days=1)
    league.chair, league.chair_since, league.chair_until = unit, since, until
    league.save(update_fields=["chair", "chair_since", "chair_until"])
    words = f"{before or '首任'} → {unit}，至 {until:%Y-%m-%d}"
    append(league, "轮值主席交接", actor=actor, note=f"{words}。{note}" if note else words, at=at)
    text = f"{league}轮值主席单位现在是{unit}，到{until.year}年{until.month}月{until.day}日"
    notify(liaisons_of(league), text=text[:200])
    return league


# --- The plan of a year -----------------------------------------------------------------------------------------------
@transaction.atomic
def plan_item(league, *, year, heading, name, due_on, units=(), owner="", actor, at=None):
    """列入计划 under one of the five headings; the liaisons of its units are told."""
    league = lock(league, actor)
    units = list(units)
    strangers = {unit.pk for unit in units} - set(league.members.current().values_list("unit", flat=True))
    if strangers:
        raise ValidationError({"units": "承办单位要从成员单位里选。"}, code="member")
    if due_on.year != year:
        raise ValidationError({"due_on": f"完成时限要在 {year} 年内。"}, code="year")
    item = LeaguePlanItem(league=league, year=year, heading=heading, name=name, due_on=due_on, owner=owner)
    item.full_clean()
    item.save()
    item.units.set(units)
    append(league, "列入年度计划", actor=actor, note=f"{item.get_heading_display()}：{name}", at=at)
    told = User.objects.filter(liaised_units__in=units, is_active=True).distinct()
    notify(told, text=f"{league} {year} 年计划：{name}，{due_on.month}月{due_on.day}日前完成"[:200])
    return item


@transaction.atomic
def finish_item(item, *, done_on, note="", actor, at=None):
    """完成. Done already: nothing happens."""
    league = lock(item.league, actor)
    item = LeaguePlanItem.objects.select_for_update(no_key=True, of=("self",)).get(pk=item.pk)
    if item.done_on is not None:
        return item
    past("done_on", done_on, "完成日期", at=at)
    item.done_on, item.note = done_on, note or item.note
    item.full_clean()
    item.save(update_fields=["done_on", "note"])
    append(league, "完成计划事项", actor=actor, note=item.name, at=at)
    return item


# --- Reminders --------------------------------------------------------------------------------------------------------
def leagues_to_remind(at=None):
    """Standing ones that owe this quarter's 联席会议 near its end, and those whose chair's term ends."""
    today = timezone.localdate(at)
    rows = League.objects.standing()
    ending = rows.chair_ending(today + timedelta(days=parameter("league_chair_reminder_days", on=today)))
    left = (quarter_of(today)[1] - today).days
    if left > parameter("league_reminder_days", on=today):
        return ending
    return ending | rows.without_meeting(today)


@transaction.atomic
def remind_league(league, *, at=None):
    """Tell its staff, once for each quarter and each term of a chair, what is owed."""
    today = timezone.localdate(at)
    league = League.objects.select_for_update(no_key=True, of=("self",)).select_related("chair").get(pk=league.pk)
    row = League.objects.standing().filter(pk=league.pk)
    end = quarter_of(today)[1]
    owed = (end - today).days <= parameter("league_reminder_days", on=today)
    if owed and row.without_meeting(today).exists():
        text = f"{league}{end.year}年第{'一二三四'[end.month // 3 - 1]}季度还没有开联席会议"
        notify_once(staff_of(league), text=text, link=page_of(league))
    until = league.chair_until
    soon = today + timedelta(days=parameter("league_chair_reminder_days", on=today))
    if until and until <= soon and row.exists():
        text = f"{league}轮值主席单位{league.chair}{until.year}年{until.month}月{until.day}日到期，请办理交接"
        notify_once(staff_of(league), text=text[:200], link=page_of(league))


def unit_choices(league):
    """Its units, for the forms."""
    return Unit.objects.filter(memberships__league=league, memberships__left_on=None)
