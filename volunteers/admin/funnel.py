"""报到漏斗 in the workplace: its figures lead to the list of reports."""

from django.template.response import TemplateResponse
from django.urls import path

from volunteers.views.funnel import funnel_of


class FunnelAdminMixin:
    """For the ModelAdmin of reports."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.funnel_view)
        return [path("funnel/", view, name="volunteers_report_funnel"), *super().get_urls()]

    def funnel_view(self, request):
        pages = {"page": "admin:volunteers_report_funnel", "rows_page": "admin:volunteers_report_changelist"}
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "报到漏斗",
            **funnel_of(request.user, request.GET, **pages),
        }
        return TemplateResponse(request, "admin/volunteers/funnel/page.html", context)
