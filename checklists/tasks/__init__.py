"""When, and again: sweeps that only enumerate, and small jobs that call one service. Arguments are ids."""

from checklists.tasks.activities import remind_activities, remind_activity
from checklists.tasks.claims import expire_claim, expire_claims, remind_claim, remind_claims
from checklists.tasks.dispatches import expire_dispatch, expire_dispatches
from checklists.tasks.matching import match_affected, match_need, match_open_needs
from checklists.tasks.needs import close_need, close_needs, remind_deadline, remind_deadlines, resume_need, resume_needs
from checklists.tasks.projects import remind_project, remind_projects
from checklists.tasks.resources import close_grab, close_grabs, remind_expiries, remind_expiry
from checklists.tasks.rotas import hand_over_turn, hand_over_turns, remind_turn, remind_turns
from checklists.tasks.runs import forget_assignments, resume_runs, run_matching, start_due_run, start_due_runs
from checklists.tasks.voices import report_inquiries, report_inquiry, settle_split, settle_splits

__all__ = [
    "report_inquiries",
    "report_inquiry",
    "settle_split",
    "settle_splits",
    "remind_expiry",
    "remind_expiries",
    "close_grabs",
    "close_grab",
    "close_need",
    "close_needs",
    "expire_claim",
    "expire_claims",
    "expire_dispatch",
    "expire_dispatches",
    "forget_assignments",
    "hand_over_turn",
    "hand_over_turns",
    "match_affected",
    "match_need",
    "match_open_needs",
    "remind_claim",
    "remind_claims",
    "remind_activities",
    "remind_activity",
    "remind_deadline",
    "remind_deadlines",
    "remind_project",
    "remind_projects",
    "remind_turn",
    "remind_turns",
    "resume_need",
    "resume_needs",
    "resume_runs",
    "run_matching",
    "start_due_run",
    "start_due_runs",
]
