"""巡查记录, written on the phone; and 巡查检查项, what a round looks at."""

from django.contrib import admin
from unfold.admin import ModelAdmin, TabularInline

from accounts.admin import ReadOnlyAdminMixin
from checklists.admin.needs import badge
from govern.exports import ExportAdminMixin
from govern.paging import CappedPaginator
from govern.scoping import ScopedAdminMixin, ScopedFieldsMixin, ScopedRelatedFilter
from organizations.models import Post
from patrols.models import Check, CheckItem, Round
from patrols.resources.channels import RoundSheet


class CheckInline(ReadOnlyAdminMixin, ScopedFieldsMixin, TabularInline):
    model = Check
    fields = ["item", "is_fine", "incident"]
    extra = 0


class FoundFilter(admin.SimpleListFilter):
    title = "结果"
    parameter_name = "found"

    def lookups(self, request, model_admin):
        return [("yes", "发现问题"), ("no", "都正常")]

    def queryset(self, request, queryset):
        wanted = {"yes": {"found_count__gt": 0}, "no": {"found_count": 0}}
        return queryset.filter(**wanted.get(self.value(), {}))


@admin.register(Round)
class RoundAdmin(ReadOnlyAdminMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    resource_classes = [RoundSheet]
    fields = ["grid", "walker", "walked_at", "note", "saved_at"]
    inlines = [CheckInline]
    list_display = ["walked_at", "grid", "walker", "result", "note"]
    list_select_related = ["grid", "walker"]
    list_filter = ["walked_at", FoundFilter, ("grid", ScopedRelatedFilter)]
    list_per_page = 50
    paginator = CappedPaginator
    show_full_result_count = False
    search_fields = ["grid__name", "walker__name"]
    search_help_text = "网格、巡查人"

    def get_queryset(self, request):
        return super().get_queryset(request).with_checks()

    @admin.display(description="结果", ordering="found_count")
    def result(self, row):
        if row.found_count:
            return badge("warn", f"{row.check_count} 项，{row.found_count} 项有问题")
        return badge("ok", f"{row.check_count} 项都正常")


@admin.register(CheckItem)
class CheckItemAdmin(ScopedAdminMixin, ModelAdmin):
    fields = ["text", "community", "matter", "every_days", "order", "is_active"]
    list_display = ["text", "community_words", "matter", "every_days", "order", "is_active"]
    list_select_related = ["community", "matter"]
    list_filter = ["is_active", ("community", ScopedRelatedFilter)]
    list_per_page = 50
    search_fields = ["text"]
    search_help_text = "检查什么"
    actions = None

    @admin.display(description="社区", ordering="community")
    def community_words(self, item):
        return item.community or "全部社区"

    def get_form(self, request, obj=None, change=False, **kwargs):
        """Only whoever answers for the whole installation says what is looked at everywhere."""
        form, user = super().get_form(request, obj, change, **kwargs), request.user
        everywhere = Post.objects.granting(user, "patrols.add_checkitem", reach="installation")
        if "community" in form.base_fields and not user.is_superuser and not everywhere.exists():
            form.base_fields["community"].required = True
            form.base_fields["community"].help_text = ""
        return form

    def has_delete_permission(self, request, obj=None):
        # What was checked keeps its words; it is put out of use.
        return super().has_delete_permission(request, obj) and (obj is None or not obj.checks.exists())
