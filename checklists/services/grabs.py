"""抢单: a need that staff open to the units which can serve it; the first one that takes it has it."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import notify
from checklists.matching.explain import rank, standing
from checklists.matching.instance import Weights
from checklists.models import Dispatch, Need, NeedEvent, Resource
from checklists.services.dispatches import hold_places
from checklists.services.instances import read_needs, read_supply
from checklists.services.needs import lock_need, move, staff_of, stale
from checklists.services.needs.door import after_all, demand, permit
from organizations.models import Unit
from organizations.parameters import parameter
from organizations.services.calendars import deadline

Party = NeedEvent.Party
Status = Need.Status
OPENED_WORDS, CLOSED_WORDS = "开放抢单", "停止抢单"
UNFIT = {
    "closed": "已停止",
    "category": "不服务这类需求",
    "area": "服务范围不到这个社区",
    "group": "不面向这类对象",
    "window": "可用时间与居民方便的时间对不上",
    "capacity": "本期名额不够",
    "refused": "所在单位已谢绝过这件事",
}


# --- Who can serve what -----------------------------------------------------------------------------------------------
def fitting(needs, resources, at):
    """{pk of a need: [pks of the resources that can serve it at `at`, the best first]}; needs without any left out.

    The matcher's own rule; a fixed number of queries however long the querysets `needs` and `resources` are.
    """
    table, _ = read_needs(needs, at)
    if not len(table):
        return {}
    supply, _ = read_supply(resources.open(timezone.localdate(at)), at)
    units = dict(zip(supply.ids.tolist(), supply.unit.tolist(), strict=True))
    refusals = Dispatch.objects.refusing().filter(need__in=table.ids.tolist())
    refused = set(refusals.values_list("need", "resource__unit"))
    found = {}
    for place, need in enumerate(table.ids.tolist()):
        ranked = rank(table.demand(place), supply, Weights(), len(supply)).ids.tolist()
        if pks := [pk for pk in ranked if (need, units[pk]) not in refused]:
            found[need] = pks
    return found


def unfit(need, resource, at):
    """The step at which the matcher's rule lets `resource` fall for `need`, "" where it can serve."""
    table, _ = read_needs(Need.objects.filter(pk=need.pk), at)
    supply, _ = read_supply(Resource.objects.open(timezone.localdate(at)).filter(pk=resource.pk), at)
    has_refused = need.dispatches.refusing().filter(resource__unit=resource.unit_id).exists()
    found = standing(table.demand(0), supply, Weights(), resource.pk, has_refused=has_refused)
    return found.fell if found else "closed"


# --- The verbs --------------------------------------------------------------------------------------------------------
@transaction.atomic
def open_to_grab(need, *, actor, note, at=None):
    """开放抢单, with words that units read before it is theirs: nothing personal. Those who can serve it are told."""
    at = at or timezone.now()
    demand(note, "note", "请写一句给单位看的说明。")
    need, _ = lock_need(need)
    if need.status != Status.ACCEPTED:
        raise stale(need)
    permit(need, need.status, actor, Party.STAFF)
    if need.is_grabbable:
        return need
    words = {"grab_opened_at": at, "grab_note": note}
    _set(need, True, actor=actor, party=Party.STAFF, note=f"{OPENED_WORDS}：{note}", at=at, **words)
    nearby = Resource.objects.serving(need.community).for_category(need.category_id)
    pks = fitting(Need.objects.filter(pk=need.pk), nearby, at).get(need.pk, [])
    liaisons = User.objects.filter(liaised_units__resources__in=pks).distinct()
    notify(liaisons, text=f"有一件可抢的单：{need.category}（{need.community}）", link="/desk/grabs/")
    return need


@transaction.atomic
def stop_grab(need, *, actor, at=None):
    """停止抢单 by staff, or by the sweep (Party.SYSTEM) when nobody took it in time: then the community's staff hear.

    Not open any more: nothing happens.
    """
    at = at or timezone.now()
    need, _ = lock_need(need)
    if not need.is_grabbable:
        return need
    if actor == Party.SYSTEM:
        _set(need, False, actor=None, party=Party.SYSTEM, note=f"{CLOSED_WORDS}：到时没有单位接单", at=at)
        text = f"没有单位抢单，请另行派单：{need.spoken_code} {need.category}"
        notify(staff_of(need.community), text=text, link=f"/admin/checklists/need/{need.pk}/change/")
    else:
        permit(need, need.status, actor, Party.STAFF)
        _set(need, False, actor=actor, party=Party.STAFF, note=CLOSED_WORDS, at=at)
    return need


def _set(need, is_grabbable, *, actor, party, note, at, **columns):
    need.is_grabbable = is_grabbable
    for name, value in columns.items():
        setattr(need, name, value)
    need.save(update_fields=["is_grabbable", *columns])
    NeedEvent.objects.create(
        need=need,
        from_status=need.status,
        to_status=need.status,
        party=party,
        actor=actor,
        note=note,
        at=after_all(need, at),
    )


@transaction.atomic
def grab(need, resource, *, actor, note="", at=None):
    """抢单: the unit takes an open need with its own `resource`; the dispatch begins as taken.

    Under the locks of `dispatch`, so of two units that press at once one has it and the other reads so (code "taken").
    The same unit again gets its own dispatch. PermissionDenied where the resource is not the actor's.
    """
    at = at or timezone.now()
    if not Unit.objects.of_liaison(actor, "checklists.change_dispatch").filter(pk=resource.unit_id).exists():
        raise PermissionDenied("这项资源不属于您的单位。")
    try:
        need, held = lock_need(need, resource)
    except ValidationError:  # it went while this transaction waited
        held = Dispatch.objects.open().filter(need=need.pk).select_related("resource").first()
        need = Need.objects.get(pk=need.pk)
    if held is not None and held.is_grabbed and held.resource.unit_id == resource.unit_id:
        return held
    if held is not None or not need.is_grabbable or need.status != Status.ACCEPTED:
        raise ValidationError("这件事刚被接走或不再开放抢单，谢谢您，请看看别的。", code="taken")
    step = unfit(need, resource, at)
    if step:
        raise ValidationError(f"“{resource.name}”{UNFIT[step]}，请换一项资源。", code=step)
    resource = hold_places(need, resource, at=at)
    row = Dispatch.objects.create(
        need=need,
        resource=resource,
        status=Dispatch.Status.TAKEN,
        people_count=need.people_count,
        offered_at=at,
        reply_by=deadline(at, parameter("reply_hours")),
        answered_at=at,
        is_grabbed=True,
    )
    move(need, row, Status.TAKEN, actor=actor, party=Party.UNIT, note=note or "抢单", dispatch=row, at=at)
    return row


def stale_grabs(at):
    """The needs that nobody grabbed within the set hours."""
    return Need.objects.grabbable().filter(grab_opened_at__lt=at - timedelta(hours=parameter("grab_hours")))
