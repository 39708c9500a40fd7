from checklists.models.activities import Activity, ActivityEvent, ActivityPhoto, Enrolment
from checklists.models.answers import StandardAnswer
from checklists.models.categories import Category, Question
from checklists.models.claims import Appeal, Claim
from checklists.models.dispatches import Dispatch, Proposal
from checklists.models.needs import Need, NeedEvent, NeedPhoto
from checklists.models.projects import (
    Appraisal,
    Bid,
    Evidence,
    Expense,
    Milestone,
    Project,
    ProjectEvent,
)
from checklists.models.publications import Publication
from checklists.models.resources import Booking, Resource, ResourceException
from checklists.models.rotas import Rota, Turn, TurnSwap
from checklists.models.runs import Assignment, Run
from checklists.models.terms import Half, Urgency
from checklists.models.voices import Inquiry, Support
from govern.choices import HALF_DAYS, QUICK_WINDOWS, TargetGroup

__all__ = [
    "HALF_DAYS",
    "QUICK_WINDOWS",
    "Activity",
    "ActivityEvent",
    "ActivityPhoto",
    "Appeal",
    "Appraisal",
    "Assignment",
    "Bid",
    "Booking",
    "Category",
    "Claim",
    "Dispatch",
    "Enrolment",
    "Evidence",
    "Expense",
    "Half",
    "Inquiry",
    "Milestone",
    "Need",
    "NeedEvent",
    "NeedPhoto",
    "Project",
    "ProjectEvent",
    "Proposal",
    "Publication",
    "Question",
    "Resource",
    "ResourceException",
    "Rota",
    "Run",
    "StandardAnswer",
    "Support",
    "TargetGroup",
    "Turn",
    "TurnSwap",
    "Urgency",
]
