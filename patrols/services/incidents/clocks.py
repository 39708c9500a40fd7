"""The clocks of an incident: what each change of its status starts, stops and moves on.

Hours are working hours of the office calendar. What is urgent waits for no office to open: its hours run day and night.
"""

from datetime import timedelta

from organizations.parameters import parameter
from organizations.services.calendars import deadline, working_time
from patrols.models import Incident

Status = Incident.Status
Level = Incident.Level
HOUR = timedelta(hours=1)


def after(start, hours, matter):
    """The moment `hours` after `start`, as the clock of `matter` runs."""
    return start + hours * HOUR if matter.is_urgent else deadline(start, hours)


def accept_by(matter, at):
    """Until when it is to be accepted and given to somebody."""
    if matter.is_urgent:
        return at + timedelta(minutes=parameter("incident_urgent_minutes"))
    return after(at, parameter("incident_accept_hours"), matter)


def clocks(incident, to, at):
    """{column: value} that every change of `incident` to the status `to` at the time `at` writes."""
    before, matter = incident.status, incident.matter
    columns = {"reminded_at": None}
    if before == Status.SUSPENDED:
        columns.update(_after_a_pause(incident, at))
    match to:
        case Status.ACCEPTED:
            columns.update(handler=None, department="")
            if before == Status.REPORTED:
                columns["accepted_at"] = at
            elif before != Status.SUSPENDED:
                columns["handle_by"] = accept_by(matter, at)  # to be given to somebody else
        case Status.ASSIGNED if before == Status.HANDLED:
            columns.update(
                handle_by=after(at, matter.handling_hours, matter),
                check_by=None,
                handled_at=None,
                rework_count=incident.rework_count + 1,
            )
        case Status.ASSIGNED if before != Status.SUSPENDED:
            columns.update(assigned_at=at, handle_by=after(at, matter.handling_hours, matter))
        case Status.HANDLED:
            columns.update(handled_at=at, check_by=after(at, parameter("incident_check_hours"), matter))
        case Status.ESCALATED:
            level = min(incident.level + 1, Level.DISTRICT)
            columns.update(level=level, handle_by=escalated_until(matter, at), handler=None, department="")
        case Status.SUSPENDED:
            columns["suspended_at"] = at
        case Status.CLOSED:
            columns["closed_at"] = at
    return columns


def escalated_until(matter, at):
    """Until when the level above takes up what came to it."""
    return after(at, parameter("incident_escalation_hours"), matter)


def _after_a_pause(incident, at):
    """The deadline moves by the time that passed meanwhile: working time, or all of it for what is urgent."""
    since, ran_out = incident.suspended_at or at, incident.handle_by or incident.accept_by
    paused = at - since if incident.matter.is_urgent else working_time(since, at)
    moved = after(ran_out, paused / HOUR, incident.matter)
    return {"handle_by": moved, "suspended_at": None, "suspended_until": None}
