"""What waits for me among the incidents: the heaps, as tiles of the first page and as a filter of the list."""

from datetime import timedelta

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from checklists.admin.queue import work_queue as needs_queue
from organizations.parameters import parameter
from patrols.models import Incident, Whistle

Status, Level = Incident.Status, Incident.Level
RIGHTS = {
    Level.COMMUNITY: "patrols.dispatch_incident",
    Level.STREET: "patrols.direct_incident",
    Level.DISTRICT: "patrols.direct_district_incident",
}
TONES = {"due-soon": "warn", "overdue": "bad", "mine": "warn"}


def levels_of(user):
    return [level for level, right in RIGHTS.items() if user.has_perm(right)]


def heaps(user, at=None):
    """{name: (label, Q on rows that are with_deadline())}."""
    at = at or timezone.now()
    levels = levels_of(user)
    here, found = Q(level__in=levels), {}
    if above := [level for level in levels if level > Level.COMMUNITY]:
        found["mine"] = ("上报到我这里", Q(status=Status.ESCALATED, level__in=above))
    soon = at + timedelta(hours=parameter("incident_due_soon_hours"))
    return found | {
        "reported": ("待受理", here & Q(status=Status.REPORTED)),
        "accepted": ("待派遣", here & Q(status=Status.ACCEPTED)),
        "handled": ("待核查", here & Q(status=Status.HANDLED)),
        "due-soon": ("即将超期", here & Q(due_at__range=(at, soon))),
        "overdue": ("已超期", here & Q(due_at__lt=at)),
        "whistling": ("正在吹哨", Q(pk__in=Whistle.objects.filter(ended_at=None).order_by().values("incident"))),
    }


def tiles(user):
    """The heaps with how many rows each holds, counted in one query."""
    found = heaps(user)
    rows = Incident.objects.editable_by(user).running().with_deadline().order_by()
    counts = rows.aggregate(**{name: Count("pk", filter=where) for name, (_, where) in found.items()})
    address = reverse("admin:patrols_incident_changelist")
    return [
        {"label": label, "number": counts[name], "href": f"{address}?heap={name}", "tone": TONES.get(name, "")}
        for name, (label, _) in found.items()
    ]


def work_queue(request, context):
    """Unfold's dashboard callback: what the needs' queue shows, and above it what waits among the incidents."""
    context = needs_queue(request, context)
    if not levels_of(request.user):
        return context
    return {**context, "incident_tiles": tiles(request.user)}
