"""首接规则: their order, and a page that answers “这件事会先给谁”."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from unfold.admin import ModelAdmin

from govern.act_pages import badge
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from grids import codebook
from grids.forms.routes import RouteForm, TryForm
from grids.models import Community, Grid, Route
from grids.services.duties import stand_ins
from grids.services.routes import move_route, next_order, trace

BUTTON = '<button class="button quiet small" formaction="{}" name="way" value="{}" aria-label="{}{}">{}</button>'
AREAS = {"community": Community, "grid": Grid}


@admin.register(Route)
class RouteAdmin(ScopedAdminMixin, ModelAdmin):
    list_before_template = "admin/grids/route/_before.html"
    form = RouteForm
    autocomplete_fields = ["community", "grid"]
    list_display = ["name", "matter", "area", "receiver", "state", "buttons"]
    list_select_related = ["community", "grid", "duty"]
    list_filter = ["subject", "kind", "is_active", ("community", ScopedRelatedFilter)]
    list_per_page = 50
    search_fields = ["name", "community__name", "grid__name"]
    search_help_text = "规则、社区、网格"
    ordering = ["order", "pk"]
    actions = None

    # --- The list -----------------------------------------------------------------------------------------------------

    def get_changelist_instance(self, request):
        changelist = super().get_changelist_instance(request)
        rows = list(changelist.result_list)
        self.names = codebook.known()
        self.acting = stand_ins([row.duty for row in rows if row.duty_id])
        own = Route.objects.editable_by(request.user).filter(pk__in=[row.pk for row in rows])
        self.own = set(own.order_by().values_list("pk", flat=True))
        return changelist

    @admin.display(description="什么事")
    def matter(self, route):
        return codebook.spoken(route, self.names)

    @admin.display(description="哪里")
    def area(self, route):
        return route.grid or route.community or "全部社区"

    @admin.display(description="先给谁")
    def receiver(self, route):
        if route.duty is None:
            return route.get_kind_display()
        label = f"{route.duty.get_kind_display()} {route.duty.name}"
        if not route.duty.is_on(timezone.localdate()):
            return format_html(
                "{} {}", badge("warn", f"{route.duty.name}已离岗"), f"改给当时的{route.get_kind_display()}"
            )
        if stand_in := self.acting.get(route.duty_id):
            return format_html("{} {}", label, badge("warn", f"请假，{stand_in.name} 代班"))
        return label

    @admin.display(description="状态", ordering="is_active")
    def state(self, route):
        return badge("ok", "启用") if route.is_active else badge("plain", "停用")

    @admin.display(description="顺序")
    def buttons(self, route):
        if route.pk not in self.own:
            return badge("plain", "统一规则")
        url = reverse("admin:grids_route_move", args=[route.pk])
        ways = ((url, way, route.name, word, word) for way, word in (("up", "上移"), ("down", "下移")))
        return format_html('<span class="gv"><span class="row">{}</span></span>', format_html_join("", BUTTON, ways))

    # --- The form -----------------------------------------------------------------------------------------------------

    def get_fields(self, request, obj=None):
        has_area = obj is not None and (obj.community_id or obj.grid_id)
        people = ["kind", "duty"] if has_area else ["kind"]
        return ["name", "matter", "community", "grid", *people, "is_active"]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.user = request.user
        return form

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if model := AREAS.get(db_field.name):
            kwargs["queryset"] = model.objects.allowed(request.user, "grids.change_route")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.order = next_order()
        super().save_model(request, obj, form, change)

    # --- More pages ---------------------------------------------------------------------------------------------------

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("try/", wrap(self.try_view), name="grids_route_try"),
            path("<int:pk>/move/", wrap(self.move_view), name="grids_route_move"),
            *super().get_urls(),
        ]

    def move_view(self, request, pk):
        route = get_object_or_404(self.get_queryset(request), pk=pk)
        if request.method == "POST":
            try:
                move_route(route, up=request.POST.get("way") == "up", actor=request.user)
            except ValidationError as error:
                messages.warning(request, "".join(error.messages))
        back = request.META.get("QUERY_STRING", "")
        return HttpResponseRedirect(f"{reverse('admin:grids_route_changelist')}{'?' if back else ''}{back}")

    def try_view(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = TryForm(request.GET if "matter" in request.GET else None, user=request.user)
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": "这件事会先给谁", "form": form}
        status = 200
        if form.is_bound:
            status = 200 if form.is_valid() else 422
            context |= self.answer(form) if form.is_valid() else {}
        return TemplateResponse(request, "admin/grids/route/try.html", context, status=status)

    def answer(self, form):
        if len(form.hits) > 1:
            query = {name: form.data.get(name, "") for name in ("matter", "place", "on")}
            return {"hits": [(place, type(place)._meta.model_name) for place in form.hits], "asked": query}
        place = form.hits[0]
        grid, building = (place, None) if isinstance(place, Grid) else (place.grid, place)
        community = building.quarter.community if building else grid.communities.first()
        subject, _, code = form.cleaned_data["matter"].partition(":")
        on = form.cleaned_data["on"] or timezone.localdate()
        found, looked = trace(subject, code=code, community=community, grid=grid, building=building, on=on)
        return {"place": place, "grid": grid, "found": found, "looked": looked, "on": on, "is_answered": True}
