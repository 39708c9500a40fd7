"""One grid out of two, two out of one, and an end: what lies there goes along, in one transaction."""

from copy import copy
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import models, transaction

from grids.models import Community, Duty, Grid
from grids.services.grids.buildings import begun, demand_open, hold, settle_buildings
from grids.services.grids.door import Event, day, demand_reason, demand_standing, following, hanging, lock, record, said
from grids.services.grids.founding import code_faults, free_code
from grids.services.outlines import divide_outline, join_outlines


class Share(models.TextChoices):
    """Which part somebody on duty serves once a grid is split."""

    STAYS = "stays", "留在原网格"
    GOES = "goes", "去新网格"
    BOTH = "both", "两个网格都担任"


@transaction.atomic
def split_grid(grid, *, name, buildings, shares=None, leader=None, code="", reason, on=None, actor, at=None):
    """拆分: `buildings` of `grid` become a grid of their own called `name` from the date `on` (today); returns it.

    `shares` is {duty: Share} of those on duty (not told: they stay), `leader` the duty whose person leads the new
    grid. Open incidents go with their building; rules and open errands hold for both parts; an outline is divided by
    the buildings' points. ValidationError beside `name`, `buildings`, `leader`, `code`, `on` and `reason`.
    """
    demand_reason(reason)
    [grid] = lock(grid, actor=actor)
    demand_open(grid, field=None)
    rows = hold([row.pk for row in buildings])
    demand_part(grid, rows)
    duties = current_duties(grid)
    on = day(on, since=[grid.founded_on, *begun(rows)])
    new = _new_part(grid, name, code, rows, on, actor)
    _share_out(duties, shares or {}, new, on)
    if leader is not None:
        _lead(new, leader, on)
    settle_buildings(rows, new, on, actor=actor)
    for each, role in following():
        each.divide(role, grid, new)
    drawn = divide_outline(grid, new, actor=actor)
    told = {"actor": actor, "on": on, "at": at, "reason": reason}
    note = f"{said(rows)}{'；边界按楼栋位置一分为二，请核对' if drawn else ''}"
    record(grid, Event.SPLIT, other=new, note=f"划出 {note}", **told)
    record(new, Event.FOUNDED, other=grid, note=f"网格编码 {new.code}，由{grid}拆出 {note}", **told)
    return new


def demand_part(grid, rows):
    if not rows or any(row.grid_id != grid.pk for row in rows):
        words = "请选划给新网格的楼栋。" if not rows else "有的楼栋已经不在这个网格里，请刷新后重选。"
        raise ValidationError({"buildings": words}, code="buildings")
    if not grid.buildings.exclude(pk__in=[row.pk for row in rows]).exists():
        raise ValidationError({"buildings": "不能把楼栋全部划走，至少留一栋。整个换名请用更名。"}, code="all")


def _new_part(grid, name, code, rows, on, actor):
    communities = list(Community.objects.filter(quarters__buildings__in=rows).distinct().order_by("code"))
    if code and (fault := code_faults(code, grid.level, communities)):
        raise ValidationError({"code": fault}, code="code")
    new = Grid(
        name=name,
        code=code or free_code(grid.level, communities),
        level=grid.level,
        kind=grid.kind,
        parent=grid.parent,
        supervision_phone=grid.supervision_phone,
        founded_on=on,
    )
    new.full_clean()
    new.save()
    new.communities.set(communities)
    return new


def current_duties(grid):
    """Who is on duty in the grid itself, locked."""
    return list(grid.duties.current().select_for_update(no_key=True, of=("self",)).order_by("pk"))


def _share_out(duties, shares, new, on):
    shares = {duty.pk: share for duty, share in shares.items()}
    for duty in duties:
        match shares.get(duty.pk, Share.STAYS):
            case Share.GOES:
                _go(duty, new, on)
            case Share.BOTH:
                if duty.kind != Duty.Kind.LEADER or not _leader_of(new):
                    _appoint(duty, duty.kind, new, on)


def _go(duty, grid, on):
    """The duty's row goes, with all that is asked of it; where it was until then stays behind as a row of its own."""
    if duty.starts_on < on:
        past = copy(duty)
        past.pk, past._state.adding = None, True
        past.ends_on = on - timedelta(days=1)
        duty.starts_on = on
        duty.grid = grid
        duty.save(update_fields=["grid", "starts_on"])
        past.save()
    else:
        duty.grid = grid
        duty.save(update_fields=["grid"])


def _appoint(duty, kind, grid, on):
    """The same person in one more duty."""
    row = copy(duty)
    row.pk, row._state.adding = None, True
    row.kind, row.grid, row.starts_on, row.ends_on, row.area = kind, grid, on, None, ""
    row.full_clean(exclude=["phone"])
    row.save()
    return row


def _end(duty, on):
    """No longer from the day `on`; whoever began on it served that one day."""
    duty.ends_on = max(duty.starts_on, on - timedelta(days=1))
    duty.save(update_fields=["ends_on"])


