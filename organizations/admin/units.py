from django.contrib import admin, messages
from unfold.admin import ModelAdmin

from govern.exports import ExportAdminMixin
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from organizations.models import Unit
from organizations.resources import UnitResource


@admin.register(Unit)
class UnitAdmin(ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    resource_classes = [UnitResource]
    fields = ["name", "kind", "credit_code", "organization", "address", "liaison", "is_active"]
    autocomplete_fields = ["liaison"]
    list_display = ["name", "kind", "organization", "liaison", "is_active"]
    list_select_related = ["organization", "liaison"]
    list_filter = ["kind", "is_active", ("organization", ScopedRelatedFilter)]
    list_per_page = 50
    search_fields = ["name", "credit_code", "address"]
    search_help_text = "单位名称、信用代码、地址"

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if obj.credit_code_warning:
            self.message_user(request, f"已保存。请留意：{obj.credit_code_warning}", messages.WARNING)
