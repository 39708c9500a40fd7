"""Excel in: a template to fill, a preview of every line, and one confirmation that takes all or nothing."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.generic import FormView, View

from checklists.forms.imports import ConfirmForm, UploadForm
from checklists.imports import FILLINGS
from checklists.imports.cells import Refusal
from checklists.imports.workbooks import LARGEST_FILE, template
from checklists.services import imports
from govern.spreadsheets import CONTENT_TYPE

LINES_PER_PAGE = 100


class ImportingMixin:
    model_admin = None

    @property
    def checklist(self):
        return self.model_admin.checklist

    def dispatch(self, request, *args, **kwargs):
        if not self.model_admin.has_add_permission(request):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def page(self, name, *args):
        return reverse(f"admin:checklists_{self.model_admin.opts.model_name}_{name}", args=args)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            **self.model_admin.admin_site.each_context(self.request),
            opts=self.model_admin.opts,
            checklist=self.checklist,
            title=f"导入{self.checklist.title}",
            template_url=self.page("import_template"),
            import_url=self.page("import"),
            list_url=self.page("changelist"),
            **kwargs,
        )


class TemplateView(ImportingMixin, View):
    """The workbook to fill in, with the choices that this user has."""

    def get(self, request):
        content = template(FILLINGS[self.checklist.key](request.user))
        response = HttpResponse(content, content_type=CONTENT_TYPE)
        response["Content-Disposition"] = content_disposition_header(True, f"{self.checklist.title}导入模板.xlsx")
        return response


class ImportView(ImportingMixin, FormView):
    template_name = "admin/checklists/import.html"
    form_class = UploadForm

    def get_context_data(self, **kwargs):
        fields = FILLINGS[self.checklist.key](self.request.user).fields
        return super().get_context_data(fields=fields, has_file_field=True, **kwargs)

    def form_valid(self, form):
        file = form.cleaned_data["file"]
        try:
            if file.size > LARGEST_FILE:
                raise Refusal(f"文件不能超过 {LARGEST_FILE // 1024 // 1024} MB。")
            content = file.read()
            imports.preview(self.checklist.key, content, actor=self.request.user)
        except Refusal as refusal:
            form.add_error("file", str(refusal))
            return self.form_invalid(form)
        token = imports.keep(self.checklist.key, content, actor=self.request.user)
        return HttpResponseRedirect(self.page("import_preview", token))

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)


class ImportPreviewView(ImportingMixin, FormView):
    """Every line with what will become of it. Confirmed once: a second click is told what the first one did."""

    template_name = "admin/checklists/import_preview.html"
    form_class = ConfirmForm

    def dispatch(self, request, *args, token, **kwargs):
        if not imports.is_token(token):
            raise Http404
        return super().dispatch(request, *args, token=token, **kwargs)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "checklist": self.checklist}

    def get(self, request, token):
        if (state := imports.outcome(self.checklist.key, token, actor=request.user)) is not None:
            return self.told(state)
        return self.look(token, self.get_form())

    def post(self, request, token):
        key, user = self.checklist.key, request.user
        if "drop" in request.POST:
            imports.drop(key, token, actor=user)
            messages.info(request, "没有导入，上传的表已删除。")
            return HttpResponseRedirect(self.page("import"))
        if imports.outcome(key, token, actor=user) is not None:
            return HttpResponseRedirect(request.path)
        form = self.get_form()
        if not form.is_valid():
            return self.look(token, form, status=422)
        content = imports.kept(key, token, actor=user)
        if content is not None and len(imports.preview(key, content, actor=user).good) > imports.IN_REQUEST:
            imports.queue(key, token, actor=user)
            return HttpResponseRedirect(request.path)
        if (content := imports.take(key, token, actor=user)) is None:
            return self.gone()
        found = imports.run(key, content, actor=user)
        state = imports.settle(key, token, found, actor=user)
        if found.bad:
            return self.show(found, form, status=422)
        messages.success(request, state["words"])
        return HttpResponseRedirect(self.page("changelist"))

    def look(self, token, form, status=200):
        content = imports.kept(self.checklist.key, token, actor=self.request.user)
        if content is None:
            return self.gone()
        return self.show(imports.preview(self.checklist.key, content, actor=self.request.user), form, status)

    def gone(self):
        messages.warning(self.request, "这份表正在导入，或已经过期删除。请先到清单里看看，没有就重新上传。")
        return HttpResponseRedirect(self.page("import"))

    def told(self, state):
        """Confirmed before: still running, or what became of it."""
        context = self.get_context_data(form=None, state=state)
        return TemplateResponse(self.request, "admin/checklists/import_state.html", context)

    def show(self, found, form, status=200):
        """Every line, those that have to be mended first."""
        rows = [*found.bad, *(row for row in found.rows if not row.errors)] if found.bad else found.rows
        page = Paginator(rows, LINES_PER_PAGE).get_page(self.request.GET.get("page"))
        context = self.get_context_data(form=form, found=found, page_obj=page)
        return self.render_to_response(context, status=status)
