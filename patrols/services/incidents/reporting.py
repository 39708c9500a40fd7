"""上报: what was found becomes a row, once, with its deadline and its first receiver."""

from uuid import uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from grids.models import Community, Grid, Route
from grids.querysets import served_grids
from grids.services.routes import first_receiver
from organizations.parameters import parameter
from patrols.models import Incident, IncidentEvent, IncidentPhoto
from patrols.services.incidents.clocks import accept_by
from patrols.services.incidents.door import demand
from patrols.services.incidents.telling import directors_of, holder, leaders_of, spoken, tell

Status, Stage = Incident.Status, IncidentPhoto.Stage
RIGHT = "patrols.add_incident"


@transaction.atomic
def report(
    *,
    matter,
    text,
    community,
    grid=None,
    building=None,
    place="",
    longitude=None,
    latitude=None,
    source=Incident.Source.PATROL,
    noticed_at=None,
    photos=(),
    solved_note=None,
    client_key=None,
    actor,
    at=None,
):
    """Write down what was found and give it to its first receiver; with `solved_note`, it is closed at once.

    `photos` are files that `clean_photo` returned. The same `client_key` (UUID) of the same actor a second time
    returns the row that stands, as it is. PermissionDenied where the actor may not report there; ValidationError
    beside its field, code "client_key" for the key of somebody else.
    """
    at = at or timezone.now()
    key = client_key or uuid4()
    if (known := _known(key, actor)) is not None:
        return known
    # A building says its grid: the phone may have been told of another before the grids were drawn anew.
    grid = building.grid if building is not None and building.grid_id else grid
    grid = grid or _only_grid(actor, community)
    _permit(actor, community, grid)
    incident = Incident(
        matter=matter,
        text=demand(text, "text", "请写明发现了什么情况。"),
        community=community,
        grid=grid,
        building=building,
        place=place.strip(),
        longitude=longitude,
        latitude=latitude,
        source=source,
        reporter=actor,
        client_key=key,
        noticed_at=min(noticed_at or at, at),  # a phone's clock may be fast
        reported_at=at,
        accept_by=accept_by(matter, at),
    )
    _check(incident, photos, solved_note)
    note = _route(incident, at) if solved_note is None else _solve(incident, solved_note.strip(), at)
    incident.full_clean(exclude=["status", "level", "rework_count"], validate_unique=False)
    try:
        with transaction.atomic():
            incident.save()
    except IntegrityError:  # the same report, sent twice at once when the signal came back
        if (known := _known(key, actor)) is not None:
            return known
        raise
    IncidentEvent.objects.create(incident=incident, to_status=incident.status, actor=actor, note=note[:500], at=at)
    add_photos(incident, photos)
    _tell(incident)
    return incident


def _known(key, actor):
    row = Incident.objects.filter(client_key=key).first()
    if row is not None and row.reporter_id != actor.pk:
        raise ValidationError("这个编号是别人上报的，请重新填写。", code="client_key")
    return row


def _only_grid(actor, community):
    """The grid of a grid worker who named none, where there is but one."""
    if Community.objects.under_posts(actor, RIGHT).filter(pk=community.pk).exists() or actor.is_superuser:
        return None
    mine = list(served_grids(actor, RIGHT).filter(communities=community).distinct()[:2])
    if len(mine) > 1:
        raise ValidationError({"grid": "您在这个社区有几个网格，请选一个。"}, code="grid")
    return mine[0] if mine else None


def _permit(actor, community, grid):
    """In one's communities, or in the grids that one serves."""
    allowed = Community.objects.allowed(actor, RIGHT).filter(pk=community.pk).exists()
    is_staff_here = actor.is_superuser or Community.objects.under_posts(actor, RIGHT).filter(pk=community.pk).exists()
    if allowed and not is_staff_here:
        allowed = grid is not None and Grid.objects.all().served_by(actor, RIGHT).filter(pk=grid.pk).exists()
    if not allowed:
        raise PermissionDenied("您没有在这里上报的权限。")


def _check(incident, photos, solved_note):
    matter = incident.matter
    if matter.parent_id is None or not (matter.is_active and matter.parent.is_active):
        raise ValidationError({"matter": "请选择一个在用的小类。"}, code="matter")
    if incident.building is not None and incident.building.quarter.community_id != incident.community_id:
        raise ValidationError({"building": "这栋楼不在本社区。"}, code="building")
    if incident.grid is not None and not incident.grid.communities.filter(pk=incident.community_id).exists():
        raise ValidationError({"grid": "这个网格不在本社区。"}, code="grid")
    if solved_note is None:
        return
    demand(solved_note, "solved_note", "请写明当场是怎么解决的。")
    least = int(parameter("incident_spot_photos"))
    if len(photos) < least:
        raise ValidationError({"photos": f"当场解决的要附至少 {least} 张照片。"}, code="photos")


def _route(incident, at):
    """Set the first receiver; returns the sentence that says which rule decided."""
    receiving = first_receiver(
        Route.Subject.INCIDENT,
        code=incident.matter.code,
        community=incident.community,
        grid=incident.grid,
        building=incident.building,
        on=timezone.localdate(at),
    )
    if receiving is None:
        return "没有合适的首接人，由社区受理。"
    incident.receiver = receiving.duty
    return receiving.reason


def _solve(incident, note, at):
    """Closed as it is written down; returns the sentence for the event."""
    incident.status, incident.is_solved_on_spot, incident.result = Status.CLOSED, True, note
    incident.handled_at = incident.closed_at = at
    return f"当场解决：{note}"


def add_photos(incident, photos, stage=Stage.REPORTED):
    """Attach files that `clean_photo` returned."""
    for photo in photos:
        row = IncidentPhoto(incident=incident, stage=stage)
        row.image.save(photo.name, photo, save=True)


def _tell(incident):
    """Whoever it came to first; for what is urgent the grid's leader and the community at once, solved or not."""
    receivers = holder(incident.receiver)
    if incident.matter.is_urgent:
        people = {user.pk: user for user in [*leaders_of(incident), *directors_of(incident), *receivers]}
        people.pop(incident.reporter_id, None)
        words = "当场已处理，请核实" if incident.is_solved_on_spot else "紧急上报，请立即处置"
        tell(incident, people.values(), f"{words}：{incident.spot}")
    elif not incident.is_solved_on_spot:
        words = f"您是首接人，{spoken(incident.accept_by)} 前接手" if receivers else "等您受理"
        tell(incident, receivers or directors_of(incident), f"新上报，{words}：{incident.summary}")
