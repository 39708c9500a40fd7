"""届: how long a body was elected for, until when it may be put off, and who is told in time."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import notify_once
from govern.dates import months_after
from organizations.models import Organization, Post, Term
from organizations.parameters import parameter

Kind = Organization.Kind
LADDER = tuple(f"term_reminder_days_{step}" for step in (1, 2, 3, 4))
NEAR = 2  # from this step of the ladder on, the body above the nearest office is told too


def term_years(organization, on=None):
    """Years of a term of `organization`, by the settings in force on the date `on`.

    Communities 5, ordinary branches and general branches 3, committees 5: 《关于党的基层组织任期的意见》.
    """
    if organization.tier == Organization.Tier.COMMUNITY:
        key = "term_years_community"
    elif organization.tier == Organization.Tier.INDUSTRY:
        key = "term_years_committee"
    else:
        key = "term_years_branch"
    return int(parameter(key, on=on))


def begin_term(organization, *, starts_on, number=None):
    """End the running term of a locked `organization` on that day and begin the next; returns it."""
    running = organization.terms.running().first()
    if running is not None:
        running.ended_on = max(starts_on, running.starts_on)
        running.save(update_fields=["ended_on"])
    years = term_years(organization, starts_on)
    last = organization.terms.order_by("-number").first()
    term = Term(
        organization=organization,
        number=number or (last.number + 1 if last else 1),
        starts_on=starts_on,
        years=years,
        due_on=months_after(starts_on, 12 * years),
    )
    term.full_clean()
    term.save()
    return term


@transaction.atomic
def record_term(organization, *, number, starts_on, actor):
    """Write down the running term of a body that has none here: what was elected before this platform."""
    if not Organization.objects.editable_by(actor).filter(pk=organization.pk).exists():
        raise PermissionDenied("您没有办理这个党组织的权限。")
    organization = Organization.objects.select_for_update(no_key=True, of=("self",)).get(pk=organization.pk)
    if organization.terms.running().exists():
        raise ValidationError("这个党组织已有现任的一届。", code="running")
    if starts_on > timezone.localdate():
        raise ValidationError({"starts_on": "当选日期不能晚于今天。"}, code="future")
    return begin_term(organization, starts_on=starts_on, number=number)


@transaction.atomic
def extend_term(term, *, until, reason, document, actor):
    """延期: approved by the superior body (`document`), and no longer than the set number of months.

    ValidationError beside the field; PermissionDenied to whoever may not change the body.
    """
    if not Term.objects.editable_by(actor).filter(pk=term.pk).exists():
        raise PermissionDenied("您没有办理这一届的权限。")
    term = Term.objects.select_for_update(no_key=True, of=("self",)).get(pk=term.pk)
    if term.ended_on is not None:
        raise ValidationError("这一届已经结束。", code="ended")
    if term.extended_until == until:
        return term
    for field, value, words in (
        ("reason", reason, "请写明延期的原因。"),
        ("document", document, "请填写上级批准的文号。"),
    ):
        if not value.strip():
            raise ValidationError({field: words}, code="required")
    months = int(parameter("term_extension_max_months"))
    latest = months_after(term.due_on, months)
    if not term.due_on < until <= latest:
        words = f"延期要晚于届满日 {term.due_on:%Y-%m-%d}，一般不超过 {months} 个月（{latest:%Y-%m-%d}）。"
        raise ValidationError({"until": words}, code="extension")
    term.extended_until, term.extension_reason, term.extension_document = until, reason, document
    term.save(update_fields=["extended_until", "extension_reason", "extension_document"])
    return term


# --- Reminders --------------------------------------------------------------------------------------------------------
def offices_of(organization, codename="change_term"):
    """[users] of each body on the way up that has staff of its own with the right `codename`, the nearest first."""
    above = organization.get_ancestors(ascending=True, include_self=True)
    posts = Post.objects.current().filter(
        role__permissions__content_type__app_label="organizations", role__permissions__codename=codename
    )
    offices = [
        User.objects.filter(posts__in=posts.filter(organization=each), is_active=True).distinct() for each in above
    ]
    return [users for users in offices if users.exists()]


@transaction.atomic
def remind_term(term, *, at=None):
    """Tell the office, once on each step of the ladder, that an election is owed; nearer the day, the one above too."""
    today = timezone.localdate(at)
    term = Term.objects.select_for_update(no_key=True, of=("self",)).select_related("organization").get(pk=term.pk)
    if term.ended_on is not None:
        return
    left = (term.ends_due - today).days
    steps = sorted((int(parameter(key, on=today)) for key in LADDER), reverse=True)
    reached = [place for place, days in enumerate(steps) if left <= days]
    if not reached:
        return
    step = reached[-1]
    owed = f"{term.ends_due.year}年{term.ends_due.month}月{term.ends_due.day}日"
    text = f"{term}{owed}届满，{steps[step]} 天内请安排换届" if left >= 0 else f"{term}{owed}已届满，还没有换届"
    link = f"/admin/organizations/term/{term.pk}/change/"
    for users in offices_of(term.organization)[: 1 if step < NEAR else 2]:
        notify_once(users, text=text[:200], link=link)


def terms_to_remind(at=None):
    """The running terms that are on the ladder."""
    days = max(int(parameter(key)) for key in LADDER)
    return Term.objects.due_within(days, timezone.localdate(at))


def due_soon(term, on):
    """(tone, words) of how far the end of a term is."""
    left = (term.ends_due - on).days
    if left < 0:
        return "bad", f"已超期 {-left} 天"
    if left <= timedelta(days=180).days:
        return "warn", f"还有 {left} 天"
    return "ok", f"还有 {left} 天"
