"""请假代班: written down at the duty; here they are looked up, ended early and given to another stand-in."""

from django.contrib import admin
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from unfold.admin import ModelAdmin

from govern.act_pages import ActPagesMixin
from govern.exports import ExportAdminMixin
from govern.scoping import ScopedAdminMixin
from grids import resources
from grids.forms.leaves import EndLeave, ReplaceStandIn
from grids.models import Leave


class NowFilter(admin.SimpleListFilter):
    title = "时间"
    parameter_name = "now"

    def lookups(self, request, model_admin):
        return [("current", "现在"), ("coming", "还没开始"), ("over", "已结束")]

    def queryset(self, request, queryset):
        today = timezone.localdate()
        match self.value():
            case "current":
                return queryset.current(today)
            case "coming":
                return queryset.filter(starts_on__gt=today)
            case "over":
                return queryset.filter(ends_on__lt=today)
        return queryset


@admin.register(Leave)
class LeaveAdmin(ActPagesMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    acts = (EndLeave, ReplaceStandIn)
    page_template = "admin/grids/leave/page.html"
    page_related = ("duty__grid", "duty__building__quarter", "stand_in__grid", "stand_in__building", "entered_by")
    resource_classes = [resources.LeaveResource]
    list_display = ["person", "where", "substitute", "starts_on", "ends_on", "reason"]
    list_select_related = ["duty__grid", "duty__building__quarter", "stand_in"]
    list_filter = [NowFilter]
    list_per_page = 50
    search_fields = ["duty__name", "stand_in__name", "duty__grid__name"]
    search_help_text = "请假人、代班人、网格"
    actions = None

    @admin.display(description="请假人", ordering="duty__name")
    def person(self, leave):
        return f"{leave.duty.name}（{leave.duty.get_kind_display()}）"

    @admin.display(description="网格或楼栋")
    def where(self, leave):
        return leave.duty.ground

    @admin.display(description="代班人", ordering="stand_in__name")
    def substitute(self, leave):
        return leave.stand_in.name

    def has_add_permission(self, request):
        return False

    def context_of(self, leave):
        today = timezone.localdate()
        is_over, is_ahead = leave.ends_on < today, leave.starts_on > today
        standing = ("plain", "已结束") if is_over else ("info", "还没开始") if is_ahead else ("warn", "请假中")
        return {"leave": leave, "standing": standing, "is_covered": leave.stand_in.is_on(max(today, leave.starts_on))}

    def act_view(self, request, pk, verb):
        # 销假 of what had not begun takes the row off: a second click comes to a page that is gone.
        if request.method == "POST" and not Leave.objects.filter(pk=pk).exists():
            return HttpResponseRedirect(reverse("admin:grids_leave_changelist"))
        return super().act_view(request, pk, verb)

    def next_page(self, answer, page):
        if answer is None:
            return reverse("admin:grids_leave_changelist")
        return reverse("admin:grids_leave_change", args=[answer.pk])
