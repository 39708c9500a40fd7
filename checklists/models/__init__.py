from checklists.models.calendars import CalendarDay
from checklists.models.categories import Category, Question
from checklists.models.dispatches import Dispatch, Proposal
from checklists.models.needs import Need, NeedEvent, NeedPhoto
from checklists.models.resources import Resource
from checklists.models.terms import HALF_DAYS, QUICK_WINDOWS, TargetGroup, Urgency

__all__ = [
    "HALF_DAYS",
    "QUICK_WINDOWS",
    "CalendarDay",
    "Category",
    "Dispatch",
    "Need",
    "NeedEvent",
    "NeedPhoto",
    "Proposal",
    "Question",
    "Resource",
    "TargetGroup",
    "Urgency",
]
