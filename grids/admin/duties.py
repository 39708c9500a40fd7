"""Who is on duty, where."""

from django.contrib import admin
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from unfold.admin import ModelAdmin

from accounts.admin import PersonalAdminMixin
from govern.act_pages import ActPagesMixin, badge
from govern.exports import ExportAdminMixin
from govern.imports.admin import ImportAdminMixin
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from grids import resources
from grids.admin.gaps import GapsExportView, GapsView
from grids.admin.leaves import NowFilter
from grids.forms.duties import KIND_FIELDS, KIND_HINTS, DutyForm, EndDuty, Succeed
from grids.forms.leaves import TakeLeave
from grids.imports.duties import DutyFilling
from grids.models import Duty
from grids.services.duties import link_account, stand_ins


@admin.register(Duty)
class DutyAdmin(ActPagesMixin, PersonalAdminMixin, ScopedAdminMixin, ImportAdminMixin, ExportAdminMixin, ModelAdmin):
    form = DutyForm
    acts = (TakeLeave, Succeed, EndDuty)
    has_edit_page = True
    page_template = "admin/grids/duty/page.html"
    page_related = ("grid", "building__quarter__community", "building__grid", "user")
    import_export_change_list_template = "admin/imports/change_list.html"
    resource_classes = [resources.DutyResource]
    autocomplete_fields = ["grid", "building", "user"]
    list_display = ["name", "kind", "employment", "where", "area", "masked_phone", "starts_on", "ends_on", "standing"]
    list_select_related = ["grid", "building__quarter"]
    list_filter = [NowFilter, "kind", "employment", ("grid", ScopedRelatedFilter)]
    list_per_page = 50
    search_fields = ["name", "employer", "grid__name", "building__name", "building__quarter__name"]
    search_help_text = "姓名、单位、网格、小区，或完整手机号"
    actions = None

    @admin.display(description="网格或楼栋")
    def where(self, duty):
        return duty.ground

    @admin.display(description="状态")
    def standing(self, duty):
        return badge(*standing_of(duty, self.acting.get(duty.pk)))

    def get_changelist_instance(self, request):
        changelist = super().get_changelist_instance(request)
        self.acting = stand_ins(list(changelist.result_list))
        return changelist

    def make_filling(self, user):
        return DutyFilling(user)

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("gaps/", wrap(GapsView.as_view(model_admin=self)), name="grids_duty_gaps"),
            path("gaps/export/", wrap(GapsExportView.as_view(model_admin=self)), name="grids_duty_gaps_export"),
            *super().get_urls(),
        ]

    # --- One form for each kind ---------------------------------------------------------------------------------------

    def kind_of(self, request, obj=None):
        kind = obj.kind if obj else request.POST.get("kind") or request.GET.get("kind")
        return Duty.Kind(kind) if kind in Duty.Kind else None

    def get_fields(self, request, obj=None):
        fields = KIND_FIELDS[self.kind_of(request, obj) or DutyForm.kind]
        # Whoever may not look accounts up is not asked: the phone finds the account.
        return fields if request.user.has_perm("accounts.view_user") else [each for each in fields if each != "user"]

    def get_fieldsets(self, request, obj=None):
        kind = self.kind_of(request, obj)
        return [(kind and kind.label, options) for _, options in super().get_fieldsets(request, obj)]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.kind = self.kind_of(request, obj) or DutyForm.kind
        return form

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if object_id is not None or not self.has_add_permission(request):
            return super().changeform_view(request, object_id, form_url, extra_context)
        kind = self.kind_of(request)
        if kind is None:
            return self.choose_kind(request)
        title = {"title": f"新增{kind.label}"}
        return super().changeform_view(request, None, form_url, {**title, **(extra_context or {})})

    def choose_kind(self, request):
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "新增值守人员",
            "kinds": [(kind.value, kind.label, KIND_HINTS[kind]) for kind in Duty.Kind],
        }
        return TemplateResponse(request, "admin/grids/duty/kinds.html", context)

    def save_model(self, request, obj, form, change):
        link_account(obj)
        super().save_model(request, obj, form, change)

    # --- The page of one ----------------------------------------------------------------------------------------------

    def context_of(self, duty):
        acting = stand_ins([duty]).get(duty.pk)
        return {
            "duty": duty,
            "standing": standing_of(duty, acting),
            "ground_url": ground_url(duty),
            "leaves": duty.leaves.select_related("stand_in")[:20],
            "stood_in": duty.stood_in.ahead().select_related("duty"),
            "routes": duty.routes.active(),
            "publishing": publishing_words(duty),
        }

    def page(self, request, row, bound=None):
        answer = super().page(request, row, bound)
        others = self.get_queryset(request).filter(phone_index=row.phone_index).exclude(pk=row.pk)
        answer.context_data["can_reveal"] = request.user.has_perm("accounts.reveal_personal")
        answer.context_data["others"] = others.select_related("grid", "building__quarter")
        return answer

    def next_page(self, answer, page):
        is_heir = isinstance(answer, Duty)
        return reverse("admin:grids_duty_change", args=[answer.pk]) if is_heir else page


def ground_url(duty):
    name, key = ("building", duty.building_id) if duty.building_id else ("grid", duty.grid_id)
    return reverse(f"admin:grids_{name}_change", args=[key])


def standing_of(duty, stand_in):
    """(tone, words) of how it stands today."""
    today = timezone.localdate()
    if duty.ends_on and duty.ends_on < today:
        return "plain", "已离任"
    if duty.starts_on > today:
        return "info", "还没上任"
    if stand_in is not None:
        return "warn", f"请假，{stand_in.name} 代班"
    return "ok", "在岗"


def publishing_words(duty):
    return "公示牌上写手机号" if duty.notice_phone else "公示牌上不写手机号"
