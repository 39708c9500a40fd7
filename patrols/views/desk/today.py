"""The first page of the desk: today's list for whoever serves a grid, the units' page for liaisons, both for both."""

from django.urls import reverse

from checklists.views.cards import Clock
from checklists.views.holdings import HomeView
from patrols.today import Today
from patrols.views.desk.ground import GroundMixin, stood_in_for

MOST_KEPT = 20  # pages of single rows that the phone fetches for later
FORMS = ("incident_create", "round_create", "note_create", "household_list", "grid_detail", "outbox", "more")


class TodayView(GroundMixin, HomeView):
    tab, is_kept = "today", True

    def get_template_names(self):
        return ["desk/grid/today.html" if self.grids else "desk/home.html"]

    def get_context_data(self, **kwargs):
        if not self.grids:
            return super().get_context_data(**kwargs)
        clock = Clock()
        groups = Today(self.request.user, self.here, clock, is_one=self.chosen is not None).groups()
        return super().get_context_data(
            groups=groups,
            late=[group for group in groups if group.late_count],
            stood_in=stood_in_for(self.request.user),
            clock=clock,
            kept_urls=self._kept_urls(groups),
            **kwargs,
        )

    def _kept_urls(self, groups):
        rows = [row["url"] for group in groups if group.slug in ("visits", "incidents", "needs") for row in group.rows]
        return [*(reverse(f"patrol_desk:{name}") for name in FORMS), *rows[:MOST_KEPT]]
