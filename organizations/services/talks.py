"""谈心谈话: recorded, put right, struck. Lock: the branch, then the talk."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from organizations.models import Organization, PartyMember, Talk

SIDES = ("talker", "partner")


@transaction.atomic
def record_talk(talk, *, actor, at=None):
    """Save an unsaved `talk`. ValidationError beside the field where it is not between two, ahead of us, or known."""
    reached = Organization.objects.allowed(actor, "organizations.add_talk").branches()
    if not reached.filter(pk=talk.organization_id).exists():
        raise PermissionDenied("您没有在这个党支部登记谈心谈话的权限。")
    Organization.objects.select_for_update(no_key=True, of=("self",)).get(pk=talk.organization_id)
    for side in SIDES:
        _name(talk, side)
    _check(talk, at)
    known = {name: getattr(talk, name) for name in ("organization", "kind", "held_on", "talker_name", "partner_name")}
    if Talk.objects.filter(**known, talker=talk.talker, partner=talk.partner).exists():
        raise ValidationError({"held_on": "这两人这一天的谈心谈话已登记过，请核对。"}, code="twice")
    talk.recorded_by, talk.recorded_at = actor, at or timezone.now()
    talk.full_clean()
    talk.save()
    return talk


def _name(talk, side):
    """One of the two: a member of the branch lends the own name, anybody else has it written down."""
    member = getattr(talk, side)
    if member is not None:
        if not PartyMember.objects.here().filter(pk=member.pk, branch=talk.organization_id).exists():
            words = f"{member}不是这个党支部的党员；外支部的人不用选，写姓名。"
            raise ValidationError({side: words}, code="branch")
        setattr(talk, f"{side}_name", member.name)
    elif not getattr(talk, f"{side}_name").strip():
        label = Talk._meta.get_field(side).verbose_name
        raise ValidationError({side: f"请选择{label}，或在旁边写姓名。"}, code="required")


def _check(talk, at):
    if talk.talker is None and talk.partner is None:
        raise ValidationError({"talker": "至少一方是这个党支部的党员，请选择。"}, code="members")
    if talk.talker_id == talk.partner_id:
        raise ValidationError({"partner": "谈话双方不能是同一个人。"}, code="same")
    if talk.held_on > timezone.localdate(at):
        raise ValidationError({"held_on": "谈话日期不能晚于今天，谈过以后再登记。"}, code="future")
    if not talk.content.strip():
        raise ValidationError({"content": "请写谈话要点。"}, code="required")


@transaction.atomic
def correct_talk(talk, *, kind, held_on, content, actor, at=None):
    """更正 what was written down; who talked is another talk. Nothing changed: nothing happens."""
    talk = _locked(talk, actor)
    if (talk.kind, talk.held_on, talk.content) == (kind, held_on, content):
        return talk
    talk.kind, talk.held_on, talk.content = kind, held_on, content
    _check(talk, at)
    talk.full_clean()
    talk.save(update_fields=["kind", "held_on", "content"])
    return talk


@transaction.atomic
def strike_talk(talk, *, reason, actor):
    """撤销登记 of what never was, for a `reason` that the audit trail keeps; struck already: nothing happens."""
    if not reason.strip():
        raise ValidationError({"reason": "请写明撤销的原因。"}, code="required")
    if not Talk.objects.filter(pk=talk.pk).exists():
        return
    talk = _locked(talk, actor)
    talk.strike_reason = reason
    talk.delete()


def _locked(talk, actor):
    if not Talk.objects.editable_by(actor).filter(pk=talk.pk).exists():
        raise PermissionDenied("您没有办理这次谈心谈话的权限。")
    row = Talk.objects.select_for_update(no_key=True, of=("self",)).filter(pk=talk.pk).first()
    if row is None:
        raise ValidationError("这条谈心谈话已被撤销登记，您看到的是旧页面。", code="transition")
    return row
