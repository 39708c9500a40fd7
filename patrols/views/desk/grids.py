"""我的网格: its buildings, who is on duty, what is open where, whom to visit, and figures with their date."""

from collections import Counter

from django.db.models import Count, Max, Prefetch, Sum
from django.urls import reverse
from django.views.generic import TemplateView

from checklists.models import Need
from grids.models import Building, Duty
from patrols.models import CareHousehold, Incident
from patrols.views.desk.ground import GroundMixin, stood_in_for


class GridView(GroundMixin, TemplateView):
    template_name = "desk/grid/grid_detail.html"
    tab, is_kept = "more", True

    def get_context_data(self, **kwargs):
        grid = self.chosen or next(iter(self.grids), None)
        story = grid_story(grid, self.request.user) if grid else {}
        return super().get_context_data(grid=grid, **story, **kwargs)


def grid_story(grid, user):
    on_duty = Duty.objects.current().order_by("kind", "pk")
    buildings = Building.objects.visible_to(user).active().filter(grid=grid)
    heads = Prefetch("duties", on_duty.filter(kind=Duty.Kind.BUILDING_HEAD), to_attr="heads")
    rows = buildings.select_related("quarter").prefetch_related(heads).order_by("quarter__name", "code")
    needs = _count(Need.objects.visible_to(user).open().filter(building__grid=grid))
    incidents = _count(Incident.objects.visible_to(user).open().filter(grid=grid))
    care = _count(CareHousehold.objects.visible_to(user).current().filter(building__grid=grid))
    return {
        "buildings": [
            {
                "building": row,
                "heads": row.heads,
                "needs": needs[row.pk],
                "incidents": incidents[row.pk],
                "care": care[row.pk],
            }
            for row in rows
        ],
        "elsewhere": incidents[None],
        "people": list(on_duty.filter(grid=grid)),
        "figures": buildings.order_by().aggregate(
            households=Sum("households"), counted_on=Max("households_on"), count=Count("pk")
        ),
        "stood_in": stood_in_for(user),
    }


def _count(rows):
    """{building or None: how many}"""
    return Counter(dict(rows.order_by().values_list("building").annotate(count=Count("pk"))))


class MoreView(GroundMixin, TemplateView):
    """What does not fit into the bar."""

    template_name = "desk/grid/more.html"
    tab, is_kept = "more", True

    def get_context_data(self, **kwargs):
        user = self.request.user
        doors = [
            ("我的网格", "building", reverse("patrol_desk:grid_detail"), bool(self.grids)),
            ("巡查清单", "clipboard-check", reverse("patrol_desk:round_create"), bool(self.grids)),
            ("巡查事件", "alert", reverse("patrol_desk:incident_list"), True),
            ("居民需求", "clipboard", reverse("patrol_desk:need_list"), bool(self.grids)),
            ("交办任务", "send", reverse("patrol_desk:errand_list"), bool(self.grids)),
            ("代提需求", "edit", reverse("patrol_desk:filing_create"), user.has_perm("checklists.file_need")),
            ("消息", "bell", reverse("accounts:notification_list"), True),
            ("没发出的", "upload", reverse("patrol_desk:outbox"), True),
        ]
        return super().get_context_data(
            doors=[{"label": label, "icon": icon, "url": url} for label, icon, url, is_open in doors if is_open],
            **kwargs,
        )
