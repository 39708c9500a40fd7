"""/volunteers/: where somebody who would like to help begins."""

from django.urls import reverse
from django.views.generic import TemplateView

from volunteers.models import Session, Station, Team, Volunteer


class LandingView(TemplateView):
    template_name = "volunteers/landing.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(doors=doors(), **kwargs)


def doors():
    """(icon, words, address) of what there is to look at; nothing that would lead to an empty page."""
    found = (
        ("calendar-event", "近期活动", "sessions", Session.objects.upcoming()),
        ("users", "服务队", "teams", Team.objects.standing()),
        ("home", "志愿服务站", "stations", Station.objects.open()),
        ("star", "光荣榜", "honours", Volunteer.objects.here().filter(is_honoured=True)),
    )
    return [(icon, words, reverse(f"volunteers:{name}")) for icon, words, name, rows in found if rows.exists()]
