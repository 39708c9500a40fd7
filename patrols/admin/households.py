"""走访户: the list with its sheet in and out; one is put right, shown in full by a logged click, and taken off."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from unfold.admin import ModelAdmin
from unfold.decorators import action

from accounts.admin import PersonalAdminMixin
from checklists.admin.needs import badge
from checklists.forms.fields import show_refusal
from govern.exports import ExportAdminMixin
from govern.imports.admin import ImportAdminMixin
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from patrols.forms.households import EndForm, HouseholdForm
from patrols.imports.households import HouseholdFilling
from patrols.models import CareHousehold
from patrols.resources.channels import HouseholdSheet
from patrols.services import households

SECRETS = ("room", "name", "phone", "needs_note")


class DueFilter(admin.SimpleListFilter):
    title = "走访"
    parameter_name = "due"

    def lookups(self, request, model_admin):
        return [("today", "今天到期和超期"), ("week", "7 天内到期"), ("overdue", "已超期")]

    def queryset(self, request, queryset):
        match self.value():
            case "today":
                return queryset.due()
            case "week":
                return queryset.due(days=7)
            case "overdue":
                return queryset.current().filter(due_on__lt=timezone.localdate())
        return queryset


class CurrentFilter(admin.SimpleListFilter):
    """The list is of those on it: who was taken off is asked for."""

    title = "名单"
    parameter_name = "listed"

    def lookups(self, request, model_admin):
        return [("ended", "已移出"), ("all", "全部")]

    def choices(self, changelist):
        first, *rest = super().choices(changelist)
        return [{**first, "display": "在名单上"}, *rest]

    def queryset(self, request, queryset):
        match self.value():
            case "ended":
                return queryset.filter(ends_on__lt=timezone.localdate())
            case "all":
                return queryset
        return queryset.current()


@admin.register(CareHousehold)
class CareHouseholdAdmin(PersonalAdminMixin, ScopedAdminMixin, ImportAdminMixin, ExportAdminMixin, ModelAdmin):
    form = HouseholdForm
    import_export_change_list_template = "admin/imports/change_list.html"
    resource_classes = [HouseholdSheet]
    fieldsets = [
        (None, {"fields": ["building", "room", "name", "phone", "group", "needs_note", "starts_on"]}),
    ]
    autocomplete_fields = ["building"]
    list_display = ["place", "masked_name", "masked_phone", "group", "last_visit_at", "due"]
    list_display_links = ["place"]
    list_select_related = ["building__quarter"]
    list_filter = [
        DueFilter,
        CurrentFilter,
        "group",
        ("building__quarter__community", ScopedRelatedFilter),
        ("building__grid", ScopedRelatedFilter),
    ]
    list_per_page = 50
    search_fields = ["building__name", "building__quarter__name"]
    search_help_text = "小区、楼栋，或完整手机号"
    actions = None
    actions_detail = ["take_off"]

    @admin.display(description="楼栋", ordering="building")
    def place(self, household):
        return household.building

    @admin.display(description="下次走访", ordering="due_on")
    def due(self, household):
        today = timezone.localdate()
        if household.ends_on and household.ends_on < today:
            return badge("plain", f"{household.ends_on:%Y-%m-%d} 移出")
        tone = "bad" if household.due_on < today else "warn" if household.due_on == today else "plain"
        late = (today - household.due_on).days
        return badge(tone, f"{household.due_on:%Y-%m-%d}{f' 超期 {late} 天' if late > 0 else ''}")

    # --- Personal -----------------------------------------------------------------------------------------------------
    def get_fieldsets(self, request, obj=None):
        if obj is None:
            return self.fieldsets
        fields = ["building", "group", "starts_on", "room", "name", "phone", "needs_note"]
        shown = [(None, {"fields": ["on_file", "standing"]})]
        return [*shown, ("修改", {"fields": fields})] if self.has_change_permission(request, obj) else shown

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), "on_file", "standing"]

    @admin.display(description="登记的信息")
    def on_file(self, row):
        rows = [
            {
                "name": name,
                "label": CareHousehold._meta.get_field(name).verbose_name,
                "masked": getattr(row, f"masked_{name}") or "（未填写）",
                "url": reverse("accounts:reveal", args=["patrols", "carehousehold", row.pk, name]),
                "is_filled": bool(getattr(row, name)),
            }
            for name in SECRETS
        ]
        here = reverse("admin:patrols_carehousehold_change", args=[row.pk])
        context = {"rows": rows, "here": here, "is_revealable": row.is_revealable}
        return render_to_string("admin/patrols/carehousehold/_on_file.html", context)

    @admin.display(description="走访")
    def standing(self, row):
        last = timezone.localtime(row.last_visit_at).strftime("%Y-%m-%d") if row.last_visit_at else "还没有走访过"
        ended = f"；{row.ends_on:%Y-%m-%d} 移出：{row.ending_reason}" if row.ends_on else ""
        return f"{row.get_group_display()}，上次走访：{last}，下次：{row.due_on:%Y-%m-%d}{ended}"

    def save_model(self, request, obj, form, change):
        if change:
            return super().save_model(request, obj, form, change)
        return households.enlist_household(obj, actor=request.user)

    def has_delete_permission(self, request, obj=None):
        return False

    def make_filling(self, user):
        return HouseholdFilling(user)

    # --- Taken off ----------------------------------------------------------------------------------------------------
    def has_take_off_permission(self, request, object_id=None):
        return request.user.has_perm("patrols.change_carehousehold")

    @action(description="移出名单", url_path="take-off", icon="person_remove", permissions=["take_off"])
    def take_off(self, request, object_id):
        return redirect("admin:patrols_carehousehold_end", object_id)

    def get_urls(self):
        view = self.admin_site.admin_view(self.end_view)
        return [path("<int:pk>/end/", view, name="patrols_carehousehold_end"), *super().get_urls()]

    def end_view(self, request, pk):
        household = get_object_or_404(CareHousehold.objects.visible_to(request.user), pk=pk)
        if not self.has_change_permission(request, household):
            raise PermissionDenied
        form = EndForm(request.POST or None)
        if form.is_valid():
            try:
                households.end_household(household, **form.cleaned_data, actor=request.user)
            except ValidationError as error:
                show_refusal(form, error)
            else:
                messages.success(request, "已移出走访名单，走访记录保留。")
                return HttpResponseRedirect(reverse("admin:patrols_carehousehold_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": household,
            "title": f"移出名单：{household}",
            "household": household,
            "form": form,
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/patrols/carehousehold/end.html", context, status=status)
