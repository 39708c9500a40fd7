"""An activity in its course: announced, held and told of, or cancelled; with its photos."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.services import notify_once
from checklists.models import ActivityPhoto
from checklists.services.activities.door import Status, lock, move, permit, spoken, stale
from checklists.services.needs import staff_of
from organizations.parameters import parameter


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
    text = f"活动“{activity.name}”{spoken(activity.starts_at)} 在{activity.place}开始"
    notify_once(staff_of(activity.community), text=text, link=f"/admin/checklists/activity/{activity.pk}/change/")
    if activity.unit and activity.unit.liaison:
        notify_once([activity.unit.liaison], text=text, link=f"/desk/activities/{activity.pk}/")
