"""上报: the form, and what helps to say where."""

from django.http import JsonResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.views import View

from govern.views import number
from grids.addresses import find_buildings
from patrols.forms.phone.places import area_key, areas_for
from patrols.forms.phone.reports import ReportForm
from patrols.views.desk.ground import GroundMixin
from patrols.views.desk.kept import KeptView

RIGHT = "patrols.add_incident"


class ReportView(KeptView):
    """`?building=CODE` from a poster, `?grid=`, `?matter=`, `?item=` and `?round_key=` from a round."""

    template_name = "desk/grid/incident_create.html"
    form_class = ReportForm
    tab, is_kept, kept_as = "report", True, "上报"
    gone = "这里已不在您的网格，不能上报。"

    @cached_property
    def areas(self):
        return areas_for(self.request.user, RIGHT, self.grids)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "areas": self.areas, "user": self.request.user}

    def get_initial(self):
        asked = self.request.GET
        initial = {name: number(asked.get(name, "")) for name in ("matter", "item")}
        initial["area"] = area_key(self.areas, asked.get("grid"))
        initial["round_key"] = asked.get("round_key", "")[:36] or None
        return {name: value for name, value in initial.items() if value}

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        if code := self.request.GET.get("building", "")[:17]:
            found = form.building_by_code(code)
            self.is_foreign = found is None
            if found:
                form.initial["building"] = found
        return form

    def act(self, form):
        incident = form.run()
        if incident.is_solved_on_spot:
            words = f"已登记并结案，编号 {incident.spoken_code}。"
        else:
            words = f"已上报，编号 {incident.spoken_code}，由{incident.receiver or '社区'}先接。"
        return words, reverse("patrol_desk:incident_detail", args=[incident.pk])

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        form = context["form"]
        return {
            **context,
            "areas": self.areas,
            "is_foreign": getattr(self, "is_foreign", False),
            "classes": form.classes(),
            "chosen_matter": str(form["matter"].value() or ""),
            "building_codes": form.building_codes,
        }


class PlacesView(GroundMixin, View):
    """The buildings that the words of an address may mean, for desk_report.js."""

    def get(self, request):
        found = find_buildings(request.GET.get("q", "")[:60], user=request.user, limit=6)
        hits = [{"pk": hit.building.pk, "words": hit.words, "detail": hit.detail} for hit in found]
        return JsonResponse({"hits": hits})
