"""吹哨报到: who was called where, and how long each department took."""

from django.contrib import admin
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from unfold.admin import ModelAdmin

from govern.act_pages import badge
from govern.exports import ExportAdminMixin
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from govern.views import number
from patrols.incident_story import arrivals_summed_up
from patrols.models import Whistle
from patrols.resources.incidents import WhistleResource


class ArrivalFilter(admin.SimpleListFilter):
    title = "报到"
    parameter_name = "arrival"

    def lookups(self, request, model_admin):
        return [("open", "还没解除"), ("waiting", "超时没到齐"), ("late", "有部门迟到或没到"), ("ended", "已解除")]

    def queryset(self, request, queryset):
        match self.value():
            case "open":
                return queryset.open()
            case "waiting":
                return queryset.open().unanswered(timezone.now())
            case "late":
                return queryset.late(timezone.now())
            case "ended":
                return queryset.exclude(ended_at=None)
        return queryset


@admin.register(Whistle)
class WhistleAdmin(ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    """The record; a whistle is blown, answered and ended on its incident's page."""

    resource_classes = [WhistleResource]
    list_display = ["called", "incident", "community", "reason", "level", "limit", "departments", "arrived", "state"]
    list_select_related = ["incident__matter", "incident__community", "called_by"]
    list_filter = [ArrivalFilter, "reason", "level", ("incident__community", ScopedRelatedFilter)]
    list_per_page = 30
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    date_hierarchy = "called_at"
    search_fields = ["incident__code", "note", "arrivals__department"]
    search_help_text = "事件编号、部门、要办的事"
    actions = None

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("arrivals")

    @admin.display(description="吹哨时间", ordering="called_at")
    def called(self, whistle):
        return f"{timezone.localtime(whistle.called_at):%Y-%m-%d %H:%M}"

    @admin.display(description="社区", ordering="incident__community")
    def community(self, whistle):
        return whistle.incident.community

    @admin.display(description="限时", ordering="report_by")
    def limit(self, whistle):
        return f"{whistle.allowed_minutes} 分钟"

    @admin.display(description="部门")
    def departments(self, whistle):
        return "、".join(each.department for each in whistle.arrivals.all())

    @admin.display(description="报到")
    def arrived(self, whistle):
        return badge(*arrivals_summed_up(whistle))

    @admin.display(description="状态", ordering="ended_at")
    def state(self, whistle):
        return badge("info", "正在吹哨") if whistle.is_open else badge("plain", "已解除")

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        whistle = self.get_object(request, str(number(object_id) or 0))
        return HttpResponseRedirect(reverse("admin:patrols_incident_change", args=[whistle.incident_id]) + "#whistle")

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
