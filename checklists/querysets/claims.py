from django.db.models import Q

from checklists.querysets.parts import PartQuerySet
from govern.scoping import ScopedQuerySet, keys
from grids.models import Community

ACTIVE = ["offered", "claimed", "approved"]


class AppealQuerySet(PartQuerySet):
    whole = "need"

    def standing(self):
        return self.filter(closed_at=None)

    def claimable(self):
        """Put before the volunteers, and still waiting for somebody."""
        return self.standing().filter(need__status="accepted")

    def before(self, volunteer):
        """Those of the communities where `volunteer` lives or leads a team."""
        led = volunteer.led_teams.standing().values("community")
        return self.filter(Q(need__community=volunteer.community_id) | Q(need__community__in=led))


class ClaimQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        return Q(need__community__in=keys(Community.objects.under_posts(user, permission)))

    def active(self):
        return self.filter(status__in=ACTIVE)

    def in_hand(self):
        return self.filter(status="approved")

    def refusing(self):
        """It did not come to it, or to nothing: whoever it was is not let at the same need again."""
        return self.filter(status__in=["declined", "expired"])

    def spoken_for_by(self, volunteer):
        """Of `volunteer`, or of a team that `volunteer` leads."""
        return self.filter(Q(volunteer=volunteer) | Q(team__leader=volunteer))

    def of(self, helper):
        """Of one team or one person."""
        return self.filter(**{helper._meta.model_name: helper})

    def thankable(self):
        """Fulfilled, and the resident has not said a word to the helper yet."""
        return self.filter(status="fulfilled", thanked_at=None)

    def running_out(self, day):
        """In hand, and owed by the date `day`; nobody was reminded yet."""
        return self.in_hand().filter(due_on__lte=day, reminded_at=None)

    def unanswered(self, at):
        """The community asked, and nobody answered in time."""
        return self.filter(status="offered", reply_by__lt=at)

    def overdue(self, today):
        """Past the day they were promised for; what the community has suspended waits."""
        return self.filter(status__in=["claimed", "approved"], due_on__lt=today).exclude(need__status="suspended")

    def abandoned(self):
        """Of somebody who is no volunteer any more, or of a team that is no more."""
        return self.active().exclude(volunteer__left_on=None, team__dissolved_on=None)

    def with_story(self):
        """With what a helper reads about it."""
        return self.select_related(
            "need__category", "need__community", "need__building__quarter", "team__leader__user", "volunteer__user"
        )
