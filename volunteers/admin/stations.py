"""志愿服务站: the list, one with its hours, people and stock, its poster; goods and their moves as lists."""

from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from unfold.admin import ModelAdmin

from accounts.admin import ReadOnlyAdminMixin
from govern.act_pages import ActPagesMixin, badge
from govern.exports import ExportAdminMixin
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from volunteers.admin.teams import ROOMY, PostersMixin, qr
from volunteers.forms.stations import STATION_ACTS, StationForm
from volunteers.models import Good, Station, StockMove
from volunteers.resources.stations import GoodResource, StationResource, StockMoveResource
from volunteers.services import stations


@admin.register(Station)
class StationAdmin(PostersMixin, ActPagesMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    form = StationForm
    acts = STATION_ACTS
    page_template = "admin/volunteers/station/page.html"
    page_related = ("community",)
    has_edit_page = True
    resource_classes = [StationResource]
    list_display = ["name", "community", "place", "phone", "hours", "keepers_shown", "goods_shown", "is_active"]
    list_select_related = ["community"]
    list_filter = ["is_active", ("community", ScopedRelatedFilter)]
    list_per_page = 50
    search_fields = ["name", "place", "community__name"]
    search_help_text = "名称、地点、社区"
    actions = ["print_posters"]

    def get_queryset(self, request):
        return super().get_queryset(request).with_counts().prefetch_related("opening_hours")

    @admin.display(description="每周开放")
    def hours(self, station):
        return station.hours_words

    @admin.display(description="驻站人员", ordering="keepers_count")
    def keepers_shown(self, station):
        return f"{station.keepers_count} 人"

    @admin.display(description="物资", ordering="goods_count")
    def goods_shown(self, station):
        return f"{station.goods_count} 种"

    # --- Founded and put right ----------------------------------------------------------------------------------------
    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.actor = request.user
        return form

    def get_fields(self, request, obj=None):
        names = StationForm.Meta.fields
        return names if obj else [name for name in names if name != "is_active"]

    def save_model(self, request, obj, form, change):
        """The form's service has saved it."""

    def response_add(self, request, obj, post_url_continue=None):
        messages.success(request, "已建站。接着填开放时间，再把海报贴出去。")
        return HttpResponseRedirect(reverse("admin:volunteers_station_change", args=[obj.pk]))

    # --- The page of one ----------------------------------------------------------------------------------------------
    def context_of(self, station):
        moves = StockMove.objects.filter(good__station=station).select_related("good", "actor")
        return {
            **stations.notice_of(station, timezone.localtime()),
            "keepers": station.keepers.all(),
            "stock": station.goods.all(),
            "moves": moves[:10],
        }

    def poster_of(self, station):
        address = reverse("volunteers:station", args=[station.code])
        words = station.name * 2 + station.place + station.hours_words
        return {"station": station, "qr": qr(address), "is_tight": len(words) > 2 * ROOMY}


@admin.register(Good)
class GoodAdmin(ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    """Named and priced here; how many there are changes by 出入库 on the station's page alone."""

    resource_classes = [GoodResource]
    fields = ["station", "name", "unit_word", "points", "count", "is_active"]
    readonly_fields = ["station", "count"]
    list_display = ["name", "station", "left", "points", "is_active"]
    list_select_related = ["station"]
    list_filter = ["is_active", ("station__community", ScopedRelatedFilter), ("station", ScopedRelatedFilter)]
    list_per_page = 50
    search_fields = ["name", "station__name"]
    search_help_text = "物资、服务站"
    actions = None

    @admin.display(description="现有", ordering="count")
    def left(self, good):
        return f"{good.count} {good.unit_word}" if good.count else badge("warn", "没有了")

    def has_add_permission(self, request):
        return False  # added on the station's page

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(StockMove)
class StockMoveAdmin(ReadOnlyAdminMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    resource_classes = [StockMoveResource]
    fields = ["at", "good", "change", "reason", "actor"]
    list_display = ["at", "good", "station", "moved", "reason", "actor"]
    list_select_related = ["good__station", "actor"]
    list_filter = [("good__station__community", ScopedRelatedFilter), ("good__station", ScopedRelatedFilter)]
    list_per_page = 50
    date_hierarchy = "at"
    search_fields = ["good__name", "reason"]
    search_help_text = "物资、说明"

    @admin.display(description="服务站", ordering="good__station__name")
    def station(self, move):
        return move.good.station

    @admin.display(description="增减", ordering="change")
    def moved(self, move):
        return f"{move.change:+} {move.good.unit_word}"
