from django.contrib import admin
from unfold.admin import ModelAdmin

from checklists.forms.answers import StandardAnswerForm
from checklists.models import StandardAnswer
from govern.scoping import ScopedAdminMixin


@admin.register(StandardAnswer)
class StandardAnswerAdmin(ScopedAdminMixin, ModelAdmin):
    """标准答复: shown beside the field when a need of the category is brought to the state."""

    form = StandardAnswerForm
    list_display = ["title", "status", "place", "first_words", "order", "is_active"]
    list_filter = ["status", "is_active", ("category", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["category__parent"]
    search_fields = ["title", "text"]

    @admin.display(description="类别", ordering="category")
    def place(self, answer):
        if answer.category is None:
            return "所有类别"
        return f"{answer.category.parent} · {answer.category}" if answer.category.parent else str(answer.category)

    @admin.display(description="内容")
    def first_words(self, answer):
        return answer.text if len(answer.text) <= 40 else answer.text[:39] + "…"
