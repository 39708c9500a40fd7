"""网格公示: name, boundary, 网格员 with phone and the supervisor's phone (滨州市社会治理网格化服务管理条例, art. 6).

Nothing here is more than the notice board at the door says, so the codes may be guessed; that nobody copies the phones
of a whole city, a rate limit sees to, and search engines are told to stay out.
"""

from django.shortcuts import get_object_or_404
from django.views.generic import TemplateView

from govern.views import too_many
from grids.models import Building, Duty, Grid
from grids.notices import lines, of_grid
from organizations.limits import is_over


class NoticeMixin:
    def dispatch(self, request, *args, **kwargs):
        if is_over(request, "reads notices", "public_notices_per_hour"):
            return too_many(request, None)
        response = super().dispatch(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex"
        return response


class GridNoticeView(NoticeMixin, TemplateView):
    template_name = "grids/grid_notice.html"

    def get_context_data(self, code, **kwargs):
        rows = Grid.objects.in_use().filter(level=Grid.Level.COMMUNITY)
        grid = get_object_or_404(rows, code=code)
        people = lines(of_grid(grid.duties.current().select_related("grid")))
        communities = list(grid.communities.all())
        return super().get_context_data(grid=grid, people=people.values(), communities=communities, **kwargs)


class BuildingNoticeView(NoticeMixin, TemplateView):
    template_name = "grids/building_notice.html"

    def get_context_data(self, code, **kwargs):
        rows = Building.objects.active().select_related("quarter__community", "grid")
        building = get_object_or_404(rows, code=code)
        current = Duty.objects.current().on_ground(building.grid, building).select_related("grid", "building")
        heads = [duty for duty in current if duty.kind == Duty.Kind.BUILDING_HEAD]
        own = [duty for duty in current if duty.grid_id == building.grid_id]
        people = lines([*heads, *of_grid(own)])
        return super().get_context_data(building=building, grid=building.grid, people=people.values(), **kwargs)
