"""服务证明: issued for whoever asks at the desk, printed, revoked."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from unfold.admin import ModelAdmin

from accounts.services import reveal
from govern.act_pages import ActPagesMixin, badge
from govern.exports import ExportAdminMixin
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from govern.views import client_address
from grids.models import Community
from volunteers.forms.certificates import CERTIFICATE_ACTS, IssueForm
from volunteers.models import Certificate
from volunteers.paper import paper_of
from volunteers.resources.ledgers import CertificateResource


class ValidFilter(admin.SimpleListFilter):
    title = "效力"
    parameter_name = "valid"

    def lookups(self, request, model_admin):
        return [("yes", "有效"), ("no", "已作废")]

    def queryset(self, request, queryset):
        return queryset.filter(revoked_at__isnull=self.value() == "yes") if self.value() else queryset


@admin.register(Certificate)
class CertificateAdmin(ActPagesMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    acts = CERTIFICATE_ACTS
    page_template = "admin/volunteers/certificate/page.html"
    page_related = ("volunteer", "community", "handler")
    resource_classes = [CertificateResource]
    list_display = ["number", "person", "period", "hours_shown", "state", "community", "issued_at", "handler"]
    list_select_related = ["volunteer", "community", "handler"]
    list_filter = [ValidFilter, ("community", ScopedRelatedFilter)]
    list_per_page = 50
    date_hierarchy = "issued_at"
    search_fields = ["number", "volunteer__code__exact"]
    search_help_text = "证明编号、志愿者编号"
    actions = None

    @admin.display(description="志愿者")
    def person(self, row):
        return f"{row.volunteer} {row.volunteer.code}"

    @admin.display(description="服务期间", ordering="starts_on")
    def period(self, row):
        return f"{row.starts_on:%Y-%m-%d}—{row.ends_on:%Y-%m-%d}"

    @admin.display(description="小时", ordering="minutes")
    def hours_shown(self, row):
        return row.hours

    @admin.display(description="效力")
    def state(self, row):
        return badge("plain", "已作废") if row.revoked_at else badge("ok", "有效")

    def context_of(self, row):
        return {"certificate": row}

    def get_urls(self):
        view = self.admin_site.admin_view(self.print_view)
        return [path("<int:pk>/print/", view, name="volunteers_certificate_print"), *super().get_urls()]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if object_id is not None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        if not self.has_add_permission(request):
            raise PermissionDenied
        return self.issue_view(request)

    def issue_view(self, request):
        today = timezone.localdate()
        places = list(Community.objects.allowed(request.user, "volunteers.add_certificate")[:2])
        initial = {"starts_on": today.replace(month=1, day=1), "ends_on": today, "code": request.GET.get("code", "")}
        initial["community"] = places[0] if len(places) == 1 else None
        form = IssueForm(request.POST or None, user=request.user, initial=initial)
        if request.method == "POST" and form.is_valid() and (row := form.submit()):
            messages.success(request, f"已出具 {row.number}，打印盖章后交给本人。")
            return HttpResponseRedirect(reverse("admin:volunteers_certificate_change", args=[row.pk]))
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": "出具服务证明", "form": form}
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, "admin/volunteers/certificate/add.html", context, status=status)

    def print_view(self, request, pk):
        """The name and the identity number in full are opened, and written down, only for whoever may open them."""
        row = self.row(request, pk)
        is_full = request.user.has_perm("accounts.reveal_personal")
        if is_full:
            for name in ("name", "identity_number"):
                reveal(row.volunteer, name, actor=request.user, remote_addr=client_address(request))
        context = {**paper_of(row, is_full=is_full), "back": reverse("admin:volunteers_certificate_change", args=[pk])}
        return TemplateResponse(request, "volunteers/certificate.html", context)
