"""巡查清单: a round of one grid along what is due, and the reports that it leads to."""

from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import DetailView

from patrols.forms.phone.rounds import RoundForm
from patrols.models import CheckItem, Round
from patrols.services.rounds import items_due, record_round
from patrols.views.desk.ground import GroundMixin
from patrols.views.desk.kept import KeptView


def report_url(grid, item, client_key):
    """The report form with the matter filled in, tied to the item of the round with this key."""
    query = {"grid": grid.pk, "item": item.pk, "round_key": client_key}
    if item.matter_id:
        query["matter"] = item.matter_id
    return f"{reverse('patrol_desk:incident_create')}?{urlencode(query)}"


class RoundCreateView(KeptView):
    """One grid's list: what is due today, or with `?all=1` all of it; several grids are chosen from first."""

    template_name = "desk/grid/round_create.html"
    form_class = RoundForm
    tab, is_kept, kept_as = "more", True, "巡查"
    gone = "这个网格不由您巡查。"

    @cached_property
    def grid(self):
        return self.chosen or (self.grids[0] if len(self.grids) == 1 else None)

    @cached_property
    def items(self):
        if self.grid is None:
            return []
        if self.request.method == "POST" or "all" in self.request.GET:
            # A round that the phone kept overnight is checked against the whole list, not against what is due now.
            return list(CheckItem.objects.of_grid(self.grid).select_related("matter"))
        return items_due([self.grid])[self.grid]

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "items": self.items}

    def act(self, form):
        if self.grid is None:
            raise Http404
        told = form.cleaned_data
        walked = record_round(
            self.grid,
            results=form.results(),
            note=told["note"],
            walked_at=form.written_at(),
            client_key=told["client_key"],
            actor=self.request.user,
        )
        wrong = walked.checks.filter(is_fine=False, incident=None).count()
        words = f"已登记巡查，{wrong} 处问题请逐项上报。" if wrong else "已登记巡查。"
        return words, reverse("patrol_desk:round_detail", args=[walked.pk])

    def get_context_data(self, **kwargs):
        return super().get_context_data(grid=self.grid, is_whole="all" in self.request.GET, **kwargs)


class RoundView(GroundMixin, DetailView):
    template_name = "desk/grid/round_detail.html"
    context_object_name = "round"
    tab = "more"

    def get_queryset(self):
        return Round.objects.visible_to(self.request.user).select_related("grid", "walker")

    def get_context_data(self, **kwargs):
        walked = self.object
        is_mine = walked.walker_id == self.request.user.pk
        checks = walked.checks.select_related("item__matter", "incident__matter")
        return super().get_context_data(
            checks=[
                {
                    "check": check,
                    "report_url": report_url(walked.grid, check.item, walked.client_key)
                    if is_mine and not check.is_fine and check.incident_id is None
                    else None,
                }
                for check in checks
            ],
            **kwargs,
        )
