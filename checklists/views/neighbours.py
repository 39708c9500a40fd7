"""What neighbours may know of each other's needs: of common space alone, and never a word that somebody wrote."""

import segno
from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.views.generic import FormView, TemplateView

from checklists.forms.voices import SupportForm
from checklists.models import Category, Need
from checklists.services import needs
from checklists.views import visits
from govern.views import number
from grids.models import Building, Community
from organizations.limits import is_over

S = Need.Status
TOO_MANY = "这个网络一小时内登记的次数太多，请过一会儿再点一次。着急的话，请打社区电话。"
# The state in words that name nobody: neither the resident, nor who comes, nor why.
WORDS = {
    S.SUBMITTED: ("社区已收到", "还在核实。"),
    S.ACCEPTED: ("正在找人办", "社区已受理，正在安排人手。"),
    S.REJECTED: ("社区没有受理", "还需要办的话，请重新提需求，或打社区电话问一问。"),
    S.DISPATCHED: ("正在安排人", "已请人来办，等他们答复。"),
    S.TAKEN: ("已安排人办", "来办的人已经接下。"),
    S.IN_SERVICE: ("正在办", "已经动手办了。"),
    S.DONE: ("已办好", "没有解决的话，请重新提需求。"),
    S.RATED: ("已办好", "没有解决的话，请重新提需求。"),
    S.CLOSED: ("已办结", "没有解决的话，请重新提需求。"),
    S.WITHDRAWN: ("已撤回", "还需要办的话，请重新提需求。"),
    S.SUSPENDED: ("暂时办不了", "条件合适了接着办。"),
    S.ESCALATED: ("已报上级协调", "社区自己办不了，上级正在想办法。"),
    S.REOPENED: ("正在重新核实", "有居民说没有解决，社区正在看。"),
    S.SPLIT: ("分成几件事在办", "几件事同时办。"),
    S.HANDED_OFF: ("已转给外面的单位", "归他们办，社区会跟着问结果。"),
}


def describe(need):
    """A communal need as a neighbour sees it: kind, place, day, state and how many, nothing else."""
    title, lead = WORDS[need.status]
    return {
        "category": need.category,
        "place": need.building or need.community,
        "community": need.community,
        "on": need.submitted_at,
        "title": title,
        "lead": lead,
        "count": need.supports.count() + 1,
        "token": needs.public_token(need),
        "is_open": need.is_open,
    }


def similar_needs(need, own=()):
    """What neighbours have told already that is like `need`, which is just being written; [] for what is private.

    `own` are the receipt codes of whoever writes: their needs are no neighbour's.
    """
    if not need.category.is_communal:
        return []
    among = Need.objects.communal().exclude(code__in=own).select_related("category", "community", "building__quarter")
    return [describe(each.need) for each in needs.suggest_duplicates(need, among, limit=3)]


class NeedSimilarView(TemplateView):
    """htmx: what was told already at this place, of this kind, or in these words."""

    template_name = "checklists/_need_similar.html"
    http_method_names = ["post"]

    def post(self, request):
        return self.render_to_response({"similar": self.similar(request.POST)})

    def similar(self, typed):
        if is_over(self.request, "looks for similar needs", "public_needs_per_hour", times=30):
            return []
        category = Category.objects.active().kinds().filter(pk=number(typed.get("category"))).first()
        community = Community.objects.filter(pk=number(typed.get("community"))).first()
        if category is None or community is None:
            return []
        building = Building.objects.filter(pk=number(typed.get("building")), quarter__community=community).first()
        text = typed.get("text", "")[:1000]
        need = Need(category=category, community=community, building=building, text=text)
        return similar_needs(need, visits.receipts(self.request))


class NearMixin:
    """Pages of one communal need, by its public token."""

    def dispatch(self, request, *args, token, **kwargs):
        self.need = needs.read_public_token(token)
        if self.need is None:
            raise Http404
        response = super().dispatch(request, *args, token=token, **kwargs)
        response["X-Robots-Tag"] = "noindex"
        return response

    def get_context_data(self, **kwargs):
        return super().get_context_data(near=describe(self.need), need=self.need, **kwargs)


class NearDetailView(NearMixin, TemplateView):
    template_name = "checklists/near_detail.html"

    def get_context_data(self, **kwargs):
        address = settings.PUBLIC_URL + reverse("checklists:near_detail", args=[needs.public_token(self.need)])
        qr = segno.make(address, error="m").svg_data_uri(scale=4, border=2)
        return super().get_context_data(address=address, qr=qr, **kwargs)


class NearSupportView(NearMixin, FormView):
    """“我也需要”."""

    form_class = SupportForm
    template_name = "checklists/near_support.html"

    def get(self, request, *args, **kwargs):
        return super().get(request, *args, **kwargs) if self.need.is_open else self.leave()

    def leave(self):
        return redirect("checklists:near_detail", needs.public_token(self.need))

    def get_form_kwargs(self):
        community, building = visits.place(self.request)
        is_here = building is not None and community == self.need.community
        return {**super().get_form_kwargs(), "need": self.need, "building": building if is_here else None}

    def form_valid(self, form):
        if is_over(self.request, "supports", "public_supports_per_hour"):
            form.add_error(None, TOO_MANY)
            return self.form_invalid(form, status=429)
        if not form.run():
            return self.form_invalid(form)
        messages.success(self.request, "已记下，您不用再提一次。办得怎么样，打开这一页就能看到。")
        return self.leave()

    def form_invalid(self, form, status=422):
        return self.render_to_response(self.get_context_data(form=form), status=status)
