"""What every page of the dashboards begins with: which part of the tree, and which days."""

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import Http404
from django.utils import timezone
from django.utils.functional import cached_property

from dashboards import panels
from dashboards.forms import PeriodForm
from dashboards.outlook import PERMISSION, Outlook, highest
from govern.views import number
from organizations.models import Organization


class OutlookMixin(PermissionRequiredMixin):
    """What is looked at, from ?organization&from&to. A node out of scope is as unknown as a missing one."""

    permission_required = PERMISSION

    @cached_property
    def form(self):
        return PeriodForm(self.request.GET)

    @cached_property
    def tops(self):
        return list(highest(self.request.user))

    @cached_property
    def organization(self):
        asked = self.request.GET.get("organization", "")
        if not asked:
            return self.tops[0] if len(self.tops) == 1 else None
        found = Organization.objects.allowed(self.request.user, PERMISSION).filter(pk=number(asked)).first()
        if found is None:
            raise Http404
        return found

    @cached_property
    def outlook(self):
        starts_on, ends_on = self.form.period
        return Outlook(self.request.user, self.organization, starts_on, ends_on, timezone.now())

    def trail(self, *here, page="home"):
        return panels.trail(self.outlook, self.tops, *here, page=page)

    def get_context_data(self, **kwargs):
        return super().get_context_data(form=self.form, outlook=self.outlook, tops=self.tops, **kwargs)