def _leader_of(grid):
    return grid.duties.current().filter(kind=Duty.Kind.LEADER, ends_on=None).first()


def _lead(grid, duty, on):
    if held := _leader_of(grid):
        if held.phone_index != duty.phone_index:
            words = f"已选{held.name}去新网格当网格长，这里不用再选。"
            raise ValidationError({"leader": words}, code="leader")
        return
    _appoint(duty, Duty.Kind.LEADER, grid, on)


@transaction.atomic
def merge_grids(grid, *, into, leader=None, reason, on=None, actor, at=None):
    """合并: `grid` ends on the date `on` (today), and its buildings, people and open work are those of `into`.

    Where both have a 网格长, `leader` (a Duty) is the one who goes on: the other serves as 网格员. ValidationError
    beside `into`, `leader`, `on` and `reason`. Returns `into`.
    """
    demand_reason(reason)
    if grid.pk == into.pk:
        raise ValidationError({"into": "不能并入自己。"}, code="self")
    grid, into = lock(grid, into, actor=actor)
    demand_standing(grid)
    demand_standing(into, "into")
    if grid.level != into.level:
        raise ValidationError({"into": f"只能并入另一个{grid.get_level_display()}。"}, code="level")
    return _hand_over(grid, into, Event.MERGED, leader, on, {"reason": reason, "actor": actor, "at": at})


def _hand_over(grid, into, kind, leader, on, told):
    rows = hold(list(grid.buildings.values_list("pk", flat=True)))
    on = day(on, since=[grid.founded_on, into.founded_on, *begun(rows)])
    work = hanging(grid)
    _join_duties(grid, into, leader, on)
    into.communities.add(*grid.communities.all())
    for child in grid.children.filter(dissolved_on=None):
        child.parent = into
        child.save(update_fields=["parent"])
    if rows:
        settle_buildings(rows, into, on, actor=told["actor"])
    for each, role in following():
        each.hand_over(role, grid, into, on)
    join_outlines(grid, into, actor=told["actor"])
    _close(grid, on)
    note = "，".join(words for words in (said(rows) if rows else "没有楼栋", work) if words)
    record(grid, kind, other=into, note=f"并入{into}：{note}", on=on, **told)
    record(into, Event.MERGED, other=grid, note=f"接收{grid}：{note}", on=on, **told)
    return into


def _join_duties(grid, into, leader, on):
    ours, theirs = _leader_of(grid), _leader_of(into)
    if ours and theirs and ours.phone_index != theirs.phone_index:
        if leader is None or leader.pk not in (ours.pk, theirs.pk):
            words = f"{grid}的{ours.name}和{into}的{theirs.name}都是网格长，请选合并后由谁担任。"
            raise ValidationError({"leader": words}, code="leader")
        other = theirs if leader.pk == ours.pk else ours
        home = other.grid
        _end(other, on)
        if not home.duties.current(on).filter(kind=Duty.Kind.WORKER, phone_index=other.phone_index).exists():
            _appoint(other, Duty.Kind.WORKER, home, on)
    held = {(duty.kind, duty.phone_index) for duty in into.duties.current(on)}
    for duty in [each for each in current_duties(grid) if each.ends_on is None or each.ends_on >= on]:
        if (duty.kind, duty.phone_index) in held:
            _end(duty, on)
        else:
            _go(duty, into, on)


@transaction.atomic
def dissolve_grid(grid, *, heir=None, leader=None, reason, on=None, actor, at=None):
    """撤销: `grid` ends on the date `on` (today); what it holds goes to `heir`, as when it is merged.

    Without an heir it may hold nothing: ValidationError beside `heir` says what would be nobody's. People's duties end.
    """
    demand_reason(reason)
    if heir is not None:
        return _hand_over(
            *_pair(grid, heir, actor), Event.DISSOLVED, leader, on, {"reason": reason, "actor": actor, "at": at}
        )
    [grid] = lock(grid, actor=actor)
    demand_standing(grid)
    count, children = grid.buildings.count(), grid.children.filter(dissolved_on=None).count()
    held = [f"楼栋 {count} 栋"] * bool(count) + [f"分网格 {children} 个"] * bool(children) + [hanging(grid)]
    if words := "、".join(each for each in held if each):
        raise ValidationError({"heir": f"“{grid}”还有{words}，请选由哪个网格接收。"}, code="orphans")
    on = day(on, since=[grid.founded_on])
    for duty in current_duties(grid):
        _end(duty, on)
    _close(grid, on)
    record(grid, Event.DISSOLVED, reason=reason, actor=actor, on=on, at=at)
    return grid


def _pair(grid, heir, actor):
    grid, heir = lock(grid, heir, actor=actor)
    demand_standing(grid)
    demand_standing(heir, "heir")
    if grid.level != heir.level or grid.pk == heir.pk:
        raise ValidationError({"heir": f"只能由另一个{grid.get_level_display()}接收。"}, code="level")
    return grid, heir


def _close(grid, on):
    grid.dissolved_on = on
    grid.save(update_fields=["dissolved_on"])
