"""工作日历: holidays and make-up working days."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from govern.scoping import ScopedAdminMixin
from organizations.models import CalendarDay


@admin.register(CalendarDay)
class CalendarDayAdmin(ScopedAdminMixin, ModelAdmin):
    list_display = ["day", "is_working", "name"]
    list_filter = ["is_working"]
    search_fields = ["name"]
    date_hierarchy = "day"
