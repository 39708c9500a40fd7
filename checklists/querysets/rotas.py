from django.apps import apps
from django.db.models import Q
from django.utils import timezone

from checklists.querysets.parts import PartQuerySet
from govern.scoping import ScopedQuerySet
from organizations.models import Organization, Unit


class RotaQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        # A unit sees the whole rota that it is on: whoever swaps has to see with whom.
        turns = apps.get_model("checklists", "Turn").objects.all()
        return Q(community__organization__in=Organization.objects.under_posts(user, permission)) | Q(
            pk__in=turns.filter(unit__in=Unit.objects.of_liaison(user, permission)).values("rota")
        )

    def current(self, on=None):
        on = on or timezone.localdate()
        return self.filter(starts_on__lte=on, ends_on__gte=on)


class TurnQuerySet(PartQuerySet):
    whole = "rota"

    def current(self, on=None):
        """On duty on the date `on` (today)."""
        on = on or timezone.localdate()
        return self.filter(starts_on__lte=on, ends_on__gte=on)

    def upcoming(self, on=None):
        return self.filter(starts_on__gt=on or timezone.localdate())

    def ended(self, on=None):
        return self.filter(ends_on__lt=on or timezone.localdate())

    def of_community(self, community):
        return self.filter(rota__community=community)

    def of_liaison(self, user, permission=None):
        return self.filter(unit__in=Unit.objects.of_liaison(user, permission))


class TurnSwapQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        mine = Unit.objects.of_liaison(user, permission)
        return (
            Q(turn__rota__community__organization__in=Organization.objects.under_posts(user, permission))
            | Q(turn__unit__in=mine)
            | Q(other_turn__unit__in=mine)
        )

    def open(self):
        return self.filter(status="proposed")

    def touching(self, *turns):
        return self.filter(Q(turn__in=turns) | Q(other_turn__in=turns))
