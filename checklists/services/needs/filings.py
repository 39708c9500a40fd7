"""What is told and what becomes of it at the desk: filed, accepted, refused, merged, put right, added to."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import PrivacyNotice, User
from accounts.services import notify
from checklists.models import Need, NeedEvent
from checklists.services.needs.door import (
    change_status,
    demand,
    lock_need,
    move,
    permit,
    queue_match,
    staff_of,
    stale,
)
from checklists.services.needs.receiving import route, tell_receiver
from checklists.services.needs.voices import move_supports
from checklists.services.photos import add_photos
from grids.models import Community
from organizations.services.calendars import deadline, deadlines

Party = NeedEvent.Party
Status = Need.Status
CORRECTABLE = ("category", "building", "target_group", "people_count", "urgency")


@transaction.atomic
def submit_need(need, *, actor, photos=(), at=None):
    """Save an unsaved `need` with its deadlines, photos and first event, and accept it where its category says so.

    `photos` are uploaded files already checked by the form. ValidationError for an emergency category or while no
    privacy notice is in force.
    """
    at = at or timezone.now()
    if need.category.emergency_notice:
        raise ValidationError({"category": need.category.emergency_notice}, code="emergency")
    if need.building is not None and need.building.quarter.community_id != need.community_id:
        raise ValidationError({"building": "这栋楼不在本社区。"}, code="building")
    notice = PrivacyNotice.objects.in_force(timezone.localdate(at)).first()
    if notice is None:
        raise ValidationError("还没有生效的隐私告知书，请联系平台管理员。", code="notice")
    if isinstance(actor, User):
        if not Community.objects.allowed(actor, "checklists.file_need").filter(pk=need.community_id).exists():
            raise PermissionDenied("您没有在这个社区代居民登记的权限。")
        need.filed_by = actor
    need.notice = notice
    need.submitted_at = at
    need.respond_by, need.handle_by = deadlines(at, need.category.response_hours, need.category.handling_hours)
    route(need, at)
    need.full_clean(exclude=["notice", "status", "reopen_count"])  # nobody but the door writes the last two
    try:
        with transaction.atomic():
            need.save()
    except IntegrityError as error:  # the same transfer, filed at the same moment by somebody else
        raise ValidationError({"external_code": "这张转办单刚刚登记过，请到需求清单里查。"}, code="unique") from error
    NeedEvent.objects.create(
        need=need,
        to_status=need.status,
        party=Party.STAFF if need.filed_by else Party.RESIDENT,
        actor=need.filed_by,
        note=f"{need.get_channel_display()}登记" if need.filed_by else "",
        at=at,
    )
    add_photos(need, photos)
    tell_receiver(need, actor=actor, at=at)
    if need.category.auto_accept:
        need = accept(need, actor=Party.SYSTEM, at=at)
    return need


@transaction.atomic
def accept(need, *, actor, note="", at=None):
    """受理, also of what was escalated: the community handles it."""
    need, dispatch = lock_need(need)
    if need.status not in (Status.SUBMITTED, Status.ESCALATED, Status.ACCEPTED):
        raise stale(need)
    return move(need, dispatch, Status.ACCEPTED, actor=actor, note=note, at=at)


def reject(need, *, actor, reason, at=None):
    """不予受理: the resident reads `reason`."""
    at = at or timezone.now()
    demand(reason, "reason", "请写明不予受理的原因，居民会看到。")
    return change_status(
        need,
        Status.REJECTED,
        actor=actor,
        note=reason,
        is_note_public=True,
        at=at,
        closed_at=at,
    )


@transaction.atomic
def merge(need, *, into, actor, at=None):
    """Close `need` as a repeat of `into`, which goes on. Both must be the actor's, open, and of one community."""
    at = at or timezone.now()
    if need.pk == into.pk:
        raise ValidationError({"into": "不能并入自己。"}, code="merge")
    locked = {}
    for pk in sorted([need.pk, into.pk]):
        # What was merged meanwhile is let go before another lock is waited for: its new target may be moving it.
        row = locked[pk] = Need.objects.select_for_update(no_key=True).get(pk=pk)
        if pk == need.pk and row.status == Status.MERGED and row.merged_into_id == into.pk:
            return row
        if pk == need.pk and Status.MERGED not in row.next_statuses:
            raise stale(row)
        if row.parent_id:
            raise ValidationError({"into": "拆分出来的需求各办各的，不能合并。"}, code="part")
        if pk == into.pk and not (row.is_open and row.community_id == need.community_id):
            raise ValidationError({"into": "只能并入同一社区正在办理的需求。"}, code="merge")
    need, into = locked[need.pk], locked[into.pk]
    if not isinstance(actor, User) or not Need.objects.editable_by(actor).filter(pk=into.pk).exists():
        raise PermissionDenied("您没有办理这件事的权限。")
    need.merged_needs.update(merged_into=into)
    move_supports(need, into)
    return move(
        need,
        need.dispatches.open().first(),
        Status.MERGED,
        actor=actor,
        note=f"与 {into.spoken_code} 是同一件事，合并办理。",
        is_note_public=True,
        at=at,
        merged_into=into,
    )


