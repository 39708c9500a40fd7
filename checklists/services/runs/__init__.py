"""统筹匹配: all unconfirmed needs of a district matched at once, with a certificate of how near the best it came.

Locks: the district, then the run, then resources, then needs.
"""

from checklists.services.runs.comparing import changes, explained, people_served, served_by, worth
from checklists.services.runs.door import change_status, claim, put_back, start_run
from checklists.services.runs.performing import perform_run
from checklists.services.runs.sweeping import districts_due, forget_assignments, put_back_stuck_runs, start_due_run
from checklists.services.runs.trials import adopt_weights

__all__ = [
    "adopt_weights",
    "change_status",
    "changes",
    "claim",
    "districts_due",
    "explained",
    "forget_assignments",
    "people_served",
    "perform_run",
    "put_back",
    "put_back_stuck_runs",
    "served_by",
    "start_due_run",
    "start_run",
    "worth",
]
