"""班子成员: appointed, elected, succeeded, gone. Who leads holds the tree lock while appointed: one 书记 at a time."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from govern.locks import tree_lock
from organizations.models import LeadershipTerm, Organization, PartyMember

Position = LeadershipTerm.Position
FACTS = {"name", "phone", "member", "starts_on", "ends_on"}


@transaction.atomic
def appoint_leader(organization, *, position, name="", phone="", member=None, starts_on=None, actor, at=None):
    """From the date `starts_on` (today) on, somebody holds `position`: a `member` of the body, or a name and a phone.

    ValidationError beside the fields: a second 书记, a member of another body, a day to come.
    """
    tree_lock()
    organization = _led(organization, actor, "add")
    term = LeadershipTerm(
        organization=organization,
        position=position,
        name=name,
        phone=phone,
        member=member,
        starts_on=starts_on or timezone.localdate(at),
    )
    _check(term, at)
    term.save()
    return term


@transaction.atomic
def end_term(term, *, on, actor, at=None):
    """离任: the date `on` is the last day. Ended already: nothing happens."""
    tree_lock()
    term = _held(term, actor)
    if term.ends_on is not None:
        return term
    if not term.starts_on <= on <= timezone.localdate(at):
        raise ValidationError({"on": f"离任日期在 {term.starts_on:%Y-%m-%d}（任职）到今天之间选。"}, code="range")
    term.ends_on = on
    term.save(update_fields=["ends_on"])
    return term


@transaction.atomic
def succeed(term, *, on, name="", phone="", member=None, actor, at=None):
    """接任: from the date `on` on another holds the position; the day before is the last of `term`. Returns the new."""
    tree_lock()
    term = _held(term, actor)
    if term.ends_on is not None:
        raise ValidationError(
            f"{term}已在 {term.ends_on:%Y-%m-%d} 离任，您看到的是旧页面，请刷新后再办。", code="stale"
        )
    if not term.starts_on < on <= timezone.localdate(at):
        raise ValidationError({"on": f"接任日期要晚于{term.name}的任职日期 {term.starts_on:%Y-%m-%d}，不晚于今天。"})
    end_term(term, on=on - timedelta(days=1), actor=actor, at=at)
    fresh = {"name": name, "phone": phone, "member": member}
    return appoint_leader(term.organization, position=term.position, starts_on=on, actor=actor, at=at, **fresh)


@transaction.atomic
def correct_term(term, *, actor, at=None, **facts):
    """Put right what was written down of `term` (FACTS)."""
    tree_lock()
    term = _held(term, actor)
    if unknown := set(facts) - FACTS:
        raise TypeError(f"not a fact: {unknown}")
    for name, value in facts.items():
        setattr(term, name, value)
    _check(term, at)
    term.save()
    return term


def seat_leaders(organization, elected, *, on, at=None):
    """换届: on the date `on` the leading body of `organization` ends and the `elected` begin, Candidacies with their
    positions. Called inside the verb that confirms their election, under the tree lock. ValidationError as for an
    appointment.
    """
    for row in organization.leadership_terms.current().select_for_update(no_key=True, of=("self",)):
        row.ends_on = max(on, row.starts_on)
        row.save(update_fields=["ends_on"])
    for row in elected:
        term = LeadershipTerm(
            organization=organization, member=row.member, name=row.name, position=row.position, starts_on=on
        )
        _check(term, at)
        term.save()


def end_terms_of(member, *, on, under=None):
    """`member`, who leaves a branch, leads nothing after the date `on`, but what stands above the branch `under`.

    Called inside the verb that makes them leave; returns what ended, in words.
    """
    terms = member.leadership_terms.filter(Q(ends_on=None) | Q(ends_on__gt=on)).select_related("organization")
    if under is not None:
        terms = terms.exclude(organization__in=under.get_ancestors(include_self=True))
    ended = []
    for term in terms.select_for_update(no_key=True, of=("self",)):
        term.ends_on = max(on, term.starts_on)
        term.save(update_fields=["ends_on"])
        ended.append(f"{term.organization}{term.get_position_display()}")
    return ended


def leader_warnings(term):
    """What does not fit about a leader who is linked to a member: words, to be shown and not to block.

    预备党员 have neither vote nor 被选举权 (党章 art. 7). `term` comes with its member and the member's branch.
    """
    member = term.member
    if member is None or term.ends_on is not None:
        return []
    words = []
    if member.stage != PartyMember.Stage.FULL:
        words.append(f"{member.name}还是预备党员，没有被选举权，不能任{term.get_position_display()}。")
    if not member.is_here:
        words.append(f"{member.name}已登记为“{member.get_leaving_display()}”，请办理离任。")
    elif not member.branch.is_descendant_of(term.organization, include_self=True):
        words.append(f"{member.name}的组织关系在{member.branch}，不在{term.organization}。")
    return words


# --- The right, the row, the rules ------------------------------------------------------------------------------------
def _led(organization, actor, action):
    permission = f"organizations.{action}_leadershipterm"
    row = Organization.objects.get(pk=organization.pk)
    if not Organization.objects.allowed(actor, permission).filter(pk=row.pk).exists():
        raise PermissionDenied("这个党组织不在您的管辖范围内。")
    if not Organization.objects.led().filter(pk=row.pk).exists():
        words = "已停用或撤销" if row.tier <= 3 else "不设班子"
        raise ValidationError({"organization": f"“{row}”{words}。"}, code="led")
    return row


def _held(term, actor):
    row = LeadershipTerm.objects.select_for_update(no_key=True).get(pk=term.pk)
    if not LeadershipTerm.objects.editable_by(actor).filter(pk=row.pk).exists():
        raise PermissionDenied("这个党组织不在您的管辖范围内。")
    return row


def _check(term, at):
    if term.member is not None:
        _check_member(term)
        term.name, term.phone = term.member.name, term.member.phone or term.phone
    if not term.name.strip():
        raise ValidationError({"name": "请填姓名，或选择对应的党员。"}, code="required")
    today = timezone.localdate(at)
    for name in ("starts_on", "ends_on"):
        if getattr(term, name) and getattr(term, name) > today:
            raise ValidationError({name: "日期不能晚于今天，到了那天再办。"}, code="future")
    if term.ends_on and term.ends_on < term.starts_on:
        raise ValidationError({"ends_on": "离任日期不能早于任职日期。"}, code="range")
    if term.position == Position.SECRETARY:
        _check_secretary(term)
    term.full_clean(validate_constraints=False)


def _check_member(term):
    member = PartyMember.objects.select_related("branch").get(pk=term.member.pk)
    is_kept = term.pk and LeadershipTerm.objects.filter(pk=term.pk, member=member).exists()
    if not is_kept and not (member.is_here and member.branch.is_descendant_of(term.organization, include_self=True)):
        raise ValidationError({"member": f"只能选组织关系在“{term.organization}”的党员。"}, code="member")
    term.member = member


def _check_secretary(term):
    """No day with two, but an election's own: the constraint knows only of the open terms."""
    first, last = term.starts_on, term.ends_on
    elected_on = set(term.organization.elections.exclude(status="voided").values_list("held_on", flat=True))
    if first in elected_on:
        first += timedelta(days=1)
    if last is not None and last in elected_on:
        last -= timedelta(days=1)
    others = LeadershipTerm.objects.filter(organization=term.organization, position=Position.SECRETARY)
    others = others.exclude(pk=term.pk).filter(Q(ends_on=None) | Q(ends_on__gte=first))
    if last is not None:
        others = others.filter(starts_on__lte=last)
    other = others.order_by("starts_on").first()
    if other is None:
        return
    if other.ends_on is None:
        raise ValidationError(f"该党组织已有在任书记{other.name}，请先办理离任，或用“接任”。", code="secretary")
    until = f"{other.starts_on:%Y-%m-%d} 到 {other.ends_on:%Y-%m-%d}"
    raise ValidationError({"starts_on": f"{until} 的书记是{other.name}，任期不能重叠。"}, code="secretary")
