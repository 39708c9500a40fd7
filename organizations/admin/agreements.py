from datetime import timedelta

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import DateField, Value
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.admin import ModelAdmin

from govern.exports import ExportAdminMixin
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from organizations.forms import AgreementForm, TerminateForm
from organizations.models import Agreement
from organizations.parameters import parameter
from organizations.resources import AgreementResource


def soon(today):
    return today + timedelta(days=parameter("expiry_reminder_days"))


class ForceFilter(admin.SimpleListFilter):
    title = "效力"
    parameter_name = "force"

    def lookups(self, request, model_admin):
        return [
            ("running", "有效"),
            ("expiring", "快到期"),
            ("coming", "还没开始"),
            ("ended", "已到期"),
            ("terminated", "已终止"),
        ]

    def queryset(self, request, queryset):
        today = timezone.localdate()
        match self.value():
            case "running":
                return queryset.in_force(today)
            case "expiring":
                return queryset.expiring(soon(today), today)
            case "coming":
                return queryset.filter(starts_on__gt=today, terminated_on=None)
            case "ended":
                return queryset.filter(ends_on__lt=today, terminated_on=None)
            case "terminated":
                return queryset.exclude(terminated_on=None)
        return queryset


@admin.register(Agreement)
class AgreementAdmin(ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    """共驻共建协议: written here, printed for the signatures, ended by a verb with its reason."""

    form = AgreementForm
    resource_classes = [AgreementResource]
    change_form_outer_before_template = "admin/organizations/agreement/_verbs.html"
    fieldsets = [
        (None, {"fields": ["number", "organization", "unit", "signed_on", ("starts_on", "ends_on")]}),
        ("双方", {"fields": [("community_head", "unit_head"), "community_duties", "unit_duties", "deeds"]}),
        ("附件", {"fields": ["needs_annex", "resources_annex"]}),
    ]
    autocomplete_fields = ["unit"]
    list_display = ["number", "unit", "organization", "term", "force", "deed_count", "community_head", "unit_head"]
    list_select_related = ["unit", "organization"]
    list_filter = [ForceFilter, ("organization", ScopedRelatedFilter), ("unit", ScopedRelatedFilter)]
    list_per_page = 50
    date_hierarchy = "ends_on"
    search_fields = ["number", "unit__name", "community_head", "unit_head", "deeds"]
    search_help_text = "协议编号、单位、负责人、共建实事"

    def get_queryset(self, request):
        until = Value(soon(timezone.localdate()), output_field=DateField())
        return super().get_queryset(request).annotate(soon=until)  # for the words in every row, read once

    @admin.display(description="期限", ordering="ends_on")
    def term(self, agreement):
        return f"{agreement.starts_on:%Y-%m-%d}—{agreement.ends_on:%Y-%m-%d}"

    @admin.display(description="效力")
    def force(self, agreement):
        tone, word = agreement.force(timezone.localdate(), agreement.soon)
        return format_html('<span class="gv"><span class="badge {}">{}</span></span>', tone, word)

    @admin.display(description="共建实事")
    def deed_count(self, agreement):
        return f"{len(agreement.deed_lines)} 件"

    def has_change_permission(self, request, obj=None):
        # What has ended is read, printed and no longer rewritten.
        return super().has_change_permission(request, obj) and (obj is None or obj.terminated_on is None)

    def get_changeform_initial_data(self, request):
        today = timezone.localdate()
        return {"signed_on": today, "starts_on": today, "ends_on": today + timedelta(days=364)}

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if len(obj.deed_lines) < 5:
            count = len(obj.deed_lines)
            self.message_user(request, f"已保存。共建实事写了 {count} 件，一般不少于五件。", messages.WARNING)

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/terminate/", wrap(self.terminate_view), name="organizations_agreement_terminate"),
            path("<int:pk>/print/", wrap(self.print_view), name="organizations_agreement_print"),
            *super().get_urls(),
        ]

    def terminate_view(self, request, pk):
        agreement = get_object_or_404(self.get_queryset(request), pk=pk)
        page = HttpResponseRedirect(reverse("admin:organizations_agreement_change", args=[pk]))
        if agreement.terminated_on is not None:
            messages.info(request, "这份协议已经终止过。")
            return page
        if not self.has_change_permission(request, agreement):
            raise PermissionDenied
        form = TerminateForm(request.POST or None, agreement=agreement, user=request.user)
        if form.is_bound and form.is_valid() and form.run():
            messages.success(request, f"协议 {agreement.number} 已终止，单位联络员收到了消息。请看看轮值表要不要调整。")
            return page
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"终止协议 {agreement.number}",
            "agreement": agreement,
            "form": form,
        }
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, "admin/organizations/agreement/terminate.html", context, status=status)

    def print_view(self, request, pk):
        agreement = get_object_or_404(self.get_queryset(request), pk=pk)
        context = {"agreement": agreement}
        return TemplateResponse(request, "admin/organizations/agreement/print.html", context)
