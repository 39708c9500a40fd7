"""交办任务: pushed to grids under a matter that is admitted, and finished grid by grid. `at` is the clock (now)."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.services import notify, notify_once
from grids.models import Duty, Grid, Leave
from patrols.models import Admission, Errand, ErrandShare

RULE = "滨州市社会治理网格化服务管理条例 第十条"
A_DOUBLE_CLICK = timedelta(minutes=1)


@transaction.atomic
def issue_errand(*, admission, title, text, due_on, grids, actor, at=None):
    """Push a task to the workers of `grids`; the Errand, with a share for each.

    ValidationError beside `admission` when it is not in force on that day or does not hold for each of the grids:
    what is not admitted may not be pushed to grid workers (RULE). Locks the admission: it does not end meanwhile.
    """
    at = at or timezone.now()
    today, grids = timezone.localdate(at), list(grids)
    admission = Admission.objects.select_for_update(no_key=True).get(pk=admission.pk)
    reachable = Grid.objects.allowed(actor, "patrols.add_errand")
    if {grid.pk for grid in grids} - set(reachable.order_by().values_list("pk", flat=True)):
        raise PermissionDenied("您没有向这些网格交办任务的权限。")
    demand_admitted(admission, grids, today)
    _demand_days(admission, due_on, today)
    if twin := _just_issued(admission, title.strip(), due_on, grids, actor, at):
        return twin
    errand = Errand(
        admission=admission, title=title.strip(), text=text.strip(), due_on=due_on, issued_by=actor, issued_at=at
    )
    errand.full_clean(exclude=["issued_by"])
    errand.save()
    ErrandShare.objects.bulk_create(ErrandShare(errand=errand, grid=grid) for grid in grids)
    notify(
        workers_of(grids), text=f"新任务：{errand.title}，{due_on.month}月{due_on.day}日前完成。"[:200], link="/desk/"
    )
    return errand


def demand_admitted(admission, grids, on):
    """ValidationError with the rule's words and its source where `admission` does not let it be pushed."""
    if not grids:
        raise ValidationError({"grids": "请选择要交办的网格。"}, code="required")
    if not admission.is_in_force(on):
        raise ValidationError(
            {
                "admission": f"“{admission}”在 {on:%Y-%m-%d} 没有准入。没有列入事项清单的工作，部门不得交由网格员办理；"
                f"临时任务要经批准并定截止日期（{RULE}）。请先申请准入。"
            },
            code="admission",
        )
    outside = [grid for grid in grids if not Admission.objects.filter(pk=admission.pk).covering_grid(grid).exists()]
    if outside:
        names = "、".join(str(grid) for grid in outside[:5])
        raise ValidationError(
            {
                "admission": f"“{admission}”只在{admission.organization}的范围内准入，不能交给{names}"
                f"（{RULE}）。请去掉这些网格，或申请更大范围的准入。"
            },
            code="admission",
        )


def _just_issued(admission, title, due_on, grids, actor, at):
    """The very same, which a double click sends again."""
    rows = Errand.objects.filter(
        admission=admission, title=title, due_on=due_on, issued_by=actor, issued_at__range=(at - A_DOUBLE_CLICK, at)
    )
    wanted = {grid.pk for grid in grids}
    return next((row for row in rows if set(row.shares.values_list("grid", flat=True)) == wanted), None)


def _demand_days(admission, due_on, today):
    if due_on < today:
        raise ValidationError({"due_on": "完成期限不能早于今天。"}, code="past")
    if admission.ends_on and due_on > admission.ends_on:
        words = f"完成期限不能晚于准入的截止日期 {admission.ends_on:%Y-%m-%d}。"
        raise ValidationError({"due_on": words}, code="days")


@transaction.atomic
def finish_share(share, *, note="", actor, at=None):
    """One grid's part is done. Already done: nothing happens."""
    share = ErrandShare.objects.select_for_update(no_key=True).get(pk=share.pk)
    if not ErrandShare.objects.editable_by(actor).filter(pk=share.pk).exists():
        raise PermissionDenied("您没有办理这个网格任务的权限。")
    if share.done_at is None:
        share.done_at, share.done_by, share.note = at or timezone.now(), actor, note.strip()
        share.clean_fields(exclude=["errand", "grid"])
        share.save(update_fields=["done_at", "done_by", "note"])
    return share


def remind_errand(errand, *, on=None):
    """Tell the workers of the grids that have not finished, once before the day and once after; how many were told."""
    on = on or timezone.localdate()
    grids = list(Grid.objects.filter(errand_shares__in=errand.shares.open()))
    words = "今天到期" if errand.due_on == on else "已超期" if errand.due_on < on else "快到期"
    text = f"任务“{errand.title}”{words}，请完成后填写情况。"
    return len(notify_once(workers_of(grids, on), text=text[:200], link=reverse("patrol_desk:errand_list")))


def workers_of(grids, on=None):
    """The accounts of whoever works in `grids` on the day `on` (today), with those who stand in for them."""
    duties = Duty.objects.current(on).filter(grid__in=grids, kind__in=[Duty.Kind.WORKER, Duty.Kind.LEADER])
    standing_in = Leave.objects.current(on).filter(duty__in=duties).values("stand_in__user")
    return User.objects.filter(Q(pk__in=duties.values("user")) | Q(pk__in=standing_in), is_active=True)
