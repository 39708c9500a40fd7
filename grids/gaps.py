"""空缺: ground without its people, and people about to go; each a queryset of what is missing, counted by community."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from operator import or_

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from grids.models import Building, Duty, Grid, Leave
from organizations.parameters import parameter

Kind = Duty.Kind


@dataclass(frozen=True)
class Gap:
    """One thing that may be missing: `paths` lead from a row to its community."""

    code: str
    label: str
    unit: str
    model: type
    paths: tuple
    hint: str = ""

    def rows(self, user, today=None):
        today = today or timezone.localdate()
        return FINDERS[self.code](self.model.objects.visible_to(user), today)

    def counts(self, user, communities):
        """{pk of a community: how many are missing there}."""
        rows, counts = self.rows(user).order_by(), Counter()
        for path in self.paths:
            here = rows.filter(**{f"{path}__in": communities})
            counts.update(dict(here.values_list(path).annotate(Count("pk", distinct=True))))
        return counts

    def rows_of(self, user, community):
        """The rows, of one community or (None) of all that `user` sees."""
        rows = self.rows(user)
        if community is None:
            return rows
        here = reduce(or_, (Q(**{path: community}) for path in self.paths))
        return rows.filter(pk__in=self.model.objects.filter(here).order_by().values("pk"))


def without(kind, place):
    """Rows of a place on which nobody holds `kind` today."""

    def finder(rows, today):
        held = Duty.objects.current(today).filter(kind=kind, **{place: OuterRef("pk")})
        return rows.filter(~Exists(held))

    return finder


def building_heads(rows, today):
    return without(Kind.BUILDING_HEAD, "building")(rows.active().select_related("quarter__community"), today)


def of_grids(kind):
    def finder(rows, today):
        return without(kind, "grid")(rows.in_use().filter(level=Grid.Level.COMMUNITY), today)

    return finder


def ending(rows, today):
    last = today + timedelta(days=int(parameter("duty_ending_days", on=today)))
    return _duties(rows).current(today).filter(ends_on__lte=last).order_by("ends_on", "pk")


def accountless(rows, today):
    return _duties(rows).current(today).filter(user=None, kind__in=[Kind.LEADER, Kind.WORKER])


def uncovered(rows, today):
    """Away with a stand-in who is no longer on duty himself: what comes lies with the person away."""
    leaves = Leave.objects.current(today).filter(duty=OuterRef("pk"))
    return _duties(rows).current(today).filter(Exists(leaves.filter(stand_in__ends_on__lt=today)))


def _duties(rows):
    return rows.select_related("grid", "building__quarter")


FINDERS = {
    "building-head": building_heads,
    "worker": of_grids(Kind.WORKER),
    "leader": of_grids(Kind.LEADER),
    "adviser": of_grids(Kind.ADVISER),
    "ending": ending,
    "account": accountless,
    "stand-in": uncovered,
}
GRIDS = {"unit": "个", "model": Grid, "paths": ("communities",)}
DUTIES = {"unit": "名", "model": Duty, "paths": ("grid__communities", "building__quarter__community")}
GAPS = {
    gap.code: gap
    for gap in (
        Gap("building-head", "没有楼栋长", "栋", Building, ("quarter__community",)),
        Gap("worker", "没有网格员", hint="居民的事没有首接人。", **GRIDS),
        Gap("leader", "没有网格长", **GRIDS),
        Gap("adviser", "没有指导员", **GRIDS),
        Gap("ending", "任期快到", hint="提前几天提醒，在“参数”里改。", **DUTIES),
        Gap("account", "没有账号", hint="网格长、网格员没有账号，收不到消息，手机上看不到事项。", **DUTIES),
        Gap("stand-in", "代班人已离任", hint="请到请假代班里换人。", **DUTIES),
    )
}
