"""居民要过没找到, as a page and a sheet; every number leads to its needs."""

from datetime import timedelta
from io import BytesIO

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views import View

from checklists.models import Category, Need
from checklists.shortages import shortages, with_advice
from govern.scoping import ScopedFormMixin
from govern.spreadsheets import CONTENT_TYPE, write_sheet
from grids.models import Community
from organizations.parameters import parameter

PER_PAGE = 50


def unmet(needs, at):
    return needs.unmet(at, timedelta(days=parameter("unmet_need_days")))


class PlaceForm(ScopedFormMixin, forms.Form):
    community = forms.ModelChoiceField(
        Community.objects.order_by("name"), label="社区", required=False, empty_label="全部"
    )
    kind = forms.ModelChoiceField(Category.objects.classes(), label="大类", required=False, empty_label="全部")


class ShortageView(View):
    """`?sheet=1` gives the same rows as an .xlsx file."""

    model_admin = None

    def get(self, request):
        if not request.user.has_perm("checklists.view_need"):
            raise PermissionDenied
        at = timezone.now()
        needs, form = unmet(Need.objects.visible_to(request.user), at), PlaceForm(request.GET, user=request.user)
        chosen = form.cleaned_data if form.is_valid() else {}
        if chosen.get("community"):
            needs = needs.filter(community=chosen["community"])
        if chosen.get("kind"):
            needs = needs.filter(category__parent=chosen["kind"])
        rows = shortages(needs, at)
        if "sheet" in request.GET:
            return sheet(with_advice(rows, timezone.localdate(at)))
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
        for row in with_advice(page.object_list, timezone.localdate(at)):
            query = {
                "unmet": "yes",
                "community__id__exact": row["community"],
                "category__id__exact": row["category"],
            }
            row["url"] = reverse("admin:checklists_need_changelist", query=query)
        context = {
            **self.model_admin.admin_site.each_context(request),
            "opts": Need._meta,
            "title": "居民要过没找到",
            "form": form,
            "page_obj": page,
            "days": int(parameter("unmet_need_days")),
        }
        return TemplateResponse(request, "admin/checklists/resource/shortages.html", context)


def sheet(rows):
    stream = BytesIO()
    heads = ["社区", "大类", "类别", "等待件数", "其中点过的资源已到期", "最早提交", "建议"]
    cells = [
        [
            row["community__name"],
            row["category__parent__name"],
            row["category__name"],
            row["count"],
            row["ordered_count"],
            row["oldest_at"],
            row["advice"],
        ]
        for row in rows
    ]
    write_sheet(stream, "居民要过没找到", heads, cells, widths=[16, 14, 16, 10, 20, 20, 60])
    stream.seek(0)
    name = f"居民要过没找到-{timezone.localdate():%Y%m%d}.xlsx"
    return FileResponse(stream, as_attachment=True, filename=name, content_type=CONTENT_TYPE)


class UnmetFilter(admin.SimpleListFilter):
    """For the list of needs: those behind one number of the page above."""

    title = "资源"
    parameter_name = "unmet"

    def lookups(self, request, model_admin):
        return [("yes", "要过没找到")]

    def queryset(self, request, queryset):
        return unmet(queryset, timezone.now()) if self.value() == "yes" else queryset
