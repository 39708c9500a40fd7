"""The life of a need, from the order to the rating. `at` is the clock (now); demo data and tests pass their own."""

from checklists.services.needs.door import (
    DIRECTING,
    HELD_STATUSES,
    PARTY_MAY,
    change_status,
    deciding_right,
    lock_need,
    move,
    queue_match,
    staff_of,
    stale,
)
from checklists.services.needs.duplicates import suggest_duplicates
from checklists.services.needs.filings import CORRECTABLE, accept, correct, merge, reject, submit_need, supplement
from checklists.services.needs.handling import (
    finish,
    remind_deadline,
    resume,
    start_own_service,
    suspend,
    withdraw,
)
from checklists.services.needs.inquiries import (
    answer_inquiry,
    ask,
    inquiry_link,
    inquiry_token,
    read_inquiry_token,
    report_inquiry,
)
from checklists.services.needs.levels import escalate, escalate_further, hand_down, tried
from checklists.services.needs.outside import hand_off, take_back
from checklists.services.needs.parts import parts_of, settle_split, split
from checklists.services.needs.ratings import accept_reopening, can_reopen, close, rate, reopen
from checklists.services.needs.voices import public_token, read_public_token, support

__all__ = [
    "CORRECTABLE",
    "DIRECTING",
    "HELD_STATUSES",
    "PARTY_MAY",
    "accept",
    "accept_reopening",
    "answer_inquiry",
    "ask",
    "can_reopen",
    "change_status",
    "close",
    "correct",
    "deciding_right",
    "escalate",
    "escalate_further",
    "finish",
    "hand_down",
    "hand_off",
    "inquiry_link",
    "inquiry_token",
    "lock_need",
    "merge",
    "parts_of",
    "move",
    "public_token",
    "queue_match",
    "rate",
    "read_inquiry_token",
    "read_public_token",
    "reject",
    "remind_deadline",
    "reopen",
    "report_inquiry",
    "resume",
    "settle_split",
    "split",
    "staff_of",
    "stale",
    "start_own_service",
    "submit_need",
    "suggest_duplicates",
    "supplement",
    "support",
    "suspend",
    "take_back",
    "tried",
    "withdraw",
]
