"""审核 of the guestbook: each act moves a message, or what the public reads of it, and is on record with its reason."""

from deliberations.services.moderation.appeals import (
    appeal_stands,
    dismiss_appeal,
    dismiss_flags,
    hider_of,
    is_put_aside,
    may_judge_appeal,
    uphold_appeal,
)
from deliberations.services.moderation.blocks import block_phone, is_blocked, lift_block
from deliberations.services.moderation.door import change_status, is_own, lock_message, permit
from deliberations.services.moderation.judging import hide_message, publish_message, refuse_message, restore_message
from deliberations.services.moderation.redacting import redact_message, redact_photo
from deliberations.services.moderation.words import is_clean, weigh

__all__ = [
    "appeal_stands",
    "block_phone",
    "change_status",
    "dismiss_appeal",
    "dismiss_flags",
    "hide_message",
    "hider_of",
    "is_blocked",
    "is_clean",
    "is_own",
    "is_put_aside",
    "lift_block",
    "lock_message",
    "may_judge_appeal",
    "permit",
    "publish_message",
    "redact_message",
    "redact_photo",
    "refuse_message",
    "restore_message",
    "uphold_appeal",
    "weigh",
]
