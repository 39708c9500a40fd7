"""心愿墙."""

from datetime import timedelta

from django.apps import apps
from django.db.models import Case, Count, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from deliberations import wall_states as wall
from govern.scoping import ScopedQuerySet, keys
from grids.models import Community
from organizations.parameters import parameter


class WishQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        return Q(need__community__in=keys(Community.objects.under_posts(user, permission)))

    def standing(self):
        """Neither taken down nor of a need that came to nothing."""
        return self.filter(taken_down_at=None).exclude(need__status__in=sorted(wall.GONE))

    def to_verify(self):
        return self.standing().filter(verified_at=None)

    def to_publish(self):
        return self.standing().filter(verified_at__isnull=False, published_at=None)

    def published(self):
        return self.standing().filter(published_at__isnull=False)

    def on_the_wall(self, days=None, at=None):
        """What the public reads. A wish that was fulfilled stays for `days` (by the parameter), marked as done with."""
        if days is None:
            days = parameter("wall_fulfilled_days")
        shown_since = (at or timezone.now()) - timedelta(days=int(days))
        return self.published().filter(wall.OPEN | wall.FULFILLED & Q(need__done_at__gte=shown_since))

    def in_state(self, state):
        """Of those on the wall: "waiting", "claimed" or "fulfilled"."""
        return self.filter(wall.STATES[state])

    def state_counts(self):
        """{state: how many}, in one query."""
        return self.order_by().aggregate(**{name: Count("pk", filter=q) for name, q in wall.STATES.items()})

    def with_helper(self):
        """`helper`: the unit or team that has it in hand or fulfilled it, a person by no name; NULL while nobody's."""
        get = apps.get_model
        claim = get("checklists", "Claim").objects.order_by("-claimed_at").filter(need=OuterRef("need"))
        # Of a need that was done again by somebody else, the one who did it last.
        claim = claim.filter(Q(status="approved") | Q(status="fulfilled", ended_at=OuterRef("need__done_at")))
        taken = get("checklists", "Dispatch").objects.order_by("-offered_at").filter(need=OuterRef("need"))
        named = Case(When(team__isnull=False, then=F("team__name")), default=Value("一位志愿者"))
        unit = taken.filter(status__in=["taken", "finished"]).values("resource__unit__name")
        return self.annotate(helper=Coalesce(Subquery(claim.values(name=named)[:1]), Subquery(unit[:1])))

    def with_story(self):
        """With what a card tells. Whose need it is, and what was said, is not even read."""
        rows = self.with_helper().select_related("need__category", "need__community", "numbered_in")
        return rows.only(*wall.READ, *(f"need__{name}" for name in wall.READ_OF_NEED))
