"""谈心谈话: the list tells that two people talked, the page of one tells its editors what they said."""

from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from unfold.admin import ModelAdmin

from govern.act_pages import ActPagesMixin, badge
from govern.exports import ExportAdminMixin
from govern.scoping import ScopedAdminMixin
from organizations.admin.meetings import UnderFilter
from organizations.admin.members import ChosenByHandMixin
from organizations.forms.talks import TALK_ACTS, TalkForm
from organizations.models import Talk
from organizations.talk_resources import TalkResource

TONES = {"care": "warn", "leaders": "info", "leader_member": "info", "members": "plain"}


@admin.register(Talk)
class TalkAdmin(ChosenByHandMixin, ActPagesMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    form = TalkForm
    fields = [
        "organization",
        ("kind", "held_on"),
        ("talker", "talker_name"),
        ("partner", "partner_name"),
        "content",
    ]
    autocomplete_fields = ["organization", "talker", "partner"]
    acts = TALK_ACTS
    page_template = "admin/organizations/talk/page.html"
    page_related = ("organization__parent", "talker", "partner", "recorded_by")
    resource_classes = [TalkResource]
    list_display = ["pair", "sort", "held_on", "organization", "recorded_by"]
    list_select_related = ["organization", "recorded_by"]
    list_filter = ["kind", UnderFilter]
    list_per_page = 50
    date_hierarchy = "held_on"
    search_fields = ["talker_name", "partner_name", "organization__name"]
    search_help_text = "姓名、党支部名称"
    actions = None

    def get_queryset(self, request):
        return super().get_queryset(request).defer("content")

    @admin.display(description="谈话双方", ordering="talker_name")
    def pair(self, talk):
        return f"{talk.talker_name} 与 {talk.partner_name}"

    @admin.display(description="类型", ordering="kind")
    def sort(self, talk):
        return badge(TONES[talk.kind], talk.get_kind_display())

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.actor = request.user
        return form

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        return super().changeform_view(request, object_id, form_url, {**(extra_context or {}), "title": "登记谈心谈话"})

    def save_model(self, request, obj, form, change):
        """The form's service has saved it."""

    def response_add(self, request, obj, post_url_continue=None):
        if "_addanother" in request.POST:
            return super().response_add(request, obj, post_url_continue)
        messages.success(request, "已登记。要点加密保存，只有能办理这个党支部的人看得到。")
        return HttpResponseRedirect(reverse("admin:organizations_talk_change", args=[obj.pk]))

    def context_of(self, talk):
        return {"talk": talk, "tone": TONES[talk.kind]}

    def next_page(self, answer, page):
        """Of one that was struck nothing is left to show."""
        return page if answer else reverse("admin:organizations_talk_changelist")
