"""留言簿: the list as a queue, and one message's page with its acts."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from unfold.admin import ModelAdmin

from accounts.admin import PersonalAdminMixin
from deliberations import message_story
from deliberations.admin.message_heaps import HeapFilter, tiles
from deliberations.blackening import blackened
from deliberations.forms.moderation import STEPS
from deliberations.models import Message, MessagePhoto, ModerationAct
from deliberations.resources.messages import MessageSheet
from deliberations.services import moderation
from deliberations.services.moderation.words import watched
from govern.act_pages import ActPagesMixin, badge
from govern.exports import ExportAdminMixin
from govern.paging import CappedPaginator
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from organizations.photos import photo_file

Status, Deed = Message.Status, ModerationAct.Act


@admin.register(Message)
class MessageAdmin(ActPagesMixin, PersonalAdminMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    acts = STEPS
    page_template = "admin/deliberations/message/page.html"
    page_related = ("community__street", "topic", "author", "need", "issue")
    list_before_template = "admin/deliberations/message/_heaps.html"
    resource_classes = [MessageSheet]
    list_display = ["state", "first_words", "waits", "topic", "community", "writer", "written_at"]
    list_display_links = ["first_words"]
    list_filter = [HeapFilter, "status", "topic", ("community", ScopedRelatedFilter)]
    list_select_related = ["topic", "community", "need"]
    list_per_page = 30
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    search_fields = ["text"]
    search_help_text = "留言里的词，或完整手机号"
    actions = ["publish_selected"]

    def get_queryset(self, request):
        return super().get_queryset(request).with_standing()

    def get_search_results(self, request, queryset, search_term):
        is_phone = len(search_term.strip()) == 11 and search_term.strip().isdigit()
        if is_phone or not search_term or message_story.can_read_original(request.user):
            return super().get_search_results(request, queryset, search_term)
        return queryset.holding(search_term), False

    def get_ordering(self, request):
        """What waits longest is first; where nothing waits, the newest."""
        match request.GET.get("heap"):
            case "unanswered":
                return [F("reply_by").asc(nulls_last=True), "pk"]
            case "pending" | "flagged" | "appealed":
                return ["written_at", "pk"]
        return ["-written_at", "-pk"]

    def changelist_view(self, request, extra_context=None):
        heaps = tiles(request.user, request.GET.get("heap", ""))
        return super().changelist_view(request, {"tiles": heaps, **(extra_context or {})})

    def get_changelist_instance(self, request):
        changelist, words = super().get_changelist_instance(request), watched()
        for message in changelist.result_list:
            message.is_clean = moderation.is_clean(message.text, words)
        return changelist

    # --- The list -----------------------------------------------------------------------------------------------------
    @admin.display(description="留言", ordering="text")
    def first_words(self, message):
        return str(message)

    @admin.display(description="状态", ordering="status")
    def state(self, message):
        return badge(message_story.tone(message), message.get_status_display())

    @admin.display(description="等什么", ordering="reply_by")
    def waits(self, message):
        if message.judged == Deed.APPEALED:
            return badge("warn", "作者申诉")
        if message.flag_count:
            return badge("bad", f"{message.flag_count} 人举报")
        if message.status == Status.PENDING and not message.is_clean:
            return badge("warn", "有敏感词或个人信息")
        if message.status != Status.PUBLISHED:
            return "—"
        if message.is_answered or message.reply_by is None:
            return badge("ok", "已答复") if message.is_answered else "—"
        until = timezone.localtime(message.reply_by)
        is_late = message.reply_by < timezone.now()
        return badge("bad" if is_late else "plain", f"{until:%m月%d日}前答复" + ("，已超期" if is_late else ""))

    @admin.display(description="留言人")
    def writer(self, message):
        return f"{message.masked_name} {message.masked_phone}"

    @admin.action(description="公开所选留言（没有敏感词的）", permissions=["change"])
    def publish_selected(self, request, queryset):
        words, done, left = watched(), 0, []
        for row in queryset.pending().order_by("pk"):
            try:
                if not moderation.is_clean(row.text, words):
                    raise ValidationError("有敏感词或个人信息")
                moderation.publish_message(row, actor=request.user)
                done += 1
            except (ValidationError, PermissionDenied) as error:
                reason = error.messages[0] if isinstance(error, ValidationError) else str(error)
                left.append(f"“{str(row)[:10]}”{reason}")
        if done:
            self.message_user(request, f"已公开 {done} 条。", messages.SUCCESS)
        if left:
            self.message_user(
                request, f"{len(left)} 条没有公开，请逐条打开看：{'；'.join(left[:10])}", messages.WARNING
            )
        if not done and not left:
            self.message_user(request, "所选的都不在待审核，没有改动。", messages.WARNING)

    def has_add_permission(self, request):
        return False  # residents write it

    # --- One ----------------------------------------------------------------------------------------------------------
    def get_urls(self):
        photo = self.admin_site.admin_view(self.photo_view)
        return [path("photos/<int:pk>/", photo, name="deliberations_message_photo"), *super().get_urls()]

    def page(self, request, row, bound=None):
        if bound is not None:  # it may have been judged while this one was typing
            row = bound.subject = self.row(request, row.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": row,
            "title": "留言",
            **message_story.story(row, request.user, bound),
        }
        return TemplateResponse(request, self.page_template, context, status=200 if bound is None else 422)

    def photo_view(self, request, pk):
        photo = get_object_or_404(MessagePhoto.objects.visible_to(request.user), pk=pk)
        if message_story.can_read_original(request.user) and "shown" not in request.GET:
            return photo_file(photo)
        try:
            picture = blackened(photo.image, photo.hidden_areas)
        except FileNotFoundError as error:
            raise Http404 from error
        return HttpResponse(picture, content_type="image/jpeg", headers={"Cache-Control": "private, no-cache"})
