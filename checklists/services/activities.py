"""活动: planned, announced, held and told of; by the leading unit or the community's staff. `at` is the clock (now).

One door for the status, with its event. Lock: the activity; whatever hangs on it (seats, photos) is counted after.
"""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from accounts.services import notify, notify_once
from checklists.halfdays import spanned
from checklists.models import Activity, ActivityEvent, ActivityPhoto, Resource, Turn
from checklists.services.bookings import BOOKING_DAYS, book, free_half_days, spoken
from checklists.services.needs import staff_of
from checklists.services.rotas import agreement_for
from grids.models import Community
from organizations.models import Agreement, Unit
from organizations.parameters import parameter

Status = Activity.Status
# What everybody who enrolled has to know when it changes.
TOLD = ("name", "starts_at", "ends_at", "place", "unit", "seats", "enrolment_closes_at")


def communities_of(unit, on=None):
    """Where `unit` may hold activities: at home, and wherever an agreement with it is in force."""
    agreed = Agreement.objects.in_force(on).filter(unit=unit).values("organization")
    return Community.objects.filter(Q(organization=unit.organization_id) | Q(organization__in=agreed))


def lock(activity):
    # Without its unit, which a change may exchange: a joined row is not read again after the wait for the lock.
    rows = Activity.objects.select_for_update(of=("self",), no_key=True).select_related("community")
    return rows.get(pk=activity.pk)


def stale(activity):
    event = activity.events.select_related("actor").last()
    who = str(event.actor) if event and event.actor else "有人"
    when = timezone.localtime(event.at).strftime("%m月%d日 %H:%M") if event else ""
    return ValidationError(
        f"这场活动已由{who}在{when}改为“{activity.get_status_display()}”，您看到的是旧页面，请刷新后再办。",
        code="transition",
    )


def permit(activity, actor):
    if not Activity.objects.editable_by(actor).filter(pk=activity.pk).exists():
        raise PermissionDenied("您没有办理这场活动的权限。")


def move(activity, to, *, actor, note="", at=None, **columns):
    """The one door, for a verb that has locked `activity`. Already there: nothing happens.

    ValidationError(code="transition") when the table has no such edge, with who moved it and when; PermissionDenied
    when the actor has no right on it. `columns` are written with the status.
    """
    at = at or timezone.now()
    permit(activity, actor)
    if activity.status == to:
        return activity
    if to not in activity.next_statuses:
        raise stale(activity)
    last = activity.events.aggregate(last=Max("at"))["last"]
    event = ActivityEvent(
        activity=activity,
        from_status=activity.status,
        to_status=to,
        actor=actor,
        note=note[:500],
        at=max(at, last or at),  # whoever waited for the lock looked at the clock before
    )
    activity.status = to
    for name, value in columns.items():
        setattr(activity, name, value)
    activity.save(update_fields=["status", *columns])
    event.save()
    return activity


# --- The plan ---------------------------------------------------------------------------------------------------------
def settle_duty(activity):
    """Set the turn and the agreement that go with the day and the unit; nobody named means the unit on duty."""
    day = timezone.localdate(activity.starts_at)
    turn = Turn.objects.of_community(activity.community_id).current(day).select_related("unit").first()
    if turn and activity.unit_id is None:
        activity.unit = turn.unit
    activity.turn = turn if turn and turn.unit_id == activity.unit_id else None
    activity.agreement = activity.turn and activity.turn.agreement
    if activity.agreement is None and activity.unit_id:
        activity.agreement = agreement_for(activity.unit, activity.community, day, day)


def check(activity):
    """What holds between the fields of a plan. ValidationError beside the field."""
    closes = activity.enrolment_closes_at
    if closes and activity.starts_at and closes > activity.starts_at:
        raise ValidationError({"enrolment_closes_at": "报名截止不能晚于活动开始。"}, code="closes")
    if activity.starts_at and activity.ends_at and activity.ends_at <= activity.starts_at:
        raise ValidationError({"ends_at": "结束时间要晚于开始时间。"}, code="ends")
    if activity.pk and activity.starts_at and activity.ends_at:
        _check_venues(activity)


@transaction.atomic
def plan_activity(activity, *, actor, at=None):
    """Save an unsaved `activity` with its first event. Its turn and agreement follow from the day and the unit.

    By staff of the community, or by the liaison of the unit that leads it in a community it has to do with.
    """
    at = at or timezone.now()
    is_staff = Community.objects.allowed(actor, "checklists.add_activity").filter(pk=activity.community_id).exists()
    if not is_staff:
        own = Unit.objects.of_liaison(actor, "checklists.change_activity").filter(pk=activity.unit_id).first()
        if own is None or not communities_of(own).filter(pk=activity.community_id).exists():
            raise PermissionDenied("您没有在这个社区登记活动的权限。")
    check(activity)
    Community.objects.select_for_update(no_key=True).get(pk=activity.community_id)
    settle_duty(activity)
    _demand_new(activity)  # asked after the lock: of two clicks the second finds what the first one made
    activity.full_clean()
    activity.save()
    ActivityEvent.objects.create(activity=activity, to_status=activity.status, actor=actor, at=at)
    if not is_staff:
        text = f"{activity.unit}登记了活动“{activity.name}”，请看看是否发布"
        notify(staff_of(activity.community), text=text, link=f"/admin/checklists/activity/{activity.pk}/change/")
    return activity


