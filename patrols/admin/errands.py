"""交办任务: issued under an admission, and how far its grids are."""

from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from unfold.admin import ModelAdmin

from checklists.admin.needs import badge
from govern.exports import ExportAdminMixin
from govern.scoping import PatientMixin, ScopedAdminMixin, ScopedRelatedFilter
from grids.models import Quarter
from patrols.admin.admissions import ONE_BUTTON
from patrols.forms.admissions import ErrandForm
from patrols.models import Errand, ErrandShare
from patrols.resources.channels import ErrandSheet
from patrols.services.errands import issue_errand

PER_PAGE = 100


class PatientSelectMultiple(PatientMixin, AutocompleteSelectMultiple):
    pass


class ProgressFilter(admin.SimpleListFilter):
    title = "进度"
    parameter_name = "progress"

    def lookups(self, request, model_admin):
        return [("open", "没完成"), ("overdue", "已超期"), ("done", "全部完成")]

    def queryset(self, request, queryset):
        return queryset.in_progress(self.value()) if self.value() else queryset


@admin.register(Errand)
class ErrandAdmin(ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    form = ErrandForm
    add_form_template = "admin/patrols/errand/add.html"
    resource_classes = [ErrandSheet]
    fields = ["admission", "title", "text", "due_on", "communities", "grids"]
    list_display = ["title", "admission", "issued_by", "issued_at", "due_on", "progress"]
    list_select_related = ["admission", "issued_by"]
    list_filter = [ProgressFilter, ("admission", ScopedRelatedFilter)]
    list_per_page = 50
    search_fields = ["title", "text"]
    search_help_text = "任务、要求"
    actions = None

    def get_queryset(self, request):
        return super().get_queryset(request).with_progress()

    @admin.display(description="完成网格", ordering="done_count")
    def progress(self, errand):
        is_late = errand.done_count < errand.share_count and errand.due_on < timezone.localdate()
        tone = "ok" if errand.done_count == errand.share_count else "bad" if is_late else "info"
        return badge(tone, f"{errand.done_count} / {errand.share_count}{' 已超期' if is_late else ''}")

    def has_delete_permission(self, request, obj=None):
        return False

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.user = request.user
        for name, field in (
            ("grids", ErrandShare._meta.get_field("grid")),
            ("communities", Quarter._meta.get_field("community")),
        ):
            form.base_fields[name].widget = PatientSelectMultiple(field, self.admin_site)
        return form

    def get_changeform_initial_data(self, request):
        return {"admission": request.GET.get("admission")}

    def save_form(self, request, form, change):
        """Issued here: there is no errand without its shares."""
        told = form.cleaned_data
        return issue_errand(
            **{name: told[name] for name in ("admission", "title", "text", "due_on")},
            grids=form.chosen,
            actor=request.user,
        )

    def save_model(self, request, obj, form, change):
        """Issued by save_form."""

    def save_related(self, request, form, formsets, change):
        """The shares are issued with it."""

    def response_add(self, request, obj, post_url_continue=None):
        count = obj.shares.count()
        messages.success(request, f"已交办给 {count} 个网格，网格员在手机上收到，{obj.due_on:%m月%d日}前完成。")
        return HttpResponseRedirect(reverse("admin:patrols_errand_change", args=[obj.pk]))

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if object_id is not None:
            return self.page_view(request, self.get_object(request, object_id))
        extra = {
            "title": "交办任务",
            **ONE_BUTTON,
            "may_apply": request.user.has_perm("patrols.add_admission"),
            **(extra_context or {}),
        }
        try:
            return super().changeform_view(request, None, form_url, extra)
        except ValidationError as error:  # the admission ended between the form's check and the lock
            messages.error(request, "；".join(error.messages))
            return HttpResponseRedirect(request.get_full_path())

    def page_view(self, request, errand):
        if not self.has_view_permission(request, errand):
            raise PermissionDenied
        shares = ErrandShare.objects.visible_to(request.user).filter(errand=errand)
        shares = shares.select_related("grid", "done_by").order_by("done_at", "grid__code")
        today = timezone.localdate()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": errand,
            "title": errand.title,
            "errand": errand,
            "page_obj": Paginator(shares, PER_PAGE).get_page(request.GET.get("page")),
            "overdue_count": shares.overdue(today).count(),
            "open_count": shares.open().count(),
            "is_over": errand.due_on < today,
        }
        return TemplateResponse(request, "admin/patrols/errand/page.html", context)
