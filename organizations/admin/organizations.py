"""The five-level tree: drawn a branch at a time, written only through organizations.services."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from unfold.admin import ModelAdmin

from accounts.admin import PersonalAdminMixin
from govern.exports import ExportAdminMixin
from govern.scoping import ScopedAdminMixin
from govern.views import number
from organizations.forms import LeadershipTermForm, MoveForm, OrganizationAddForm, OrganizationForm
from organizations.models import LeadershipTerm, Organization
from organizations.resources import LeadershipTermResource, OrganizationResource
from organizations.services import dissolve_organization

SHOWN_MATCHES = 50


def digits(values):
    return {number(value) for value in values} - {None}


def branches(visible, open_keys):
    """The tops of `visible` with their children, and theirs, as far as `open_keys` go: [node], each with `.branch`.

    `branch` is None where a node is closed; whatever is open, all above it is. One query, whatever the depth.
    """
    inner = visible.order_by().values("pk")
    drawn = visible.filter(~Q(parent__in=inner) | Q(parent__in=open_keys)).order_by("tree_id", "lft")
    nodes = {node.pk: node for node in with_counts(drawn)}
    tops = []
    for node in nodes.values():
        node.branch = [] if node.pk in open_keys and node.child_count else None
        above = nodes.get(node.parent_id)
        (tops if above is None else above.branch).append(node)
    return tops


def with_counts(nodes):
    return nodes.annotate(
        child_count=Count("children", distinct=True),
        quarter_count=Count("quarters", distinct=True) + Count("community__quarters", distinct=True),
    )


@admin.register(Organization)
class OrganizationAdmin(ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
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

    # --- The page -----------------------------------------------------------------------------------------------------
    def changelist_view(self, request, extra_context=None):
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        visible = self.get_queryset(request)
        if (key := number(request.GET.get("branch"))) is not None:
            return self._branch(request, visible, key)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "党组织",
            "has_add_permission": self.has_add_permission(request),
            "has_export_permission": self.has_export_permission(request),
            "can_move": self.has_change_permission(request),
            **self._tree(request, visible),
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.change_list_template, context)

    def _tree(self, request, visible):
        query = request.GET.get("q", "").strip()[:80]
        open_keys = digits(request.GET.getlist("open"))
        found = list(visible.filter(name__icontains=query)[: SHOWN_MATCHES + 1]) if query else []
        hits = {node.pk for node in found[:SHOWN_MATCHES]}
        wanted = visible.filter(pk__in=open_keys | hits)
        # A branch is drawn when all above it is open.
        open_keys |= set(wanted.get_ancestors().order_by().values_list("pk", flat=True)) if open_keys | hits else set()
        if not query:
            inner = visible.order_by().values("pk")
            open_keys |= set(visible.exclude(parent__in=inner).order_by().values_list("pk", flat=True))
        return {
            "query": query,
            "hits": hits,
            "hit_count": len(hits),
            "has_more_hits": len(found) > SHOWN_MATCHES,
            "branch": branches(visible, open_keys),
        }

    def _branch(self, request, visible, key):
        nodes = list(with_counts(visible.filter(parent=key)).order_by("tree_id", "lft"))
        context = {"branch": nodes, "hits": set(), "can_move": self.has_change_permission(request)}
        return TemplateResponse(request, "admin/organizations/organization/_branch.html", context)

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
        parent = self.get_queryset(request).filter(pk__in=digits([initial.get("parent", "")])).first()
        kinds = [kind for kind, tier in Organization.TIER_OF_KIND.items() if parent and tier == parent.tier + 1]
        return {**initial, "kind": kinds[0]} if kinds else initial

    def save_model(self, request, obj, form, change):
        """The form's service has saved it."""

    def delete_model(self, request, obj):
        dissolve_organization(obj, actor=request.user)

    def delete_view(self, request, object_id, extra_context=None):
        try:
            return super().delete_view(request, object_id, extra_context)
        except ValidationError as error:
            for words in error.messages:
                self.message_user(request, words, messages.ERROR)
            return redirect("admin:organizations_organization_change", object_id)

    # --- Moving -------------------------------------------------------------------------------------------------------
    def get_urls(self):
        move = self.admin_site.admin_view(self.move_view)
        return [path("<path:object_id>/move/", move, name="organizations_organization_move"), *super().get_urls()]

    def move_view(self, request, object_id):
        organization = self.get_object(request, object_id)
        if not self.has_change_permission(request, organization) or organization.parent_id is None:
            raise PermissionDenied
        form = MoveForm(request.POST or None, organization=organization, user=request.user)
        if form.is_valid():
            self.log_change(request, organization, "移动到另一上级")
            parent = form.cleaned_data["parent"]
            self.message_user(request, f"已把“{organization}”移到“{parent}”之下。", messages.SUCCESS)
            tree = reverse("admin:organizations_organization_changelist")
            return redirect(f"{tree}?open={parent.pk}#o{organization.pk}")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"移动“{organization}”",
            "organization": organization,
            "below_count": organization.get_descendant_count(),
            "form": form,
        }
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, "admin/organizations/organization/move.html", context, status=status)


@admin.register(LeadershipTerm)
class LeadershipTermAdmin(PersonalAdminMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    form = LeadershipTermForm
    resource_classes = [LeadershipTermResource]
    fields = ["organization", "name", "position", "phone", "starts_on", "ends_on"]
    autocomplete_fields = ["organization"]
    list_display = ["name", "position", "organization", "masked_phone", "starts_on", "ends_on"]
    list_select_related = ["organization"]
    list_filter = ["position", "starts_on"]
    list_per_page = 50
    search_fields = ["name", "organization__name"]
    search_help_text = "姓名、党组织，或完整手机号"
