"""委员: recommended, deliberated, approved by the street, appointed; and gone again. One door for the status."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.services import notify
from govern.fields import blind_index
from organizations.models import Councillor, Organization
from organizations.services.leagues import append, lock, past

Status = Councillor.Status
TITLES = {
    Status.RECOMMENDED: "推荐",
    Status.DELIBERATED: "社区党组织审议",
    Status.APPROVED: "街道党工委批准",
    Status.APPOINTED: "任命",
    Status.DECLINED: "未通过",
    Status.LEFT: "离任",
}


@transaction.atomic
def change_status(councillor, to, *, actor, note="", at=None, **columns):
    """The one door. Already there: nothing happens. ValidationError(code="transition") where there is no such edge."""
    league = lock(councillor.league, actor)
    rows = Councillor.objects.select_for_update(no_key=True, of=("self",)).select_related("unit__liaison")
    councillor = rows.get(pk=councillor.pk)
    if councillor.status == to:
        return councillor
    if to not in councillor.next_statuses:
        words = f"{councillor.name}现在是“{councillor.get_status_display()}”，您看到的是旧页面，请刷新后再办。"
        raise ValidationError(words, code="transition")
    before, councillor.status = councillor.status, to
    for name, value in columns.items():
        setattr(councillor, name, value)
    councillor.save(update_fields=["status", *columns])
    append(
        league,
        TITLES[to],
        actor=actor,
        note=note or councillor.name,
        at=at,
        councillor=councillor,
        from_status=before,
        to_status=to,
    )
    return councillor


@transaction.atomic
def recommend(league, *, kind, name, phone, title, recommended_on, unit=None, actor, at=None):
    """推荐. ValidationError beside the field."""
    league = lock(league, actor)
    past("recommended_on", recommended_on, "推荐日期", at=at)
    if unit is not None and not league.members.current().filter(unit=unit).exists():
        raise ValidationError({"unit": f"“{unit}”不是成员单位。"}, code="member")
    if league.councillors.standing().filter(phone_index=blind_index(phone)).exists():
        raise ValidationError({"phone": "这个手机号已登记为本大党委的委员。"}, code="unique")
    councillor = Councillor(
        league=league, kind=kind, name=name, phone=phone, title=title, recommended_on=recommended_on, unit=unit
    )
    councillor.full_clean()
    councillor.save()
    append(
        league,
        TITLES[Status.RECOMMENDED],
        actor=actor,
        note=name,
        at=at,
        councillor=councillor,
        to_status="recommended",
    )
    return councillor


@transaction.atomic
def deliberate(councillor, *, deliberated_on, actor, note="", at=None):
    """社区党组织审议通过."""
    past("deliberated_on", deliberated_on, "审议日期", since=councillor.recommended_on, at=at)
    return change_status(councillor, Status.DELIBERATED, actor=actor, note=note, at=at, deliberated_on=deliberated_on)


def may_approve(league, actor):
    """Whoever may change the body above: nobody approves the own recommendation."""
    above = league.organization.parent_id
    return above is None or Organization.objects.editable_by(actor).filter(pk=above).exists()


@transaction.atomic
def approve(councillor, *, approved_on, document, actor, at=None):
    """街道党工委批准. PermissionDenied to whoever has no right above the community."""
    if councillor.status == Status.APPROVED:
        return councillor
    if not may_approve(councillor.league, actor):
        raise PermissionDenied("委员由街道党工委批准。")
    if not document.strip():
        raise ValidationError({"document": "请填写批准文号。"}, code="required")
    past("approved_on", approved_on, "批准日期", since=councillor.deliberated_on, at=at)
    return change_status(
        councillor, Status.APPROVED, actor=actor, note=document, at=at, approved_on=approved_on, document=document
    )


@transaction.atomic
def appoint(councillor, *, appointed_on, actor, at=None):
    """任命; the unit's liaison is told."""
    if councillor.status == Status.APPOINTED:
        return councillor
    past("appointed_on", appointed_on, "任命日期", since=councillor.approved_on, at=at)
    row = change_status(councillor, Status.APPOINTED, actor=actor, at=at, appointed_on=appointed_on)
    if row.unit and row.unit.liaison:
        notify([row.unit.liaison], text=f"{row.name}已任{row.league}{row.get_kind_display()}")
    return row


@transaction.atomic
def decline(councillor, *, reason, actor, at=None):
    """未通过: at any of the steps before the appointment."""
    if not reason.strip():
        raise ValidationError({"reason": "请写明没有通过的原因。"}, code="required")
    return change_status(councillor, Status.DECLINED, actor=actor, note=reason, at=at)


@transaction.atomic
def dismiss(councillor, *, ends_on, reason, actor, at=None):
    """离任: of one in office."""
    if not reason.strip():
        raise ValidationError({"reason": "请写明离任的原因。"}, code="required")
    past("ends_on", ends_on, "离任日期", since=councillor.appointed_on, at=at)
    return change_status(councillor, Status.LEFT, actor=actor, note=reason, at=at, ends_on=ends_on)


def timeline(councillor):
    """Steps for the partial: what was done, and what is still ahead."""
    days = {
        "recommended": councillor.recommended_on,
        "deliberated": councillor.deliberated_on,
        "approved": councillor.approved_on,
        "appointed": councillor.appointed_on,
        "left": councillor.ends_on,
    }
    steps = []
    for event in councillor.events.select_related("actor"):
        on = days.get(event.to_status) or timezone.localdate(event.at)
        note = "" if event.note == councillor.name else event.note
        state = "stopped" if event.to_status in ("declined", "left") else "done"
        steps.append({"at": f"{on:%Y-%m-%d}", "title": event.what, "note": note, "who": str(event.actor or "系统")})
        steps[-1]["state"] = state
    order = [Status.RECOMMENDED, Status.DELIBERATED, Status.APPROVED, Status.APPOINTED]
    ahead = order[order.index(councillor.status) + 1 :] if councillor.status in order else []
    return steps + [{"title": TITLES[status], "state": "next"} for status in ahead]
