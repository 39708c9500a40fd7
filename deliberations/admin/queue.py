"""What waits for me of what people say and decide: tiles of the first page, each with the list it counts."""

from django.urls import reverse

from deliberations.models import Case, Issue, Message, Outcome, Wish
from patrols.admin.queue import work_queue as incidents_queue

IN_HAND = (Case.Status.ACCEPTED, Case.Status.MEDIATING)
# (label, model, the rows, how the list is narrowed to them, tone)
HEAPS = [
    ("待审核留言", Message, lambda rows: rows.pending(), "heap=pending", "warn"),
    ("留言申诉", Message, lambda rows: rows.appealed(), "heap=appealed", "warn"),
    ("待答复留言", Message, lambda rows: rows.unanswered(), "heap=unanswered", ""),
    ("待核实心愿", Wish, lambda rows: rows.to_verify(), "heap=verify", ""),
    ("待筛选议题", Issue, lambda rows: rows.filter(status=Issue.Status.RAISED), "heap=screen", ""),
    ("待受理调解", Case, lambda rows: rows.filter(status=Case.Status.APPLIED), "heap=accept", "warn"),
    ("我的调解", Case, lambda rows: rows.filter(status__in=IN_HAND), "heap=running", ""),
    ("决议超期", Outcome, lambda rows: rows.overdue(), "due=late", "bad"),
]


def tiles(user):
    found = []
    for label, model, find, narrowed, tone in HEAPS:
        address = reverse(f"admin:deliberations_{model._meta.model_name}_changelist")
        number = find(model.objects.editable_by(user)).count()
        found.append({"label": label, "number": number, "href": f"{address}?{narrowed}", "tone": tone})
    return found


def work_queue(request, context):
    """Unfold's dashboard callback: what the incidents' queue shows, and what waits here for whoever works on it."""
    context = incidents_queue(request, context)
    if not request.user.has_perm("deliberations.change_message"):
        return context
    return {**context, "deliberation_tiles": tiles(request.user)}
