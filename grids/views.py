"""The QR poster of a building: what hangs at its door and opens the need form with the building filled in."""

from urllib.parse import urlencode

import segno
from django.conf import settings
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.db.models import Prefetch
from django.http import Http404
from django.views.generic import ListView

from accounts.services import reveal
from govern.scoping import ScopedViewMixin
from govern.views import client_address, number
from grids.models import Building, Duty

MOST_POSTERS = 100


class BuildingPosterView(PermissionRequiredMixin, ScopedViewMixin, ListView):
    """One poster by `pk` in the path, or several by `?building=`; one that is out of reach and there is none."""

    model = Building
    template_name = "grids/building_poster.html"
    permission_required = ["accounts.use_workplace", "grids.view_building"]

    def get_queryset(self):
        keys = [str(self.kwargs["pk"])] if "pk" in self.kwargs else self.request.GET.getlist("building")
        keys = {number(key) for key in keys[:MOST_POSTERS]} - {None}
        on_duty = Duty.objects.current()
        rows = (
            super()
            .get_queryset()
            .filter(pk__in=keys)
            .select_related("quarter__community", "grid")
            .prefetch_related(
                Prefetch("duties", on_duty.filter(kind=Duty.Kind.BUILDING_HEAD), to_attr="heads"),
                Prefetch("grid__duties", on_duty.filter(kind=Duty.Kind.WORKER), to_attr="workers"),
            )
        )
        if not keys or len(rows) != len(keys):
            raise Http404
        return rows

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        phones = {}
        context["posters"] = [self._poster(building, phones) for building in context["object_list"]]
        return context

    def _poster(self, building, phones):
        worker = next(iter(building.grid.workers), None) if building.grid else None
        head = next(iter(building.heads), None)
        address = f"{settings.PUBLIC_URL}/needs/new/?{urlencode({'building': building.code})}"
        return {
            "building": building,
            "community": building.quarter.community,
            "grid": building.grid,
            "qr": segno.make(address, error="m").svg_data_uri(scale=8, border=2),
            "worker": worker,
            "worker_phone": self._phone(worker, phones) if worker else "",
            "head": head,
        }

    def _phone(self, worker, phones):
        """In full on paper, and written down who had it printed; not at all for those who may not see it."""
        if not self.request.user.has_perm("accounts.reveal_personal"):
            return ""
        if worker.pk not in phones:
            address = client_address(self.request)
            phones[worker.pk] = reveal(worker, "phone", actor=self.request.user, remote_addr=address)
        return phones[worker.pk]
