"""社区工作者: hired, moved to another post, gone, back. Each writes its event, and the ledger where a level follows."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from cadres.models import CommunityWorker, GradeEntry, Interruption, Placement, Track, WorkerEvent
from cadres.models.schemes import DEGREES
from cadres.services.books import Book, as_money, terms_of
from govern.dates import month_start
from govern.fields import blind_index
from organizations.models import Organization

Event, Status = WorkerEvent.Kind, CommunityWorker.Status
TAKEN = "这个身份证号已登记在另一名社区工作者名下。离职后回来的，请在原来那一页办理重新入职。"
PERSONAL = ["name", "gender", "identity_number", "phone", "prior_months"]


# --- The right, the lock, the record ----------------------------------------------------------------------------------
def require(user, permission, organization):
    if not Organization.objects.allowed(user, permission).filter(pk=organization.pk).exists():
        raise PermissionDenied("不在您的管辖范围内。")


def locked(worker, user, permission="cadres.change_communityworker"):
    """The row as it is under its lock, with all that its level follows from. PermissionDenied out of reach."""
    CommunityWorker.objects.select_for_update(no_key=True).order_by("pk").filter(pk=worker.pk).first()
    row = CommunityWorker.objects.allowed(user, permission).filter(pk=worker.pk).with_record().first()
    if row is None:
        raise PermissionDenied("不在您的管辖范围内。")
    return row


def fresh(worker):
    return CommunityWorker.objects.with_record().get(pk=worker.pk)


def record_event(worker, kind, *, actor, on, at, note=""):
    WorkerEvent.objects.create(worker=worker, kind=kind, effective_on=on, note=note[:300], actor=actor, at=at)


def enter_grade(worker, kind, *, on, actor, at, reason, evidence="", level=None):
    """A line of the ledger: what the rules say of `worker` on the date `on`, or the `level` that a paper says."""
    book = Book(worker.placement.track.scheme, on)
    placing = book.place(worker)
    post, level = placing.post, level or placing.level
    if not post.lowest <= level <= post.highest:
        raise ValidationError({"level": f"{post.name}在 {post.lowest} 到 {post.highest} 级之间。"}, code="range")
    return GradeEntry.objects.create(
        worker=worker,
        kind=kind,
        effective_on=on,
        track_id=post.key,
        level=level,
        pay=as_money(book.pay(worker, placing, level).total),
        reason=reason[:300],
        evidence=evidence,
        terms=terms_of(placing),
        rulebook=book.rulebook,
        approved_by=actor,
        at=at,
    )


def first_graded_on(scheme, hired_on):
    """From when on whoever began on the date `hired_on` has a level: that day, or the scheme's first one after it."""
    return max(Book.first_day(scheme) or hired_on, hired_on)


def demand_past(on, field, at):
    if on > timezone.localdate(at):
        raise ValidationError({field: "日期不能晚于今天，到了那天再办。"}, code="future")


def _check_identity(number, worker=None):
    if not number:
        return
    same = CommunityWorker.objects.filter(identity_index=blind_index(number)).exclude(pk=worker and worker.pk)
    if same.exists():
        raise ValidationError({"identity_number": TAKEN}, code="identity")


# --- The verbs --------------------------------------------------------------------------------------------------------
@transaction.atomic
def hire_worker(*, organization, track, hired_on, qualifications=(), evidence="", actor, at=None, **personal):
    """入职 into a post of a community, with the level that the rules give on that day; 套改 on the scheme's first day
    for whoever was there before it.

    `qualifications`: (title, the day obtained). ValidationError beside hired_on, identity_number, organization,
    degree_on, licence_on.
    """
    at = at or timezone.now()
    require(actor, "cadres.add_communityworker", organization)
    demand_past(hired_on, "hired_on", at)
    for title, obtained_on in qualifications:
        demand_past(obtained_on, "degree_on" if title in DEGREES else "licence_on", at)
    _check_identity(personal.get("identity_number"))
    if organization.tier != Organization.Tier.COMMUNITY or not organization.is_active:
        raise ValidationError({"organization": "社区工作者只能登记在社区党组织。"}, code="tier")
    worker = CommunityWorker(organization=organization, hired_on=hired_on, **personal)
    worker.full_clean()
    worker.save()
    Placement.objects.create(worker=worker, track=track, starts_on=hired_on, effective_on=hired_on)
    for title, obtained_on in qualifications:
        worker.qualifications.create(title=title, obtained_on=obtained_on)
    record_event(worker, Event.HIRED, actor=actor, on=hired_on, at=at, note=f"{organization} {track}")
    worker = fresh(worker)
    on = first_graded_on(track.scheme, hired_on)
    reason = "入职定级" if on == hired_on else "套改定级"
    enter_grade(worker, GradeEntry.Kind.INITIAL, on=on, actor=actor, at=at, reason=reason, evidence=evidence)
    return worker


