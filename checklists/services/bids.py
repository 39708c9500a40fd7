"""揭榜: a project is opened, units apply, and the community chooses one and says why.

Lock order: the project, then its bids by pk.
"""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import notify
from checklists.models import Bid, Project
from checklists.services.needs import staff_of
from checklists.services.projects.door import demand, demand_status, lock_project, permit, record, write
from organizations.models import Unit
from organizations.parameters import parameter

Status = Bid.Status


@transaction.atomic
def open_bidding(project, *, actor, closes_on=None, at=None):
    """开放揭榜 to the units of the community up to and with the day `closes_on` (the set number of days from today)."""
    today = timezone.localdate(at)
    closes_on = closes_on or today + timedelta(days=int(parameter("project_bid_days")))
    project = lock_project(project)
    permit(project, actor)
    demand_status(project, Project.Status.PROPOSED, Project.Status.PUBLICIZED)
    if project.unit_id is not None:
        raise ValidationError(f"已有牵头单位{project.unit}，不用揭榜。", code="unit")
    if closes_on < today:
        raise ValidationError({"closes_on": "揭榜截止日期不能早于今天。"}, code="closes_on")
    if project.is_open_to_bids and project.bids_close_on == closes_on:
        return project
    write(project, is_open_to_bids=True, bids_close_on=closes_on)
    record(project, actor=actor, note=f"开放揭榜，{closes_on.month}月{closes_on.day}日截止", at=at)
    units = Unit.objects.active().filter(organization=project.community.organization_id)
    notify(
        User.objects.filter(liaised_units__in=units, is_active=True).distinct(),
        text=f"可揭榜的项目：{project.name}（{closes_on.month}月{closes_on.day}日截止）",
        link=f"/desk/projects/{project.pk}/",
    )
    return project


@transaction.atomic
def submit_bid(project, *, unit, actor, plan, budget, at=None):
    """揭榜 by the liaison of `unit`, which works in the project's community; one standing bid per unit."""
    at = at or timezone.now()
    project = lock_project(project)
    mine = Unit.objects.of_liaison(actor, "checklists.add_bid").active()
    if not mine.filter(pk=unit.pk, organization=project.community.organization_id).exists():
        raise PermissionDenied("您的单位不能揭榜这个项目。")
    if not project.takes_bids(timezone.localdate(at)):
        raise ValidationError("这个项目的揭榜已经结束。", code="closed")
    demand(plan, "plan", "请写明怎么做。")
    bid = Bid(project=project, unit=unit, plan=plan, budget=budget, submitted_by=actor, submitted_at=at)
    bid.full_clean()
    bid.save()
    notify(
        staff_of(project.community),
        text=f"{unit}揭榜“{project.name}”"[:200],
        link=f"/admin/checklists/project/{project.pk}/change/",
    )
    return bid


@transaction.atomic
def withdraw_bid(bid, *, actor, at=None):
    """撤回, by the liaison of the unit, while nobody is chosen."""
    project, bid = _lock(bid)
    if not Unit.objects.of_liaison(actor, "checklists.change_bid").filter(pk=bid.unit_id).exists():
        raise PermissionDenied("这份揭榜不属于您的单位。")
    return _settle(bid, Status.WITHDRAWN, at=at or timezone.now())


@transaction.atomic
def choose_bid(bid, *, actor, reason, at=None):
    """选定, after the last day for bids: this unit leads the project, the others are declined and read why."""
    at = at or timezone.now()
    demand(reason, "reason", "请写明选定的理由，揭榜单位都会看到。")
    project, bid = _lock(bid)
    permit(project, actor)
    if bid.status == Status.CHOSEN:
        return bid
    demand_status(project, Project.Status.PROPOSED, Project.Status.PUBLICIZED)
    if project.takes_bids(timezone.localdate(at)) and project.bids_close_on is not None:
        day = project.bids_close_on
        raise ValidationError(f"揭榜到 {day.month}月{day.day}日 截止，截止后再选定，对各单位公平。", code="open")
    bid = _settle(bid, Status.CHOSEN, at=at, reason=reason)
    decline_standing(project, reason=f"已选定{bid.unit}：{reason}", at=at)
    write(project, unit=bid.unit, is_open_to_bids=False)
    record(project, actor=actor, note=f"选定揭榜单位{bid.unit}：{reason}", at=at)
    notify([bid.submitted_by], text=f"您的单位被选定牵头“{project.name}”"[:200], link=f"/desk/projects/{project.pk}/")
    return bid


def decline_standing(project, *, reason, at=None):
    """未选定: every bid that still waits, of a locked project; each unit reads `reason`."""
    rows = project.bids.select_for_update(of=("self",), no_key=True).filter(status=Status.SUBMITTED)
    for bid in rows.select_related("submitted_by").order_by("pk"):
        _settle(bid, Status.DECLINED, at=at or timezone.now(), reason=reason[:300])
        notify([bid.submitted_by], text=f"“{project.name}”：{reason}"[:200], link="/desk/projects/")


def _lock(bid):
    project = lock_project(bid.project)
    bid = Bid.objects.select_for_update(of=("self",), no_key=True).select_related("unit", "submitted_by").get(pk=bid.pk)
    return project, bid


def _settle(bid, to, *, at, reason=""):
    if bid.status == to:
        return bid
    if to not in bid.next_statuses:
        raise ValidationError(f"{bid.unit}的揭榜{bid.get_status_display()}，不能再改。", code="transition")
    bid.status, bid.decided_at, bid.reason = to, at, reason
    bid.save(update_fields=["status", "decided_at", "reason"])
    return bid
