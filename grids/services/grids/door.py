"""What every change of a grid goes through: the right, the row as it is under the lock, the day, and the event."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from grids.models import Grid, GridEvent

Event = GridEvent.Kind
MOST_NAMED = 12


def lock(*grids, actor, permission="grids.change_grid"):
    """The rows as they are now, locked in the order of their keys. PermissionDenied where one is out of reach."""
    keys = sorted({grid.pk for grid in grids})
    held = Grid.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=keys).order_by("pk")
    rows = {row.pk: row for row in held}
    if Grid.objects.allowed(actor, permission).filter(pk__in=keys).count() != len(keys):
        raise PermissionDenied("这个网格不在您的管辖范围内。")
    return [rows[grid.pk] for grid in grids]


def demand_standing(grid, field=None):
    if grid.dissolved_on is not None:
        words = f"“{grid}”已在 {grid.dissolved_on:%Y-%m-%d} 撤销。"
        raise ValidationError({field: words} if field else words, code="dissolved")


def demand_reason(reason):
    if not reason.strip():
        raise ValidationError({"reason": "请写明依据或原因。"}, code="required")


def day(on, *, since):
    """The date `on` (today) as one from which something may hold: not to come, and not before any of `since`."""
    today = timezone.localdate()
    on, earliest = on or today, max((each for each in since if each), default=None)
    if on > today:
        raise ValidationError({"on": "生效日期不能晚于今天，到了那天再办。"}, code="future")
    if earliest and on < earliest:
        raise ValidationError({"on": f"生效日期不能早于上一次变动（{earliest:%Y-%m-%d}）。"}, code="past")
    return on


def record(grid, kind, *, actor, on, at=None, reason="", note="", other=None):
    return GridEvent.objects.create(
        grid=grid,
        kind=kind,
        effective_on=on,
        reason=reason[:200],
        note=note[:500],
        other=other,
        actor=actor,
        at=at or timezone.now(),
    )


def said(buildings):
    """12 栋 180 户：翡翠湾1栋、翡翠湾2栋…"""
    names = "、".join(str(building) for building in buildings[:MOST_NAMED])
    more = "等" if len(buildings) > MOST_NAMED else ""
    return f"{len(buildings)} 栋 {sum(building.households for building in buildings)} 户：{names}{more}"


def following():
    """(rows of a model, their foreign key's name) for all that goes where its ground goes."""
    for relation in Grid._meta.related_objects:
        rows = relation.related_model._default_manager.all()
        if hasattr(rows, "move_along"):
            yield rows, relation.field.name


def hanging(grid):
    """What would be nobody's without `grid`, in words: 巡查事件 2 项、首接规则 1 项; "" for nothing."""
    counts = ((rows.model._meta.verbose_name, rows.hanging(role, grid).count()) for rows, role in following())
    return "、".join(f"{name} {count} 项" for name, count in counts if count)
