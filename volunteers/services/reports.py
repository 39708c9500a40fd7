"""党员（志愿者）报到: submitted, received or returned, contacted, posted, moved, ended.

Lock: the volunteer, then the report.
"""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from govern.codes import new_code
from organizations.models import Unit
from organizations.parameters import parameter
from volunteers.models import Report
from volunteers.services.people import faults_of, save_once
from volunteers.services.report_door import (
    append,
    clerks_of,
    demand,
    is_clerk,
    lock_report,
    lock_volunteer,
    move,
    permit_clerk,
    permit_own,
    stale,
    tell,
)

Status, Source = Report.Status, Report.Source
ADD = "volunteers.add_report"
__all__ = [
    "clerks_of",
    "contact_report",
    "demand",
    "end_report",
    "is_clerk",
    "mark_posted",
    "mark_unposted",
    "move_report",
    "note_contact",
    "receive_report",
    "resubmit_report",
    "return_report",
    "submit_report",
]


@transaction.atomic
def submit_report(volunteer, *, community, source, actor=None, at=None):
    """报到 of `volunteer` to `community`: by the person (`actor` None or the own account), by the liaison of the unit,
    or by a clerk at the desk. ValidationError while another report of the person is open.
    """
    volunteer = lock_volunteer(volunteer)
    if not _may_submit(volunteer, community, source, actor):
        raise PermissionDenied("您没有为这个人报到的权限。")
    if not volunteer.is_here:
        raise ValidationError("这个人已经注销，请重新登记。", code="left")
    if open_report := volunteer.reports.open().select_related("community").first():
        raise ValidationError(f"已经向{open_report.community}报到，要换社区请先转出。", code="open")
    return _begin(volunteer, community, source, actor=actor, at=at)


def _may_submit(volunteer, community, source, actor):
    if source == Source.SELF:
        return actor is None or actor.pk == volunteer.user_id
    liaised = Unit.objects.of_liaison(actor, ADD).filter(pk=volunteer.unit_id)
    return is_clerk(actor, community, ADD) or (source == Source.UNIT and liaised.exists())


def _begin(volunteer, community, source, *, actor, note="", at=None):
    at = at or timezone.now()
    while Report.objects.filter(code=(code := new_code())).exists():
        pass
    report = Report(code=code, volunteer=volunteer, community=community, source=source, submitted_at=at)
    try:
        with transaction.atomic():
            report.save()
    except IntegrityError as error:
        raise ValidationError("这个人刚刚已经报到，请刷新再看。", code="open") from error
    append(report, actor=actor, note=note, at=at)
    return report


@transaction.atomic
def receive_report(report, *, actor, note="", at=None):
    """接收, which registers: from now on the community owes a first contact within `report_contact_days`."""
    at, report = at or timezone.now(), lock_report(report)
    permit_clerk(report, actor)
    if report.status == Status.REGISTERED:
        return report
    days = int(parameter("report_contact_days"))
    contact_by = at + timedelta(days=days)
    report = move(report, Status.REGISTERED, actor=actor, note=note, at=at, registered_at=at, contact_by=contact_by)
    tell(report, f"{report.community}已接收您的报到，{days} 天内与您联系。")
    return report


@transaction.atomic
def return_report(report, *, reason, actor, at=None):
    """退回补正: the person reads `reason`, corrects and sends again."""
    reason = demand(reason, "reason", "请写明哪里要补正，本人会看到。")
    report = lock_report(report)
    permit_clerk(report, actor)
    if report.status == Status.RETURNED:
        return report
    report = move(report, Status.RETURNED, actor=actor, note=reason, at=at)
    tell(report, f"您的报到要补正：{reason}")
    return report


@transaction.atomic
def resubmit_report(report, *, community=None, changes=None, actor=None, at=None):
    """补正后再报: to the same community, or to the right one where the first was wrong; `changes` are what the person
    now says (columns of Volunteer, and skills and interests), with the ValidationErrors of register_volunteer.
    """
    at = at or timezone.now()
    volunteer, report = lock_volunteer(report.volunteer), lock_report(report)
    permit_own(report, actor)
    if report.status == Status.SUBMITTED:
        return report
    if report.status != Status.RETURNED:
        raise stale(report)
    community = community or report.community
    _correct(volunteer, {**(changes or {}), "community": community}, at)
    return move(report, Status.SUBMITTED, actor=actor, at=at, submitted_at=at, community=community)


