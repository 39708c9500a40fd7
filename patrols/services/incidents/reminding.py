"""What the sweeps do to one incident: each looks again under the lock, so that a second run finds nothing to do."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from organizations.parameters import parameter
from organizations.services.calendars import working_time
from patrols.models import Incident, Whistle
from patrols.services.incidents.door import lock_incident
from patrols.services.incidents.handling import accept
from patrols.services.incidents.levels import escalate
from patrols.services.incidents.telling import directors_of, holder, spoken, tell

Status, Level = Incident.Status, Incident.Level


@transaction.atomic
def remind(incident, *, at=None):
    """Say once that the deadline is near, and once that it has passed, to whoever holds it and whoever directs it."""
    at = at or timezone.now()
    incident = lock_incident(incident)
    due = incident.deadline
    within = timedelta(hours=parameter("incident_due_soon_hours"))
    if due is None or at < due - within:
        return
    is_over = due < at
    if incident.reminded_at is not None and (incident.reminded_at > due or not is_over):
        return
    incident.reminded_at = at
    incident.save(update_fields=["reminded_at"])
    words = f"已超期（{spoken(due)} 到期）" if is_over else f"将在 {spoken(due)} 到期"
    waits_for = incident.handler if incident.status == Status.ASSIGNED else None
    if incident.status == Status.REPORTED:
        waits_for = incident.receiver
    people = [*holder(waits_for), *directors_of(incident)] if is_over else holder(waits_for) or directors_of(incident)
    tell(incident, people, words)


@transaction.atomic
def escalate_overdue(incident, *, at=None):
    """What the community left overdue for `incident_overdue_hours` working hours goes up by itself; 0 turns it off."""
    at = at or timezone.now()
    hours = parameter("incident_overdue_hours")
    incident = lock_incident(incident)
    waits = (Status.REPORTED, Status.ACCEPTED, Status.ASSIGNED)
    if not hours or incident.level != Level.COMMUNITY or incident.status not in waits or incident.deadline > at:
        return incident
    if working_time(incident.deadline, at) < timedelta(hours=hours):
        return incident
    reason = f"超期 {hours:g} 个工作小时没有办，自动上报。"
    if incident.status == Status.REPORTED:
        incident = accept(incident, note="超期未受理，系统受理", actor=None, at=at)
    return escalate(incident, reason=reason, actor=None, at=at)


@transaction.atomic
def report_absence(whistle, *, at=None):
    """Tell whoever whistled, once, which departments have not come by the time they were called for."""
    at = at or timezone.now()
    incident = lock_incident(Incident(pk=whistle.incident_id))
    whistle = Whistle.objects.select_for_update(no_key=True).get(pk=whistle.pk)
    absent = list(whistle.arrivals.filter(arrived_at=None).values_list("department", flat=True))
    if whistle.ended_at is not None or whistle.report_by > at or not absent:
        return
    tell(incident, [whistle.called_by], f"{spoken(whistle.report_by)} 的报到期限已过，有部门没有报到", once=True)
