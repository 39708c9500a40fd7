"""The heaps that reports lie in: what waits, and how far the funnel has come."""

from django.db.models import Count, Q
from django.utils import timezone

HEAPS = {
    "submitted": "待接收",
    "registered": "待对接",
    "overdue": "对接超期",
    "contacted": "已对接，待安排岗位",
    "posted": "已安排岗位",
    "returned": "退回补正",
    "open": "全部未结束的",
    "reached-registered": "漏斗：注册",
    "reached-contacted": "漏斗：对接",
    "reached-posted": "漏斗：安排岗位",
}
STEPS = {
    "registered": "reached-registered",
    "contacted": "reached-contacted",
    "posted": "reached-posted",
    "late": "overdue",
}


def heap(queryset, name):
    """The rows of one heap; without a name those that the community owes something: to be received, to be called."""
    rows = queryset.open()
    match name:
        case "open":
            return rows
        case "overdue":
            return rows.waiting_for_contact(timezone.now())
        case "reached-registered":
            return rows.registered()
        case "reached-contacted":
            return rows.registered().contacted()
        case "reached-posted":
            return rows.registered().posted()
        case "submitted" | "registered" | "contacted" | "posted" | "returned":
            return rows.filter(status=name)
    return rows.filter(status__in=["submitted", "registered"])


def waiting(queryset, at=None):
    """[(name, label, how many)] of the heaps that wait for the community, in one query."""
    late = Q(status="registered", contact_by__lt=at or timezone.now())
    names = {name: Q(status=name) for name in ("submitted", "registered", "contacted", "returned")} | {"overdue": late}
    counts = queryset.open().order_by().aggregate(**{name: Count("pk", filter=where) for name, where in names.items()})
    return [(name, label, counts[name]) for name, label in HEAPS.items() if name in counts]
