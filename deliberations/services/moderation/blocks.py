"""停止留言: a phone writes nothing more in a community for some days."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from deliberations.models import Block
from deliberations.services.moderation.door import Deed, demand, lock_message, permit, record
from govern.fields import blind_index
from grids.models import Community
from organizations.parameters import parameter


def is_blocked(community, phone, at=None):
    return Block.objects.in_force(at).filter(community=community, phone_index=blind_index(phone)).exists()


@transaction.atomic
def block_phone(message, *, days, reason, actor, at=None):
    """The phone that wrote `message` writes nothing more in its community for `days`; the message itself stays.

    ValidationError beside "days" above the set limit; code="blocked" where it is blocked already.
    """
    at = at or timezone.now()
    reason = demand(reason, "reason", "请选择或写明停止留言的原因。")
    # Whoever writes in its book, or blocks there, waits here for each other.
    Community.objects.select_for_update(no_key=True).values_list("pk").get(pk=message.community_id)
    message = lock_message(message)
    permit(message, actor)
    most = int(parameter("message_block_days"))
    if not 1 <= days <= most:
        raise ValidationError({"days": ValidationError(f"一次最少 1 天，最长 {most} 天。", code="days")})
    standing = Block.objects.in_force(at).filter(community=message.community, phone_index=message.phone_index).first()
    if standing is not None:
        raise ValidationError(f"这个手机号已停止留言到{standing.until}，不用再办。", code="blocked")
    block = Block.objects.create(
        community=message.community,
        phone_index=message.phone_index,
        message=message,
        reason=reason[:100],
        starts_at=at,
        ends_at=at + timedelta(days=days),
        actor=actor,
    )
    record(message, Deed.BLOCKED, actor=actor, reason=f"{days} 天：{reason}", at=at)
    return block


@transaction.atomic
def lift_block(block, *, actor, reason, at=None):
    """解除 before its end. Ended already: nothing happens."""
    at = at or timezone.now()
    reason = demand(reason, "reason", "请写明为什么解除。")
    if not Block.objects.editable_by(actor).filter(pk=block.pk).exists():
        raise PermissionDenied("您没有解除停止留言的权限。")
    block = Block.objects.select_for_update(of=("self",), no_key=True).select_related("message").get(pk=block.pk)
    if block.ends_at <= at:
        return block
    if block.message is not None:
        message = lock_message(block.message)
        permit(message, actor)
        record(message, Deed.UNBLOCKED, actor=actor, reason=reason, at=at)
    block.ends_at = at
    block.save(update_fields=["ends_at"])
    return block
