"""The life of a 巡查事件 (CJJ/T 106). `at` is the clock (now); demo data and tests pass their own."""

from patrols.services.incidents.checking import check
from patrols.services.incidents.door import (
    DIRECTING,
    change_status,
    is_receiver,
    may_direct,
    may_handle,
    may_whistle,
    stale,
)
from patrols.services.incidents.handling import accept, assign, duties_here, hand_back, handle, return_incident, take
from patrols.services.incidents.levels import escalate, hand_down, take_up
from patrols.services.incidents.merging import likely_repeats, merge
from patrols.services.incidents.pauses import resume, suspend, wake
from patrols.services.incidents.reminding import escalate_overdue, remind, report_absence
from patrols.services.incidents.reporting import add_photos, report
from patrols.services.incidents.telling import spoken
from patrols.services.incidents.whistles import arrive, end_whistle, whistle

__all__ = [
    "DIRECTING",
    "accept",
    "add_photos",
    "arrive",
    "assign",
    "change_status",
    "check",
    "duties_here",
    "end_whistle",
    "escalate",
    "escalate_overdue",
    "hand_back",
    "hand_down",
    "handle",
    "is_receiver",
    "likely_repeats",
    "may_direct",
    "may_handle",
    "may_whistle",
    "merge",
    "remind",
    "report",
    "report_absence",
    "resume",
    "return_incident",
    "spoken",
    "stale",
    "suspend",
    "take",
    "take_up",
    "wake",
    "whistle",
]
