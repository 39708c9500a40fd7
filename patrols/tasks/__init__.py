"""When, and again: sweeps that only enumerate, and small jobs that call one service. Arguments are ids."""

from patrols.tasks.channels import remind_errand, remind_errands, tell_all_recurring_words, tell_recurring_words
from patrols.tasks.incidents import (
    escalate_incident,
    escalate_incidents,
    remind_incident,
    remind_incidents,
    report_absence,
    report_absences,
    wake_incident,
    wake_incidents,
)

__all__ = [
    "escalate_incident",
    "escalate_incidents",
    "remind_errand",
    "remind_errands",
    "remind_incident",
    "remind_incidents",
    "report_absence",
    "report_absences",
    "tell_all_recurring_words",
    "tell_recurring_words",
    "wake_incident",
    "wake_incidents",
]
