"""Acts on a place that need a page of their own: a community's grids, a quarter's buildings, chosen buildings."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views import View

from govern.views import number
from grids.forms.grid_acts import MoveAct, NumberGridsAct
from grids.forms.places import AddBuildingsAct, NumberBuildingsAct
from grids.models import Building

ACTS = {act.verb: act for act in (NumberGridsAct, AddBuildingsAct, NumberBuildingsAct)}
MOST_MOVED = 500


class PlaceActView(View):
    """GET shows the form, POST runs it; a place out of reach is not there."""

    model_admin = None
    verb = ""
    permission = ""

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm(self.permission):
            raise PermissionDenied
        self.subject = self.find()
        return super().dispatch(request, *args, **kwargs)

    def find(self):
        return get_object_or_404(self.model_admin.get_queryset(self.request), pk=self.kwargs["pk"])

    @property
    def act(self):
        return ACTS[self.verb]

    @property
    def back(self):
        return reverse(f"admin:grids_{self.model_admin.opts.model_name}_change", args=[self.subject.pk])

    @property
    def title(self):
        return f"{self.act.label}：{self.subject}"

    def get(self, request, **kwargs):
        return self.page(self.act(subject=self.subject, user=request.user))

    def post(self, request, **kwargs):
        form = self.act(request.POST, subject=self.subject, user=request.user)
        if form.is_valid():
            form.run()
        if not form.is_valid():
            return self.page(form, status=422)
        messages.success(request, form.done)
        return HttpResponseRedirect(self.back)

    def page(self, form, status=200, **extra):
        context = {
            **self.model_admin.admin_site.each_context(self.request),
            "opts": self.model_admin.opts,
            "title": self.title,
            "form": form,
            "notice": getattr(form, "notice", ""),
            "back": self.back,
            **extra,
        }
        return TemplateResponse(self.request, "admin/grids/act.html", context, status=status)


class MoveView(PlaceActView):
    """调整所在网格 of the buildings `?building=`, chosen in their list."""

    permission = "grids.change_building"
    act = MoveAct
    title = "调整所在网格"

    def find(self):
        keys = {number(key) for key in self.request.GET.getlist("building")[: MOST_MOVED + 1]} - {None}
        rows = Building.objects.editable_by(self.request.user).filter(pk__in=keys)
        found = list(rows.select_related("quarter__community", "grid").order_by("code"))
        if not keys or len(found) != len(keys):
            raise Http404
        return found

    @property
    def back(self):
        return reverse("admin:grids_building_changelist")

    def page(self, form, status=200):
        return super().page(form, status, buildings=self.subject[:30], more=max(len(self.subject) - 30, 0))
