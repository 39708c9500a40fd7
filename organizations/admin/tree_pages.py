"""The five-level tree: drawn a branch at a time, on paper, and as a picture; today or as of a day."""

from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views import View

from govern.views import number
from organizations import past_tree, tree
from organizations.forms.trees import TreeFilterForm
from organizations.models import Organization

MOST_OPEN = 200


class OrganizationsView(View):
    """`model_admin` is the organizations'; `visible` are those within reach."""

    model_admin = None

    def dispatch(self, request, *args, **kwargs):
        if not self.model_admin.has_view_or_change_permission(request):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def visible(self):
        return self.model_admin.get_queryset(self.request)

    def answer(self, template, status=200, **context):
        base = {**self.model_admin.admin_site.each_context(self.request), "opts": Organization._meta}
        path = f"admin/organizations/organization/{template}.html"
        return TemplateResponse(self.request, path, {**base, **context}, status=status)

    def filtering(self):
        """The form of what is asked for, and its {query, kind, on, dissolved}."""
        form = TreeFilterForm(self.request.GET)
        return form, form.wanted()

    def address(self, name, **query):
        """A page of these, with what of the present filter it goes on with."""
        kept = self.request.GET.copy()
        for gone in ("open", "branch", "q", "kind", "dissolved"):
            kept.pop(gone, None)
        kept.update(query)
        url = reverse(f"admin:organizations_organization_{name}")
        return f"{url}?{kept.urlencode()}" if kept else url


class TreeView(OrganizationsView):
    """Collapsible: the tops with their children, and whatever is open; `?branch=` answers one branch alone."""

    extra_context = None

    def get(self, request):
        form, wanted = self.filtering()
        if (key := number(request.GET.get("branch"))) is not None:
            return self.branch(key, wanted)
        drawing = self.drawing(wanted)
        context = {
            "title": "党组织",
            "filter": form,
            "kept": self.kept(),
            "branch": drawing.tops,
            "hits": drawing.hits,
            "has_more_hits": drawing.has_more_hits,
            **wanted,
            **self.rights(wanted["on"]),
            **(self.extra_context or {}),
        }
        return self.answer("change_list", **context)

    def rights(self, on):
        request, model_admin = self.request, self.model_admin
        return {
            "can_move": not on and model_admin.has_change_permission(request),
            "can_look_back": request.user.has_perm("organizations.view_organizationversion"),
            "has_add_permission": model_admin.has_add_permission(request),
            "has_export_permission": model_admin.has_export_permission(request),
            "import_url": model_admin.import_url(request),
            "print_url": self.address("print"),
            "picture_url": self.address("picture"),
        }

    def kept(self):
        """The address's own filter, for the links that open a branch."""
        kept = self.request.GET.copy()
        for gone in ("open", "branch"):
            kept.pop(gone, None)
        return f"&{kept.urlencode()}" if kept else ""

    def drawing(self, wanted):
        open_keys = {number(key) for key in self.request.GET.getlist("open")[:MOST_OPEN]} - {None}
        asked = {"query": wanted["query"], "kind": wanted["kind"], "open_keys": open_keys}
        if wanted["on"]:
            return past_tree.draw(self.request.user, wanted["on"], **asked)
        return tree.draw(self.visible, with_dissolved=wanted["dissolved"], **asked)

    def branch(self, key, wanted):
        on = wanted["on"]
        if on:
            nodes = past_tree.branch_of(self.request.user, on, key)
        else:
            nodes = tree.branch_of(self.visible, key, with_dissolved=wanted["dissolved"])
        can_move = not on and self.model_admin.has_change_permission(self.request)
        return self.answer("_branch", branch=nodes, hits=set(), can_move=can_move, kept=self.kept(), on=on)


class WholeView(OrganizationsView):
    """All of the tree at once, of today or of the day `?on=`; `?under=` only what is at and below one node."""

    def nodes(self, on):
        if on:
            return past_tree.whole(self.request.user, on)
        rows = self.visible
        if (key := number(self.request.GET.get("under"))) is not None:
            top = rows.filter(pk=key).first()
            rows = rows.below(top) if top else rows.none()
        return tree.whole(rows)


class PrintView(WholeView):
    def get(self, request):
        on = self.filtering()[1]["on"]
        tops = self.nodes(on)
        rows = list(tree.flat(tops))
        return self.answer(
            "print",
            owner=tops[0].name if len(tops) == 1 else "",
            rows=rows,
            on=on,
            today=timezone.localdate(),
            back=self.address("changelist"),
        )


class PictureView(WholeView):
    def get(self, request):
        on = self.filtering()[1]["on"]
        tops = self.nodes(on)
        bodies = [node for node, _ in tree.flat(tops) if node.tier <= Organization.Tier.COMMUNITY]
        return self.answer(
            "picture",
            title="组织全图",
            on=on,
            picture={"name": "党组织", "tops": [drawn(node) for node in tops]},
            bodies=[(node, *tiers_below(node)) for node in bodies],
            choices=self.visible.standing().filter(tier__lte=Organization.Tier.COMMUNITY),
            under=number(request.GET.get("under")),
            back=self.address("changelist"),
            print_url=self.address("print"),
        )


def drawn(node):
    """The node as the chart takes it: short keys, for three thousand of them."""
    below = {"children": [drawn(child) for child in node.branch]} if node.branch else {}
    members = {"members": node.tally.members} if node.tally else {}
    return {"name": node.name, "pk": node.pk, "kind": node.get_kind_display(), "tier": node.tier, **members, **below}


def tiers_below(node):
    """How many branches, groups and households lie below."""
    tiers = [below.tier for below, _ in tree.flat(node.branch or [])]
    return [tiers.count(tier) for tier in (Organization.Tier.QUARTER, *list(Organization.Tier)[3:])]
