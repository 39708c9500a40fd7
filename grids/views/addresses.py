"""楼栋 by an address in words, while staff type it."""

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import JsonResponse
from django.shortcuts import render
from django.views import View

from govern.views import number
from grids.addresses import find_buildings
from grids.models import Community

HITS = 6


class BuildingFindView(PermissionRequiredMixin, View):
    """`?address=` within `?community=`: radio buttons for a form that asks with htmx, else JSON."""

    permission_required = ["accounts.use_workplace", "grids.view_building"]

    def get(self, request):
        text = (request.GET.get("address") or request.GET.get("q") or "")[:120]
        key = number(request.GET.get("community"))
        community = Community.objects.visible_to(request.user).filter(pk=key).first() if key is not None else None
        hits = find_buildings(text, user=request.user, community=community, limit=HITS) if text.strip() else []
        if request.htmx:
            context = {"hits": hits, "chosen": request.GET.get("found", ""), "typed": text.strip()}
            return render(request, "admin/grids/building/_hits.html", context)
        return JsonResponse({"hits": [told(hit) for hit in hits]})


def told(hit):
    return {
        "id": hit.building.pk,
        "code": hit.building.code,
        "words": hit.words,
        "unit": hit.unit,
        "floor": hit.floor,
        "room": hit.room,
        "exact": hit.exact,
    }
