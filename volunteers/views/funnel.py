"""报到漏斗 for whoever reads without working in the workplace: supervisors, and liaisons of their own people."""

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.paginator import Paginator
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView

from govern.views import number
from volunteers import report_funnel, report_story
from volunteers.report_filters import STEPS, heap

ROWS = 50


def funnel_of(user, asked, *, page, rows_page):
    """What the template shows. `asked`: the address's parameters; `page`, `rows_page`: of the funnel, of its rows."""
    people = asked.get("people", "") if asked.get("people", "") in report_funnel.PEOPLE else ""
    dimension = asked.get("by") if asked.get("by") in report_funnel.DIMENSIONS else "community"
    at, rows = timezone.now(), report_funnel.rows_of(user, people)
    lines = report_funnel.lines(rows, dimension, at)
    whole = report_funnel.total(rows, at)

    def here(**changed):
        return reverse_with(page, {"people": people, "by": dimension, **changed})

    return {
        "whole": cells_of(whole, people, rows_page),
        "lines": [cells_of(line, people, rows_page) for line in lines],
        "head": "单位" if dimension == "unit" else "社区",
        "picture": report_funnel.picture(whole, lines),
        "late": [(row, report_story.deadline_parts(row, at)) for row in report_funnel.late_rows(rows, at)],
        "people_links": links({key: label for key, (label, _) in report_funnel.PEOPLE.items()}, people, here, "people"),
        "by_links": links({key: row[0] for key, row in report_funnel.DIMENSIONS.items()}, dimension, here, "by"),
    }


def links(labels, chosen, here, name):
    return [{"label": label, "url": here(**{name: key}), "is_current": key == chosen} for key, label in labels.items()]


def reverse_with(page, query):
    return reverse(page, query={key: value for key, value in query.items() if value})


def cells_of(line, people, rows_page):
    """A line with the addresses of the rows behind each figure."""
    query = {"people": people, **line.query}
    return {
        "line": line,
        "href": {name: reverse_with(rows_page, {"heap": of_heap, **query}) for name, of_heap in STEPS.items()},
        "contacted_words": f"占注册 {line.contacted_percent}%" if line.registered else "",
        "posted_words": f"占注册 {line.posted_percent}%" if line.registered else "",
    }


class FunnelView(PermissionRequiredMixin, TemplateView):
    template_name = "volunteers/report_funnel.html"
    permission_required = "volunteers.view_report"

    def get_context_data(self, **kwargs):
        pages = {"page": "reports:funnel", "rows_page": "reports:funnel_rows"}
        return super().get_context_data(**funnel_of(self.request.user, self.request.GET, **pages), **kwargs)


class FunnelRowsView(PermissionRequiredMixin, TemplateView):
    """The rows behind a figure, masked."""

    template_name = "volunteers/report_funnel_rows.html"
    permission_required = "volunteers.view_report"

    def get_context_data(self, **kwargs):
        asked = self.request.GET
        people = asked.get("people", "") if asked.get("people", "") in report_funnel.PEOPLE else ""
        rows = heap(report_funnel.rows_of(self.request.user, people), asked.get("heap"))
        if "community" in asked:
            rows = rows.filter(community=number(asked["community"]))
        if "unit" in asked:
            rows = rows.filter(volunteer__unit=None if asked["unit"] == "none" else number(asked["unit"]))
        rows = rows.select_related("community", "volunteer__unit").order_by("registered_at", "pk")
        page_obj = Paginator(rows, ROWS).get_page(asked.get("page"))
        return super().get_context_data(
            page_obj=page_obj,
            rows=[(row, report_story.tone(row), report_story.deadline_parts(row)) for row in page_obj],
            **kwargs,
        )
