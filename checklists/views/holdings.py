"""The desk's first page: what waits for me, what I have in hand, my unit's resources."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views import View
from django.views.generic import TemplateView, UpdateView

from checklists.forms.dispatches import ResourceForm
from checklists.models import Dispatch, Resource
from checklists.services.resources import change_resource
from checklists.views.calendars import calendar_page
from checklists.views.cards import Clock, liaison_cards
from checklists.views.dispatches import my_dispatches
from checklists.views.grabs import grab_cards
from organizations.models import Unit

Status = Dispatch.Status
THIS_PERIOD = {"week": "本周", "month": "本月", "quarter": "本季度", "once": "一共"}


def my_resources(user):
    return (
        Resource.objects.editable_by(user)
        .filter(unit__in=Unit.objects.of_liaison(user, "checklists.change_resource"))
        .select_related("unit", "category")
        .with_places_left()
    )


def resource_card(resource, today):
    left = max(resource.places_left, 0)
    state = None
    if resource.is_paused:
        state = {"tone": "warn", "icon": "pause", "word": "已暂停接单"}
    elif resource.valid_until and resource.valid_until < today:
        state = {"tone": "bad", "icon": "alert-circle", "word": "已过有效期"}
    return {
        "resource": resource,
        "state": state,
        "ring": {
            "percent": round(100 * left / resource.capacity),
            "words": f"剩 {left} / {resource.capacity}",
            "tone": "bad" if left == 0 else "warn" if left * 5 <= resource.capacity else "ok",
        },
        "places": f"{THIS_PERIOD[resource.period]}可服务 {resource.capacity} 人，已安排 {resource.capacity - left} 人",
        "availability": resource.get_availability_display() or "任何时间",
    }


class HomeView(LoginRequiredMixin, TemplateView):
    template_name = "desk/home.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs, **self.unit_context(self.request.user))

    def unit_context(self, user):
        units = list(Unit.objects.of_liaison(user, "checklists.view_dispatch"))
        if not units:
            return {"units": []}
        clock = Clock()
        mine = my_dispatches(user)
        offered = liaison_cards(mine.filter(status=Status.OFFERED).order_by("reply_by", "pk"), clock)
        in_hand = liaison_cards(mine.filter(status=Status.TAKEN).order_by("need__handle_by", "pk"), clock)
        for first in (offered or in_hand)[:1]:
            first["is_first"] = True
        return {
            "units": units,
            "offered": offered,
            "grab_count": len(grab_cards(user, clock)),
            "in_hand": in_hand,
            "finished": liaison_cards(mine.filter(status=Status.FINISHED).order_by("-finished_at", "-pk")[:5], clock),
            "resources": [resource_card(each, timezone.localdate(clock.at)) for each in my_resources(user)],
        }


def resource_page(request, resource, *, form=None, bound=None):
    """What the page of one of my resources shows; `form` or `bound` is what was refused, with what was typed."""
    return {
        "form": form or ResourceForm(instance=resource, user=request.user),
        "card": resource_card(resource, timezone.localdate()),
        **calendar_page(request, resource, can_change=True, bound=bound),
    }


class ResourceChangeView(LoginRequiredMixin, UpdateView):
    form_class = ResourceForm
    template_name = "desk/resource_change.html"
    context_object_name = "resource"

    def get_queryset(self):
        return my_resources(self.request.user)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "user": self.request.user}

    def get_context_data(self, **kwargs):
        # The form has written what was typed into its own instance: the ring tells of the row as it is.
        context = super().get_context_data(**kwargs)
        return {**context, **resource_page(self.request, self.get_object(), form=context["form"])}

    def form_valid(self, form):
        if not form.run():
            return self.form_invalid(form)
        messages.success(self.request, f"已保存“{form.instance.name}”。新的名额和时间从现在起用于派单。")
        return redirect("desk:home")


class ResourcePauseView(LoginRequiredMixin, View):
    """Pause or resume, whichever the button said: pressing it twice changes nothing more."""

    def post(self, request, pk):
        resource = get_object_or_404(my_resources(request.user), pk=pk)
        is_paused = request.POST.get("is_paused") == "1"
        try:
            change_resource(resource, actor=request.user, is_paused=is_paused)
        except ValidationError as error:
            messages.warning(request, " ".join(error.messages))
        else:
            words = "已暂停接单，在办的派单请继续办完" if is_paused else "已恢复接单，社区可以派单了"
            messages.success(request, f"“{resource.name}”{words}。")
        return redirect("desk:home")
