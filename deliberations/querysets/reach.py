"""How far a post reaches among what people say and decide together."""

from django.apps import apps
from django.db.models import Q

from govern.scoping import ScopedQuerySet, keys
from grids.models import Community


def within(model, user, permission):
    """The rows of another model of this app that lie within the reach of `permission`, as keys to hang on."""
    rows = apps.get_model("deliberations", model).objects.all()
    return rows.filter(rows.scope(user, permission)).order_by().values("pk")


class OfCommunityQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        return Q(community__in=keys(Community.objects.under_posts(user, permission)))