def _correct(volunteer, changes, at):
    sets = {name: changes.pop(name) for name in ("skills", "interests") if name in changes}
    if volunteer.building and volunteer.building.quarter.community_id != changes["community"].pk:
        changes["building"] = None
    for name, value in changes.items():
        setattr(volunteer, name, value)
    if faults := faults_of(volunteer, timezone.localdate(at)):
        raise ValidationError(faults, code="volunteer")
    if volunteer.guardian_name and volunteer.guardian_agreed_at is None:
        volunteer.guardian_agreed_at = at
    save_once(volunteer)
    for name, rows in sets.items():
        getattr(volunteer, name).set(rows)


@transaction.atomic
def contact_report(report, *, note, actor, at=None):
    """对接: somebody of the community has talked with the person for the first time; `note` is what was said."""
    note = demand(note, "note", "请写一写谈了什么，比如想做什么、什么时候有空。")
    at, report = at or timezone.now(), lock_report(report)
    permit_clerk(report, actor)
    if report.status == Status.POSTED:
        raise stale(report)
    return _contact(report, actor=actor, note=note, at=at)


def _contact(report, *, actor, note, at):
    return move(report, Status.CONTACTED, actor=actor, note=note, at=at, contacted_at=at, contacted_by=actor)


@transaction.atomic
def note_contact(report, *, note, actor, at=None):
    """联系记录: a talk after the first one; the status stays. The same words again are one click too many."""
    note = demand(note, "note", "请写一写谈了什么。")
    report = lock_report(report)
    permit_clerk(report, actor)
    if report.status not in (Status.CONTACTED, Status.POSTED):
        raise stale(report)
    last = report.events.last()
    if last is None or (last.note, last.actor_id) != (note[:200], actor.pk):
        append(report, report.status, actor=actor, note=note, at=at)
    return report


@transaction.atomic
def mark_posted(report, *, actor, at=None, note=""):
    """安排岗位. Who gives somebody a post has talked with them: a registered report is contacted by it."""
    at, report = at or timezone.now(), lock_report(report)
    permit_clerk(report, actor)
    if report.status == Status.REGISTERED:
        report = _contact(report, actor=actor, note="安排岗位时对接", at=at)
    return move(report, Status.POSTED, actor=actor, note=note, at=at, posted_at=report.posted_at or at)


@transaction.atomic
def mark_unposted(report, *, actor, at=None, note=""):
    """离岗: back among those who wait for a post, unless another is held. `actor` None: it ended by itself."""
    report = lock_report(report)
    if report.status != Status.POSTED or report.volunteer.holdings.standing().exists():
        return report
    permit_own(report, actor)
    return move(report, Status.CONTACTED, actor=actor, note=note, at=at)


@transaction.atomic
def move_report(report, *, to, reason="", actor, at=None):
    """转到 the community `to`, where a new report waits to be received. Returns that one."""
    at, reason = at or timezone.now(), reason.strip()
    volunteer, report = lock_volunteer(report.volunteer), lock_report(report)
    permit_own(report, actor)
    if report.status == Status.MOVED:
        raise stale(report)
    if to.pk == report.community_id:
        raise ValidationError({"to": "已经在这个社区报到，请选另一个社区。"}, code="same")
    _demand_no_post(volunteer)
    move(report, Status.MOVED, actor=actor, note=f"转到{to}。{reason}", at=at, ended_at=at)
    volunteer.community, volunteer.building = to, None
    volunteer.save(update_fields=["community", "building"])
    return _begin(volunteer, to, report.source, actor=actor, note=f"由{report.community}转来。{reason}", at=at)


@transaction.atomic
def end_report(report, *, reason, actor, at=None):
    """注销 of the report; whoever holds a post leaves it first."""
    reason = demand(reason, "reason", "请写明注销的原因。")
    at = at or timezone.now()
    volunteer, report = lock_volunteer(report.volunteer), lock_report(report)
    permit_own(report, actor)
    if report.status == Status.ENDED:
        return report
    _demand_no_post(volunteer)
    return move(report, Status.ENDED, actor=actor, note=reason, at=at, ended_at=at)


def _demand_no_post(volunteer):
    held = [str(holding.position) for holding in volunteer.holdings.standing().select_related("position")]
    if held:
        raise ValidationError(f"还在岗：{'、'.join(held)}。请先办离岗。", code="posted")
