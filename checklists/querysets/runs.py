from datetime import timedelta

from django.apps import apps
from django.db.models import Exists, F, OuterRef, Q, Subquery

from checklists.querysets.needs import OfNeedQuerySet
from govern.scoping import ScopedQuerySet
from grids.models import Community, District
from organizations.models import Organization


class RunQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        # Its totals are the district's; which need got what, each community sees of its own (Assignment).
        return Q(district__in=self.districts_of(user, permission))

    def districts_of(self, user, permission="checklists.start_run"):
        """The districts in which a post of `user` holds `permission`."""
        within = Community.objects.filter(organization__in=Organization.objects.under_posts(user, permission))
        if not (user.is_superuser or user.has_perm(permission)):
            within = within.none()
        return District.objects.filter(pk__in=within.values("street__district"))

    def finished(self):
        return self.filter(status="finished")

    def unfinished(self):
        return self.filter(status__in=["queued", "running"])

    def real(self):
        """Not only a trial: it changed the proposals."""
        return self.filter(is_trial=False)

    def before(self, run):
        """The finished real runs of the same district that were asked for earlier than `run`, the last one first."""
        return self.finished().real().filter(district=run.district_id, pk__lt=run.pk).order_by("-pk")

    def stuck(self, at, after):
        """Begun longer than the timedelta `after` before `at` and not ended: the worker died."""
        return self.filter(status="running", started_at__lt=at - after)

    def waiting(self, before):
        """Queued before `before`: the task may have been lost."""
        return self.filter(status="queued", queued_at__lt=before)


class AssignmentQuerySet(OfNeedQuerySet):
    def scope(self, user, permission):
        return Q(need__community__organization__in=Organization.objects.under_posts(user, permission))

    def kept_too_long(self, at, days):
        """Of runs that ended more than `days` before `at`."""
        return self.filter(run__finished_at__lt=at - timedelta(days=days))

    def with_former(self, run):
        """`former`: the resource that `run` gave the same need, NULL for none."""
        same = self.model._default_manager.filter(run=run, need=OuterRef("need"))
        return self.annotate(former=Subquery(same.values("resource")[:1]))

    def changed_since(self, run):
        return self.with_former(run).filter(former__isnull=False).exclude(former=F("resource"))

    def gained_since(self, run):
        return self.with_former(run).filter(former=None)

    def missing_in(self, run):
        """Of needs that `run` gave nothing."""
        return self.filter(~Exists(self.model._default_manager.filter(run=run, need=OuterRef("need"))))

    def waiting_at(self, at):
        """Of needs that waited for a resource at the moment `at`, as their events tell."""
        events = apps.get_model("checklists", "NeedEvent").objects.filter(need=OuterRef("need"), at__lte=at)
        last = events.order_by("-at", "-pk").values("to_status")[:1]
        return self.annotate(status_then=Subquery(last)).filter(status_then="accepted")