def _demand_new(activity):
    same = Activity.objects.filter(
        community=activity.community_id, name=activity.name, starts_at=activity.starts_at, unit=activity.unit_id
    )
    if same.exclude(status=Status.CANCELLED).exists():
        raise ValidationError({"name": "同一时间已有同名的活动，请核对是不是登记过了。"}, code="name")


@transaction.atomic
def change_activity(activity, *, actor, at=None, **fields):
    """Change the plan before it is held; what those who enrolled must know is written into the event.

    ValidationError for fewer seats than are taken, or once the activity was held or cancelled.
    """
    at = at or timezone.now()
    locked = lock(activity)
    permit(locked, actor)
    if locked.status not in (Status.PLANNED, Status.ANNOUNCED):
        raise stale(locked)
    changes = []
    for name, value in fields.items():
        before = getattr(locked, name)
        if name in TOLD and before != value:
            label = locked._meta.get_field(name).verbose_name
            changes.append(f"{label}：{_spoken(before)} → {_spoken(value)}")
        setattr(locked, name, value)
    taken = locked.enrolments.standing().people()
    if locked.seats and locked.seats < taken:
        raise ValidationError({"seats": f"已有 {taken} 人报名，名额不能少于 {taken}。"}, code="seats")
    check(locked)
    settle_duty(locked)
    locked.full_clean()
    locked.save()
    _move_bookings(locked, actor, at)
    if changes:
        ActivityEvent.objects.create(
            activity=locked,
            from_status=locked.status,
            to_status=locked.status,
            actor=actor,
            note="；".join(changes)[:500],
            at=at,
        )
    return locked


# --- Its venue --------------------------------------------------------------------------------------------------------
def half_days_of(activity):
    return spanned(timezone.localtime(activity.starts_at), timezone.localtime(activity.ends_at))


@transaction.atomic
def book_venue(activity, *, resource, actor, at=None):
    """Give `activity` every half day of `resource` that it lasts, or none of them. Booked already: nothing happens.

    ValidationError beside `resource` for a half day that is not open or somebody else's. Lock: activity, then resource.
    """
    activity = lock(activity)
    permit(activity, actor)
    if activity.status not in (Status.PLANNED, Status.ANNOUNCED):
        raise stale(activity)
    _book(activity, resource, actor, at or timezone.now(), field="resource")
    activity.resources.add(resource)
    return activity


@transaction.atomic
def free_venue(activity, *, resource, actor):
    """Give the half days of `resource` back: what was planned there is held elsewhere, or not at all."""
    activity = lock(activity)
    permit(activity, actor)
    if activity.status not in (Status.PLANNED, Status.ANNOUNCED):
        raise stale(activity)
    activity.bookings.filter(resource=resource).delete()
    activity.resources.remove(resource)
    return activity


def _venues_of(activity):
    return Resource.objects.filter(bookings__activity=activity).distinct().order_by("pk")


def _held(activity, resource):
    return set(activity.bookings.filter(resource=resource).values_list("day", "half"))


def _check_bookable(activity, field, at):
    if activity.ends_at > at + timedelta(days=BOOKING_DAYS):
        raise ValidationError({field: f"场地只能预约 {BOOKING_DAYS} 天以内的。"}, code="late")


def _check_venues(activity):
    """Whether the venues are free at the time that is wanted now; booking them asks again, under their locks."""
    for resource in _venues_of(activity):
        _check_bookable(activity, "starts_at", timezone.now())
        slots, held = half_days_of(activity), _held(activity, resource)
        free = free_half_days(resource, slots[0][0], slots[-1][0])
        for slot in slots:
            if slot not in held and slot not in free:
                words = f"“{resource.name}”{spoken(*slot)}不开放或已有人用，请改时间，或者先退还场地。"
                raise ValidationError({"starts_at": words}, code="taken")


def _move_bookings(activity, actor, at):
    """The booked half days follow the activity's time."""
    for resource in _venues_of(activity):
        slots = half_days_of(activity)
        held = activity.bookings.filter(resource=resource)
        gone = [booking.pk for booking in held if (booking.day, booking.half) not in slots]
        held.filter(pk__in=gone).delete()
        _book(activity, resource, actor, at, field="starts_at")


def _book(activity, resource, actor, at, *, field):
    _check_bookable(activity, field, at)
    held = _held(activity, resource)
    try:
        for slot in half_days_of(activity):
            if slot not in held:
                book(resource, *slot, actor=actor, activity=activity, at=at)
    except ValidationError as error:
        raise ValidationError({field: error.messages}, code="taken") from error


