"""民情日记: written down, and turned into a need, a visit or a proposed topic. `at` is the clock (now)."""

from datetime import timedelta
from uuid import uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from checklists.models import Need
from grids.models import Community, Duty
from patrols.models import CareHousehold, Note
from volunteers.models import Holding, Position

CLOCKS_DIFFER = timedelta(minutes=10)  # a phone's clock runs ahead


def write_note(
    *, community, grid=None, building=None, topic=Note.Topic.OTHER, text, heard_at=None, client_key=None, actor, at=None
):
    """The Note; the same actor's same `client_key` finds the one that stands, another's is refused.

    Without `grid` the building's. PermissionDenied for a community where the actor has no post and no duty.
    """
    at = at or timezone.now()
    if client_key and (known := _known(client_key, actor)):
        return known
    if not may_write(community, actor):
        raise PermissionDenied("您不在这个社区值守，不能在这里记民情日记。")
    demand_place(community, grid, building)
    if heard_at and heard_at > at + CLOCKS_DIFFER:
        raise ValidationError({"heard_at": "听到的时间不能晚于现在。"}, code="future")
    note = Note(
        author=actor,
        community=community,
        grid=grid or (building.grid if building else None),
        building=building,
        topic=topic,
        text=text.strip(),
        heard_at=min(heard_at or at, at),
        client_key=client_key or uuid4(),
        saved_at=at,
    )
    note.full_clean(validate_unique=False)
    try:
        with transaction.atomic():
            note.save()
    except IntegrityError:  # the phone sent it twice at once
        return _known(note.client_key, actor)
    return note


def may_write(community, actor):
    """A post there or above, a grid served there, a building headed there (楼栋长) or a position held there."""
    if Community.objects.allowed(actor, "patrols.add_note").filter(pk=community.pk).exists():
        return True
    if listening(actor).filter(position__community=community).exists():
        return True
    return actor.has_perm("patrols.add_note") and heads(actor).filter(building__quarter__community=community).exists()


def listening(actor):
    """The positions in which `actor` hears what the neighbours say: 楼栋长, 兼职网格员, 党员中心户."""
    return (
        Holding.objects.held()
        .filter(volunteer__user=actor, volunteer__left_on=None)
        .exclude(position__kind=Position.Kind.GENERAL)
    )


def heads(actor):
    return Duty.objects.current().held_by(actor).filter(kind=Duty.Kind.BUILDING_HEAD)


def _known(client_key, actor):
    note = Note.objects.filter(client_key=client_key).first()
    if note is not None and note.author_id != actor.pk:
        raise ValidationError("这条记录是另一个账号写的，请重新填写。", code="client_key")
    return note


def demand_place(community, grid, building):
    if building is not None and building.quarter.community_id != community.pk:
        raise ValidationError({"building": "这栋楼不在本社区。"}, code="building")
    if grid is not None and not grid.communities.filter(pk=community.pk).exists():
        raise ValidationError({"grid": "这个网格不在本社区。"}, code="grid")


# --- What becomes of it -----------------------------------------------------------------------------------------------
def lock_note(note, *, actor):
    """The row, locked, that `actor` may act on: the author, or staff of its ground."""
    note = Note.objects.select_for_update(of=("self",), no_key=True).select_related("community").get(pk=note.pk)
    if not Note.objects.editable_by(actor).filter(pk=note.pk).exists():
        raise PermissionDenied("您没有处理这条民情日记的权限。")
    return note


def filled_from(note):
    """What the form of 代居民登记 begins with."""
    return {
        "channel": Need.Channel.GRID,
        "building": note.building_id,
        "community": note.community_id,
        "text": note.text,
    }


@transaction.atomic
def file_note(note, need, *, actor):
    """转成需求: keep which need `note` became. Already this one: nothing happens."""
    note = lock_note(note, actor=actor)
    if note.need_id not in (None, need.pk):
        raise ValidationError("这条民情日记已经转成另一件需求。", code="need")
    note.need = need
    note.save(update_fields=["need"])
    return note


@transaction.atomic
def plan_visit(note, household, *, actor, at=None):
    """转成走访: `household` is due today at the latest. Already planned: nothing happens."""
    today = timezone.localdate(at or timezone.now())
    note = lock_note(note, actor=actor)
    if note.household_id is not None:
        return note
    mine = CareHousehold.objects.allowed(actor, "patrols.add_visit").current(today).order_by().values("pk")
    rows = CareHousehold.objects.select_for_update(of=("self",), no_key=True).select_related("building__quarter")
    household = rows.filter(pk=household.pk, pk__in=mine).first()
    if household is None:
        raise ValidationError({"household": "这户不在您的走访名单里，请重新选择。"}, code="household")
    if household.building.quarter.community_id != note.community_id:
        raise ValidationError({"household": "这户不在这条日记所在的社区。"}, code="household")
    if household.due_on > today:
        household.due_on = today
        household.save(update_fields=["due_on"])
    note.household = household
    note.save(update_fields=["household"])
    return note


@transaction.atomic
def suggest_topic(note, *, actor, at=None):
    """建议列为议题. Already suggested: nothing happens."""
    note = lock_note(note, actor=actor)
    if note.suggested_at is None:
        note.suggested_at = at or timezone.now()
        note.save(update_fields=["suggested_at"])
    return note
