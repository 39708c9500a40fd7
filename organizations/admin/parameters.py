from django.contrib import admin
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.formats import date_format
from unfold.admin import ModelAdmin, TabularInline

from accounts.admin import LabelledCellsMixin
from govern.scoping import ScopedAdminMixin, ScopedFieldsMixin
from organizations.forms import ParameterValueForm
from organizations.models import Parameter, ParameterValue


def in_words(value, unit):
    return "—" if value is None else f"{value.normalize():f} {unit}".strip()


class ParameterValueInline(LabelledCellsMixin, ScopedFieldsMixin, TabularInline):
    """A change is a new row: what held before stays as it was."""

    model = ParameterValue
    form = ParameterValueForm
    fields = ["value", "effective_on"]
    extra = 1
    verbose_name_plural = "历次取值（要改就新增一行）"

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Parameter)
class ParameterAdmin(ScopedAdminMixin, ModelAdmin):
    """Parameters are shipped; an administrator gives them a new value from a day on."""

    inlines = [ParameterValueInline]
    fields = ["label", "today", "range", "source"]
    readonly_fields = ["label", "today", "range", "source"]
    list_display = ["label", "today", "range", "source"]
    list_per_page = 100
    search_fields = ["label", "source"]
    actions = None

    def get_queryset(self, request):
        in_force = ParameterValue.objects.in_force(timezone.localdate()).filter(parameter=OuterRef("pk"))
        return (
            super()
            .get_queryset(request)
            .annotate(
                value_today=Subquery(in_force.values("value")[:1]), since=Subquery(in_force.values("effective_on")[:1])
            )
        )

    @admin.display(description="今日取值")
    def today(self, row):
        words = in_words(row.value_today, row.unit)
        return f"{words}（{date_format(row.since, 'Y-m-d')} 起）" if row.since else words

    @admin.display(description="可填范围")
    def range(self, row):
        return f"{row.minimum.normalize():f} 到 {row.maximum.normalize():f}"

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return request.user.has_perm("organizations.add_parametervalue") and self.has_view_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return False
