"""事项准入清单: applied for, decided by somebody else, ended; and the tasks pushed under what is in force."""

from datetime import timedelta

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import DateField, Value
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from unfold.admin import ModelAdmin

from checklists.admin.needs import badge
from govern.exports import ExportAdminMixin
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from organizations.models import Organization
from organizations.parameters import parameter
from patrols.forms.admissions import ACTS, AdmissionForm
from patrols.models import Admission
from patrols.resources.channels import AdmissionSheet
from patrols.services import admissions
from patrols.services.errands import RULE

ONE_BUTTON = {"show_save_and_add_another": False, "show_save_and_continue": False}
TONES = {"applied": "warn", "approved": "ok", "refused": "plain", "ended": "plain"}


class ForceFilter(admin.SimpleListFilter):
    title = "效力"
    parameter_name = "force"

    def lookups(self, request, model_admin):
        return [
            ("running", "现在有效"),
            ("ending", "快到期"),
            ("coming", "还没开始"),
            ("over", "已到期"),
            ("applied", "待审批"),
            ("refused", "未准入"),
            ("ended", "已退出"),
        ]

    def queryset(self, request, queryset):
        today, value = timezone.localdate(), self.value()
        match value:
            case "running":
                return queryset.in_force(today)
            case "ending":
                return queryset.ending(today + timedelta(days=parameter("admission_ending_days")), today)
            case "coming":
                return queryset.filter(status="approved", starts_on__gt=today)
            case "over":
                return queryset.filter(status="approved", ends_on__lt=today)
            case "applied" | "refused" | "ended":
                return queryset.filter(status=value)
        return queryset


@admin.register(Admission)
class AdmissionAdmin(ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    """An application is read and decided on its page; what was decided is not edited."""

    form = AdmissionForm
    resource_classes = [AdmissionSheet]
    fields = [
        "name",
        "matter",
        "department",
        "basis",
        "duties",
        "organization",
        "is_temporary",
        "starts_on",
        "ends_on",
    ]
    list_display = ["name", "department", "organization", "is_temporary", "starts_on", "ends_on", "state"]
    list_select_related = ["organization", "decided_by", "applied_by", "matter"]
    list_filter = [ForceFilter, "is_temporary", ("organization", ScopedRelatedFilter)]
    list_per_page = 50
    search_fields = ["name", "department", "basis"]
    search_help_text = "事项、申请部门、依据"
    actions = None

    def get_queryset(self, request):
        soon = timezone.localdate() + timedelta(days=parameter("admission_ending_days"))
        return super().get_queryset(request).annotate(soon=Value(soon, output_field=DateField()))

    @admin.display(description="状态", ordering="status")
    def state(self, admission):
        today = timezone.localdate()
        if admission.is_in_force(today) and admission.ends_on and admission.ends_on <= admission.soon:
            return badge("warn", f"还剩 {(admission.ends_on - today).days} 天")
        return badge("ok" if admission.is_in_force(today) else "plain", admission.words)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "organization":
            kwargs["queryset"] = Organization.objects.allowed(request.user, "patrols.add_admission").filter(tier__lte=2)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        admissions.apply_admission(obj, actor=request.user)

    def response_add(self, request, obj, post_url_continue=None):
        messages.success(request, "已提交申请，由另一位有审批权限的人审批。")
        return HttpResponseRedirect(reverse("admin:patrols_admission_change", args=[obj.pk]))

    def get_urls(self):
        view = self.admin_site.admin_view(self.step_view)
        return [path("<int:pk>/<slug:verb>/do/", view, name="patrols_admission_step"), *super().get_urls()]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if object_id is not None:
            return self.page_view(request, self.get_object(request, object_id))
        try:
            return super().changeform_view(
                request, None, form_url, {**ONE_BUTTON, "title": "申请事项准入", **(extra_context or {})}
            )
        except ValidationError as error:
            messages.error(request, "；".join(error.messages))
            return HttpResponseRedirect(request.get_full_path())

    def page_view(self, request, admission, bound=None):
        if not self.has_view_permission(request, admission):
            raise PermissionDenied
        user = request.user
        may = Admission.objects.allowed(user, "patrols.decide_admission").filter(pk=admission.pk).exists()
        is_own = admission.status == Admission.Status.APPLIED and admission.applied_by_id == user.pk
        offered = [act for act in ACTS if may and not is_own and act.is_offered(admission)]
        acts = [bound if isinstance(bound, act) else act(subject=admission, user=user) for act in offered]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": admission,
            "title": admission.name,
            "admission": admission,
            "tone": TONES[admission.status],
            "acts": acts,
            "is_own": may and is_own,
            "timeline": [
                {"at": event.at, "title": event.get_to_status_display(), "note": event.note, "who": event.actor}
                for event in admission.events.select_related("actor")
            ],
            "can_issue": admission.is_in_force(timezone.localdate()) and user.has_perm("patrols.add_errand"),
            "rule": RULE,
        }
        path = "admin/patrols/admission/page.html"
        return TemplateResponse(request, path, context, status=200 if bound is None else 422)

    def step_view(self, request, pk, verb):
        admission = get_object_or_404(self.get_queryset(request), pk=pk)
        act = next((each for each in ACTS if each.verb == verb), None)
        if act is None:
            raise Http404
        if request.method == "POST":
            form = act(request.POST, subject=admission, user=request.user)
            if form.is_valid():
                form.run()
            if form.is_valid():
                messages.success(request, form.done)
            elif act.is_offered(admission):
                return self.page_view(request, admission, bound=form)
            else:  # a stale page: somebody decided meanwhile
                messages.error(request, "；".join(form.non_field_errors()) or "这一步已经办过了。")
        return HttpResponseRedirect(reverse("admin:patrols_admission_change", args=[pk]))
