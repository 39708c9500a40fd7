"""首接: who gets a need or an incident first. Pure reading, but for the order of the rules."""

from dataclasses import dataclass, field
from itertools import pairwise

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from grids.models import Duty, Route
from grids.services.duties import on_duty

Kind = Duty.Kind


@dataclass(frozen=True)
class Receiving:
    """Who is first: `duty` acts, for `away` where it stands in. `route` decided; None: no rule did."""

    duty: Duty
    route: Route | None
    away: Duty | None
    reason: str


@dataclass(frozen=True)
class Looked:
    """A rule that was looked at, and what came of it in words."""

    route: Route
    words: str
    has_fired: bool = False


@dataclass
class Search:
    """One question, with the people on that ground on that day, and what was `looked` at on the way."""

    grid: object
    building: object
    on: object
    people: list
    looked: list = field(default_factory=list)

    def holders(self, kind):
        """Of the building, else of the grid, else of the grid above it: full time first, longest on duty first."""
        rows = [each for each in self.people if each.kind == kind]
        places = (self.building, self.grid, self.grid and self.grid.parent)
        rows.sort(key=lambda each: (places.index(each.ground), each.employment != "full_time", each.starts_on, each.pk))
        return rows

    def receiving(self, duty, route, words):
        acting = on_duty(duty, self.on)
        if acting.pk == duty.pk:
            return Receiving(duty, route, None, f"{words}。")
        return Receiving(acting, route, duty, f"{words}；{duty.name}请假，由{acting.name}代班。")

    def asked(self, route):
        """The Receiving that `route` leads to, or None where nobody on this ground holds what it asks for."""
        name, label = f"规则“{route.name}”", route.get_kind_display()
        if route.duty is not None and route.duty.is_on(self.on):
            return self.receiving(route.duty, route, f"{name}指定{route.duty.name}")
        found = next(iter(self.holders(route.kind)), None)
        if found is None:
            return None
        if route.duty is not None:
            return self.receiving(found, route, f"{name}指定的{route.duty.name}已离岗，改给{label}{found.name}")
        return self.receiving(found, route, f"{name}交给{label}")

    def missing(self, route):
        left = f"指定的{route.duty.name}已离岗，" if route.duty is not None else ""
        return f"{left}这里没有{route.get_kind_display()}"


def first_receiver(subject, *, code, community, grid=None, building=None, on=None):
    """The Receiving of a `subject` (Route.Subject) of the category `code` there on the day `on` (today), or None."""
    return trace(subject, code=code, community=community, grid=grid, building=building, on=on)[0]


def trace(subject, *, code, community, grid=None, building=None, on=None):
    """(Receiving or None, [Looked at each rule of the place until one fired]). First that fits and finds somebody wins.

    No rule: the grid's 网格员, full time first, then its 网格长.
    """
    grid = grid or (building and building.grid)
    on = on or timezone.localdate()
    search = Search(grid, building, on, people_of(grid, building, on))
    for route in Route.objects.active().holding_in(community, grid).select_related("duty__grid", "duty__building"):
        if words := misfit(route, subject, code):
            search.looked.append(Looked(route, words))
        elif found := search.asked(route):
            search.looked.append(Looked(route, found.reason, has_fired=True))
            return found, search.looked
        else:
            search.looked.append(Looked(route, f"{search.missing(route)}，看下一条。"))
    return by_default(search), search.looked


def by_default(search):
    for kind in (Kind.WORKER, Kind.LEADER):
        if rows := search.holders(kind):
            return search.receiving(rows[0], None, f"没有规则适用，按常规交给{kind.label}")
    return None


def people_of(grid, building, on):
    rows = Duty.objects.current(on).on_ground(grid, building)
    return list(rows.select_related("grid", "building", "user"))


def misfit(route, subject, code):
    """Why the rule is passed over, or ""."""
    if route.subject not in (Route.Subject.ANY, subject):
        return f"只管{route.get_subject_display()}。"
    return "" if (code or "").startswith(route.code) else "不是这一类。"


# --- Their order ------------------------------------------------------------------------------------------------------

STEP, LAST = 10, 32_000


def next_order():
    """Behind all others, with room between."""
    last = Route.objects.aggregate(last=Max("order"))["last"] or 0
    return min(last + STEP, LAST)


@transaction.atomic
def move_route(route, *, up, actor):
    """Before the rule above it in its own place, or (`up` False) behind the one below; at the end nothing happens.

    Rules for everywhere stay where they are for whoever may not change them: ValidationError where two of them leave
    no number between. Lock: the rules of the place, in their order.
    """
    if not Route.objects.editable_by(actor).filter(pk=route.pk).exists():
        raise PermissionDenied("您没有调整这条规则的权限。")
    rows = list(Route.objects.beside(route).select_for_update(no_key=True, of=("self",)).order_by("order", "pk"))
    place = next(at for at, row in enumerate(rows) if row.pk == route.pk)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(rows):
        return route
    rows[place], rows[other] = rows[other], rows[place]
    own = set(Route.objects.editable_by(actor).filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    _number(rows, own)
    return rows[other]


def _number(rows, own):
    """Give those of `rows` whose keys are in `own` numbers that put all rows in this order; the others keep theirs."""
    start = 0
    while start < len(rows):
        end = start
        while end < len(rows) and rows[end].pk in own:
            end += 1
        low = rows[start - 1].order if start else -1
        high = rows[end].order if end < len(rows) else max(row.order for row in rows) + STEP * (end - start + 1)
        orders = [row.order for row in rows[start:end]]
        if not all(first < second for first, second in pairwise([low, *orders, high])):
            if high - low <= end - start:
                raise ValidationError("上下两条统一规则之间没有空位，请平台管理员把它们的顺序拉开。", code="room")
            for at, row in enumerate(rows[start:end], 1):
                row.order = low + (high - low) * at // (end - start + 1)
        start = end + 1
    Route.objects.bulk_update([row for row in rows if row.pk in own], ["order"])
