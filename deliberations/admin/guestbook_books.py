"""What the guestbook's staff keep by lists: topics, watched words, and whom they asked to pause."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.admin import ModelAdmin

from deliberations.forms.guestbook_books import LiftForm, WordForm
from deliberations.imports.words import WordFilling
from deliberations.models import Block, MessageTopic, WatchedWord
from deliberations.resources.messages import BlockSheet, TopicSheet, WordSheet
from govern.act_pages import badge
from govern.exports import ExportAdminMixin
from govern.imports.admin import ImportAdminMixin
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter


@admin.register(MessageTopic)
class MessageTopicAdmin(ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    resource_classes = [TopicSheet]
    list_display = ["name", "order", "is_active"]
    list_filter = ["is_active"]
    list_editable = ["order", "is_active"]
    search_fields = ["name"]
    actions = None

    def has_delete_permission(self, request, obj=None):
        return False  # messages keep their topic for ever: one that is no longer offered is switched off


@admin.register(WatchedWord)
class WatchedWordAdmin(ScopedAdminMixin, ImportAdminMixin, ExportAdminMixin, ModelAdmin):
    import_export_change_list_template = "admin/imports/change_list.html"
    form = WordForm
    resource_classes = [WordSheet]
    list_display = ["word", "effect"]
    list_filter = ["effect"]
    list_per_page = 100
    search_fields = ["word"]

    def make_filling(self, user):
        return WordFilling(user)


class StandingFilter(admin.SimpleListFilter):
    title = "期限"
    parameter_name = "standing"

    def lookups(self, request, model_admin):
        return [("ended", "已经结束"), ("all", "全部")]

    def choices(self, changelist):
        first, *rest = super().choices(changelist)
        yield {**first, "display": "正在停止"}
        yield from rest

    def queryset(self, request, queryset):
        match self.value():
            case "all":
                return queryset
            case "ended":
                return queryset.filter(ends_at__lte=timezone.now())
        return queryset.in_force()


@admin.register(Block)
class BlockAdmin(ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    """Made on a message's page, lifted here; its end comes by itself."""

    resource_classes = [BlockSheet]
    list_display = ["phone", "community", "reason", "starts_at", "end", "actor", "occasion"]
    list_display_links = None
    list_filter = [StandingFilter, ("community", ScopedRelatedFilter)]
    list_select_related = ["community", "actor", "message"]
    list_per_page = 50
    search_fields = ["reason"]
    search_help_text = "原因里的词"
    actions = None

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_list_display(self, request):
        return [*self.list_display, "lifting"] if self.has_change_permission(request) else self.list_display

    @admin.display(description="手机号")
    def phone(self, block):
        return block.message.masked_phone if block.message else "—"

    @admin.display(description="到什么时候", ordering="ends_at")
    def end(self, block):
        is_over = block.ends_at <= timezone.now()
        return badge("plain" if is_over else "warn", f"{block.until}{'，已结束' if is_over else ''}")

    @admin.display(description="起因")
    def occasion(self, block):
        if block.message is None:
            return "—"
        page = reverse("admin:deliberations_message_change", args=[block.message_id])
        return format_html('<a href="{}">{}</a>', page, block.message)

    @admin.display(description="")
    def lifting(self, block):
        if block.ends_at <= timezone.now():
            return ""
        page = reverse("admin:deliberations_block_change", args=[block.pk])
        return format_html('<span class="gv"><a class="button secondary small nowrap" href="{}">解除</a></span>', page)

    # --- One ----------------------------------------------------------------------------------------------------------
    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """The page of one, with its lifting: nothing else is ever changed of it."""
        if object_id is None:
            raise PermissionDenied
        block = self.get_object(request, object_id)
        can_lift = self.has_change_permission(request, block) and block.ends_at > timezone.now()
        form = LiftForm(request.POST or None, subject=block, user=request.user) if can_lift else None
        if can_lift and form.is_valid() and form.run():
            messages.success(request, "已解除，这个手机号可以继续留言。")
            return HttpResponseRedirect(reverse("admin:deliberations_block_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "停止留言",
            "row": block,
            "is_over": block.ends_at <= timezone.now(),
            "form": form,
        }
        status = 422 if form is not None and form.is_bound else 200
        return TemplateResponse(request, "admin/deliberations/block/page.html", context, status=status)
