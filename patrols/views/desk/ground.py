"""What every page of the phone starts from: who is here, in which grids, and instead of whom."""

from django.contrib.auth.mixins import LoginRequiredMixin
from django.utils import timezone
from django.utils.functional import cached_property

from govern.views import number
from grids.models import Duty, Grid, Leave


def keep_on_phone(response, user):
    """Mark a page as one that the phone may keep for `user`, to be read without a signal (service_worker.js)."""
    response["X-Desk-User"] = str(user.pk)
    response["X-Desk-At"] = timezone.now().isoformat()
    return response


class GroundMixin(LoginRequiredMixin):
    """For pages of the phone: `grids` that one serves today, and `here`, the one of `?grid=` or all of them."""

    tab = ""  # of the bar at the bottom
    is_kept = False  # whether the phone keeps the page

    @cached_property
    def grids(self):
        return list(Grid.objects.served_by(self.request.user).in_use().order_by("code").distinct())

    @cached_property
    def chosen(self):
        wanted = number(self.request.GET.get("grid", ""))
        return next((grid for grid in self.grids if grid.pk == wanted), None)

    @property
    def here(self):
        return [self.chosen] if self.chosen else self.grids

    @property
    def duties(self):
        """One's own and those one stands in for; none where one grid was chosen, which then narrows everything."""
        return Duty.objects.none() if self.chosen else Duty.objects.current().held_by(self.request.user)

    def get(self, request, *args, **kwargs):
        response = super().get(request, *args, **kwargs)
        if self.is_kept and response.status_code == 200:
            keep_on_phone(response, request.user)
        return response

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            **{"grids": self.grids, "chosen": self.chosen, "tab": self.tab, "is_kept": self.is_kept, **kwargs}
        )


def stood_in_for(user):
    """Whom `user` stands in for today: [{name, area, until}]."""
    leaves = Leave.objects.current().filter(stand_in__user=user)
    leaves = leaves.select_related("duty__grid", "duty__building__quarter").order_by("ends_on", "pk")
    return [
        {"name": leave.duty.name, "area": leave.duty.grid or leave.duty.building, "until": leave.ends_on}
        for leave in leaves
    ]
