"""单位报到: a unit's Party organization reports to the community of its site. Lock: the unit, then the report."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.services import notify
from organizations.models import Unit
from volunteers.models import UnitReport
from volunteers.services.report_door import clerks_of, demand, is_clerk

Status = UnitReport.Status
RIGHT = "volunteers.change_unitreport"
FORBIDDEN = "您没有办理这份单位报到的权限。"
WRITTEN = ("secretary", "members_count", "offers", "wishes")


def lock_unit_report(report):
    rows = UnitReport.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("community", "unit__liaison", "decided_by").get(pk=report.pk)


def stale(report):
    words = f"这份单位报到现在是“{report.get_status_display()}”，您看到的是旧页面，请刷新后再办。"
    return ValidationError(words, code="transition")


def _permit_unit(unit, community, actor, right=RIGHT):
    if Unit.objects.of_liaison(actor, right).filter(pk=unit.pk).exists() or is_clerk(actor, community, right):
        return
    raise PermissionDenied(FORBIDDEN)


def _permit_clerk(report, actor):
    if not is_clerk(actor, report.community, RIGHT):
        raise PermissionDenied(FORBIDDEN)


@transaction.atomic
def submit_unit_report(unit, *, community, secretary, members_count=0, offers="", wishes="", actor, at=None):
    """By the unit's liaison, or by a clerk of the community for the unit. ValidationError while one is open there."""
    unit = Unit.objects.select_for_update(no_key=True, of=("self",)).get(pk=unit.pk)
    _permit_unit(unit, community, actor, "volunteers.add_unitreport")
    if unit.unit_reports.open().filter(community=community).exists():
        raise ValidationError({"community": "这个单位已经向该社区报到。"}, code="open")
    report = UnitReport(
        unit=unit,
        community=community,
        secretary=secretary,
        members_count=members_count,
        offers=offers,
        wishes=wishes,
        submitted_at=at or timezone.now(),
    )
    report.full_clean(exclude=["status"])
    report.save()
    notify(clerks_of(community), text=f"{unit}向{community}报到，请接收。", link=_page(report))
    return report


def _page(report):
    return f"/admin/volunteers/unitreport/{report.pk}/change/"


def change_status(report, to, *, actor, at=None, permit=_permit_clerk, **columns):
    """The one door. Already there: nothing happens. ValidationError(code="transition") where there is no such edge."""
    report = lock_unit_report(report)
    permit(report, actor)
    if report.status == to:
        return report
    if to not in report.TRANSITIONS[Status(report.status)]:
        raise stale(report)
    report.status = to
    for name, value in columns.items():
        setattr(report, name, value)
    report.full_clean(exclude=["status"])
    report.save(update_fields=["status", *columns])
    return report


@transaction.atomic
def receive_unit_report(report, *, opinion="", actor, at=None):
    """接收, with the receiving opinion that is printed on the 报到单."""
    was_open = report.status == Status.SUBMITTED
    columns = {"opinion": opinion.strip() or "同意接收", "decided_by": actor, "decided_at": at or timezone.now()}
    report = change_status(report, Status.RECEIVED, actor=actor, at=at, **columns)
    if was_open:
        _tell(report, f"{report.community}已接收{report.unit}的报到：{report.opinion}")
    return report


@transaction.atomic
def return_unit_report(report, *, reason, actor, at=None):
    reason = demand(reason, "reason", "请写明哪里要补正，单位会看到。")
    columns = {"opinion": reason, "decided_by": actor, "decided_at": at or timezone.now()}
    report = change_status(report, Status.RETURNED, actor=actor, at=at, **columns)
    _tell(report, f"{report.community}退回了{report.unit}的报到，要补正：{reason}")
    return report


@transaction.atomic
def resubmit_unit_report(report, *, actor, at=None, **fields):
    """补正后再报; `fields` of WRITTEN as they now read."""
    columns = {name: value for name, value in fields.items() if name in WRITTEN}
    columns["submitted_at"] = at or timezone.now()

    def permit(row, actor):
        _permit_unit(row.unit, row.community, actor)

    report = change_status(report, Status.SUBMITTED, actor=actor, at=at, permit=permit, **columns)
    notify(clerks_of(report.community), text=f"{report.unit}补正后再次报到，请接收。", link=_page(report))
    return report


@transaction.atomic
def end_unit_report(report, *, reason, actor, at=None):
    """转出: the unit has moved away, or is no more."""
    reason = demand(reason, "reason", "请写明转出的原因。")
    columns = {"opinion": reason, "decided_by": actor, "decided_at": at or timezone.now()}
    return change_status(report, Status.ENDED, actor=actor, at=at, **columns)


def _tell(report, text):
    if report.unit.liaison:
        notify([report.unit.liaison], text=text[:200], link="/desk/reports/")
