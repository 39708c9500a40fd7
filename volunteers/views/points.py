"""积分 of oneself, and 兑换 at the station by whoever keeps it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, F, When
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.views.generic import TemplateView

from volunteers.forms.exchanges import ExchangeForm, FindVolunteerForm
from volunteers.models import Good
from volunteers.services.exchanges import window_on
from volunteers.services.points import balance_of
from volunteers.views.signing import VolunteerRequiredMixin

PER_PAGE = 30
MOST_GOODS = 50


class PointsView(VolunteerRequiredMixin, TemplateView):
    template_name = "me/points.html"

    def get_context_data(self, **kwargs):
        today, volunteer = timezone.localdate(), self.volunteer
        later = When(hour_entry__counts_on__gt=today, then=F("hour_entry__counts_on"))
        goods = Good.objects.filter(station__community=volunteer.community, station__is_active=True, is_active=True)
        return super().get_context_data(
            balance=balance_of(volunteer, today),
            window=window_on(today),
            goods=goods.filter(points__gt=0, count__gt=0).select_related("station").order_by("points")[:MOST_GOODS],
            page_obj=Paginator(volunteer.point_entries.annotate(waits_until=Case(later)), PER_PAGE).get_page(
                self.request.GET.get("page")
            ),
            **kwargs,
        )


class ExchangeView(VolunteerRequiredMixin, TemplateView):
    """`?code=` is the first step. Nobody who keeps no station learns that the page is there."""

    template_name = "me/exchange.html"

    def dispatch(self, request, *args, **kwargs):
        self.form = None
        return super().dispatch(request, *args, **kwargs)

    def find(self):
        self.stations = self.volunteer.kept_stations.filter(is_active=True)
        if not self.stations.exists():
            raise Http404
        self.finding = FindVolunteerForm(self.request.GET if "code" in self.request.GET else None)
        self.found = self.finding.volunteer if self.finding.is_valid() else None

    def make_form(self, posted=None):
        return ExchangeForm(posted, stations=self.stations, volunteer=self.found, user=self.request.user)

    def get(self, request):
        self.find()
        self.form = self.make_form() if self.found else None
        status = 422 if self.finding.is_bound and not self.found else 200
        return self.render_to_response(self.get_context_data(), status=status)

    def post(self, request):
        self.find()
        if self.found is None:
            return redirect("me:exchange")
        self.form = self.make_form(request.POST)
        if self.form.is_valid() and (row := self.form.submit()):
            messages.success(request, f"已兑换 {row.good} × {row.count}，用去 {row.points} 分。请把物资交给对方。")
            return redirect("me:exchange")
        return self.render_to_response(self.get_context_data(), status=422)

    def get_context_data(self, **kwargs):
        today = timezone.localdate()
        return super().get_context_data(
            **kwargs,
            find=self.finding,
            form=self.form,
            window=window_on(today),
            balance=balance_of(self.found, today) if self.found else 0,
        ) | {"volunteer": self.found}
