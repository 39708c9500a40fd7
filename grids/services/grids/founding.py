"""A grid's name and code: founded, changed, numbered."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Avg
from django.utils import timezone

from grids.geometry import reading_order
from grids.models import Community, Grid
from grids.services.grids.door import Event, demand_reason, demand_standing, lock, record

LARGEST_SEQUENCE = 999
UNDER_DISTRICT = "000000"


@transaction.atomic
def found_grid(grid, *, communities=(), reason="", actor, at=None):
    """设立: save the new `grid` over `communities`; without a code it gets the next free one.

    ValidationError beside `communities` and `code`; PermissionDenied for a community out of reach.
    """
    if not actor.has_perm("grids.add_grid"):
        raise PermissionDenied("您没有设立网格的权限。")
    communities = sorted(communities, key=lambda row: row.code)
    demand_reach(communities, actor, "grids.add_grid")
    if grid.level == Grid.Level.COMMUNITY and not communities:
        raise ValidationError({"communities": "社区分网格要选覆盖的社区。"}, code="required")
    if not grid.code:
        grid.code = free_code(grid.level, communities)
    grid.full_clean()
    grid.save()
    grid.communities.set(communities)
    record(grid, Event.FOUNDED, actor=actor, on=grid.founded_on, at=at, reason=reason, note=f"网格编码 {grid.code}")
    return grid


def demand_reach(communities, actor, permission):
    keys = [row.pk for row in communities]
    # A right on grids reaches as far as the post that gives it.
    within = Community.objects.filter(Community.objects.all().scope(actor, permission), pk__in=keys)
    if not actor.is_superuser and within.distinct().count() != len(keys):
        raise PermissionDenied("有的社区不在您的管辖范围内。")


def free_code(level, communities):
    """The next free code: of the community (12 digits and a sequence of three), or of its district for a 总网格.

    Locks the community, so that of two who found a grid at once each gets an own one.
    """
    if not communities:
        raise ValidationError({"code": "请填网格编码，或先选覆盖的社区。"}, code="required")
    first = communities[0]
    list(Community.objects.select_for_update(no_key=True, of=("self",)).filter(pk=first.pk))
    start = first.code if level == Grid.Level.COMMUNITY else f"{first.code[:6]}{UNDER_DISTRICT}"
    last = Grid.objects.filter(code__startswith=start).order_by("-code").values_list("code", flat=True).first()
    number = int(last[-3:]) + 1 if last else 1
    if number > LARGEST_SEQUENCE:
        raise ValidationError(
            {"code": f"{first}的网格序号已经用到 {LARGEST_SEQUENCE}，请手工填一个没有用过的。"}, code="full"
        )
    return f"{start}{number:03}"


def code_faults(code, level, communities):
    """Why `code` is none for such a grid, in words; "" for a right one (15 digits are the model's own demand)."""
    if level == Grid.Level.DISTRICT:
        if code[6:12] != UNDER_DISTRICT:
            return f"总网格的编码是 6 位区县代码、{UNDER_DISTRICT} 和 3 位序号。"
    elif communities and code[:12] not in {row.code for row in communities}:
        named = "、".join(f"{row}是 {row.code}" for row in communities[:3])
        return f"网格编码前 12 位要与覆盖的社区一致：{named}。"
    return ""


@transaction.atomic
def change_grid(grid, *, actor, reason="", at=None):
    """更正 or 更名: save what the unlocked row `grid` says now; a new name or code is an event."""
    [held] = lock(grid, actor=actor)
    demand_standing(held)
    grid.full_clean()
    grid.save()
    notes = [
        f"{label}：{was} → {now}"
        for label, was, now in (("名称", held.name, grid.name), ("网格编码", held.code, grid.code))
        if was != now
    ]
    if notes:
        record(grid, Event.RENAMED, actor=actor, on=timezone.localdate(at), at=at, reason=reason, note="；".join(notes))
    return grid


@transaction.atomic
def number_grids(community, *, reason, actor, at=None):
    """按方位编号: the codes of the community's own grids from 001 on, from west to east and from north to south.

    After 西安市地方标准 DB6101/T 3185-2024. A grid's place is the middle of its buildings' points; ValidationError
    where a grid has none. Codes of dissolved grids stay theirs. Returns the grids in their new order.
    """
    demand_reason(reason)
    own = Grid.objects.of_communities().filter(code__startswith=community.code)
    grids = lock(*own, actor=actor) if own else []
    list(Community.objects.select_for_update(no_key=True, of=("self",)).filter(pk=community.pk))
    middles = own.annotate(x=Avg("buildings__longitude"), y=Avg("buildings__latitude"))
    points = {row.pk: (row.x, row.y) for row in middles}
    if lost := [row.name for row in middles if row.x is None]:
        raise ValidationError(
            f"{'、'.join(lost[:5])}的楼栋都没有经纬度，排不出方位。请先补上，或手工改编码。", code="points"
        )
    order = [grids[place] for place in reading_order([points[row.pk] for row in grids])]
    taken = set(
        Grid.objects.filter(code__startswith=community.code)
        .exclude(pk__in=[row.pk for row in grids])
        .values_list("code", flat=True)
    )
    free = (code for number in range(1, LARGEST_SEQUENCE + 1) if (code := f"{community.code}{number:03}") not in taken)
    before = {row.pk: row.code for row in order}
    wanted = dict(zip([row.pk for row in order], free, strict=False))
    changed = [row for row in order if wanted[row.pk] != row.code]
    for row in changed:  # out of each other's way first
        Grid.objects.filter(pk=row.pk).update(code=f"~{row.pk}")
    for row in changed:
        row.code = wanted[row.pk]
        row.save(update_fields=["code"])
        note = f"网格编码：{before[row.pk]} → {row.code}"
        record(row, Event.RENAMED, actor=actor, on=timezone.localdate(at), at=at, reason=reason, note=note)
    return order
