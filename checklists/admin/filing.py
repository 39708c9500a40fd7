"""代居民登记 as a page of the workplace, for the list of needs and for whatever else leads to one."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from checklists.forms.filings import FilingForm


def file_page(request, model_admin, *, title="代居民登记", filled=None, known=None, keep=None, back=None, heard=""):
    """The form, with `filled` in it and `heard` above it; filed, on to the need or to `back`.

    `known` and `keep` are FilingForm.submit's.
    """
    if request.htmx:
        # Another category asks other questions: the page comes back with all that was typed, and unjudged.
        typed = {name: values if len(values) > 1 else values[0] for name, values in request.POST.lists()}
        form = FilingForm(initial=typed, user=request.user)
    else:
        form = FilingForm(request.POST or None, request.FILES or None, initial=filled, user=request.user)
        if filled:  # the clerk begins where something is missing, not at the top of the side bar
            form.fields["category" if filled.get("building") else "address"].widget.attrs["autofocus"] = True
        if form.is_bound and form.is_valid() and (need := form.submit(known=known, keep=keep)):
            messages.success(request, f"已登记，受理编号 {need.spoken_code}，请告诉居民记下。")
            return HttpResponseRedirect(back or reverse("admin:checklists_need_change", args=[need.pk]))
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": title,
        "form": form,
        "heard": heard,
        "has_file_field": True,
    }
    status = 422 if form.is_bound and form.errors else 200
    return TemplateResponse(request, "admin/checklists/need/file.html", context, status=status)
