"""The life of a project, from 立项 to 销号. `at` is the clock (now); demo data and tests pass their own."""

from checklists.services.projects.door import change_status, lock_project, stale
from checklists.services.projects.ending import (
    endable_needs,
    fail_inspection,
    pass_inspection,
    stop,
    submit_for_inspection,
)
from checklists.services.projects.planning import (
    FACTS,
    LINKS,
    REPEATED,
    change_project,
    is_repeat,
    objections,
    propose_project,
    publicize,
    record_objection,
    refusals,
    withdraw_publicity,
)
from checklists.services.projects.reminding import remind_project
from checklists.services.projects.running import (
    RUNNING,
    add_evidence,
    add_milestone,
    finish_milestone,
    record_expense,
    remove_evidence,
    remove_milestone,
    report_progress,
    spent,
    start,
)

__all__ = [
    "FACTS",
    "LINKS",
    "REPEATED",
    "RUNNING",
    "add_evidence",
    "add_milestone",
    "change_project",
    "change_status",
    "endable_needs",
    "fail_inspection",
    "finish_milestone",
    "is_repeat",
    "lock_project",
    "objections",
    "pass_inspection",
    "propose_project",
    "publicize",
    "record_expense",
    "record_objection",
    "refusals",
    "remind_project",
    "remove_evidence",
    "remove_milestone",
    "report_progress",
    "spent",
    "stale",
    "start",
    "stop",
    "submit_for_inspection",
    "withdraw_publicity",
]
