from datetime import datetime, time, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from govern.scoping import ScopedQuerySet, keys
from grids.models import Community
from organizations.models import Unit


class DispatchQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        return Q(need__community__in=keys(Community.objects.under_posts(user, permission))) | Q(
            resource__unit__in=keys(Unit.objects.of_liaison(user, permission))
        )

    def of_liaison(self, user, permission=None):
        """Offered to the units that `user` answers for."""
        return self.filter(resource__unit__in=keys(Unit.objects.of_liaison(user, permission)))

    def with_story(self):
        """With what a unit reads about it."""
        return self.select_related("resource__unit", "need__category", "need__community", "need__building__quarter")

    def open(self):
        return self.filter(status__in=["offered", "taken"])

    def held(self):
        """What a unit may see the need of: offered to it, in its hands, or finished by it."""
        return self.filter(status__in=["offered", "taken", "finished"])

    def unanswered(self, at):
        return self.filter(status="offered", reply_by__lt=at)

    def offered_between(self, first, last):
        """Offered, or grabbed, from the date `first` to the date `last`, both included."""
        start, end = (timezone.make_aware(datetime.combine(day, time())) for day in (first, last + timedelta(days=1)))
        return self.filter(offered_at__gte=start, offered_at__lt=end)

    def counted_by(self, *fields, **conditions):
        """A dict of `fields` and of how many rows meet each Q of `conditions`, for every value of the fields."""
        counts = {name: Count("pk", filter=condition) for name, condition in conditions.items()}
        return self.order_by().values(*fields).annotate(**counts)

    def no_shows(self):
        """The resident was not there at the time that was agreed."""
        return self.filter(is_no_show=True)

    def of_phone(self, index):
        """Of the needs of one phone number, by its blind index."""
        return self.filter(need__contact_phone_index=index)

    def refusing(self):
        """The unit said no, or nothing: it is not asked again for the same need."""
        return self.filter(status__in=["declined", "expired"])
