"""移动办公桌: entered by the community itself, with posters to print; and the red vests' code."""

from urllib.parse import urlencode

import segno
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from unfold.admin import ModelAdmin

from checklists.models import Need
from govern.exports import ExportAdminMixin
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from govern.views import number
from grids.models import Community
from patrols.models import FieldDesk
from patrols.resources.channels import FieldDeskSheet

MOST_POSTERS = 50


def qr(path):
    return segno.make(f"{settings.PUBLIC_URL}{path}", error="m").svg_data_uri(scale=8, border=2)


@admin.register(FieldDesk)
class FieldDeskAdmin(ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    import_export_change_list_template = "admin/patrols/fielddesk/change_list.html"
    resource_classes = [FieldDeskSheet]
    fields = ["community", "place", "weekday", "starts_at", "ends_at", "offers", "host", "is_active"]
    list_display = ["place", "community", "weekday", "hours_words", "offers", "host", "is_active", "intake"]
    list_select_related = ["community"]
    list_filter = ["weekday", "is_active", ("community", ScopedRelatedFilter)]
    list_per_page = 50
    search_fields = ["place", "offers", "host"]
    search_help_text = "地点、办什么、值守"
    actions = ["print_posters"]

    def get_queryset(self, request):
        return super().get_queryset(request).with_intake()

    @admin.display(description="时间", ordering="starts_at")
    def hours_words(self, desk):
        return desk.hours

    @admin.display(description="扫码收件", ordering="intake_count")
    def intake(self, desk):
        return f"{desk.intake_count} 件"

    def get_changeform_initial_data(self, request):
        communities = Community.objects.allowed(request.user, "patrols.add_fielddesk")[:2]
        return {"community": communities[0].pk} if len(communities) == 1 else {}

    def has_delete_permission(self, request, obj=None):
        # What took needs in stays, so that they keep their origin; it is taken down by 公布.
        return super().has_delete_permission(request, obj) and (obj is None or not obj.intakes.exists())

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    @admin.action(description="打印所选办公桌的海报", permissions=["view"])
    def print_posters(self, request, queryset):
        keys = list(queryset.order_by("community", "weekday").values_list("pk", flat=True)[: MOST_POSTERS + 1])
        if len(keys) > MOST_POSTERS:
            return self.message_user(request, f"一次最多打印 {MOST_POSTERS} 张，请少选一些。", messages.WARNING)
        query = urlencode([("desk", key) for key in keys])
        return HttpResponseRedirect(f"{reverse('admin:patrols_fielddesk_posters')}?{query}")

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("posters/", wrap(self.posters_view), name="patrols_fielddesk_posters"),
            path("red-vest/", wrap(self.red_vest_view), name="patrols_fielddesk_red_vest"),
            *super().get_urls(),
        ]

    def posters_view(self, request):
        """`?desk=PK` once or often; one that is out of reach and there is none."""
        keys = {number(key) for key in request.GET.getlist("desk")[:MOST_POSTERS]} - {None}
        desks = list(self.get_queryset(request).filter(pk__in=keys).select_related("community"))
        if not keys or len(desks) != len(keys):
            raise Http404
        posters = [(desk, qr(reverse("channels:desk_need", args=[desk.code]))) for desk in desks]
        return TemplateResponse(request, "admin/patrols/fielddesk/posters.html", {"posters": posters})

    def red_vest_view(self, request):
        """The code that those who go round on Tuesdays wear, a page for each community within reach."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        communities = Community.objects.allowed(request.user, "patrols.change_fielddesk").order_by("code")
        posters = [
            (community, qr(reverse("channels:red_vest_need", args=[community.code])))
            for community in communities[:MOST_POSTERS]
        ]
        if not posters:
            raise PermissionDenied
        context = {"posters": posters, "channel": Need.Channel.RED_VEST.label}
        return TemplateResponse(request, "admin/patrols/fielddesk/red_vest.html", context)
