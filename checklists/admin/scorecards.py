"""单位履约: the scorecard of the units as a page and a sheet; every number leads to its dispatches."""

from datetime import date, datetime, time, timedelta
from io import BytesIO

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views import View

from checklists.models import Dispatch
from checklists.scorecards import GROUPINGS, MEASURES, RATES, scorecards, total
from govern.scoping import ScopedFormMixin
from govern.spreadsheets import CONTENT_TYPE, write_sheet
from grids.models import Community

PER_PAGE = 50
# The columns, each with the measures that are told below its number where they are not nought.
COLUMNS = {
    "offered": [],
    "taken": [],
    "grabbed": [],
    "declined": [name for name in MEASURES if name.startswith("declined_")],
    "expired": [],
    "recalled": [],
    "finished": [],
    "no_show": [],
    "told": Dispatch.Feedback.values,
}
LINKED = {"unit": "resource__unit__id__exact", "category": "need__category__id__exact"}


class PeriodForm(ScopedFormMixin, forms.Form):
    """From when to when, by what, in which community; anything wrong falls back to this quarter."""

    first = forms.DateField(label="从", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last = forms.DateField(label="到", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    by = forms.ChoiceField(label="分组", choices=[(key, label) for key, (label, _) in GROUPINGS.items()])
    community = forms.ModelChoiceField(
        Community.objects.order_by("name"), label="需求所在社区", required=False, empty_label="全部"
    )

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and first > last:
            self.add_error("last", "结束日期不能早于开始日期。")
        return cleaned


def this_quarter(today):
    return {"first": date(today.year, (today.month - 1) // 3 * 3 + 1, 1), "last": today, "by": "unit"}


class ScorecardView(View):
    """`model_admin` is the dispatches'; `?sheet=1` gives the same rows as an .xlsx file."""

    model_admin = None

    def get(self, request):
        if not self.model_admin.has_view_permission(request):
            raise PermissionDenied
        asked = {name: request.GET[name] for name in PeriodForm.base_fields if name in request.GET}
        form = PeriodForm({**this_quarter(timezone.localdate()), **asked}, user=request.user)
        chosen = form.cleaned_data if form.is_valid() else this_quarter(timezone.localdate())
        rows = Dispatch.objects.visible_to(request.user).offered_between(chosen["first"], chosen["last"])
        if chosen.get("community"):
            rows = rows.filter(need__community=chosen["community"])
        cards = scorecards(rows, chosen["by"])
        if "sheet" in request.GET:
            return sheet(cards, chosen)
        page = Paginator(cards, PER_PAGE).get_page(request.GET.get("page"))
        context = {
            **self.model_admin.admin_site.each_context(request),
            "opts": Dispatch._meta,
            "title": "单位履约",
            "form": form,
            "chosen": chosen,
            "page_obj": page,
            "heads": [MEASURES[name][0] for name in COLUMNS],
            "rates": [{"label": label, "words": words} for _, label, _, _, words in RATES],
            "rows": [line(card, chosen) for card in [*page, total(cards)]] if cards else [],
        }
        return TemplateResponse(request, "admin/checklists/dispatch/scorecard.html", context)


def line(card, chosen):
    """A card as cells that lead to the dispatches they count."""
    query = {
        "offered_at__gte": midnight(chosen["first"]).isoformat(),
        "offered_at__lt": midnight(chosen["last"] + timedelta(days=1)).isoformat(),
    }
    if card.pk is not None:
        query[LINKED[chosen["by"]]] = card.pk
    if chosen.get("community"):
        query["need__community__id__exact"] = chosen["community"].pk

    def url(measure):
        return reverse("admin:checklists_dispatch_changelist", query={**query, "measure": measure})

    def cell(name):
        return {"label": MEASURES[name][0], "count": card.counts[name], "url": url(name) if card.counts[name] else ""}

    return {
        "name": card.name,
        "is_total": card.pk is None,
        "rates": [
            {**rate, "part_url": url(part), "whole_url": url(whole)}
            for rate, (_, _, part, whole, _) in zip(card.rates, RATES, strict=True)
        ],
        "cells": [
            {**cell(name), "parts": [cell(part) for part in parts if card.counts[part]]}
            for name, parts in COLUMNS.items()
        ],
    }


def midnight(day):
    return timezone.make_aware(datetime.combine(day, time()))


def sheet(cards, chosen):
    heads = [GROUPINGS[chosen["by"]][0][1:], *(label for label, _ in MEASURES.values())]
    heads += [f"{label}（%）" for _, label, _, _, _ in RATES]
    stream = BytesIO()
    rows = [
        [card.name, *card.counts.values(), *("" if rate["percent"] is None else rate["percent"] for rate in card.rates)]
        for card in [*cards, total(cards)]
    ]
    write_sheet(stream, "单位履约", heads, rows, widths=[28])
    stream.seek(0)
    name = f"单位履约-{chosen['first']:%Y%m%d}-{chosen['last']:%Y%m%d}.xlsx"
    return FileResponse(stream, as_attachment=True, filename=name, content_type=CONTENT_TYPE)


class MeasureFilter(admin.SimpleListFilter):
    """The dispatches behind one number of the scorecard."""

    title = "履约"
    parameter_name = "measure"

    def lookups(self, request, model_admin):
        return [(name, label) for name, (label, _) in MEASURES.items()]

    def queryset(self, request, queryset):
        return queryset.filter(MEASURES[self.value()][1]) if self.value() in MEASURES else queryset