@transaction.atomic
def correct(need, *, actor, at=None, **fields):
    """Staff put right what the resident ticked (only CORRECTABLE) before anybody serves it; the event says what was.

    A new category brings its own handling deadline, counted from the submission; an accepted need is ranked anew.
    """
    at = at or timezone.now()
    need, dispatch = lock_need(need)
    if not need.is_open or dispatch is not None:
        raise stale(need)
    permit(need, need.status, actor, Party.STAFF)
    (category, building, receiver), changes = (need.category_id, need.building_id, need.receiver_id), []
    for name in CORRECTABLE:
        if name not in fields or fields[name] == getattr(need, name):
            continue
        before = _spoken(need, name)
        setattr(need, name, fields[name])
        changes.append(f"{need._meta.get_field(name).verbose_name}：{before} → {_spoken(need, name)}")
    if not changes:
        return need
    if need.building is not None and need.building.quarter.community_id != need.community_id:
        raise ValidationError({"building": "这栋楼不在本社区。"}, code="building")
    if need.category_id != category:
        need.handle_by = deadline(need.submitted_at, need.category.handling_hours)
    if (need.category_id, need.building_id) != (category, building):
        route(need, at)
    need.match_due_at = at if need.status == Status.ACCEPTED else None
    need.save(update_fields=[*CORRECTABLE, "handle_by", "match_due_at", "receiver"])
    NeedEvent.objects.create(
        need=need,
        from_status=need.status,
        to_status=need.status,
        party=Party.STAFF,
        actor=actor,
        note="更正信息：" + "；".join(changes),
        at=at,
    )
    if need.receiver_id != receiver:
        tell_receiver(need, actor=actor, at=at)
    if need.status == Status.ACCEPTED:
        queue_match(need)
    return need


def _spoken(need, name):
    display = getattr(need, f"get_{name}_display", None)
    return str(display() if display else getattr(need, name) or "无")


@transaction.atomic
def supplement(need, *, actor, note, photos=(), at=None):
    """补充 by the resident (or staff who was told): words and photos for an open need, whose status stays as it is."""
    at = at or timezone.now()
    demand(note, "note", "请写明要补充的情况。")
    need, dispatch = lock_need(need)
    if not need.is_open:
        raise stale(need)
    party = Party.STAFF if isinstance(actor, User) else actor
    if party == Party.STAFF and not Need.objects.editable_by(actor).filter(pk=need.pk).exists():
        raise PermissionDenied("您没有办理这件事的权限。")
    NeedEvent.objects.create(
        need=need,
        from_status=need.status,
        to_status=need.status,
        party=party,
        actor=actor if isinstance(actor, User) else None,
        note=note,
        is_note_public=True,
        dispatch=dispatch,
        at=at,
    )
    add_photos(need, photos)
    if party == Party.RESIDENT:
        notify(
            staff_of(need.community),
            text=f"{need.spoken_code} {need.category} 居民补充了情况",
            link=f"/admin/checklists/need/{need.pk}/change/",
        )
    return need