@transaction.atomic
def correct_worker(worker, *, actor, at=None, **fields):
    """Put right what was written down wrongly about the person. Post, level and status have verbs of their own."""
    at = at or timezone.now()
    row = locked(worker, actor)
    _check_identity(fields.get("identity_number"), row)
    changed = [name for name, value in fields.items() if name in PERSONAL and getattr(row, name) != value]
    for name in changed:
        setattr(row, name, fields[name])
    row.full_clean()
    if changed:
        row.save(update_fields=[*changed, "identity_index", "phone_index"])
        names = "、".join(str(row._meta.get_field(name).verbose_name) for name in changed)
        record_event(row, Event.CORRECTED, actor=actor, on=timezone.localdate(at), at=at, note=names)
    return row


@transaction.atomic
def change_post(worker, *, track, on, reason, organization=None, evidence="", actor, at=None):
    """岗位变动 from the date `on`; the new post's level holds from the month after (烟台: 次月起), as the rules say.

    `organization`: another community where the person goes. The same post and community: nothing happens.
    """
    at = at or timezone.now()
    row = locked(worker, actor)
    held, organization = row.placement, organization or row.organization
    if (held.track_id, row.organization_id) == (track.pk, organization.pk):
        return row
    if row.status != Status.ACTIVE:
        raise ValidationError(f"{row}已离职，不能变动岗位。", code="transition")
    demand_past(on, "on", at)
    if on < held.starts_on:
        raise ValidationError({"on": f"不能早于现岗位的任岗日期（{held.starts_on:%Y-%m-%d}）。"}, code="past")
    if not reason.strip():
        raise ValidationError({"reason": "请写明原因。"}, code="required")
    note = f"{row.organization} {held.track} → {organization} {track}：{reason}"
    if organization.pk != row.organization_id:
        _move(row, organization, actor)
    record_event(row, Event.MOVED, actor=actor, on=on, at=at, note=note)
    if held.track_id != track.pk:
        _replace(row, held, track, on=on, reason=reason, evidence=evidence, actor=actor, at=at)
    return fresh(row)


def _move(row, organization, actor):
    require(actor, "cadres.change_communityworker", organization)
    if organization.tier != Organization.Tier.COMMUNITY or not organization.is_active:
        raise ValidationError({"organization": "只能调到在用的社区党组织。"}, code="tier")
    row.organization = organization
    row.save(update_fields=["organization"])


def _replace(row, held, track, *, on, reason, evidence, actor, at):
    delay = Book(track.scheme, on).rulebook.change_delay_months
    effective_on = month_start(on, delay) if delay else on
    held.ends_on = max(on - timedelta(days=1), held.starts_on)
    held.save(update_fields=["ends_on"])
    Placement.objects.create(worker=row, track=track, starts_on=on, effective_on=effective_on)
    words = f"{held.track} → {track}：{reason}"
    enter_grade(fresh(row), GradeEntry.Kind.POST, on=effective_on, actor=actor, at=at, reason=words, evidence=evidence)


@transaction.atomic
def leave_worker(worker, *, on, leaving, note="", actor, at=None):
    """离职: the last day in post is `on`. Left already: nothing happens."""
    at = at or timezone.now()
    row = locked(worker, actor)
    if row.status == Status.LEFT:
        return row
    demand_past(on, "on", at)
    if on < row.placement.starts_on:
        raise ValidationError({"on": f"不能早于任岗日期（{row.placement.starts_on:%Y-%m-%d}）。"}, code="past")
    row.status, row.left_on, row.leaving = Status.LEFT, on, leaving
    row.save(update_fields=["status", "left_on", "leaving"])
    held = row.placement
    held.ends_on = on
    held.save(update_fields=["ends_on"])
    row.simulation_lines.pending().delete()
    words = row.get_leaving_display() + (f"：{note}" if note else "")
    record_event(row, Event.LEFT, actor=actor, on=on, at=at, note=words)
    return row


@transaction.atomic
def rehire_worker(worker, *, on, track, reason="", evidence="", actor, at=None):
    """重新入职: the time away does not count (锦州: 中断的工龄不计), the level follows from what counts."""
    at = at or timezone.now()
    row = locked(worker, actor)
    if row.status == Status.ACTIVE:
        return row
    demand_past(on, "on", at)
    if on <= row.left_on:
        raise ValidationError({"on": f"要晚于离职日期（{row.left_on:%Y-%m-%d}）。"}, code="past")
    if not row.organization.is_active:
        raise ValidationError("原来的社区党组织已不在用，请先登记到在用的社区。", code="tier")
    away = row.left_on + timedelta(days=1)
    if away < on:
        Interruption.objects.create(worker=row, starts_on=away, ends_on=on - timedelta(days=1), reason="离职")
    row.status, row.left_on, row.leaving = Status.ACTIVE, None, ""
    row.save(update_fields=["status", "left_on", "leaving"])
    Placement.objects.create(worker=row, track=track, starts_on=on, effective_on=on)
    record_event(row, Event.RETURNED, actor=actor, on=on, at=at, note=f"{row.organization} {track} {reason}")
    words = f"重新入职：{reason}" if reason else "重新入职"
    enter_grade(fresh(row), GradeEntry.Kind.RETURNED, on=on, actor=actor, at=at, reason=words, evidence=evidence)
    return fresh(row)


def tracks_in_use():
    return Track.objects.filter(scheme__is_active=True).select_related("scheme")
