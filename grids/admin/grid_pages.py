"""One grid: its facts, what it held on a day, its story, and what may be done with it."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.views import View

from grids.forms.grid_acts import DissolveAct, MergeAct, RenameAct, SplitAct
from grids.geometry import drawing, shapes_of
from grids.models import Building, Duty, Grid, GridEvent
from grids.norms import norm, warnings
from grids.services.grids import hanging
from grids.services.outlines import points_of

PER_PAGE = 40
ACTS = (RenameAct, DissolveAct)
LOOKS = {act.verb: act for act in (SplitAct, MergeAct)}
ENDED = (GridEvent.Kind.DISSOLVED,)


class DayForm(forms.Form):
    on = forms.DateField(
        label="看哪一天",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "请填日期，如 2026-11-20。"},
    )


class GridView(View):
    """`model_admin` is the grids'; one out of reach is not there."""

    model_admin = None

    def dispatch(self, request, *args, **kwargs):
        if not self.model_admin.has_view_or_change_permission(request):
            raise PermissionDenied
        rows = self.model_admin.get_queryset(request).select_related("parent")
        self.grid = get_object_or_404(rows, pk=kwargs.pop("pk"))
        self.can_change = self.model_admin.has_change_permission(request, self.grid)
        return super().dispatch(request, *args, **kwargs)

    @property
    def page(self):
        return reverse("admin:grids_grid_change", args=[self.grid.pk])

    def answer(self, template, status=200, **context):
        base = {**self.model_admin.admin_site.each_context(self.request), "opts": Grid._meta, "original": self.grid}
        path = f"admin/grids/grid/{template}.html"
        return TemplateResponse(self.request, path, {**base, "grid": self.grid, **context}, status=status)

    def show(self, bound=None):
        grid, user, form = self.grid, self.request.user, DayForm(self.request.GET or None)
        today = timezone.localdate()
        on = (form.cleaned_data["on"] if form.is_valid() else None) or today
        buildings = held(grid, on, today)
        visible = Building.objects.visible_to(user).filter(pk__in=[row.pk for row in buildings])
        known = set(visible.values_list("pk", flat=True))
        households = sum(row.households for row in buildings if row.is_active)
        acts = [act(subject=grid, user=user) for act in ACTS] if self.can_change else []
        return self.answer(
            "page",
            status=422 if bound else 200,
            title=grid.name,
            acts=[bound if bound and bound.verb == act.verb else act for act in acts],
            can_change=self.can_change,
            form=form,
            on=on if on != today else None,
            stood=stood(grid, on),
            page_obj=Paginator(by_quarter(buildings), PER_PAGE).get_page(self.request.GET.get("page")),
            known=known,
            building_count=len(buildings),
            households=households,
            warnings=warnings(grid, households if on == today else grid.household_sum, norm()),
            people=people(grid, on),
            missing=missing(grid, on),
            timeline=timeline(grid),
            work=hanging(grid),
            children=grid.children.in_use().order_by("code") if grid.level == Grid.Level.DISTRICT else [],
            drawing=drawn(grid, buildings if on == today else []),
        )


def held(grid, on, today):
    """The buildings of the day `on`; today's are what the rows say."""
    rows = Building.objects.select_related("quarter")
    rows = rows.filter(grid=grid) if on == today else rows.filter(pk__in=grid.stays.as_of(on).values("building"))
    return sorted(rows, key=lambda row: row.code)


def by_quarter(buildings):
    """[(quarter, households, its buildings)], in the order of the codes."""
    found = {}
    for row in buildings:
        found.setdefault(row.quarter, []).append(row)
    return [(quarter, sum(row.households for row in rows), rows) for quarter, rows in found.items()]


def stood(grid, on):
    return grid.founded_on <= on and (grid.dissolved_on is None or on < grid.dissolved_on)


def people(grid, on):
    """[(what they are, who, how they are reached, from when)] on the day `on`, in the order of the duties."""
    order = list(Duty.Kind.values)
    rows = sorted(grid.duties.current(on), key=lambda row: (order.index(row.kind), row.pk))
    return rows


def missing(grid, on):
    """What the grid is without, in words."""
    kinds = {duty.kind for duty in grid.duties.current(on)}
    wanted = (Duty.Kind.ADVISER, Duty.Kind.LEADER, Duty.Kind.WORKER) if grid.level == Grid.Level.COMMUNITY else ()
    return "、".join(kind.label for kind in wanted if kind not in kinds)


def timeline(grid):
    return [
        {
            "at": date_format(event.effective_on, "Y年n月j日"),
            "title": event.get_kind_display(),
            "note": "；".join(words for words in (event.note, event.reason and f"依据：{event.reason}") if words),
            "who": f"{event.actor or '系统'} {date_format(event.at, 'Y-m-d')} 登记",
            "state": "stopped" if event.kind in ENDED else "done",
        }
        for event in grid.events.select_related("actor")
    ]


def drawn(grid, buildings):
    """The grid's outline with its buildings; None where there is nothing to draw."""
    outline = getattr(grid, "outline", None)
    points = [(row.longitude, row.latitude) for row in buildings if row.longitude is not None]
    return drawing(shapes_of([outline.geometry]), points) if outline else None


class PageView(GridView):
    def get(self, request):
        return self.show()

    def post(self, request):
        if not self.can_change:
            raise PermissionDenied
        return HttpResponseRedirect(self.page)


class ActView(GridView):
    """A POST runs the verb; what is refused comes back on the grid's page with what was typed."""

    def get(self, request, verb):
        return HttpResponseRedirect(self.page)

    def post(self, request, verb):
        act = next((each for each in ACTS if each.verb == verb), None)
        if act is None:
            raise Http404
        if self.grid.dissolved_on is not None:
            messages.info(request, f"“{self.grid}”已经撤销，没有再改动。")
            return HttpResponseRedirect(self.page)
        if not self.can_change:
            raise PermissionDenied
        form = act(request.POST, subject=self.grid, user=request.user)
        if form.is_valid():
            form.run()
        if not form.is_valid():
            return self.show(bound=form)
        messages.success(request, form.done)
        return HttpResponseRedirect(self.page)


class LookView(GridView):
    """拆分 and 合并: a page of their own that says, before anything is written, what would become of both."""

    verb = ""

    def dispatch(self, request, *args, **kwargs):
        self.act = LOOKS[self.verb]
        return super().dispatch(request, *args, **kwargs)

    def get(self, request):
        if not self.can_change:
            raise PermissionDenied
        return self.form_page(self.act(subject=self.grid, user=request.user), [])

    def post(self, request):
        if self.grid.dissolved_on is not None:
            messages.info(request, f"“{self.grid}”已经撤销，没有再改动。")
            return HttpResponseRedirect(self.page)
        if not self.can_change:
            raise PermissionDenied
        form = self.act(request.POST, subject=self.grid, user=request.user)
        is_fine, looked = form.is_valid(), form.look()
        if request.htmx or "look" in request.POST:
            return self.form_page(form, looked)
        row = form.run() if is_fine else None
        if not form.is_valid():
            return self.form_page(form, looked, status=422)
        messages.success(request, form.done)
        return HttpResponseRedirect(reverse("admin:grids_grid_change", args=[row.pk]))

    def form_page(self, form, looked, status=200):
        count = self.grid.buildings.count()
        return self.answer(
            "look",
            status=status,
            title=f"{self.act.label}：{self.grid}",
            form=form,
            looked=looked,
            has_warning=any(warns for *_, warns in looked),
            building_count=count,
            point_count=len(points_of(self.grid.buildings)),
            work=hanging(self.grid),
        )
