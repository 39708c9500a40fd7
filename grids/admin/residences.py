"""居住党员: the list with its sheet in and out, and a quarter's own page where they are entered and taken off."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views import View
from unfold.admin import ModelAdmin

from govern.exports import ExportAdminMixin
from govern.imports.admin import ImportAdminMixin
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from govern.views import number
from grids import resources
from grids.forms.residences import SettleForm
from grids.imports.residences import ResidenceFilling
from grids.models import Residence
from grids.services.residences import unsettle_member
from organizations.models import PartyMember
from organizations.parameters import parameter

PER_PAGE = 50


def page_of(pk):
    return reverse("admin:grids_quarter_residents", args=[pk])


class StageFilter(admin.SimpleListFilter):
    title = "党员类别"
    parameter_name = "stage"

    def lookups(self, request, model_admin):
        return PartyMember.Stage.choices

    def queryset(self, request, queryset):
        return queryset.filter(member__stage=self.value()) if self.value() in PartyMember.Stage else queryset


@admin.register(Residence)
class ResidenceAdmin(ScopedAdminMixin, ImportAdminMixin, ExportAdminMixin, ModelAdmin):
    import_export_change_list_template = "admin/imports/change_list.html"
    resource_classes = [resources.ResidenceResource]
    list_display = ["member_name", "stage", "branch", "quarter", "community", "starts_on"]
    list_select_related = ["member__branch", "quarter__community"]
    list_filter = [StageFilter, ("quarter__community", ScopedRelatedFilter)]
    list_per_page = PER_PAGE
    search_fields = ["member__name", "quarter__name"]
    search_help_text = "姓名、小区"
    actions = None

    def get_queryset(self, request):
        return super().get_queryset(request).here()

    @admin.display(description="党员", ordering="member__name")
    def member_name(self, residence):
        return residence.member.name

    @admin.display(description="党员类别", ordering="member__stage")
    def stage(self, residence):
        return residence.member.get_stage_display()

    @admin.display(description="所在党支部", ordering="member__branch__name")
    def branch(self, residence):
        return residence.member.branch

    @admin.display(description="社区", ordering="quarter__community")
    def community(self, residence):
        return residence.quarter.community

    def has_add_permission(self, request):
        return False  # on the quarter's page, or by sheet

    def has_delete_permission(self, request, obj=None):
        return False

    def has_import_permission(self, request):
        return request.user.has_perm("grids.add_residence")

    def make_filling(self, user):
        return ResidenceFilling(user)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if object_id is None:
            raise PermissionDenied
        return HttpResponseRedirect(page_of(self.get_object(request, object_id).quarter_id))


class ResidentsView(View):
    """`model_admin` is the quarters'; a quarter out of reach is not there. `?q=` looks for members to enter."""

    model_admin = None

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        rows = self.model_admin.get_queryset(request).select_related("community", "branch")
        self.quarter = get_object_or_404(rows, pk=kwargs["pk"])
        self.rows = Residence.objects.visible_to(request.user).here().filter(quarter=self.quarter)
        self.can_change = request.user.has_perm("grids.add_residence")

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm("grids.view_residence"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def form(self, **kwargs):
        query = self.request.GET.get("q", "")[:40]
        return SettleForm(**kwargs, quarter=self.quarter, user=self.request.user, query=query)

    def get(self, request, pk):
        return self.page(self.form())

    def post(self, request, pk):
        if not self.can_change:
            raise PermissionDenied
        if "residence" in request.POST:
            return self.remove(request)
        form = self.form(data=request.POST)
        if form.is_valid():
            form.run()
        if not form.is_valid():
            return self.page(form)
        messages.success(request, f"已登记 {len(form.cleaned_data['members'])} 名党员住在{self.quarter}。")
        return HttpResponseRedirect(page_of(pk))

    def remove(self, request):
        row = self.rows.filter(pk=number(request.POST["residence"])).select_related("member").first()
        if row is None:
            messages.info(request, "这名党员已经不在这里登记。")
        else:
            unsettle_member(row, actor=request.user)
            messages.success(request, f"已把{row.member}移出{self.quarter}。")
        return HttpResponseRedirect(page_of(self.quarter.pk))

    def page(self, form):
        rows = self.rows.select_related("member__branch")
        least, full = int(parameter("branch_min_full_members")), self.rows.full().count()
        context = {
            **self.model_admin.admin_site.each_context(self.request),
            "opts": self.model_admin.opts,
            "original": self.quarter,
            "title": f"{self.quarter}：居住党员",
            "quarter": self.quarter,
            "page_obj": Paginator(rows, PER_PAGE).get_page(self.request.GET.get("page")),
            "full_count": full,
            "least": least,
            "is_ripe": self.quarter.branch_id is None and full >= least,
            "can_change": self.can_change,
            "form": form,
            "query": self.request.GET.get("q", ""),
        }
        path = "admin/grids/quarter/residents.html"
        return TemplateResponse(self.request, path, context, status=422 if form.is_bound else 200)
