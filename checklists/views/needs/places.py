"""Where somebody lives: told once, on the way to the form, the menu or the first page."""

from django.shortcuts import redirect
from django.urls import reverse
from django.views.generic import TemplateView

from checklists.forms.needs import NeedForm
from checklists.views import visits
from govern.views import number
from grids.models import Building, Community, Quarter


class NeedPlacesView(TemplateView):
    """Community, quarter, building: selects within the form for htmx, and as a page of its own a list to tap."""

    targets = {"home": "checklists:home", "resources": "checklists:resource_list", "need": "checklists:need_create"}

    def get_template_names(self):
        return ["checklists/_need_place.html" if self.request.htmx else "checklists/need_places.html"]

    def get(self, request, *args, **kwargs):
        chosen = {name: number(request.GET.get(name)) for name in ("community", "quarter", "building")}
        if request.htmx:
            return self.render_to_response({"form": NeedForm(initial=chosen), "is_choosing": True})
        community = Community.objects.filter(pk=chosen["community"]).first()
        quarter = Quarter.objects.filter(pk=chosen["quarter"], community=community).first()
        building = Building.objects.active().select_related("quarter").filter(pk=chosen["building"]).first()
        target = self.targets.get(request.GET.get("to"), "checklists:need_create")
        if building or (community and "here" in request.GET):
            visits.remember_place(request, community=community, building=building)
            carried = {name: request.GET[name] for name in ("resource", "category") if name in request.GET}
            return redirect(reverse(target, query=carried))
        context = {"community": community, "quarter": quarter, "rows": self.rows(community, quarter)}
        return self.render_to_response(self.get_context_data(**context))

    def rows(self, community, quarter):
        """What to tap next: [{label, url}]."""
        if quarter:
            return [self.row("building", building) for building in quarter.buildings.active()]
        if community:
            return [self.row("quarter", each) for each in community.quarters.all()]
        return [self.row("community", each) for each in Community.objects.all()]

    def row(self, name, place):
        query = self.request.GET.copy()
        query[name] = place.pk
        return {"label": place.name, "url": f"?{query.urlencode()}"}
