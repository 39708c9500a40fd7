"""挂起: the clock stands still until a day, and goes on from where it stood."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from organizations.parameters import parameter
from patrols.models import Incident
from patrols.services.incidents.door import change_status, demand, lock_incident, move, stale
from patrols.services.incidents.telling import directors_of, holder, tell

Status = Incident.Status


@transaction.atomic
def suspend(incident, *, until, reason, actor, at=None):
    """挂起 until the date `until`, at most `incident_suspend_days` from today (凤县: with approval up to 15 days)."""
    at = at or timezone.now()
    reason = demand(reason, "reason", "请写明挂起的原因。")
    today, most = timezone.localdate(at), int(parameter("incident_suspend_days"))
    if until is None or not today < until <= today + timedelta(days=most):
        raise ValidationError({"until": f"请选今天以后、{most} 天以内的日期。"}, code="until")
    note = f"挂起到 {until:%m月%d日}：{reason}"
    return change_status(incident, Status.SUSPENDED, actor=actor, note=note, at=at, suspended_until=until)


@transaction.atomic
def resume(incident, *, note="", actor, at=None):
    """Back to where it was suspended from; `actor` None when its day has come."""
    incident = lock_incident(incident)
    if incident.status != Status.SUSPENDED:
        raise stale(incident)
    whose = incident.handler, incident.department
    before = incident.events.filter(to_status=Status.SUSPENDED).exclude(from_status=Status.SUSPENDED).last()
    to = Status(before.from_status) if before else Status.ACCEPTED
    incident = move(incident, to, actor=actor, note=note or "恢复办理", at=at)
    people = holder(whose[0]) or directors_of(incident)
    tell(incident, [user for user in people if user != actor], "挂起结束，继续办理")
    return incident


@transaction.atomic
def wake(incident, *, at=None):
    """The sweep's: resume what is still suspended and whose day has come; anything else is left as it is."""
    at = at or timezone.now()
    incident = lock_incident(incident)
    if incident.status == Status.SUSPENDED and incident.suspended_until <= timezone.localdate(at):
        return resume(incident, note="挂起到期，自动恢复", actor=None, at=at)
    return incident
