"""小事办: the list of numbers, and the days' figures."""

from io import BytesIO

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.http import content_disposition_header
from unfold.admin import ModelAdmin

from accounts.admin import ReadOnlyAdminMixin
from govern.exports import ExportAdminMixin
from govern.paging import CappedPaginator
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from govern.spreadsheets import CONTENT_TYPE, write_sheet
from patrols.admin.ticket_window import WindowPagesMixin
from patrols.models import Ticket
from patrols.resources.channels import TicketSheet

HEADS = ("日期", "社区", "取号", "办结", "过号", "未办", "登记需求", "平均等候分钟", "最长等候分钟")
PER_PAGE = 31


def minutes(span):
    return None if span is None else round(span.total_seconds() / 60, 1)


@admin.register(Ticket)
class TicketAdmin(ReadOnlyAdminMixin, WindowPagesMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    """Read here; numbers are taken, called and ended at the window."""

    import_export_change_list_template = "admin/patrols/ticket/change_list.html"
    resource_classes = [TicketSheet]
    fields = ["community", "day", "number", "errand", "status", "taken_at", "called_at", "ended_at", "clerk", "need"]
    list_display = ["number_words", "day", "community", "status", "errand", "waited", "clerk", "need_code"]
    list_select_related = ["community", "clerk", "need"]
    list_filter = ["day", "status", ("community", ScopedRelatedFilter)]
    list_per_page = 50
    paginator = CappedPaginator
    show_full_result_count = False

    @admin.display(description="号码", ordering="number")
    def number_words(self, ticket):
        return str(ticket)

    @admin.display(description="等候")
    def waited(self, ticket):
        return f"{ticket.waited_minutes} 分钟" if ticket.waited_minutes is not None else "—"

    @admin.display(description="登记的需求")
    def need_code(self, ticket):
        return ticket.need.spoken_code if ticket.need else "—"

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("days/", wrap(self.days_view), name="patrols_ticket_days"),
            path("days/export/", wrap(self.days_export_view), name="patrols_ticket_days_export"),
            *super().get_urls(),
        ]

    # --- The days -----------------------------------------------------------------------------------------------------
    def _days(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        return Ticket.objects.visible_to(request.user).per_day()

    def days_view(self, request):
        page = Paginator(self._days(request), PER_PAGE).get_page(request.GET.get("page"))
        for row in page:
            row["waited"], row["longest"] = minutes(row["waited"]), minutes(row["longest"])
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "小事办每日情况",
            "page_obj": page,
        }
        return TemplateResponse(request, "admin/patrols/ticket/days.html", context)

    def days_export_view(self, request):
        stream = BytesIO()
        rows = (
            [
                *(row["day"], row["community__name"], row["taken"], row["served"], row["left"], row["open"]),
                *(row["filed"], minutes(row["waited"]), minutes(row["longest"])),
            ]
            for row in self._days(request).iterator(chunk_size=2000)
        )
        write_sheet(stream, "小事办每日情况", HEADS, rows, widths=[12, 16, 8, 8, 8, 8, 10, 14, 14])
        response = HttpResponse(stream.getvalue(), content_type=CONTENT_TYPE)
        name = f"小事办每日情况-{timezone.localdate():%Y%m%d}.xlsx"
        response["Content-Disposition"] = content_disposition_header(True, name)
        return response
