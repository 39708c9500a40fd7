"""The funnel 注册 → 对接 → 安排岗位: of everybody whose report is open and whom a community received."""

from dataclasses import dataclass, field

from django.db.models import Count, F, Q
from django.utils import timezone

from grids.models import Community
from organizations.models import Unit
from volunteers.models import Report

STEPS = (("registered", "注册"), ("contacted", "对接"), ("posted", "安排岗位"))
PEOPLE = {
    "": ("全部", Q()),
    "member": ("党员", Q(volunteer__kind="member")),
    "office": ("机关党员", Q(volunteer__is_from_office=True)),
    "citizen": ("群众", Q(volunteer__kind="citizen")),
}
DIMENSIONS = {
    "community": ("按社区", "community", Community, "code"),
    "unit": ("按单位", "volunteer__unit", Unit, "name"),
}
NO_UNIT = "不在单位名单里"
MOST_LATE = 20


@dataclass
class Line:
    """How far the people of one community or unit have come; `query` is what its figures lead to, besides the step."""

    name: str
    registered: int
    contacted: int
    posted: int
    late: int
    query: dict = field(default_factory=dict)

    def percent(self, count):
        return round(100 * count / self.registered, 1) if self.registered else None

    @property
    def contacted_percent(self):
        return self.percent(self.contacted)

    @property
    def posted_percent(self):
        return self.percent(self.posted)


def counts(at):
    return {
        "registered_count": Count("pk"),
        "contacted_count": Count("pk", filter=Q(contacted_at__isnull=False)),
        "posted_count": Count("pk", filter=Q(posted_at__isnull=False)),
        "late_count": Count("pk", filter=Q(status="registered", contact_by__lt=at)),
    }


def rows_of(user, people=""):
    """The rows that the funnel counts, as `user` sees them."""
    return Report.objects.visible_to(user).open().registered().filter(PEOPLE[people][1])


def total(rows, at=None):
    found = rows.order_by().aggregate(**counts(at or timezone.now()))
    return _line("合计", found, {})


def lines(rows, dimension, at=None):
    """[Line] for each community or unit, in the order of their codes or names; who has no unit comes last."""
    _, path, model, order = DIMENSIONS[dimension]
    # The names apart: grouped by them too, the database would sort all rows by their text.
    found = rows.order_by().values(key=F(path)).annotate(**counts(at or timezone.now()))
    found = {row["key"]: row for row in found}
    names = dict(model.objects.filter(pk__in=found).order_by(order).values_list("pk", "name"))
    if None in found:
        names[None] = NO_UNIT
    return [_line(name, found[key], {dimension: key or "none"}) for key, name in names.items()]


def _line(name, row, query):
    figures = {each: row[f"{each}_count"] for each in ("registered", "contacted", "posted", "late")}
    return Line(name=name, query=query, **figures)


def late_rows(rows, at=None):
    """Who has waited longest for a first contact, at most MOST_LATE."""
    late = rows.waiting_for_contact(at).select_related("volunteer__unit", "community")
    return list(late.order_by("contact_by", "pk")[:MOST_LATE])


def picture(whole, some):
    """What the charts draw: the three steps, and each line's people by how far they are."""
    return {
        "steps": [{"name": label, "value": getattr(whole, name)} for name, label in STEPS],
        "lines": [
            {"name": line.name, "values": [line.posted, line.contacted - line.posted, line.registered - line.contacted]}
            for line in sorted(some, key=lambda line: -line.registered)
        ],
        "series": ["已安排岗位", "已对接，待安排", "待对接"],
    }
