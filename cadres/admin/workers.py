from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from unfold.admin import ModelAdmin

from cadres.admin.appraisals import AppraisalSheetView
from cadres.forms.acts import ACTS
from cadres.forms.workers import HireForm, PersonForm
from cadres.imports import WorkerFilling
from cadres.models import CommunityWorker, Track
from cadres.models.schemes import LICENCES
from cadres.resources import WorkerResource
from cadres.story import TONES, story
from govern.exports import ExportAdminMixin
from govern.imports.admin import ImportAdminMixin
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from govern.views import number


class TrackFilter(admin.SimpleListFilter):
    title = "岗位"
    parameter_name = "track"

    def lookups(self, request, model_admin):
        return [(row.pk, str(row)) for row in Track.objects.visible_to(request.user)]

    def queryset(self, request, queryset):
        key = number(self.value() or "")
        return queryset if key is None else queryset.filter(placements__track=key, placements__ends_on=None)


class LicenceFilter(admin.SimpleListFilter):
    title = "职业资格"
    parameter_name = "licence"

    def lookups(self, request, model_admin):
        return [("none", "没有"), *((each.value, each.label) for each in LICENCES)]

    def queryset(self, request, queryset):
        if self.value() == "none":
            return queryset.exclude(qualifications__title__in=LICENCES)
        return queryset.filter(qualifications__title=self.value()) if self.value() in LICENCES else queryset


@admin.register(CommunityWorker)
class CommunityWorkerAdmin(ImportAdminMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    """社区工作者: hired in a form or by sheet, corrected in a form, read and moved on at the person's page."""

    resource_classes = [WorkerResource]
    import_export_change_list_template = "admin/cadres/communityworker/change_list.html"
    list_display = ["name", "organization", "post", "level", "titles", "hired_on", "masked_phone", "state"]
    list_filter = ["status", ("organization", ScopedRelatedFilter), TrackFilter, LicenceFilter, "gender"]
    list_select_related = ["organization"]
    list_per_page = 50
    search_fields = ["name"]
    search_help_text = "姓名、社区，或完整的手机号、身份证号"
    actions = None

    def get_queryset(self, request):
        return super().get_queryset(request).with_grade().prefetch_related("qualifications")

    def get_search_results(self, request, queryset, search_term):
        words = search_term.strip().upper()  # an identity number may end in X
        return (queryset.called(words) if words else queryset), False

    def make_filling(self, user):
        return WorkerFilling(user)

    @admin.display(description="岗位", ordering="track_now")
    def post(self, worker):
        return worker.track_now or "—"

    @admin.display(description="级别", ordering="level_now")
    def level(self, worker):
        return f"{worker.level_now} 级" if worker.level_now else "—"

    @admin.display(description="学历、资格")
    def titles(self, worker):
        return "、".join(filter(None, [worker.degree_words, worker.licence_words])) or "—"

    @admin.display(description="状态", ordering="status")
    def state(self, worker):
        words = worker.get_status_display()
        return format_html('<span class="gv"><span class="badge {}">{}</span></span>', TONES[worker.status], words)

    def has_delete_permission(self, request, obj=None):
        return False  # who leaves stays in the ledger

    def get_urls(self):
        wrap = self.admin_site.admin_view
        sheet = AppraisalSheetView.as_view(model_admin=self)
        return [
            path("appraisals/", wrap(sheet), name="cadres_communityworker_appraisals"),
            path("<int:pk>/edit/", wrap(self.edit_view), name="cadres_communityworker_edit"),
            path("<int:pk>/<slug:verb>/do/", wrap(self.act_view), name="cadres_communityworker_act"),
            *super().get_urls(),
        ]

    # --- The forms ----------------------------------------------------------------------------------------------------
    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        return self.hire_view(request) if object_id is None else self.worker_view(request, number(object_id))

    def hire_view(self, request):
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = HireForm(request.POST or None, user=request.user)
        if form.is_bound and form.is_valid() and (worker := form.run()):
            messages.success(request, f"{worker}已入职，级别已记入台账。")
            return self._page(worker.pk)
        return self._form(request, form, "登记入职", "登记入职", reverse("admin:cadres_communityworker_changelist"))

    def edit_view(self, request, pk):
        worker = get_object_or_404(CommunityWorker.objects.visible_to(request.user), pk=pk)
        if not self.has_change_permission(request, worker):
            raise PermissionDenied
        form = PersonForm(request.POST or None, instance=worker, user=request.user)
        if form.is_bound and form.is_valid() and form.run():
            messages.success(request, "已保存。")
            return self._page(pk)
        back = reverse("admin:cadres_communityworker_change", args=[pk])
        return self._form(request, form, f"更正资料：{form.worker.name}", "保存", back)

    def _form(self, request, form, title, submit, back):
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        context |= {"form": form, "submit": submit, "back": back}
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, "admin/cadres/communityworker/form.html", context, status=status)

    def _page(self, pk):
        return HttpResponseRedirect(reverse("admin:cadres_communityworker_change", args=[pk]))

    # --- The page -----------------------------------------------------------------------------------------------------
    def _worker(self, request, pk):
        rows = CommunityWorker.objects.visible_to(request.user).select_related("organization").with_record()
        return get_object_or_404(rows, pk=pk)

    def worker_view(self, request, pk, bound=None):
        worker = self._worker(request, pk)
        can_change = self.has_change_permission(request, worker)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": worker,
            "title": worker.name,
            "can_change": can_change,
            "can_reveal": can_change and request.user.has_perm("accounts.reveal_personal"),
            **story(worker, request.user, can_change=can_change, bound=bound),
        }
        status = 200 if bound is None else 422
        return TemplateResponse(request, "admin/cadres/communityworker/page.html", context, status=status)

    def act_view(self, request, pk, verb):
        """One step: a POST runs the verb; errors come back on the person's page with what was typed."""
        worker = self._worker(request, pk)
        act = next((each for each in ACTS if each.verb == verb), None)
        if act is None:
            raise Http404
        if request.method != "POST":
            return self._page(pk)
        if not (self.has_change_permission(request, worker) and request.user.has_perm(act.permission)):
            raise PermissionDenied
        if not act.is_offered(worker):
            messages.warning(
                request, f"{worker}现在{worker.get_status_display()}，您看到的是旧页面，请看看现在的情况。"
            )
            return self._page(pk)
        form = act(request.POST, subject=worker, user=request.user)
        if form.is_valid():
            form.run()
        if not form.is_valid():
            return self.worker_view(request, pk, bound=form)
        messages.success(request, form.done)
        return self._page(pk)
