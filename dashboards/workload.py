"""What lies on each part of a place now: needs and incidents that are open, those of them overdue, and households."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count

from dashboards.places import REST

WORDS = {"open": "在办", "overdue": "已超期", "load": "每百户在办"}
DEFINITIONS = {
    "open": "现在还没有结果的居民需求和巡查事件（件）：待受理的、办理中的、挂起的都算；拆分出来的子需求不重复算。",
    "overdue": "在办的里面，现在已过期限的（件）：待受理看响应（受理）期限，受理后看办理（处置）期限，"
    "待核查看核查期限；挂起的不计时。",
    "load": "在办件数除以户数，再乘 100（件/百户）。没有户数的不算。户数下面注明是哪一天数的。",
}


@dataclass
class Load:
    """Counts of one part of a place. `days` are those on which its households were counted, None for an unknown one."""

    need_open: int = 0
    need_overdue: int = 0
    incident_open: int = 0
    incident_overdue: int = 0
    households: int = 0
    days: set[date | None] = field(default_factory=set)

    @property
    def open(self):
        return self.need_open + self.incident_open

    @property
    def overdue(self):
        return self.need_overdue + self.incident_overdue

    @property
    def load(self):
        """Open per 100 households, one decimal; None without households."""
        return round(100 * self.open / self.households, 1) if self.households else None

    def add(self, other):
        self.need_open += other.need_open
        self.need_overdue += other.need_overdue
        self.incident_open += other.incident_open
        self.incident_overdue += other.incident_overdue
        self.households += other.households
        self.days |= other.days

    def settle(self, households, day):
        if households:
            self.households += households
            self.days.add(day)

    @property
    def counted_on(self):
        """In words, when the households were counted."""
        known = sorted(day for day in self.days if day)
        if not known:
            return "未填统计日期" if self.days else ""
        words = f"{known[0]:%Y-%m-%d}" + (f" 至 {known[-1]:%Y-%m-%d}" if known[0] != known[-1] else "")
        return f"{words}，部分未填日期" if None in self.days else f"{words} 统计"


# By what the rows of a place fall into parts, and those again into smaller ones: (needs, incidents).
PARTS = {
    "all": (("community",), ("community",)),
    "district": (("community",), ("community",)),
    "street": (("community", "building__grid"), ("community", "grid")),
    "community": (("building__grid", "building"), ("grid", "building")),
    "grid": (("building",), ("building",)),
}


def loads(place):
    """{(part, smaller part or None): Load} of what is open in `place`, in four queries; households are not in it."""
    found = defaultdict(Load)
    needs, incidents = PARTS[place.level]
    for name, rows, columns in (("need", place.needs(), needs), ("incident", place.incidents(), incidents)):
        for figure, chosen in (("open", rows.open()), ("overdue", rows.open().overdue(place.at))):
            for *parts, count in chosen.order_by().values_list(*columns).annotate(count=Count("pk")):
                part, smaller = (*parts, None)[:2]
                setattr(found[part or REST, smaller], f"{name}_{figure}", count)
    return found
