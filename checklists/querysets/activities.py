from django.apps import apps
from django.db.models import Count, IntegerField, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from checklists.querysets.parts import PartQuerySet, tally
from govern.scoping import ScopedQuerySet
from organizations.models import Organization, Unit


class ActivityQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        mine = Unit.objects.of_liaison(user, permission)
        led = Q(community__organization__in=Organization.objects.under_posts(user, permission)) | Q(unit__in=mine)
        if permission != "checklists.view_activity":
            return led
        # Whoever joins in reads; what becomes of it is for the leading unit and the community to say.
        joined = self.model.joint_units.through.objects.filter(unit__in=mine)
        return led | Q(pk__in=joined.values("activity"))

    def public(self):
        """What anybody may read: announced or over, and not kept inside."""
        return self.filter(is_public=True, status__in=["announced", "held", "concluded"])

    def with_columns(self):
        """What the columns of 活动清单 read; `photo_count`, `rated_count`, `satisfied_count`."""
        return (
            self.select_related("turn__unit", "turn__agreement", "agreement")
            .prefetch_related("joint_units")
            .annotate(photo_count=tally(apps.get_model("checklists", "ActivityPhoto").objects, "activity"))
            .with_verdicts()
        )

    def with_verdicts(self):
        """`rated_count` neighbours who rated, `satisfied_count` of them 满意 or 基本满意."""
        rated = apps.get_model("checklists", "Enrolment").objects.exclude(satisfaction="")
        return self.annotate(
            rated_count=tally(rated, "activity"),
            satisfied_count=tally(rated.filter(satisfaction__in=["satisfied", "mostly"]), "activity"),
        )

    def published(self, community):
        return self.public().filter(community=community)

    def upcoming(self, at=None):
        return self.filter(ends_at__gte=at or timezone.now())

    def with_status(self, *statuses):
        return self.filter(status__in=statuses)

    def of_unit(self, user):
        """Led or joined by a unit that `user` answers for."""
        mine = Unit.objects.of_liaison(user, "checklists.view_activity")
        joined = self.model.joint_units.through.objects.filter(unit__in=mine)
        return self.filter(Q(unit__in=mine) | Q(pk__in=joined.values("activity")))

    def about(self, words):
        """Whose name, place or plan has these words, or that a unit of this name leads."""
        words = words.strip()
        return self.filter(
            Q(name__icontains=words)
            | Q(place__icontains=words)
            | Q(unit__name__icontains=words)
            | Q(agreement__number__iexact=words)
        )

    def with_enrolled(self):
        """`enrolled_count`: how many people the standing enrolments bring."""
        standing = apps.get_model("checklists", "Enrolment").objects.standing().filter(activity=OuterRef("pk"))
        people = standing.order_by().values("activity").annotate(people=Sum("people_count")).values("people")
        return self.annotate(enrolled_count=Coalesce(Subquery(people, output_field=IntegerField()), 0))


class OfActivityQuerySet(PartQuerySet):
    whole = "activity"


class EnrolmentQuerySet(OfActivityQuerySet):
    def revealable_to(self, user):
        """A unit that only joins in has no use for the neighbours' phones."""
        led = apps.get_model("checklists", "Activity").objects.editable_by(user)
        return self.visible_to(user).filter(activity__in=led)

    def standing(self):
        return self.filter(cancelled_at=None)

    def people(self):
        """How many people these enrolments bring."""
        return self.aggregate(total=Sum("people_count"))["total"] or 0

    def verdicts(self):
        """{"rated": how many rated, "satisfied": how many of them 满意 or 基本满意}."""
        return self.aggregate(
            rated=Count("pk", filter=~Q(satisfaction="")),
            satisfied=Count("pk", filter=Q(satisfaction__in=["satisfied", "mostly"])),
        )
