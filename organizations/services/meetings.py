"""组织生活: planned, held with its minutes, or cancelled. One door for the status, with its event.

Lock: the meeting; whatever hangs on it (who came, photos) is asked after.
Rules: 《中国共产党支部工作条例（试行）》.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from organizations.models import LeadershipTerm, Meeting, MeetingEvent, MeetingPhoto, Organization, PartyMember
from organizations.parameters import parameter

Kind, Status = Meeting.Kind, Meeting.Status
TOGETHER = frozenset({Kind.LECTURE, Kind.THEME_DAY})  # what the body above branches may hold for all of them


# --- The door ---------------------------------------------------------------------------------------------------------
def lock(meeting):
    rows = Meeting.objects.select_for_update(no_key=True, of=("self",)).select_related("organization")
    return rows.get(pk=meeting.pk)


def permit(meeting, actor):
    if not Meeting.objects.editable_by(actor).filter(pk=meeting.pk).exists():
        raise PermissionDenied("您没有办理这次组织生活的权限。")


def stale(meeting):
    event = meeting.events.select_related("actor").last()
    who = str(event.actor) if event and event.actor else "有人"
    when = timezone.localtime(event.at).strftime("%m月%d日 %H:%M") if event else ""
    words = f"这次组织生活已由{who}在{when}改为“{meeting.get_status_display()}”，您看到的是旧页面，请刷新后再办。"
    return ValidationError(words, code="transition")


def move(meeting, to, *, actor, note="", at=None, **columns):
    """The one door, for a verb that has locked `meeting`. Already there: nothing happens.

    ValidationError(code="transition") where the table has no such edge; PermissionDenied without the right.
    """
    permit(meeting, actor)
    if meeting.status == to:
        return meeting
    if to not in meeting.next_statuses:
        raise stale(meeting)
    before, meeting.status = meeting.status, to
    for name, value in columns.items():
        setattr(meeting, name, value)
    meeting.save(update_fields=["status", *columns])
    _record(meeting, before, actor=actor, note=note, at=at)
    return meeting


def _record(meeting, before, *, actor, note="", at=None):
    at = at or timezone.now()
    last = meeting.events.aggregate(last=Max("at"))["last"]
    MeetingEvent.objects.create(
        meeting=meeting,
        from_status=before,
        to_status=meeting.status,
        actor=actor,
        note=note[:500],
        at=max(at, last or at),  # whoever waited for the lock looked at the clock before
    )


# --- The plan ---------------------------------------------------------------------------------------------------------
def kinds_of(organization):
    """What an organization holds: a branch its own, a group 党小组会, a body above branches 党课 for all of them."""
    if organization.kind in Organization.BRANCHES:
        return frozenset(Kind) - {Kind.GROUP}
    if organization.tier == Organization.Tier.BUILDING:
        return frozenset({Kind.GROUP})
    return TOGETHER if organization.tier == Organization.Tier.COMMUNITY else frozenset()


def check(meeting):
    """What holds between the fields of a plan. ValidationError beside the field."""
    if meeting.starts_at and meeting.ends_at and meeting.ends_at <= meeting.starts_at:
        raise ValidationError({"ends_at": "结束时间要晚于开始时间。"}, code="ends")
    allowed = kinds_of(meeting.organization)
    if meeting.kind not in allowed:
        words = "、".join(kind.label for kind in Kind if kind in allowed)
        kind, name = meeting.organization.get_kind_display(), meeting.get_kind_display()
        raise ValidationError({"kind": f"{kind}不单独开{name}，可选：{words or '无'}。"}, code="kind")


@transaction.atomic
def plan_meeting(meeting, *, actor, at=None):
    """Save an unsaved `meeting` with its first event. ValidationError beside the field where there is the same one."""
    reached = Organization.objects.allowed(actor, "organizations.add_meeting")
    if not reached.filter(pk=meeting.organization_id).exists():
        raise PermissionDenied("您没有在这个党组织登记组织生活的权限。")
    check(meeting)
    Organization.objects.select_for_update(no_key=True, of=("self",)).get(pk=meeting.organization_id)
    same = Meeting.objects.standing().filter(
        organization=meeting.organization_id, kind=meeting.kind, starts_at=meeting.starts_at
    )
    if same.exists():  # asked after the lock: of two clicks the second finds what the first one made
        words = f"这个时间已登记过一次{meeting.get_kind_display()}，请核对。"
        raise ValidationError({"starts_at": words}, code="twice")
    meeting.full_clean()
    meeting.save()
    _record(meeting, "", actor=actor, at=at)
    return meeting


@transaction.atomic
def change_meeting(meeting, *, actor, at=None, **fields):
    """Another topic, place, host or time, before it is held; what changed is told in the event."""
    meeting = lock(meeting)
    permit(meeting, actor)
    if meeting.status != Status.PLANNED:
        raise stale(meeting)
    changes = []
    for name, value in fields.items():
        if (before := getattr(meeting, name)) != value:
            label = Meeting._meta.get_field(name).verbose_name
            changes.append(f"{label}：{_spoken(before)} → {_spoken(value)}")
            setattr(meeting, name, value)
    if changes:
        check(meeting)
        meeting.full_clean()
        meeting.save()
        _record(meeting, meeting.status, actor=actor, note="；".join(changes), at=at)
    return meeting


def _spoken(value):
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if hasattr(value, "hour") else str(value)


@transaction.atomic
def hold_meeting(meeting, *, minutes, actor, at=None):
    """登记召开: the minutes, and how many were expected, counted now. Not before it has begun."""
    at = at or timezone.now()
    if not minutes.strip():
        raise ValidationError({"minutes": "请写会议记录。"}, code="required")
    meeting = lock(meeting)
    if meeting.status == Status.PLANNED and meeting.starts_at > at:
        raise ValidationError("还没有到开始时间，开过以后再登记。", code="early")
    count = members_of(meeting).count()
    note = f"应到 {count} 人"
    return move(meeting, Status.HELD, actor=actor, note=note, at=at, minutes=minutes, expected_count=count)


@transaction.atomic
def correct_minutes(meeting, *, minutes, actor, at=None):
    """更正会议记录 of one that was held; the audit trail keeps what stood there."""
    if not minutes.strip():
        raise ValidationError({"minutes": "请写会议记录。"}, code="required")
    meeting = lock(meeting)
    permit(meeting, actor)
    if meeting.status != Status.HELD:
        raise stale(meeting)
    if meeting.minutes != minutes:
        meeting.minutes = minutes
        meeting.save(update_fields=["minutes"])
        _record(meeting, meeting.status, actor=actor, note="更正会议记录", at=at)
    return meeting


@transaction.atomic
def cancel_meeting(meeting, *, reason, actor, at=None):
    if not reason.strip():
        raise ValidationError({"reason": "请写明取消的原因。"}, code="required")
    return move(lock(meeting), Status.CANCELLED, actor=actor, note=reason, at=at, cancel_reason=reason)


def members_of(meeting):
    """The members who are expected: of the branch, the group, the committee; of all branches below a body."""
    organization, rows = meeting.organization, PartyMember.objects.here()
    if meeting.kind == Kind.COMMITTEE:
        leaders = LeadershipTerm.objects.current(timezone.localdate(meeting.starts_at)).filter(
            organization=organization
        )
        return rows.filter(pk__in=leaders.exclude(member=None).values("member"))
    if organization.tier == Organization.Tier.BUILDING:
        return rows.filter(group=organization)
    return rows.filter(branch=organization) if organization.kind in Organization.BRANCHES else rows.below(organization)


def open_meeting(meeting, actor):
    """The locked `meeting`, to which `actor` may add what came of it."""
    meeting = lock(meeting)
    permit(meeting, actor)
    if meeting.status == Status.CANCELLED:
        raise stale(meeting)
    return meeting


# --- Photos -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def add_photos(meeting, *, photos, actor, are_public=False):
    """`photos` are files that clean_photo returned; `are_public` says that everybody in them agreed."""
    meeting = open_meeting(meeting, actor)
    limit, held = int(parameter("meeting_photo_max_count")), meeting.photos.count()
    if held + len(photos) > limit:
        words = f"每次最多 {limit} 张照片，已有 {held} 张，还能再传 {max(limit - held, 0)} 张。"
        raise ValidationError({"photos": words}, code="count")
    for photo in photos:
        MeetingPhoto(meeting=meeting, is_public=are_public).image.save(photo.name, photo, save=True)
    return meeting


@transaction.atomic
def remove_photo(meeting, *, photo, reason, actor, at=None):
    """A picture that should not be seen: the row and, once that is sure, its file. Gone already: nothing happens."""
    if not reason.strip():
        raise ValidationError({"reason": "请写明删除的原因。"}, code="required")
    meeting = lock(meeting)
    permit(meeting, actor)
    row = meeting.photos.filter(pk=photo.pk).first()
    if row is None:
        return meeting
    image, place = row.image, meeting.photos.filter(pk__lt=row.pk).count() + 1
    row.delete()
    _record(meeting, meeting.status, actor=actor, note=f"删除照片 {place}：{reason}", at=at)
    transaction.on_commit(lambda: image.storage.delete(image.name))
    return meeting
