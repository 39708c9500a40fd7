"""矛盾调解: a case is seen only by whom it names, whatever post one holds (人民调解法 art. 15)."""

import re

from django.apps import apps
from django.db.models import Count, Q
from django.utils import timezone

from deliberations.querysets.reach import OfCommunityQuerySet, within
from govern.scoping import ScopedQuerySet, keys
from grids.models import Community
from organizations.querysets import BelowOrganizationQuerySet, HandedOverQuerySet


class MediatorQuerySet(HandedOverQuerySet, BelowOrganizationQuerySet):
    def hanging(self, role, organization):
        return self.serving().filter(**{role: organization})

    def serving(self, on=None):
        on = on or timezone.localdate()
        return self.filter(Q(left_on=None) | Q(left_on__gt=on), starts_on__lte=on, ends_on__gte=on)

    def with_case_count(self):
        """`case_count`: what each of them has in hand."""
        busy = Q(cases__recused_at=None, cases__case__status__in=["applied", "accepted", "mediating"])
        return self.annotate(case_count=Count("cases", filter=busy))


class SealedQuerySet(ScopedQuerySet):
    """Rows that no post opens by itself, not even a superuser's."""

    def revealable_to(self, user):
        """By the pages of the case alone, which write down who opened it."""
        return self.none()

    def allowed(self, user, permission):
        if not (user.is_authenticated and user.is_active and user.has_perm(permission)):
            return self.none()
        return self.filter(self._scope_of(user, permission))


class CaseQuerySet(SealedQuerySet, OfCommunityQuerySet):
    def scope(self, user, permission):
        named = Q(readers__user=user, readers__ended_at=None)
        open_to = self.model._default_manager.filter(named).order_by().values("pk")
        return super().scope(user, permission) & Q(pk__in=open_to)

    def running(self):
        return self.filter(status__in=["applied", "accepted", "mediating"])

    def numbered(self, text):
        """By its code, or by the (年)…人调字第…号 of some community: "（2026）…第3号", "2026-3"."""
        code = re.sub(r"[\W_]", "", text).upper()
        number = re.search(r"(\d{4}).*?(\d{1,6})\D*$", text)
        return self.filter(Q(code=code) | Q(year=number[1], number=number[2]) if number else Q(code=code))

    def unassigned(self):
        """Still to be settled, and nobody mediates it."""
        busy = apps.get_model("deliberations", "CaseMediator").objects.filter(recused_at=None).order_by().values("case")
        return self.running().exclude(pk__in=busy)

    def waiting_too_long(self, on=None):
        """Neither accepted nor declined by the day set for it."""
        return self.filter(status="applied", accept_by__lt=on or timezone.localdate())

    def figures(self, on=None):
        """For supervisors, who open no case: {community, applied, running, late, agreed, without_result} of each
        community among these rows, counts alone. The rows are the caller's, by community, not `visible_to`.
        """
        on = on or timezone.localdate()
        late = Q(status="applied", accept_by__lt=on) | Q(status__in=["accepted", "mediating"], due_on__lt=on)
        return (
            self.order_by()
            .values("community")
            .annotate(
                applied=Count("pk"),
                running=Count("pk", filter=Q(status__in=["applied", "accepted", "mediating"])),
                late=Count("pk", filter=late),
                agreed=Count("pk", filter=Q(accord__effective_at__isnull=False)),
                without_result=Count("pk", filter=Q(ended_at__isnull=False, accord__effective_at=None)),
            )
            .order_by("community")
        )


class OfCaseQuerySet(SealedQuerySet):
    def scope(self, user, permission):
        return Q(case__in=within("Case", user, permission))


class CaseOpeningQuerySet(ScopedQuerySet):
    """For auditors: who opened which number when, of cases whose content they cannot open."""

    def scope(self, user, permission):
        return Q(case__community__in=keys(Community.objects.under_posts(user, permission)))


class OfAccordQuerySet(SealedQuerySet):
    def scope(self, user, permission):
        return Q(accord__in=within("Accord", user, permission))
