"""Where staff choose which columns of a community's list anybody may read, and see it as residents will."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import FormView, TemplateView

from checklists.columns import words
from checklists.forms.publications import PublicationForm
from checklists.models import Publication
from checklists.services.publications import publications_of
from grids.models import Community

PREVIEWED = 5


def table(columns, rows):
    """What _list_table.html prints: heads, and rows of (head, words)."""
    return {
        "heads": [column.head for column in columns],
        "rows": [[(column.head, words(column.read(row))) for column in columns] for row in rows],
    }


class PublishingMixin:
    model_admin = None

    @property
    def checklist(self):
        return self.model_admin.checklist

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm("checklists.change_publication"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            **self.model_admin.admin_site.each_context(self.request),
            opts=self.model_admin.opts,
            checklist=self.checklist,
            base=f"admin:checklists_{self.model_admin.opts.model_name}",
            **kwargs,
        )

    def page(self, name, *args):
        return reverse(f"admin:checklists_{self.model_admin.opts.model_name}_{name}", args=args)


class PublicationListView(PublishingMixin, TemplateView):
    """The communities in reach, each with whether its list is public; with one alone, straight to it."""

    template_name = "admin/checklists/publication_list.html"

    def get(self, request):
        found = publications_of(self.checklist.key, request.user)
        if len(found) == 1:
            return HttpResponseRedirect(self.page("publication_change", found[0][0].pk))
        lines = [(community, row, self.page("publication_change", community.pk)) for community, row in found]
        return self.render_to_response(
            self.get_context_data(title=f"公开{self.checklist.title}", lines=lines, back=self.page("changelist"))
        )


class PublicationView(PublishingMixin, FormView):
    """One community's list. 预览 shows what is ticked and keeps nothing; 保存 puts it up."""

    template_name = "admin/checklists/publication_form.html"
    form_class = PublicationForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        communities = Community.objects.allowed(request.user, "checklists.change_publication")
        self.community = get_object_or_404(communities, pk=kwargs["pk"])
        rows = Publication.objects.filter(community=self.community, checklist=self.checklist.key)
        self.publication = rows.select_related("changed_by").first()

    def get_initial(self):
        if self.publication is None:
            return {"columns": self.checklist.default_keys, "is_public": False}
        return {"columns": self.publication.columns, "is_public": self.publication.is_public}

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "checklist": self.checklist}

    def form_valid(self, form):
        if "preview" in self.request.POST:
            return self.render_to_response(self.get_context_data(form=form, is_preview=True))
        try:
            row = form.save(self.community, actor=self.request.user)
        except ValidationError as error:
            form.add_error(None if not hasattr(error, "error_dict") else "columns", error.messages)
            return self.form_invalid(form)
        told = "已公开，任何人现在就能看到。" if row.is_public else "已保存，没有公开。"
        messages.success(self.request, f"{self.community}{self.checklist.title}：{told}")
        return HttpResponseRedirect(self.request.path)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        rows = self.model_admin.model.objects.published(self.community)
        return {
            **context,
            "title": f"公开{self.community}{self.checklist.title}",
            "community": self.community,
            "publication": self.publication,
            "barred": [column for column in self.checklist.columns if not column.may_be_public],
            "count": rows.count(),
            **table(context["form"].chosen, rows.with_columns()[:PREVIEWED]),
            "public_url": reverse("checklists:list_detail", args=[self.community.code, self.checklist.key]),
            "back": self.page("publication"),
            "list_url": self.page("changelist"),
        }
