"""志愿者: found whole (by code, phone or identity number), never by a name that is stored encrypted; 更正申请."""

from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from unfold.admin import ModelAdmin

from accounts.admin import PersonalAdminMixin
from govern.act_pages import ActPagesMixin, badge
from govern.exports import ExportAdminMixin
from govern.fields import blind_index
from govern.paging import CappedPaginator
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from volunteers.admin.report_filters import CommunityFilter, UnitFilter
from volunteers.cards import spaced
from volunteers.forms.people_staff import Answer, Erase, Leave, VolunteerForm
from volunteers.models import Correction, Volunteer
from volunteers.resources.people import CorrectionResource, VolunteerResource
from volunteers.staff_story import TONES, volunteer_page


class HereFilter(admin.SimpleListFilter):
    """The list is of those who serve: who has left is asked for."""

    title = "状态"
    parameter_name = "here"

    def lookups(self, request, model_admin):
        return [("gone", "已注销"), ("all", "全部")]

    def choices(self, changelist):
        first, *rest = super().choices(changelist)
        return [{**first, "display": "在册"}, *rest]

    def queryset(self, request, queryset):
        match self.value():
            case "gone":
                return queryset.exclude(left_on=None)
            case "all":
                return queryset
        return queryset.here()


class HomeFilter(CommunityFilter):
    title = "居住地社区"


class EmployerFilter(UnitFilter):
    path = "unit"

    def queryset(self, request, queryset):
        return queryset.filter(unit=None) if self.value() == "none" else super().queryset(request, queryset)


@admin.register(Volunteer)
class VolunteerAdmin(PersonalAdminMixin, ActPagesMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    """Nobody is added here: people report (Report), by themselves, by their unit or at the desk."""

    form = VolunteerForm
    acts = (Leave, Erase)
    has_edit_page = True
    page_template = "admin/volunteers/volunteer/page.html"
    page_related = ("community__street", "building__quarter", "unit", "member", "user", "notice")
    resource_classes = [VolunteerResource]
    fieldsets = [
        (None, {"fields": ["kind", "name", "phone", "identity_number", "born_on"]}),
        ("住处和单位", {"fields": ["building", "unit", "employer", "is_from_office"]}),
        ("服务", {"fields": ["skills", "insured_until"]}),
        ("监护人", {"fields": ["guardian_name", "guardian_phone"]}),
    ]
    autocomplete_fields = ["building", "unit"]
    list_display = ["person", "kind", "community", "employer_name", "masked_phone", "registered_at", "state", "code"]
    list_display_links = ["person"]
    list_select_related = ["community", "unit"]
    list_filter = [HereFilter, "kind", "is_from_office", ("skills", ScopedRelatedFilter), HomeFilter, EmployerFilter]
    list_per_page = 50
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    search_fields = ["code"]
    search_help_text = "志愿者编号，或完整手机号、完整身份证号；姓名加密保存，不能查"
    actions = None

    def get_search_results(self, request, queryset, search_term):
        typed = search_term.replace(" ", "").upper()
        if len(typed) == 18:
            return queryset.filter(identity_index=blind_index(typed)), False
        if len(typed) == 11:
            return super().get_search_results(request, queryset, typed)
        return (queryset.filter(code__startswith=typed) if typed else queryset), False

    @admin.display(description="姓名")
    def person(self, volunteer):
        return volunteer.masked_name

    @admin.display(description="工作单位", ordering="unit__name")
    def employer_name(self, volunteer):
        return volunteer.unit or volunteer.employer or "—"

    @admin.display(description="状态", ordering="left_on")
    def state(self, volunteer):
        return badge("ok", "在册") if volunteer.is_here else badge("plain", "已注销")

    def has_add_permission(self, request, obj=None):
        return False

    # --- One ----------------------------------------------------------------------------------------------------------
    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.actor = request.user
        return form

    def edit_view(self, request, pk):
        if not self.row(request, pk).is_here:
            messages.warning(request, "已注销，留作记录，不再更正。")
            return HttpResponseRedirect(self.page_of(pk))
        return super().edit_view(request, pk)

    def save_model(self, request, obj, form, change):
        """The form's service has saved it."""

    def save_related(self, request, form, formsets, change):
        """Skills, too."""

    def response_change(self, request, obj):
        messages.success(request, "已保存，改动记在操作日志里。")
        return HttpResponseRedirect(self.page_of(obj.pk))

    def page_of(self, pk):
        return reverse("admin:volunteers_volunteer_change", args=[pk])

    def context_of(self, volunteer):
        return {"volunteer": volunteer, "spaced_code": spaced(volunteer.code), **volunteer_page(volunteer)}


@admin.register(Correction)
class CorrectionAdmin(ActPagesMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    acts = (Answer,)
    page_template = "admin/volunteers/correction/page.html"
    page_related = ("volunteer__community", "signup__session", "answered_by")
    resource_classes = [CorrectionResource]
    list_display = ["words", "person", "place", "asked_at", "state", "answered_by"]
    list_display_links = ["words"]
    list_select_related = ["volunteer__community", "answered_by"]
    list_filter = ["status"]
    list_per_page = 50
    actions = None

    def get_ordering(self, request):
        """待核实 first, the oldest of them on top."""
        return ["answered_at", "asked_at"] if not request.GET.get("status__exact") else ["-asked_at"]

    @admin.display(description="哪里不对")
    def words(self, row):
        return row.text[:30]

    @admin.display(description="申请人")
    def person(self, row):
        return row.volunteer.masked_name

    @admin.display(description="社区", ordering="volunteer__community")
    def place(self, row):
        return row.volunteer.community

    @admin.display(description="状态", ordering="status")
    def state(self, row):
        return badge(TONES[row.status], row.get_status_display())

    def has_add_permission(self, request, obj=None):
        return False

    def context_of(self, correction):
        waited = (timezone.localdate() - timezone.localdate(correction.asked_at)).days
        return {"correction": correction, "tone": TONES[correction.status], "waited_days": waited}
