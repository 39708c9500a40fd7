"""报到单, 登记卡 and the posters with the code that leads to the form."""

import segno
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from accounts.services import reveal
from govern.views import client_address
from grids.models import Community
from volunteers.models import HourEntry, Report, Volunteer

MOST_LINES, LEAST_LINES = 200, 10  # of the 登记卡
MOST_POSTERS = 50


def qr_of(path):
    return segno.make(f"{settings.PUBLIC_URL}{path}", error="m").svg_data_uri(scale=8, border=2)


class PaperAdminMixin:
    """For the ModelAdmin of reports."""

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("posters/", wrap(self.posters_view), name="volunteers_report_posters"),
            path("<int:pk>/slip/", wrap(self.slip_view), name="volunteers_report_slip"),
            path("<int:pk>/card/", wrap(self.card_view), name="volunteers_report_card"),
            *super().get_urls(),
        ]

    def posters_view(self, request):
        """The code that leads to the form, a page for each community within reach."""
        communities = Community.objects.under_posts(request.user, "volunteers.change_report").order_by("code")
        posters = [
            (each, qr_of(reverse("volunteers:report", query={"community": each.code})))
            for each in communities[:MOST_POSTERS]
        ]
        if not posters:
            raise PermissionDenied
        return TemplateResponse(request, "admin/volunteers/report/posters.html", {"posters": posters})

    def slip_view(self, request, pk):
        return self.paper(request, pk, "slip")

    def card_view(self, request, pk):
        return self.paper(request, pk, "card")

    def paper(self, request, pk, kind):
        """报到单 or 登记卡: masked, until somebody with the right asks for the name in full, which is written down."""
        report = self.row(request, pk)
        person = report.volunteer
        told = {"name": person.masked_name, "phone": person.masked_phone}
        may_reveal = request.user.has_perm("accounts.reveal_personal")
        may_reveal = may_reveal and Volunteer.objects.revealable_to(request.user).filter(pk=person.pk).exists()
        is_full = request.method == "POST"
        if is_full and not may_reveal:
            raise PermissionDenied
        if is_full:
            told = {
                name: reveal(person, name, actor=request.user, remote_addr=client_address(request)) for name in told
            }
        year = timezone.localdate().year
        entries = HourEntry.objects.counting().standing().filter(volunteer=person, served_on__year=year)
        context = {
            "report": report,
            "person": person,
            "told": told,
            "is_full": is_full,
            "may_reveal": may_reveal,
            "opinion": report.events.filter(to_status=Report.Status.REGISTERED).first(),
            "year": year,
            "entries": (lines := list(entries.select_related("entered_by").order_by("served_on")[:MOST_LINES])),
            "blanks": range(max(LEAST_LINES - len(lines), 0)),
            "held": list(person.holdings.held().select_related("position")),
        }
        return TemplateResponse(request, f"admin/volunteers/report/{kind}.html", context)
