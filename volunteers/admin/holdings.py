"""任岗: who is in which post, and one with its acts."""

from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from unfold.admin import ModelAdmin

from govern.act_pages import ActPagesMixin, badge
from govern.exports import ExportAdminMixin
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from volunteers import position_story
from volunteers.admin.position_months import MonthMixin
from volunteers.forms.holdings import HOLDING_ACTS
from volunteers.models import Holding, Volunteer
from volunteers.resources.positions import HoldingResource
from volunteers.services import grounds
from volunteers.services.holdings import lacking


class StateFilter(admin.SimpleListFilter):
    """By what holds today, not by what is written down: a duty that was ended in the grids is over."""

    title = "状态"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [
            ("claimed", "待确认"),
            ("waiting", "候补"),
            ("held", "在岗"),
            ("wish", "想离岗或交接"),
            ("past", "已离岗、撤回、未安排"),
        ]

    def queryset(self, request, queryset):
        match self.value():
            case "claimed" | "waiting":
                return queryset.filter(status=self.value())
            case "held":
                return queryset.standing()
            case "wish":
                return queryset.standing().exclude(wished_at=None)
            case "past":
                return queryset.exclude(pk__in=Holding.objects.open().order_by().values("pk"))
        return queryset


@admin.register(Holding)
class HoldingAdmin(MonthMixin, ActPagesMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    acts = HOLDING_ACTS
    page_template = "admin/volunteers/holding/page.html"
    page_related = (
        "position__community",
        "position__building__quarter",
        "position__grid",
        "position__branch__parent",
        "volunteer__community",
        "duty__grid",
        "duty__building__quarter",
        "household",
        "confirmed_by",
    )
    resource_classes = [HoldingResource]
    list_display = ["person", "state", "position", "community", "spot", "since", "until", "wished"]
    list_select_related = [
        "position__community",
        "position__building__quarter",
        "position__grid",
        "position__branch",
        "volunteer",
        "duty",
        "household",
    ]
    list_filter = [
        StateFilter,
        "position__kind",
        "position__position_class",
        ("position__community", ScopedRelatedFilter),
    ]
    ordering = ["-claimed_at", "-pk"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["position__title", "volunteer__code", "position__building__quarter__name"]
    search_help_text = "岗位名称、志愿者编号、小区"
    actions = None

    @admin.display(description="姓名")
    def person(self, holding):
        return holding.volunteer.masked_name

    @admin.display(description="状态", ordering="status")
    def state(self, holding):
        return badge(*position_story.state(holding))

    @admin.display(description="社区", ordering="position__community")
    def community(self, holding):
        return holding.position.community

    @admin.display(description="地点")
    def spot(self, holding):
        return holding.position.spot

    @admin.display(description="上岗")
    def since(self, holding):
        return holding.since or "—"

    @admin.display(description="到期或离岗")
    def until(self, holding):
        return holding.until or "—"

    @admin.display(description="意愿", ordering="wished_at")
    def wished(self, holding):
        return badge("warn", "想离岗或交接") if holding.wished_at and holding.status == "held" else "—"

    def has_add_permission(self, request):
        return False  # claimed by the person, or on the page of the post

    # --- One ----------------------------------------------------------------------------------------------------------
    def row(self, request, pk):
        row = super().row(request, pk)
        row.may_leave = grounds.may_leave(row, request.user)
        row.is_revealable = (
            request.user.has_perm("accounts.reveal_personal")
            and Volunteer.objects.visible_to(request.user).filter(pk=row.volunteer_id).exists()
        )
        return row

    def context_of(self, holding):
        position, volunteer, today = holding.position, holding.volunteer, timezone.localdate()
        is_asked = holding.status in ("claimed", "waiting")
        return {
            "holding": holding,
            "state": position_story.state(holding),
            "span": position_story.span(holding),
            "stand_in": position_story.acting([holding]).get(holding.pk),
            "lacking": lacking(volunteer, position) if is_asked else [],
            "place_in_line": position_story.place_in_line(holding)
            if holding.status == Holding.Status.WAITING
            else None,
            "standing_duty": grounds.standing_duty(position, volunteer, today) if is_asked else None,
            "waits_for_street": not holding.may_leave and holding.status == "held",
            "timeline": position_story.timeline(holding),
            "hours": holding.hour_entries.order_by("-served_on", "-pk")[:12],
            "others": volunteer.holdings.open().exclude(pk=holding.pk).select_related("position__community"),
        }

    def next_page(self, answer, page):
        is_heir = isinstance(answer, Holding)
        return reverse("admin:volunteers_holding_change", args=[answer.pk]) if is_heir else page
