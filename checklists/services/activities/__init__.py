"""活动: planned, announced, held and told of; by the leading unit or the community's staff. `at` is the clock (now).

Lock: the activity, then the resource that it books; whatever hangs on it (seats, photos) is counted after.
"""

from checklists.services.activities.door import lock, move
from checklists.services.activities.holding import (
    add_photos,
    announce,
    cancel,
    check_attendance,
    conclude,
    hold,
    remind_activity,
    unannounce,
)
from checklists.services.activities.planning import change_activity, check, communities_of, plan_activity
from checklists.services.activities.venues import book_venue, free_venue, free_venues

__all__ = [
    "add_photos",
    "announce",
    "book_venue",
    "cancel",
    "change_activity",
    "check",
    "check_attendance",
    "communities_of",
    "conclude",
    "free_venue",
    "free_venues",
    "hold",
    "lock",
    "move",
    "plan_activity",
    "remind_activity",
    "unannounce",
]
