"""One organization: its facts, what the rules say of it, its story, and what may be done with it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse

from organizations.admin.tree_pages import OrganizationsView
from organizations.checkup import check
from organizations.forms.acts import ACTS, MoveForm
from organizations.models import LeadershipTerm, Organization
from organizations.organization_story import along, facts, timeline, versions
from organizations.services import hanging
from organizations.tree import Tallies


def page_of(organization):
    return reverse("admin:organizations_organization_change", args=[organization.pk])


class OrganizationView(OrganizationsView):
    def organization(self, pk):
        return get_object_or_404(self.visible.select_related("parent"), pk=pk)

    def may(self, permission, organization):
        return Organization.objects.allowed(self.request.user, permission).filter(pk=organization.pk).exists()

    def page(self, organization, bound=None):
        can_edit = self.model_admin.has_change_permission(self.request, organization)
        acts = self.acts(organization, bound)
        tally = Tallies(self.visible.below(organization)).of(organization)
        own = self.visible.filter(pk=organization.pk)
        return self.answer(
            "page",
            status=422 if bound else 200,
            title=organization.name,
            original=organization,
            organization=organization,
            tally=tally,
            held=hanging(organization),
            findings=check(own, tallies=_Known(tally)),
            facts=facts(organization, tally, self.request.user),
            leaders=self.leaders(organization),
            has_body_page=self.has_body_page(organization),
            timeline=timeline(organization),
            versions=versions(organization),
            acts=acts,
            can_edit=can_edit,
            can_move=can_edit and organization.parent_id is not None,
            can_add=self.model_admin.has_add_permission(self.request) and can_edit,
        )

    def leaders(self, organization):
        terms = LeadershipTerm.objects.visible_to(self.request.user).current()
        return terms.filter(organization=organization).order_by("pk")

    def has_body_page(self, organization):
        """Whether its leading body has a page of its own, which this user may read."""
        is_led = organization.tier <= Organization.Tier.QUARTER and organization.dissolved_on is None
        return is_led and self.request.user.has_perm("organizations.view_leadershipterm")

    def acts(self, organization, bound):
        offered = [each for each in ACTS if each.is_offered(organization)]
        allowed = {name: self.may(name, organization) for name in {each.permission for each in offered}}
        return [
            bound if bound and bound.verb == each.verb else each(subject=organization, user=self.request.user)
            for each in offered
            if allowed[each.permission]
        ]


class _Known:
    """The tallies of the one organization that have been counted."""

    def __init__(self, tally):
        self.of = lambda row: tally


class PageView(OrganizationView):
    def get(self, request, pk):
        return self.page(self.organization(pk))

    def post(self, request, pk):
        return HttpResponseRedirect(page_of(self.organization(pk)))


class ActView(OrganizationView):
    """One act: a POST runs the verb; what is refused comes back on the organization's page with what was typed."""

    def get(self, request, pk, verb):
        return HttpResponseRedirect(page_of(self.organization(pk)))

    def post(self, request, pk, verb):
        organization = self.organization(pk)
        act = next((each for each in ACTS if each.verb == verb), None)
        if act is None:
            raise Http404
        if not self.may(act.permission, organization):
            raise PermissionDenied
        if not act.is_offered(organization):
            messages.info(request, f"“{organization}”已经撤销，没有再改动。")
            return HttpResponseRedirect(page_of(organization))
        form = act(request.POST, subject=organization, user=request.user)
        row = form.run() if form.is_valid() else None
        if not form.is_valid():
            return self.page(organization, bound=form)
        messages.success(request, form.done)
        return HttpResponseRedirect(page_of(row))


class MoveView(OrganizationView):
    def dispatch(self, request, *args, **kwargs):
        self.moved = self.organization(kwargs["pk"])
        if not self.model_admin.has_change_permission(request, self.moved) or self.moved.parent_id is None:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, pk):
        return self.form_page(MoveForm(organization=self.moved, user=request.user, initial=request.GET.dict()))

    def post(self, request, pk):
        form = MoveForm(request.POST, organization=self.moved, user=request.user)
        if not (form.is_valid() and form.run()):
            return self.form_page(form)
        parent = form.cleaned_data["parent"]
        messages.success(request, f"已把“{self.moved}”移到“{parent}”之下。")
        return HttpResponseRedirect(f"{self.address('changelist')}?open={parent.pk}#o{self.moved.pk}")

    def form_page(self, form):
        tally = Tallies(self.visible.below(self.moved)).of(self.moved)
        return self.answer(
            "move",
            status=422 if form.is_bound else 200,
            title=f"调整“{self.moved}”的隶属",
            organization=self.moved,
            along=along(tally),
            form=form,
        )
