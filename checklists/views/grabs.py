"""可抢的单: what staff opened to the units that can serve it. Nothing personal is shown before it is theirs."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views import View
from django.views.generic import TemplateView

from checklists.models import Need, Resource
from checklists.services import grabs
from checklists.views.cards import Clock
from govern.views import number
from organizations.models import Unit

SHOWN = 50


def grab_resources(user):
    """What `user` may answer for a need with."""
    return Resource.objects.filter(unit__in=Unit.objects.of_liaison(user, "checklists.change_dispatch"))


def grab_cards(user, clock):
    """The needs that my resources can serve now, the most urgent first, each with the resources to choose from."""
    by_pk = {resource.pk: resource for resource in grab_resources(user).select_related("unit")}
    mine = Resource.objects.filter(pk__in=by_pk)
    needs = Need.objects.grabbable().for_resources(mine)
    found = grabs.fitting(needs, mine, clock.at)
    rows = needs.filter(pk__in=found).select_related("category", "community__street", "building__quarter")
    return [
        {
            "need": need,
            "place": f"{need.community} {need.building.quarter}" if need.building_id else str(need.community),
            "words": need.grab_note,
            "deadline": {**clock.deadline(need.submitted_at, need.handle_by, soon=8), "label": "办理时间"},
            "resources": [by_pk[pk] for pk in found[need.pk]],
        }
        for need in rows.order_by("handle_by", "pk")[:SHOWN]
    ]


class GrabListView(LoginRequiredMixin, TemplateView):
    template_name = "desk/grab_list.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(cards=grab_cards(self.request.user, Clock()), **kwargs)


class NeedGrabView(LoginRequiredMixin, View):
    """抢单. Whoever was a moment too late is told so; a need that never was within reach is not there at all."""

    def get(self, request, pk):
        self.found(pk)
        return redirect("desk:grab_list")

    def found(self, pk):
        """(need, my resources); 404 for what was never open to be grabbed, or is out of their reach."""
        need = get_object_or_404(Need.objects.opened_to_grab().select_related("community__street"), pk=pk)
        mine = grab_resources(self.request.user)
        if not mine.serving(need.community).exists():
            raise Http404
        return need, mine

    def post(self, request, pk):
        need, mine = self.found(pk)
        chosen = number(request.POST.get("resource"))
        resource = mine.filter(pk=chosen).first() if chosen is not None else None
        if resource is None:
            messages.warning(request, "请选择用哪项资源接单。")
            return redirect("desk:grab_list")
        try:
            row = grabs.grab(need, resource, actor=request.user)
        except ValidationError as error:
            messages.warning(request, " ".join(error.messages))
            return redirect("desk:grab_list")
        until = timezone.localtime(row.need.handle_by)
        when = f"{until.month}月{until.day}日 {until:%H:%M}"
        messages.success(request, f"抢到了。请在 {when} 前办好，先联系居民约好时间。")
        return redirect("desk:dispatch_detail", row.pk)
