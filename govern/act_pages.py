"""A workplace page of one row, with what may be done to it as small forms (govern.acts)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html

from govern.views import number


def badge(tone, word):
    return format_html('<span class="gv"><span class="badge {}">{}</span></span>', tone, word)


class ActPagesMixin:
    """A page of one row with acts on it: GET shows, POST to `<pk>/<verb>/do/` runs one and comes back."""

    acts = ()
    page_template = ""
    has_edit_page = False  # whether what was written down wrongly is put right in the admin's form
    page_related = ("organization",)  # what the page reads of the row's parents

    def get_urls(self):
        wrap = self.admin_site.admin_view
        base = f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path("<int:pk>/<slug:verb>/do/", wrap(self.act_view), name=f"{base}_act"),
            *([path("<int:pk>/edit/", wrap(self.edit_view), name=f"{base}_edit")] if self.has_edit_page else []),
            *super().get_urls(),
        ]

    def has_delete_permission(self, request, obj=None):
        return False  # what was decided stays on record

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if object_id is None:
            return super().changeform_view(request, None, form_url, extra_context)
        return self.page(request, self.row(request, number(object_id)))

    def edit_view(self, request, pk):
        row = self.row(request, pk)
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        return super().changeform_view(request, str(pk), "", {"title": f"更正：{row}"})

    def row(self, request, pk):
        return get_object_or_404(self.get_queryset(request).select_related(*self.page_related), pk=pk)

    def page(self, request, row, bound=None):
        can_change = self.has_change_permission(request, row)
        offered = [act for act in self.acts if act.is_offered(row)] if can_change else []
        shown = [bound if isinstance(bound, act) else act(subject=row, user=request.user) for act in offered]
        if bound is not None and bound not in shown:
            shown.insert(0, bound)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": row,
            "title": str(row),
            "acts": shown,
            "can_change": can_change,
            **self.context_of(row),
        }
        status = 200 if bound is None else 422
        return TemplateResponse(request, self.page_template, context, status=status)

    def context_of(self, row):
        raise NotImplementedError

    def act_view(self, request, pk, verb):
        row = self.row(request, pk)
        act = next((each for each in self.acts if each.verb == verb), None)
        if act is None:
            raise Http404
        page = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[pk])
        if request.method != "POST":
            return HttpResponseRedirect(page)
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        form = act(request.POST, request.FILES, subject=row, user=request.user)
        answer = form.run() if form.is_valid() else None
        if not form.is_valid():
            return self.page(request, row, bound=form)
        messages.success(request, form.done)
        return HttpResponseRedirect(self.next_page(answer, page))

    def next_page(self, answer, page):
        return page
