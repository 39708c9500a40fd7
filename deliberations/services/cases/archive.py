"""卷宗: what has to be in it before it is archived; from then on nothing of the case is changed."""

from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from deliberations.models import Accord, Case, CasePaper
from deliberations.services.cases.door import lock_case, move, permit, stale
from organizations.parameters import parameter

Status, Paper = Case.Status, CasePaper.Kind
SETTLED = frozenset({Status.AGREED, Status.PERFORMED, Status.BREACHED})


def take_up(case, *, actor):
    """The case locked, for a verb of whoever may work on it; ValidationError(code="archived") once it is archived."""
    case = lock_case(case)
    permit(case, actor)
    if case.status == Status.ARCHIVED:
        raise ValidationError("这件调解已经归档，只能查阅。", code="archived")
    return case


@dataclass(frozen=True)
class Item:
    """One line of the checklist. What is not `is_owed` by this case is not listed."""

    label: str
    is_there: bool
    hint: str


def checklist(case):
    """What the dossier of `case`, by the way it ended, owes (人民调解法 art. 27)."""
    kinds = set(case.papers.order_by().values_list("kind", flat=True).distinct())
    accord = Accord.objects.filter(case=case).first()
    was_accepted = case.accepted_at is not None
    was_mediated = case.events.filter(to_status=Status.MEDIATING).exists()
    items = [
        _paper(
            kinds, Paper.APPLICATION, "申请书或受理登记表", "上传当事人签过字的申请书，或者打印受理登记表签字后扫描。"
        )
    ]
    if was_accepted:
        items += [
            _paper(kinds, Paper.RIGHTS, "权利义务告知书", "打印告知书，当事人签收后扫描。"),
            _paper(kinds, Paper.IDENTITY, "身份证明", "上传当事人的身份证明。"),
        ]
    if any(party.agent for party in case.parties.all()):
        items.append(_paper(kinds, Paper.PROXY, "委托书", "有代理人的，上传授权委托书。"))
    if was_mediated:
        items.append(Item("调解记录", case.sessions.exists(), "至少有一次调解的记录。"))
    if accord is not None and accord.effective_at:
        items += _after_accord(kinds, accord)
    if case.status in {Status.FAILED, Status.ENDED, Status.REFUSED}:
        items.append(Item("终止调解通知书", bool(case.ending), "写明终止的原因，打印通知书交给当事人。"))
    return items


def _paper(kinds, kind, label, hint):
    return Item(label, kind.value in kinds, hint)


def _after_accord(kinds, accord):
    form = f"{accord.get_form_display()}（已生效）"
    visited = accord.follow_ups.filter(visited_on__isnull=False).exists()
    items = [Item(form, True, ""), Item("回访记录", visited, "至少回访一次，记下履行情况。")]
    if accord.form == Accord.Form.WRITTEN:
        items.insert(1, _paper(kinds, Paper.ACCORD, "盖章的协议书", "打印协议书，盖章后扫描上传。"))
    if accord.confirm_applied_on or accord.confirmed_on:
        items.append(_paper(kinds, Paper.CONFIRMATION, "司法确认材料", "上传申请书或法院的裁定书。"))
    return items


def missing(case):
    return [item.label for item in checklist(case) if not item.is_there]


@transaction.atomic
def archive_case(case, *, actor, at=None):
    """归档, once the dossier is complete: kept for the set number of years. Already archived: nothing happens.

    ValidationError(code="incomplete") names what is missing.
    """
    case = lock_case(case)
    permit(case, actor)
    if case.status == Status.ARCHIVED:
        return case
    if Status.ARCHIVED not in case.next_statuses:
        raise stale(case)
    if left := missing(case):
        raise ValidationError(f"卷宗还缺：{'、'.join(left)}。补齐以后再归档。", code="incomplete")
    at = at or timezone.now()
    columns = {"archived_at": at, "kept_until": years_after(timezone.localdate(at), int(parameter("case_kept_years")))}
    return move(
        case, Status.ARCHIVED, actor=actor, at=at, note=f"保存至 {columns['kept_until']:%Y年%m月%d日}", **columns
    )


def years_after(day, years):
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # the 29th of February
        return day.replace(year=day.year + years, day=28) + timedelta(days=1)
