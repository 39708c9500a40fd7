"""本单位党员 out of Excel, on a unit's desk: the pages of govern.imports for somebody who has no workplace."""

from django.contrib.auth.mixins import LoginRequiredMixin
from django.template.response import TemplateResponse

from govern.imports import admin as pages
from organizations.models import Unit
from volunteers.imports import MemberFilling
from volunteers.models import Volunteer
from volunteers.services.unit_members import RIGHT


class ImportDesk:
    """Stands where the import's pages ask their ModelAdmin, for somebody who has no workplace."""

    opts = Volunteer._meta
    make_filling = staticmethod(MemberFilling)

    def has_import_permission(self, request):
        return Unit.objects.of_liaison(request.user, RIGHT).active().exists()

    @property
    def admin_site(self):
        return self

    def each_context(self, request):
        return {}


class ImportMixin(LoginRequiredMixin):
    model_admin = ImportDesk()


class ImportView(ImportMixin, pages.ImportView):
    template_name = "desk/reports/import.html"


class ImportTemplateView(ImportMixin, pages.TemplateView):
    pass


class ImportPreviewView(ImportMixin, pages.ImportPreviewView):
    template_name = "desk/reports/import_preview.html"

    def told(self, state):
        context = self.get_context_data(form=None, state=state)
        return TemplateResponse(self.request, "desk/reports/import_state.html", context)
