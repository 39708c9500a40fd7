"""The page on which a need is cut into parts."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from checklists.forms.splits import first_parts, part_formset, typed_parts
from checklists.models import Need
from checklists.services.needs.parts import parts_of, split_is_possible


class SplitPageMixin:
    """For the needs' ModelAdmin."""

    def split_view(self, request, pk):
        """拆分: one row per part; “再加一件” brings the page back with one more."""
        need = get_object_or_404(
            Need.objects.visible_to(request.user).select_related("category", "community", "building__quarter"), pk=pk
        )
        if not self.has_change_permission(request, need):
            raise PermissionDenied
        page = reverse("admin:checklists_need_change", args=[need.pk])
        if request.method != "POST":
            if not split_is_possible(need):
                messages.warning(request, "只有待派单的需求可以拆分，拆出来的不能再拆。")
                return HttpResponseRedirect(page)
            forms = part_formset()(need=need, user=request.user, initial=first_parts(need))
        elif "add" in request.POST:
            forms = part_formset()(need=need, user=request.user, initial=typed_parts(request.POST))
        else:
            forms = part_formset()(request.POST, need=need, user=request.user)
            if forms.is_valid() and (whole := forms.run()):
                messages.success(
                    request, f"{need.spoken_code} 已拆成 {parts_of(whole).count()} 件，系统正在分别匹配资源。"
                )
                return HttpResponseRedirect(page)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": need,
            "title": f"拆分 {need.spoken_code}",
            "need": need,
            "forms": forms,
        }
        status = 422 if forms.is_bound else 200
        return TemplateResponse(request, "admin/checklists/need/split.html", context, status=status)
