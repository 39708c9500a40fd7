"""The workplace's first page: what waits for me, in the order in which it runs out."""

from datetime import timedelta

from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from checklists.admin.presenting import deadline_parts, tone
from checklists.forms.steps import steps_for
from checklists.models import Need
from organizations.parameters import parameters

Status = Need.Status
PAGE = 30


def tiles(user, at=None):
    """{name: (label, queryset)}: the heaps of the queue; the tile, the list below it and its total are one queryset."""
    at = at or timezone.now()
    limits = parameters("due_soon_hours", "follow_up_days")
    mine = Need.objects.editable_by(user)
    heaps = {
        "submitted": ("待受理", mine.with_status(Status.SUBMITTED, Status.REOPENED)),
        "accepted": ("待派单", mine.with_status(Status.ACCEPTED)),
        "due-soon": ("即将超期", mine.due_soon(at, timedelta(hours=limits["due_soon_hours"]))),
        "overdue": ("已超期", mine.overdue(at)),
        "follow-up": ("待回访", mine.awaiting_follow_up(at, timedelta(days=limits["follow_up_days"]))),
    }
    if user.has_perm("checklists.direct_escalated_need"):
        heaps["escalated"] = ("上报待处置", mine.with_status(Status.ESCALATED))
    return heaps


def work_queue(request, context):
    """Unfold's dashboard callback."""
    if not request.user.has_perm("checklists.change_need"):
        return context
    at = timezone.now()
    heaps = tiles(request.user, at)
    chosen = request.GET.get("heap", "")
    rows = heaps[chosen][1] if chosen in heaps else Need.objects.editable_by(request.user).filter(_waiting(heaps))
    rows = rows.with_deadline().with_holder().select_related("category", "community", "building__quarter")
    total = rows.count()
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
                "deadline": deadline_parts(need, at),
                "step": next((step for step in steps_for(need) if not step.is_quiet), None),
            }
            for need in rows.order_by(F("due_at").asc(nulls_last=True), "pk")[:PAGE]
        ],
        "total": total,
        "more_url": f"{reverse('admin:checklists_need_changelist')}?heap={chosen or 'all'}" if total > PAGE else "",
        "can_file": request.user.has_perm("checklists.file_need"),
    }


def _waiting(heaps):
    waiting = Q()
    for _, queryset in heaps.values():
        waiting |= Q(pk__in=queryset.values("pk"))
    return waiting
