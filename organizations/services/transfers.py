"""组织关系转接: proposed by either side, released by the one, received by the other.

Locks, in this order: the tree (whoever receives), the member, the transfer.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.services import notify
from govern.fields import blind_index
from govern.locks import tree_lock
from organizations.models import Organization, PartyMember, Post, Transfer, TransferEvent
from organizations.services.leadership import end_terms_of

Status = Transfer.Status
DEEDS = {
    Status.PROPOSED: "发起",
    Status.RELEASED: "同意转出",
    Status.COMPLETED: "接收",
    Status.DECLINED: "退回",
    Status.WITHDRAWN: "撤回",
}


def speaks_for(actor, branch):
    """Whether `actor` may confirm on behalf of `branch`."""
    reached = Organization.objects.allowed(actor, "organizations.change_transfer")
    return reached.filter(pk=branch).exists()


# --- Beginning --------------------------------------------------------------------------------------------------------
@transaction.atomic
def propose_transfer(member, *, target, reason, actor, at=None):
    """Begin to move `member` into the branch `target`; either side may. The same one under way: it is returned.

    ValidationError beside "target" or "reason", or where another transfer is under way; PermissionDenied to strangers.
    """
    tree_lock()
    member = PartyMember.objects.select_for_update(no_key=True).get(pk=member.pk)
    is_source, is_target = (speaks_for(actor, branch) for branch in (member.branch_id, target.pk))
    if not (is_source or is_target):
        raise PermissionDenied("转出和接收的党支部都不在您的管辖范围内。")
    if (begun := member.transfers.open().first()) is not None:
        if begun.target_id == target.pk:
            return begun
        raise ValidationError("这名党员已有一件正在办理的转接，请先办结或撤回。", code="open")
    if not member.is_here:
        raise ValidationError(f"{member}已登记为“{member.get_leaving_display()}”，不能转接。", code="left")
    if target.pk == member.branch_id or not Organization.objects.branches().filter(pk=target.pk).exists():
        raise ValidationError({"target": "请选择另一个在用的党支部。"}, code="target")
    if not reason.strip():
        raise ValidationError({"reason": "请写明转接的原因。"}, code="required")
    transfer = Transfer.objects.create(
        member=member,
        source_id=member.branch_id,
        target=target,
        reason=reason,
        is_requested=not is_source,
        proposed_by=actor,
        proposed_at=at or timezone.now(),
    )
    _record(transfer, "", actor=actor, at=at, note=reason)
    return transfer


def request_transfer(*, name, identity_number, target, reason, actor, at=None):
    """The receiving side asks for whoever shows name and identity number, without being told where they are."""
    index = blind_index(identity_number)
    member = PartyMember.objects.here().filter(identity_index=index, name=name).first() if index else None
    if member is None:
        words = "没有查到这个姓名和身份证号的党员。不在本平台的，凭介绍信直接登记入册。"
        raise ValidationError({"identity_number": words}, code="unknown")
    return propose_transfer(member, target=target, reason=reason, actor=actor, at=at)


# --- The door and its verbs -------------------------------------------------------------------------------------------
@transaction.atomic
def change_status(transfer, to, *, actor, note="", at=None):
    """Bring `transfer` to the status `to` on behalf of the side whose word that is. There already: nothing happens.

    ValidationError(code="transition") on a stale page; PermissionDenied to the other side.
    """
    if to == Status.COMPLETED:
        tree_lock()
    member = PartyMember.objects.select_for_update(no_key=True).get(pk=transfer.member_id)
    transfer = Transfer.objects.select_for_update(no_key=True).get(pk=transfer.pk)
    before = transfer.status
    is_over = to not in transfer.next_statuses
    sides = {transfer.source_id, transfer.target_id} if is_over else _speakers(transfer, to)
    if not any(speaks_for(actor, branch) for branch in sides):
        raise PermissionDenied("这一步由对方党支部的工作人员办理。")
    if before == to:
        return transfer
    if is_over:
        raise ValidationError(_stale_words(transfer), code="transition")
    transfer.status = to
    if to == Status.COMPLETED:
        transfer.completed_on = timezone.localdate(at)
        _move(member, transfer)
    transfer.save(update_fields=["status", "completed_on"])
    _record(transfer, before, actor=actor, at=at, note=note)
    return transfer


def _speakers(transfer, to):
    """The branches whose word the step from its status to the status `to` is."""
    turn = transfer.source_id if transfer.status == Status.PROPOSED else transfer.target_id
    if to != Status.WITHDRAWN:
        return {turn}
    begun_by = transfer.target_id if transfer.is_requested else transfer.source_id
    return {begun_by, transfer.source_id} if transfer.status == Status.RELEASED else {begun_by}


def _move(member, transfer):
    if not member.is_here or member.branch_id != transfer.source_id:
        raise ValidationError(f"{member}已不在{transfer.source}，请撤回这件转接。", code="moved")
    target = Organization.objects.get(pk=transfer.target_id)
    if not target.is_active:
        raise ValidationError(f"“{target}”已停用或撤销，不能接收。", code="target")
    member.branch, member.group = target, None
    member.save(update_fields=["branch", "group"])
    end_terms_of(member, on=transfer.completed_on, under=target)


def open_steps(transfer, actor):
    """The statuses to which `actor` may bring `transfer` now."""
    sides = {branch for branch in (transfer.source_id, transfer.target_id) if speaks_for(actor, branch)}
    return {to for to in transfer.next_statuses if sides & _speakers(transfer, to)}


def release(transfer, *, actor, note="", at=None):
    return change_status(transfer, Status.RELEASED, actor=actor, note=note, at=at)


def receive(transfer, *, actor, note="", at=None):
    """Complete it: from now on the member is of the target branch, in no group, and leads nothing where they were."""
    return change_status(transfer, Status.COMPLETED, actor=actor, note=note, at=at)


def decline(transfer, *, reason, actor, at=None):
    if not reason.strip():
        raise ValidationError({"reason": "请写明退回的原因，对方会看到。"}, code="required")
    return change_status(transfer, Status.DECLINED, actor=actor, note=reason, at=at)


def withdraw(transfer, *, note="", actor, at=None):
    return change_status(transfer, Status.WITHDRAWN, actor=actor, note=note, at=at)


# --- The record, and who is told --------------------------------------------------------------------------------------
def _stale_words(transfer):
    last = transfer.events.select_related("actor").last()
    if last is None:
        return f"这件转接{transfer.get_status_display()}，您看到的是旧页面，请刷新后再办。"
    at = timezone.localtime(last.at)
    deed = DEEDS[transfer.status]
    return f"这件转接已由{last.actor}在{at.month}月{at.day}日 {at:%H:%M}{deed}，您看到的是旧页面，请刷新后再办。"


def _record(transfer, before, *, actor, at=None, note=""):
    TransferEvent.objects.create(
        transfer=transfer,
        from_status=before,
        to_status=transfer.status,
        actor=actor,
        note=note[:200],
        at=at or timezone.now(),
    )
    link = reverse("admin:organizations_transfer_change", args=[transfer.pk])
    for branch, words in _news(transfer):
        notify(staff_near(branch).exclude(pk=actor.pk), text=f"{transfer.member.name}：{words}"[:200], link=link)


def _news(transfer):
    """[(branch, what its staff are told)]: whose turn it is, or at the end both."""
    source, target = transfer.source, transfer.target
    match transfer.status:
        case Status.PROPOSED:
            return [(source, f"组织关系要转到{target}，请确认转出")]
        case Status.RELEASED:
            return [(target, f"{source}已同意转出，请确认接收")]
    words = f"转到{target}的组织关系{transfer.get_status_display()}"
    return [(source, words), (target, words)]


def staff_near(organization):
    """Whoever handles transfers at `organization`, or at the next above it where there is somebody."""
    posts = Post.objects.current().filter(
        role__reach="subtree",
        role__permissions__content_type__app_label="organizations",
        role__permissions__codename="change_transfer",
        organization__tree_id=organization.tree_id,
        organization__lft__lte=organization.lft,
        organization__rght__gte=organization.rght,
        user__is_active=True,
    )
    nearest = posts.order_by("-organization__lft").values("organization")[:1]
    return User.objects.filter(pk__in=posts.filter(organization=nearest).values("user"))
