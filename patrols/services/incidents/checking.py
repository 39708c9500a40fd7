"""核查: whether what was handled is done, by somebody else."""

from django.core.exceptions import ValidationError
from django.db import transaction

from organizations.parameters import parameter
from patrols.models import Incident
from patrols.services.incidents.door import demand, lock_incident, move, stale
from patrols.services.incidents.levels import escalate
from patrols.services.incidents.telling import holder, spoken, tell, tell_reporters

Status, Level = Incident.Status, Incident.Level


@transaction.atomic
def check(incident, *, passed, note="", actor, at=None):
    """核查: passed, it is closed; not passed, it goes back to whoever handled it, with a deadline anew.

    What failed more often than `incident_rework_max` goes up to the street by itself. Nobody checks their own work.
    """
    incident = lock_incident(incident)
    to = Status.CLOSED if passed else Status.ASSIGNED
    if incident.status == to:
        return incident
    if incident.status != Status.HANDLED:
        raise stale(incident)
    if incident.handler is not None and incident.handler.user_id == actor.pk:
        raise ValidationError("自己处置的事不能自己核查，请别人核查。", code="own")
    if passed:
        incident = move(incident, to, actor=actor, note=note.strip() or "核查通过", at=at)
        tell_reporters(incident, f"已办结：{incident.result}", but=actor)
        return incident
    note = demand(note, "note", "请写明哪里没有办好，处置人照着返工。")
    incident = move(incident, to, actor=actor, note=f"返工：{note}", at=at)
    tell(incident, holder(incident.handler), f"要返工，{spoken(incident.handle_by)} 前办好：{note}")
    return _send_up_what_keeps_failing(incident, at)


def _send_up_what_keeps_failing(incident, at):
    most = int(parameter("incident_rework_max"))
    if incident.rework_count <= most or incident.level != Level.COMMUNITY:
        return incident
    return escalate(incident, reason=f"返工超过 {most} 次，自动上报。", actor=None, at=at)
