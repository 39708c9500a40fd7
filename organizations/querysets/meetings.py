"""组织生活: who sees the meetings of an organization, and what a list of them is asked."""

from django.apps import apps
from django.db.models import Count, Q
from django.utils import timezone

from govern.scoping import ScopedQuerySet
from organizations.querysets import BelowOrganizationQuerySet, HandedOverQuerySet

CAME = ("qr", "door")


class MeetingQuerySet(HandedOverQuerySet, BelowOrganizationQuerySet):
    """What was held stays with who held it: its past. What is planned goes to the heir."""

    def hanging(self, role, organization):
        return self.planned().filter(**{role: organization})

    def planned(self):
        return self.filter(status="planned")

    def held(self):
        return self.filter(status="held")

    def standing(self):
        return self.exclude(status="cancelled")

    def of_year(self, year):
        return self.filter(starts_at__year=year)

    def overdue(self, at=None):
        """Planned, over by `at` (now), and without minutes yet."""
        return self.planned().filter(ends_at__lt=at or timezone.now())

    def with_attendance(self):
        """`came_count` and `leave_count` of each."""
        return self.annotate(
            came_count=Count("attendances", filter=Q(attendances__way__in=CAME)),
            leave_count=Count("attendances", filter=Q(attendances__way="leave")),
        )


class OfMeetingQuerySet(ScopedQuerySet):
    """Seen and written by whoever may see and write the meeting."""

    def allowed(self, user, permission):
        action = permission.split(".")[1].split("_")[0]
        meetings = apps.get_model("organizations", "Meeting").objects
        rows = meetings.allowed(user, f"organizations.{action}_meeting")
        return super().allowed(user, permission).filter(meeting__in=rows)

    def scope(self, user, permission):
        return Q()


class AttendanceQuerySet(OfMeetingQuerySet):
    def came(self):
        return self.filter(way__in=CAME)

    def on_leave(self):
        return self.filter(way="leave")
