"""Excel in: a template to fill, a preview of every line, and one confirmation that takes all or nothing."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import content_disposition_header
from django.views.generic import FormView, View

from govern.imports import runs, shelf
from govern.imports.cells import Refusal
from govern.imports.fillings import SAME
from govern.imports.forms import ConfirmForm, UploadForm
from govern.imports.workbooks import LARGEST_FILE, lines_of, template
from govern.spreadsheets import CONTENT_TYPE

LINES_PER_PAGE = 100


class ImportAdminMixin:
    """For ModelAdmin: the pages; its list finds `import_url` in its context."""

    def make_filling(self, user):
        raise NotImplementedError

    def has_import_permission(self, request):
        return self.has_add_permission(request)

    def get_urls(self):
        def route(text, view, name):
            return path(text, self.admin_site.admin_view(view.as_view(model_admin=self)), name=f"{base}_{name}")

        base = f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            route("import/", ImportView, "import"),
            route("import/template/", TemplateView, "import_template"),
            route("import/<slug:token>/", ImportPreviewView, "import_preview"),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        offered = {"import_url": self.import_url(request)}
        return super().changelist_view(request, {**offered, **(extra_context or {})})

    def import_url(self, request):
        """Where rows are read in; None where `request` may not."""
        if not self.has_import_permission(request):
            return None
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_import")


class ImportingMixin:
    model_admin = None

    def dispatch(self, request, *args, **kwargs):
        if not self.model_admin.has_import_permission(request):
            raise PermissionDenied
        self.filling = self.model_admin.make_filling(request.user)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            **self.model_admin.admin_site.each_context(self.request),
            opts=self.model_admin.opts,
            sheet=self.filling.sheet,
            title=f"导入{self.filling.sheet.title}",
            template_url=self.filling.page("import_template"),
            import_url=self.filling.page("import"),
            list_url=self.filling.page("changelist"),
            **kwargs,
        )


class TemplateView(ImportingMixin, View):
    """The workbook to fill in, with the choices that this user has."""

    def get(self, request):
        response = HttpResponse(template(self.filling), content_type=CONTENT_TYPE)
        response["Content-Disposition"] = content_disposition_header(True, f"{self.filling.sheet.title}导入模板.xlsx")
        return response


class ImportView(ImportingMixin, FormView):
    template_name = "admin/imports/upload.html"
    form_class = UploadForm

    def get_context_data(self, **kwargs):
        return super().get_context_data(fields=self.filling.fields, has_file_field=True, **kwargs)

    def form_valid(self, form):
        file = form.cleaned_data["file"]
        try:
            if file.size > LARGEST_FILE:
                raise Refusal(f"文件不能超过 {LARGEST_FILE // 1024 // 1024} MB。")
            content = file.read()
            lines_of(content, self.filling, most=self.filling.most)
        except Refusal as refusal:
            form.add_error("file", str(refusal))
            return self.form_invalid(form)
        token = shelf.keep(self.filling.key, content, actor=self.request.user)
        return HttpResponseRedirect(self.filling.page("import_preview", token))

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)


class ImportPreviewView(ImportingMixin, FormView):
    """Every line with what will become of it. Confirmed once: a second click is told what the first one did."""

    template_name = "admin/imports/preview.html"
    form_class = ConfirmForm

    def dispatch(self, request, *args, token, **kwargs):
        if not shelf.is_token(token):
            raise Http404
        return super().dispatch(request, *args, token=token, **kwargs)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "consent": self.filling.consent}

    def get(self, request, token):
        if (state := runs.outcome(self.filling, token)) is not None:
            return self.told(state)
        return self.look(token, self.get_form())

    def post(self, request, token):
        key, user = self.filling.key, request.user
        if "drop" in request.POST:
            shelf.drop(key, token, actor=user)
            messages.info(request, "没有导入，上传的表已删除。")
            return HttpResponseRedirect(self.filling.page("import"))
        if runs.outcome(self.filling, token) is not None:
            return HttpResponseRedirect(request.path)
        form = self.get_form()
        if not form.is_valid():
            return self.look(token, form, status=422)
        if self.is_long(shelf.kept(key, token, actor=user)):
            runs.queue(self.filling, token)
            return HttpResponseRedirect(request.path)
        if (content := shelf.take(key, token, actor=user)) is None:
            return self.gone()
        found = runs.run(self.filling, content)
        state = runs.settle(self.filling, token, found)
        if found.bad:
            return self.show(found, form, status=422)
        messages.success(request, state["words"])
        return HttpResponseRedirect(self.filling.page("changelist"))

    def is_long(self, content):
        """Whether a worker has to take it. Looked at by a filling of its own, for this one is to write."""
        if content is None:
            return False
        filling = self.model_admin.make_filling(self.request.user)
        found = runs.preview(filling, content)
        return not found.bad and len(found.good) > filling.in_request

    def look(self, token, form, status=200):
        content = shelf.kept(self.filling.key, token, actor=self.request.user)
        if content is None:
            return self.gone()
        return self.show(runs.preview(self.filling, content), form, status)

    def gone(self):
        messages.warning(self.request, "这份表正在导入，或已经过期删除。请先到列表里看看，没有就重新上传。")
        return HttpResponseRedirect(self.filling.page("import"))

    def told(self, state):
        """Confirmed before: still running, or what became of it."""
        context = self.get_context_data(form=None, state=state)
        return TemplateResponse(self.request, "admin/imports/state.html", context)

    def show(self, found, form, status=200):
        """Every line: first those that have to be mended, last those that stay as they are."""
        same = [row for row in found.rows if row.action == SAME]
        page = Paginator([*found.bad, *found.good, *same], LINES_PER_PAGE).get_page(self.request.GET.get("page"))
        context = self.get_context_data(form=form, found=found, page_obj=page)
        return self.render_to_response(context, status=status)
