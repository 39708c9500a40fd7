"""兑换: handed out in two steps (whose points, what for), returned with its reason."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from unfold.admin import ModelAdmin

from govern.act_pages import ActPagesMixin, badge
from govern.exports import ExportAdminMixin
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from volunteers.forms.exchanges import EXCHANGE_ACTS, ExchangeForm, FindVolunteerForm
from volunteers.models import Exchange, Station
from volunteers.resources.ledgers import ExchangeResource
from volunteers.services import exchanges
from volunteers.services.points import balance_of


@admin.register(Exchange)
class ExchangeAdmin(ActPagesMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    acts = EXCHANGE_ACTS
    page_template = "admin/volunteers/exchange/page.html"
    page_related = ("volunteer", "good__station__community", "handed_by")
    resource_classes = [ExchangeResource]
    list_display = ["at", "station", "what", "person", "points", "state", "handed_by"]
    list_display_links = ["at", "what"]
    list_select_related = ["volunteer", "good__station", "handed_by"]
    list_filter = [("good__station__community", ScopedRelatedFilter), ("good__station", ScopedRelatedFilter)]
    list_per_page = 50
    date_hierarchy = "at"
    search_fields = ["volunteer__code__exact", "good__name"]
    search_help_text = "志愿者编号、物资"
    actions = None

    def get_queryset(self, request):
        return super().get_queryset(request).with_state()

    @admin.display(description="服务站", ordering="good__station")
    def station(self, row):
        return row.good.station

    @admin.display(description="物资")
    def what(self, row):
        return f"{row.good} × {row.count}"

    @admin.display(description="志愿者")
    def person(self, row):
        return f"{row.volunteer} {row.volunteer.code}"

    @admin.display(description="状态")
    def state(self, row):
        return badge("plain", "已退回") if row.is_reversed else badge("ok", "已发放")

    def context_of(self, row):
        return {"row": row}

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if object_id is not None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        if not self.has_add_permission(request):
            raise PermissionDenied
        return self.hand_out_view(request)

    def hand_out_view(self, request):
        """`?code=` is the first step; with somebody found, the second."""
        find = FindVolunteerForm(request.GET if "code" in request.GET else None)
        volunteer = find.volunteer if find.is_valid() else None
        form = None
        if volunteer:
            stations = Station.objects.allowed(request.user, exchanges.RIGHT)
            posted = request.POST if request.method == "POST" else None
            form = ExchangeForm(posted, stations=stations, volunteer=volunteer, user=request.user)
            if form.is_bound and form.is_valid() and (row := form.submit()):
                messages.success(request, f"已兑换 {row.good} × {row.count}，用去 {row.points} 分。请把物资交给对方。")
                return HttpResponseRedirect(reverse("admin:volunteers_exchange_change", args=[row.pk]))
        today = timezone.localdate()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "积分兑换",
            "find": find,
            "form": form,
            "volunteer": volunteer,
            "balance": balance_of(volunteer, today) if volunteer else 0,
            "window": exchanges.window_on(today),
        }
        status = 422 if (form is not None and form.is_bound) or (find.is_bound and not volunteer) else 200
        return TemplateResponse(request, "admin/volunteers/exchange/add.html", context, status=status)