def _spoken(value):
    if hasattr(value, "hour"):
        value = timezone.localtime(value)
        return f"{value.month}月{value.day}日 {value:%H:%M}"
    return str(value) if value not in (None, "") else "无"


# --- The verbs --------------------------------------------------------------------------------------------------------
@transaction.atomic
def announce(activity, *, actor, note="", at=None):
    """发布: residents who look see it and can enrol."""
    at = at or timezone.now()
    activity = lock(activity)
    if activity.status == Status.PLANNED and activity.ends_at <= at:
        raise ValidationError("活动时间已过，不能再发布。办过了请点“登记举办”。", code="past")
    return move(activity, Status.ANNOUNCED, actor=actor, note=note, at=at)


@transaction.atomic
def unannounce(activity, *, actor, note="", at=None):
    """撤下 before anybody has enrolled; after that it is cancelled, with a reason they read."""
    activity = lock(activity)
    if taken := activity.enrolments.standing().people():
        raise ValidationError(f"已有 {taken} 人报名，不能撤下。办不成请点“取消活动”，写明原因。", code="enrolled")
    return move(activity, Status.PLANNED, actor=actor, note=note, at=at)


@transaction.atomic
def hold(activity, *, actor, reached_count, photos=(), are_public=False, at=None):
    """登记举办: how many came, and photos. Not before it has begun."""
    at = at or timezone.now()
    activity = lock(activity)
    if activity.starts_at > at and Status.HELD in activity.next_statuses:
        raise ValidationError("活动还没有开始，办过以后再登记。", code="early")
    if activity.status == Status.HELD:
        return activity
    activity = move(
        activity, Status.HELD, actor=actor, note=f"参加 {reached_count} 人", at=at, reached_count=reached_count
    )
    _hang(activity, photos, are_public)
    return activity


@transaction.atomic
def check_attendance(activity, *, actor, attended):
    """Who of the enrolled came: `attended` are their enrolments, the others stayed away."""
    activity = lock(activity)
    permit(activity, actor)
    if activity.status not in (Status.HELD, Status.CONCLUDED):
        raise ValidationError("活动办过以后才能核对到场。", code="early")
    keys = {enrolment.pk for enrolment in attended}
    rows = activity.enrolments.standing()
    rows.filter(pk__in=keys).update(has_attended=True)
    rows.exclude(pk__in=keys).update(has_attended=False)
    return activity


@transaction.atomic
def conclude(activity, *, actor, summary, photos=(), are_public=False, at=None):
    """总结: what came of it; published with the activity."""
    if not summary.strip():
        raise ValidationError({"summary": "请写几句活动总结。"}, code="required")
    activity = lock(activity)
    if activity.status == Status.CONCLUDED:
        return activity
    activity = move(activity, Status.CONCLUDED, actor=actor, at=at, summary=summary)
    _hang(activity, photos, are_public)
    return activity


@transaction.atomic
def cancel(activity, *, actor, reason, at=None):
    """取消: whoever enrolled reads the reason, and its venue is free for others."""
    if not reason.strip():
        raise ValidationError({"reason": "请写明取消的原因，报了名的居民会看到。"}, code="required")
    activity = move(lock(activity), Status.CANCELLED, actor=actor, note=reason, at=at, cancel_reason=reason)
    activity.bookings.all().delete()
    return activity


@transaction.atomic
def add_photos(activity, *, actor, photos, are_public=False):
    """`photos` are files that clean_photo returned; `are_public` says that everybody in them agreed."""
    activity = lock(activity)
    permit(activity, actor)
    if activity.status == Status.CANCELLED:
        raise stale(activity)
    _hang(activity, photos, are_public)
    return activity


def _hang(activity, photos, are_public):
    limit, held = int(parameter("activity_photo_max_count")), activity.photos.count()
    if held + len(photos) > limit:
        raise ValidationError(
            {"photos": f"每场活动最多 {limit} 张照片，已有 {held} 张，还能再传 {limit - held} 张。"}, code="count"
        )
    for photo in photos:
        ActivityPhoto(activity=activity, is_public=are_public).image.save(photo.name, photo, save=True)


@transaction.atomic
def remind_activity(activity, *, at=None):
    """Tell the community's staff and the leading unit, once for each date, that the activity is about to begin."""
    at = at or timezone.now()
    activity = lock(activity)
    if activity.status not in (Status.PLANNED, Status.ANNOUNCED) or activity.starts_at <= at:
        return
    text = f"活动“{activity.name}”{_spoken(activity.starts_at)} 在{activity.place}开始"
    notify_once(staff_of(activity.community), text=text, link=f"/admin/checklists/activity/{activity.pk}/change/")
    if activity.unit and activity.unit.liaison:
        notify_once([activity.unit.liaison], text=text, link=f"/desk/activities/{activity.pk}/")
