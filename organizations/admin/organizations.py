"""The five-level tree: its pages and its forms. Written only through organizations.services."""

from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import path
from unfold.admin import ModelAdmin

from govern.exports import ExportAdminMixin
from govern.scoping import ScopedAdminMixin
from govern.views import number
from organizations.admin.checkup_pages import CheckupExportView, CheckupView
from organizations.admin.coverage_pages import CoverageView
from organizations.admin.importing import OrganizationImportMixin
from organizations.admin.organization_pages import ActView, MoveView, PageView, page_of
from organizations.admin.tree_pages import PictureView, PrintView, TreeView
from organizations.forms import OrganizationAddForm, OrganizationForm
from organizations.models import Organization
from organizations.resources import OrganizationResource


@admin.register(Organization)
class OrganizationAdmin(OrganizationImportMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    form = OrganizationForm
    resource_classes = [OrganizationResource]
    change_list_template = import_export_change_list_template = "admin/organizations/organization/change_list.html"
    actions = None  # no bulk delete: each node goes through the locked service
    list_display = ["name", "kind", "parent", "founded_on", "is_active"]
    list_select_related = ["parent"]
    list_filter = ["tier", "kind", "is_active"]
    search_fields = ["name"]
    autocomplete_fields = ["parent"]
    ordering = ["tree_id", "lft"]

    # --- The pages ----------------------------------------------------------------------------------------------------
    def get_urls(self):
        def page(route, view, name):
            shown = self.admin_site.admin_view(view.as_view(model_admin=self))
            return path(route, shown, name=f"organizations_organization_{name}")

        return [
            page("print/", PrintView, "print"),
            page("picture/", PictureView, "picture"),
            page("coverage/", CoverageView, "coverage"),
            page("checkup/", CheckupView, "checkup"),
            page("checkup/export/", CheckupExportView, "checkup_export"),
            page("<int:pk>/move/", MoveView, "move"),
            page("<int:pk>/<slug:verb>/do/", ActView, "act"),
            path("<int:pk>/edit/", self.admin_site.admin_view(self.edit_view), name="organizations_organization_edit"),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        return TreeView.as_view(model_admin=self, extra_context=extra_context)(request)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if object_id is None:
            return super().changeform_view(request, None, form_url, {**(extra_context or {}), "title": "新设党组织"})
        return PageView.as_view(model_admin=self)(request, pk=number(object_id))

    def edit_view(self, request, pk):
        """更正: what was written down wrongly."""
        if not self.has_change_permission(request, self.get_object(request, str(pk))):
            raise PermissionDenied
        fewer = dict.fromkeys(["show_delete", "show_save_and_add_another", "show_save_and_continue"], False)
        return super().changeform_view(request, str(pk), "", {"title": "更正", **fewer})

    def delete_view(self, request, object_id, extra_context=None):
        """An organization is not erased but dissolved, which asks for a reason and an heir: on its page."""
        organization = self.get_object(request, object_id)
        if not self.has_delete_permission(request, organization):
            raise PermissionDenied
        return redirect(f"{page_of(organization)}#dissolve")

    # --- Writing ------------------------------------------------------------------------------------------------------
    def get_form(self, request, obj=None, change=False, **kwargs):
        kwargs.setdefault("form", OrganizationForm if obj else OrganizationAddForm)
        form = super().get_form(request, obj, change=change, **kwargs)
        form.actor = request.user
        return form

    def get_fields(self, request, obj=None):
        return (
            ["kind", "name", "parent", "trade", "founded_on", "is_active"]
            if obj
            else ["parent", "kind", "name", "trade", "founded_on"]
        )

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), *(["kind", "parent"] if obj else [])]

    def get_changeform_initial_data(self, request):
        initial = super().get_changeform_initial_data(request)
        parent = self.get_queryset(request).filter(pk=number(initial.get("parent", ""))).first()
        kinds = [kind for kind, tier in Organization.TIER_OF_KIND.items() if parent and tier == parent.tier + 1]
        return {**initial, "kind": kinds[0]} if kinds else initial

    def save_model(self, request, obj, form, change):
        """The form's service has saved it."""

    def response_add(self, request, obj, post_url_continue=None):
        return self._led(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        return self._led(request, obj) or super().response_change(request, obj)

    def _led(self, request, obj):
        """To its page, but for who founds one after the other, or chose it in another form's window."""
        if IS_POPUP_VAR in request.POST or "_addanother" in request.POST:
            return None
        self.message_user(request, f"已保存“{obj}”。", messages.SUCCESS)
        return redirect(page_of(obj))

    # --- What is gone -------------------------------------------------------------------------------------------------
    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or obj.dissolved_on is None)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and (obj is None or obj.dissolved_on is None)

    def get_search_results(self, request, queryset, search_term):
        """What a form's window offers stands; the pages draw the tree by themselves."""
        rows, may_repeat = super().get_search_results(request, queryset, search_term)
        return (rows.standing() if request.path.endswith("/autocomplete/") else rows), may_repeat
