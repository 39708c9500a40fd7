"""An incident on its way: accepted or returned, assigned, handed back, handled."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from grids.models import Duty
from grids.services.duties import on_duty
from patrols.models import Incident, IncidentPhoto
from patrols.services.incidents.clocks import after
from patrols.services.incidents.door import (
    FORBIDDEN,
    change_status,
    demand,
    is_receiver,
    lock_incident,
    may_direct,
    move,
    remark,
    stale,
)
from patrols.services.incidents.reporting import add_photos
from patrols.services.incidents.telling import directors_of, holder, spoken, tell, tell_reporters

Status = Incident.Status


@transaction.atomic
def accept(incident, *, actor, note="", at=None):
    """受理 of what was reported; what was sent up is taken up instead, what was handed back is accepted already."""
    incident = lock_incident(incident)
    if incident.status not in (Status.REPORTED, Status.ACCEPTED):
        raise stale(incident)
    return move(incident, Status.ACCEPTED, actor=actor, note=note, at=at)


@transaction.atomic
def take(incident, *, actor, at=None):
    """接手: whoever it came to first accepts it and handles it. PermissionDenied for anybody else."""
    incident = lock_incident(incident)
    if not is_receiver(incident, actor):
        raise PermissionDenied(FORBIDDEN)
    held = Duty.objects.current().held_by(actor).order_by().values("pk")
    own = duties_here(incident).filter(pk__in=held).order_by("pk")
    if incident.status == Status.ASSIGNED and own.filter(pk=incident.handler_id).exists():
        return incident  # a double click
    incident = accept(incident, actor=actor, at=at)  # given to another meanwhile: the page is old, and says so
    duty = own.filter(pk=incident.receiver_id).first() or own.first()
    return assign(incident, duty=duty, note="首接人接手", actor=actor, at=at)


@transaction.atomic
def return_incident(incident, *, reason, actor, at=None):
    """不予受理: whoever reported it reads `reason` (滨州市社会治理网格化服务管理条例 第十一条)."""
    reason = demand(reason, "reason", "请写明不予受理的原因，上报人会看到。")
    before = incident.status
    incident = change_status(incident, Status.RETURNED, actor=actor, note=reason, at=at)
    if before != Status.RETURNED:
        tell_reporters(incident, f"不予受理：{reason}", but=actor)
    return incident


@transaction.atomic
def assign(incident, *, duty=None, department="", note="", actor, at=None):
    """派遣 to somebody on duty or to a department; to another one while it is being handled. Their clock starts anew.

    Somebody on leave is given to through the stand-in. ValidationError: neither or both, or a duty elsewhere.
    """
    at = at or timezone.now()
    department = department.strip()
    if (duty is None) == (not department):
        raise ValidationError({"duty": "请选一个处置人，或填一个处置部门。"}, code="handler")
    incident = lock_incident(incident)
    if incident.status not in (Status.ACCEPTED, Status.ASSIGNED):
        raise stale(incident)
    to = {"handler": duty and _present(incident, duty, at), "department": department}
    whom = f"派给{to['handler'] or department}"
    words = f"{whom}。{note}" if note else whom
    if incident.status == Status.ACCEPTED:
        incident = move(incident, Status.ASSIGNED, actor=actor, note=words, at=at, **to)
    elif (incident.handler, incident.department) == (to["handler"], department):
        return incident
    else:
        incident = _pass_on(incident, to, words, actor=actor, at=at)
    tell(incident, holder(incident.handler), f"派给您处置，{spoken(incident.handle_by)} 前办好：{incident.spot}")
    return incident


def _present(incident, duty, at):
    """`duty` or its stand-in of the day; ValidationError for somebody who is not on duty in this community."""
    today = timezone.localdate(at)
    if not duties_here(incident, today).filter(pk=duty.pk).exists():
        raise ValidationError({"duty": "这个人现在不在本社区值守，请另选。"}, code="duty")
    return on_duty(duty, today)


def duties_here(incident, on=None):
    """Whoever is on duty in the community of `incident`: in its grids and in its buildings."""
    community = incident.community_id
    places = Q(grid__communities=community), Q(building__quarter__community=community)
    # One query for each: of an OR of both the database reads every duty of the city.
    by_grid, by_building = (Duty.objects.filter(place).order_by().values("pk") for place in places)
    return Duty.objects.current(on).filter(pk__in=by_grid.union(by_building))


def _pass_on(incident, to, words, *, actor, at):
    if not may_direct(incident, actor):
        raise PermissionDenied(FORBIDDEN)
    columns = {
        **to,
        "assigned_at": at,
        "handle_by": after(at, incident.matter.handling_hours, incident.matter),
        "reminded_at": None,
    }
    for name, value in columns.items():
        setattr(incident, name, value)
    incident.save(update_fields=list(columns))
    remark(incident, f"改{words}", actor=actor, at=at)
    return incident


@transaction.atomic
def hand_back(incident, *, reason, actor, at=None):
    """退回派遣: whoever was to handle it cannot; it waits for somebody else."""
    reason = demand(reason, "reason", "请写明退回的原因。")
    incident = lock_incident(incident)
    if incident.status == Status.ACCEPTED:
        return incident
    if incident.status != Status.ASSIGNED:
        raise stale(incident)
    whose = incident.handler or incident.department
    incident = move(incident, Status.ACCEPTED, actor=actor, note=f"{whose}退回：{reason}", at=at)
    tell(incident, directors_of(incident), f"被退回，请另派：{reason}")
    return incident


@transaction.atomic
def handle(incident, *, result, photos=(), actor, at=None):
    """处置完成, by the handler or entered for a department; it is checked next."""
    result = demand(result, "result", "请写明处置结果。")
    before = incident.status
    incident = change_status(incident, Status.HANDLED, actor=actor, note=result, at=at, result=result)
    if before == Status.HANDLED:
        return incident
    add_photos(incident, photos, IncidentPhoto.Stage.HANDLED)
    tell(incident, directors_of(incident), f"处置完成，{spoken(incident.check_by)} 前核查")
    return incident
