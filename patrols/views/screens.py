"""The screen in the community's hall: numbers, and nothing about anybody."""

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.generic import TemplateView

from grids.models import Community
from patrols.models import Ticket

SHOWN = 12


class HallView(TemplateView):
    """`code` is the community's. With htmx only the numbers come, every few seconds."""

    def get_template_names(self):
        return ["patrols/_hall_numbers.html" if self.request.htmx else "patrols/hall.html"]

    def get_context_data(self, **kwargs):
        community = get_object_or_404(Community, code=self.kwargs["code"])
        today = Ticket.objects.filter(community=community, day=timezone.localdate())
        waiting = today.filter(status=Ticket.Status.WAITING).order_by("number")
        called = today.filter(status=Ticket.Status.CALLED).order_by("-called_at", "-number")
        return super().get_context_data(
            community=community,
            called=called[:SHOWN],
            waiting=waiting[:SHOWN],
            waiting_count=waiting.count(),
            now=timezone.localtime(),
            **kwargs,
        )
