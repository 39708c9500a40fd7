"""留言 in its author's and its readers' hands, and what the community answers. `at` is the clock (now).

Whether it is public is the door's of services.moderation alone.
"""

from deliberations.services.messages.answering import make_case, make_issue, make_need, reply_to
from deliberations.services.messages.reminders import remind_community, to_remind
from deliberations.services.messages.voices import flag_message, reader_hash, support_message
from deliberations.services.messages.writing import (
    appeal_by,
    appeal_message,
    can_appeal,
    last_verdict,
    withdraw_message,
    write_message,
)

__all__ = [
    "appeal_by",
    "appeal_message",
    "can_appeal",
    "flag_message",
    "last_verdict",
    "make_case",
    "make_issue",
    "make_need",
    "reader_hash",
    "remind_community",
    "reply_to",
    "support_message",
    "to_remind",
    "withdraw_message",
    "write_message",
]
