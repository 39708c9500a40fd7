"""The life of a need, from the order to the rating. `at` is the clock (now); demo data and tests pass their own."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from accounts.models import PrivacyNotice, User
from accounts.services import notify
from checklists.models import Dispatch, Need, NeedEvent, Resource
from checklists.services.calendars import deadline, deadlines, working_time
from checklists.services.photos import add_photos
from grids.models import Community
from organizations.models import Post
from organizations.parameters import parameter

Party = NeedEvent.Party
Status = Need.Status

# Where a need may be while a unit holds a dispatch of it. To leave them, the dispatch is settled first.
HELD_STATUSES = frozenset({Status.DISPATCHED, Status.TAKEN, Status.IN_SERVICE, Status.SUSPENDED})

# Who may bring a need where, besides staff with the right on it. Whoever calls a verb as RESIDENT or UNIT has first
# made sure that it is this need's resident (code and phone) or this dispatch's unit (liaison or signed link).
PARTY_MAY = {
    Party.RESIDENT: frozenset({Status.SUBMITTED, Status.WITHDRAWN, Status.RATED, Status.REOPENED}),
    Party.UNIT: frozenset({Status.TAKEN, Status.ACCEPTED, Status.IN_SERVICE, Status.DONE}),
    Party.SYSTEM: frozenset(
        {Status.ACCEPTED, Status.DISPATCHED, Status.TAKEN, Status.IN_SERVICE, Status.CLOSED, Status.DONE}
    ),
}


def lock_need(need, *resources):
    """(need, its open dispatch or None), locked: first the dispatch's resource and `resources`, then the need, then it.

    Never a key lock: a row that merely points here (a proposal, an event) would wait for it, and its writer may hold
    what this transaction wants next.
    """
    open_dispatch = Dispatch.objects.open().filter(need=need.pk).first()
    wanted = {resource.pk for resource in resources} | ({open_dispatch.resource_id} if open_dispatch else set())
    for pk in sorted(wanted):
        Resource.objects.select_for_update(no_key=True).get(pk=pk)
    need = (
        Need.objects.select_for_update(of=("self",), no_key=True)
        .select_related("category", "community")
        .get(pk=need.pk)
    )
    dispatch = Dispatch.objects.select_for_update(of=("self",), no_key=True).open().filter(need=need).first()
    if dispatch is not None and (open_dispatch is None or dispatch.resource_id != open_dispatch.resource_id):
        raise stale(need)  # dispatched while this transaction waited: its resource is not locked, and the page is old
    return need, dispatch


def stale(need):
    """The error of somebody who acts on an old page: who did what, when."""
    event = need.events.exclude(from_status=F("to_status")).select_related("actor", "dispatch__resource__unit").last()
    who = str(event.actor or event.get_party_display()) if event else "有人"
    when = timezone.localtime(event.at).strftime("%m月%d日 %H:%M") if event else ""
    to = f"改为“{need.get_status_display()}”"
    if event and event.dispatch_id and need.status == Status.DISPATCHED:
        to = f"派给{event.dispatch.resource.unit}"
    return ValidationError(f"这件事已由{who}在{when}{to}，您看到的是旧页面，请刷新后再办。", code="transition")


@transaction.atomic
def change_status(need, to, *, actor, party=None, note="", is_note_public=False, dispatch=None, at=None, **columns):
    """The one door. `actor` is a User or a NeedEvent.Party; `columns` are written with the status.

    `party` says in whose name a User acts who is not the need's staff: a liaison acts as UNIT.
    What follows from the edge alone is written here too: see _clocks.

    Already there: nothing happens. ValidationError(code="transition") when the table has no such edge, with who moved
    the need and when; PermissionDenied when the actor has no right on it. Returns the need as it now is.
    """
    at = at or timezone.now()
    need, open_dispatch = lock_need(need)
    if need.status == to:
        return need
    if to not in need.next_statuses or (open_dispatch is not None and to not in HELD_STATUSES):
        raise stale(need)
    party = party or (Party.STAFF if isinstance(actor, User) else actor)
    _permit(need, to, actor, party)
    event = NeedEvent(
        need=need,
        from_status=need.status,
        to_status=to,
        party=party,
        actor=actor if isinstance(actor, User) else None,
        note=note,
        is_note_public=is_note_public,
        dispatch=dispatch,
        # Whoever waited for the lock looked at the clock before; the story is told in the order in which it happened.
        at=max(at, need.events.aggregate(last=Max("at"))["last"] or at),
    )
    columns = {**_clocks(need, to, party, at), **columns}
    need.status = to
    for name, value in columns.items():
        setattr(need, name, value)
    need.save(update_fields=["status", *columns])
    event.save()
    if to == Status.ACCEPTED:
        queue_match(need)
    return need


def _clocks(need, to, party, at):
    """The columns that every change to `to` writes: the matcher's queue, the first answer, the end of a suspension.

    The handling deadline moves by the office time that passed while the need was suspended.
    """
    columns = {"match_due_at": at if to == Status.ACCEPTED else None}
    if need.status == Status.SUBMITTED and to != Status.WITHDRAWN:
        columns["responded_at"] = at
    if need.status == Status.SUSPENDED:
        paused = working_time(need.suspended_at, at) if need.suspended_at else timedelta()
        columns.update(
            handle_by=deadline(need.handle_by, paused / timedelta(hours=1)),
            suspended_at=None,
            suspended_until=None,
            reminded_at=None,
        )
    return columns


def _permit(need, to, actor, party):
    if party != Party.STAFF:
        allowed = to in PARTY_MAY[party]
    elif need.status == Status.ESCALATED:
        allowed = Need.objects.allowed(actor, "checklists.direct_escalated_need").filter(pk=need.pk).exists()
    else:
        allowed = Need.objects.editable_by(actor).filter(pk=need.pk).exists()
    if not allowed:
        raise PermissionDenied("您没有办理这件事的权限。")


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
    need.full_clean(exclude=["notice"])
    need.save()
    NeedEvent.objects.create(
        need=need,
        to_status=need.status,
        party=Party.STAFF if need.filed_by else Party.RESIDENT,
        actor=need.filed_by,
        note=f"{need.get_channel_display()}登记" if need.filed_by else "",
        at=at,
    )
    add_photos(need, photos)
    if need.category.auto_accept:
        need = accept(need, actor=Party.SYSTEM, at=at)
    return need


@transaction.atomic
def accept(need, *, actor, note="", at=None):
    """受理, also of what was escalated: the community handles it."""
    need, _ = lock_need(need)
    if need.status not in (Status.SUBMITTED, Status.ESCALATED, Status.ACCEPTED):
        raise stale(need)
    return change_status(need, Status.ACCEPTED, actor=actor, note=note, at=at)


def queue_match(need):
    from checklists.tasks import match_need

    match_need.delay_on_commit(need.pk)


def reject(need, *, actor, reason, at=None):
    """不予受理: the resident reads `reason`."""
    at = at or timezone.now()
    _demand(reason, "reason", "请写明不予受理的原因，居民会看到。")
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
        if pk == into.pk and not (row.is_open and row.community_id == need.community_id):
            raise ValidationError({"into": "只能并入同一社区正在办理的需求。"}, code="merge")
    need, into = locked[need.pk], locked[into.pk]
    if not isinstance(actor, User) or not Need.objects.editable_by(actor).filter(pk=into.pk).exists():
        raise PermissionDenied("您没有办理这件事的权限。")
    need.merged_needs.update(merged_into=into)
    return change_status(
        need,
        Status.MERGED,
        actor=actor,
        note=f"与 {into.spoken_code} 是同一件事，合并办理。",
        is_note_public=True,
        at=at,
        merged_into=into,
    )


@transaction.atomic
def withdraw(need, *, actor, note="", at=None):
    """撤回 by the resident; an open dispatch is recalled and its places are free again."""
    from checklists.services.dispatches import settle

    at = at or timezone.now()
    need, dispatch = lock_need(need)
    if dispatch is not None:
        settle(dispatch, Dispatch.Status.RECALLED, at=at)
    return change_status(
        need, Status.WITHDRAWN, actor=actor, note=note, is_note_public=True, dispatch=dispatch, at=at, closed_at=at
    )


CORRECTABLE = ("category", "building", "target_group", "people_count", "urgency")


@transaction.atomic
def correct(need, *, actor, at=None, **fields):
    """Staff put right what the resident ticked (only CORRECTABLE) before anybody serves it; the event says what was.

    A new category brings its own handling deadline, counted from the submission; an accepted need is ranked anew.
    """
    at = at or timezone.now()
    need, dispatch = lock_need(need)
    if not need.is_open or dispatch is not None:
        raise stale(need)
    _permit(need, need.status, actor, Party.STAFF)
    category, changes = need.category_id, []
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
    need.match_due_at = at if need.status == Status.ACCEPTED else None
    need.save(update_fields=[*CORRECTABLE, "handle_by", "match_due_at"])
    NeedEvent.objects.create(
        need=need,
        from_status=need.status,
        to_status=need.status,
        party=Party.STAFF,
        actor=actor,
        note="更正信息：" + "；".join(changes),
        at=at,
    )
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
    _demand(note, "note", "请写明要补充的情况。")
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


@transaction.atomic
def start_own_service(need, *, actor, note="", at=None):
    """社区自办: the community serves the need itself, without a unit."""
    need, dispatch = lock_need(need)
    if dispatch is not None or need.status not in (Status.ACCEPTED, Status.IN_SERVICE):
        raise stale(need)
    return change_status(need, Status.IN_SERVICE, actor=actor, note=note or "社区直接办理", at=at)


@transaction.atomic
def finish(need, *, actor, note, photos=(), at=None):
    """办好 by the community or the street, when no unit holds the need."""
    at = at or timezone.now()
    _demand(note, "note", "请写明办理结果，居民会看到。")
    need, dispatch = lock_need(need)
    if dispatch is not None:
        raise ValidationError("这件事在单位手里，由单位填写办理结果。", code="dispatch")
    if need.status == Status.DONE:
        return need
    need = change_status(
        need,
        Status.DONE,
        actor=actor,
        note=note,
        is_note_public=True,
        at=at,
        done_at=at,
        responded_at=need.responded_at or at,  # one escalated unheard is answered by its result
    )
    add_photos(need, photos, stage="finished")
    return need


def suspend(need, *, actor, reason, until, at=None):
    """挂起 until the date `until`, with a reason the resident reads. The handling clock stops."""
    at = at or timezone.now()
    _demand(reason, "reason", "请写明挂起的原因，居民会看到。")
    if until is None or until <= timezone.localdate(at):
        raise ValidationError({"until": "请选择今天以后的日期。"}, code="until")
    return change_status(
        need,
        Status.SUSPENDED,
        actor=actor,
        note=reason,
        is_note_public=True,
        at=at,
        suspended_at=at,
        suspended_until=until,
    )


@transaction.atomic
def resume(need, *, actor, note="", at=None):
    """Back to where it was suspended from."""
    need, _ = lock_need(need)
    if need.status != Status.SUSPENDED:
        raise stale(need)
    suspensions = need.events.filter(to_status=Status.SUSPENDED).exclude(from_status=Status.SUSPENDED)
    return change_status(need, suspensions.last().from_status, actor=actor, note=note or "恢复办理", at=at)


def escalate(need, *, actor, note, at=None):
    """上报 to the street, with what was tried; whoever directs escalated needs above the community decides."""
    _demand(note, "note", "请写明上报的原因和已做的工作。")
    return change_status(need, Status.ESCALATED, actor=actor, note=note, at=at)


def rate(need, *, actor, satisfaction, is_solved, note="", at=None):
    """评单 by the resident, or by staff who called back (回访) and write down what they were told."""
    at = at or timezone.now()
    if satisfaction not in Need.Satisfaction.values:
        raise ValidationError({"satisfaction": "请选择是否满意。"}, code="satisfaction")
    if is_solved is None:
        raise ValidationError({"is_solved": "请选择问题是否解决。"}, code="is_solved")
    return change_status(
        need,
        Status.RATED,
        actor=actor,
        note=f"{Need.Satisfaction(satisfaction).label}，{'已解决' if is_solved else '没有解决'}",
        is_note_public=True,
        at=at,
        satisfaction=satisfaction,
        is_solved=is_solved,
        rating_note=note,
        rated_at=at,
    )


def can_reopen(need, at=None):
    """Whether the resident may still say "it is not solved": once, within the set days after it was done."""
    at = at or timezone.now()
    return (
        Status.REOPENED in need.next_statuses
        and need.reopen_count == 0
        and need.done_at is not None
        and (at - need.done_at).days < parameter("reopen_days")
    )


@transaction.atomic
def reopen(need, *, actor, reason, at=None):
    """再次反映: staff must judge it. The first rating stays in the events; the need awaits a new one."""
    at = at or timezone.now()
    _demand(reason, "reason", "请写明哪里没有解决。")
    need, _ = lock_need(need)
    if need.reopen_count:
        raise ValidationError("这件事已经再次反映过一次，请电话联系社区。", code="reopen")
    if not can_reopen(need, at):
        raise ValidationError(f"办好后 {parameter('reopen_days'):.0f} 天内可以再次反映，请重新提交。", code="reopen")
    return change_status(
        need,
        Status.REOPENED,
        actor=actor,
        note=reason,
        is_note_public=True,
        at=at,
        reopen_count=1,
        closed_at=None,
        reminded_at=None,
        handle_by=deadline(at, need.category.handling_hours),
    )


@transaction.atomic
def accept_reopening(need, *, actor, note="", at=None):
    """The resident is right: handle it again, with a new rating to come."""
    need, _ = lock_need(need)
    if need.status not in (Status.REOPENED, Status.ACCEPTED):
        raise stale(need)
    return change_status(
        need,
        Status.ACCEPTED,
        actor=actor,
        note=note,
        at=at,
        done_at=None,
        satisfaction="",
        is_solved=None,
        rating_note="",
        rated_at=None,
    )


@transaction.atomic
def close(need, *, actor, reason="", at=None):
    """办结. Refusing a reopening needs a reason, which the resident reads."""
    at = at or timezone.now()
    need, _ = lock_need(need)
    if need.status == Status.REOPENED:
        _demand(reason, "reason", "请写明不再办理的原因，居民会看到。")
    return change_status(
        need, Status.CLOSED, actor=actor, note=reason, is_note_public=bool(reason), at=at, closed_at=at
    )


def remind_deadline(need, *, at=None):
    """Tell the community's staff, once, that the deadline of `need` is near."""
    at = at or timezone.now()
    with transaction.atomic():
        need = Need.objects.select_for_update(no_key=True).get(pk=need.pk)
        if need.reminded_at is not None or need.deadline is None:
            return
        need.reminded_at = at
        need.save(update_fields=["reminded_at"])
        due = timezone.localtime(need.deadline).strftime("%m月%d日 %H:%M")
        notify(
            staff_of(need.community),
            text=f"{need.spoken_code} {need.category} 将在 {due} 到期",
            link=f"/admin/checklists/need/{need.pk}/change/",
        )


def staff_of(community):
    """Whoever holds a post that handles needs at this community itself (not above it)."""
    posts = Post.objects.current().filter(
        organization=community.organization_id,
        role__permissions__content_type__app_label="checklists",
        role__permissions__codename="change_need",
    )
    return User.objects.filter(posts__in=posts, is_active=True).distinct()


def _demand(value, field, message):
    if not (value or "").strip():
        raise ValidationError({field: message}, code="required")
