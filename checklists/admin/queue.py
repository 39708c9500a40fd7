"""The workplace's first page: what waits for me, in the order in which it runs out."""

from datetime import timedelta
from functools import reduce
from operator import or_

from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from checklists.admin.presenting import deadline_parts, receivers, tone
from checklists.forms.steps import STEPS
from checklists.models import Need
from organizations.parameters import parameters

Status, Level = Need.Status, Need.Level
PAGE = 30


def tiles(user, at=None):
    """{name: (label, queryset)}: the heaps of the queue; the tile, the list below it and its total are one queryset."""
    at = at or timezone.now()
    limits = parameters("due_soon_hours", "follow_up_days")
    mine = Need.objects.editable_by(user)
    heaps = {}
    # Whoever decides for the district decides for the streets too: what is still the street's is a heap of its own.
    is_above = user.has_perm("checklists.direct_district_need")
    if is_above:
        heaps["district"] = ("上报到我这里", mine.at_level(Level.DISTRICT))
    if user.has_perm("checklists.direct_escalated_need"):
        at_street = mine.at_level(Level.COMMUNITY, Level.STREET)
        heaps["escalated"] = ("在街道处置" if is_above else "上报到我这里", at_street)
    heaps |= {
        "submitted": ("待受理", mine.with_status(Status.SUBMITTED, Status.REOPENED)),
        "accepted": ("待派单", mine.with_status(Status.ACCEPTED)),
        "claimed": ("认领待确认", mine.claimed_unconfirmed()),
        "due-soon": ("即将超期", mine.due_soon(at, timedelta(hours=limits["due_soon_hours"]))),
        "overdue": ("已超期", mine.overdue(at)),
        "outside": ("已转外部", mine.with_status(Status.HANDED_OFF)),
        "follow-up": ("待回访", mine.awaiting_follow_up(at, timedelta(days=limits["follow_up_days"]))),
    }
    return heaps


def work_queue(request, context):
    """Unfold's dashboard callback."""
    if not request.user.has_perm("checklists.change_need"):
        return context
    at = timezone.now()
    heaps = tiles(request.user, at)
    chosen = request.GET.get("heap", "")
    rows = heaps[chosen][1] if chosen in heaps else all_waiting(heaps)
    rows = rows.with_deadline().with_holder().select_related("category", "community", "building__quarter", "receiver")
    total = rows.count()
    shown = list(rows.order_by(F("due_at").asc(nulls_last=True), "pk")[:PAGE])
    received = receivers(shown)
    tones = {"due-soon": "warn", "overdue": "bad"}
    return {
        **context,
        "heaps": [
            {
                "label": label,
                "number": queryset.count(),
                "href": f"{reverse('admin:index')}?heap={name}",
                "tone": tones.get(name, ""),
                "current": name == chosen,
            }
            for name, (label, queryset) in heaps.items()
        ],
        "back": f"?{request.GET.urlencode()}",
        "heap_label": heaps[chosen][0] if chosen in heaps else "全部待办",
        "needs": [
            {
                "need": need,
                "tone": tone(need),
                "receiver": received.get(need.pk, ""),
                "deadline": deadline_parts(need, at),
                "step": next((step for step in STEPS if not step.is_quiet and step.is_offered(need)), None),
            }
            for need in shown
        ],
        "total": total,
        "more_url": f"{reverse('admin:checklists_need_changelist')}?heap={chosen or 'all'}" if total > PAGE else "",
        "can_file": request.user.has_perm("checklists.file_need"),
    }


def all_waiting(heaps):
    return reduce(or_, (queryset for _, queryset in heaps.values()))
