from django.contrib import admin
from unfold.admin import ModelAdmin, TabularInline

from checklists.forms.categories import CategoryForm
from checklists.models import Category, Question
from govern.scoping import ScopedAdminMixin, ScopedFieldsMixin


class QuestionInline(ScopedFieldsMixin, TabularInline):
    model = Question
    extra = 0


@admin.register(Category)
class CategoryAdmin(ScopedAdminMixin, ModelAdmin):
    form = CategoryForm
    list_display = [
        "name",
        "code",
        "parent",
        "response_hours",
        "handling_hours",
        "auto_accept",
        "auto_dispatch",
        "is_communal",
        "is_active",
    ]
    list_filter = [
        "is_active",
        "is_communal",
        "auto_accept",
        "auto_dispatch",
        ("parent", admin.RelatedOnlyFieldListFilter),
    ]
    search_fields = ["name", "=code", "parent__name"]
    list_select_related = ["parent"]
    inlines = [QuestionInline]

    def has_delete_permission(self, request, obj=None):
        return False  # needs keep their category for ever: a kind that is no longer offered is switched off
