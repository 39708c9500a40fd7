"""调解员 of a committee: what the law asks of the committee, leaving before the term is over, and its end in sight."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.services import notify_once
from deliberations.models import Mediator
from deliberations.services.cases.people import assigners_of
from organizations.parameters import parameter

FEWEST, MOST = 3, 9


def committees(mediators):
    """[{organization, count, problems}] of the committees that `mediators` (serving rows, loaded) make up.

    Three to nine members, women among them, one head (人民调解法 arts 8, 9).
    """
    by_body = {}
    for row in mediators:
        by_body.setdefault(row.organization, []).append(row)
    return [{"organization": body, "count": len(rows), "problems": problems(rows)} for body, rows in by_body.items()]


def problems(rows):
    found = []
    if not FEWEST <= len(rows) <= MOST:
        found.append(f"现有 {len(rows)} 人，应当 {FEWEST} 到 {MOST} 人")
    if not any(row.is_woman for row in rows):
        found.append("没有妇女成员")
    heads = sum(row.is_head for row in rows)
    if heads != 1:
        found.append(f"主任有 {heads} 人，应当 1 人")
    return found


@transaction.atomic
def leave_committee(mediator, *, left_on, actor):
    """提前离任 on `left_on`, the first day without. ValidationError beside "left_on"; while a case is in hand too."""
    mediator = Mediator.objects.select_for_update(of=("self",), no_key=True).get(pk=mediator.pk)
    if not Mediator.objects.editable_by(actor).filter(pk=mediator.pk).exists():
        raise PermissionDenied("您没有管理这个调解委员会的权限。")
    if mediator.left_on is not None:
        return mediator
    if not mediator.starts_on <= left_on <= mediator.ends_on:
        raise ValidationError({"left_on": "离任日期要在任期以内。"}, code="term")
    if count := mediator.cases.filter(recused_at=None, case__status__in=["accepted", "mediating"]).count():
        raise ValidationError(f"手里还有 {count} 件正在调解，请先办完，或由各案回避后另选调解员。", code="busy")
    mediator.left_on = left_on
    mediator.save(update_fields=["left_on"])
    return mediator


def remind_of_terms(on=None):
    """Tell whoever runs a committee, once, whose terms are about to end. Returns how many terms."""
    on = on or timezone.localdate()
    until = on + timedelta(days=int(parameter("expiry_reminder_days")))
    rows = list(Mediator.objects.serving(on).filter(ends_on__lte=until, left_on=None).select_related("organization"))
    for row in rows:
        link = f"/admin/deliberations/mediator/{row.pk}/change/"
        text = f"调解员{row.name}的任期到 {row.ends_on:%Y年%m月%d日}，请准备换届或续任。"
        notify_once(assigners_of(row.organization), text=text, link=link)
    return len(rows)
