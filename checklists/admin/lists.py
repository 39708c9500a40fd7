"""What each of the four lists can do beyond showing its rows: export, import, print and publish, all from its head."""

from tempfile import SpooledTemporaryFile

from django.core.exceptions import PermissionDenied
from django.http import FileResponse
from django.urls import path
from django.utils import timezone

from checklists.admin.printing import PrintView
from checklists.admin.publishing import PublicationListView, PublicationView
from checklists.columns import OF_MODEL
from checklists.imports import FILLINGS
from govern.exports import ExportAdminMixin
from govern.imports.admin import ImportAdminMixin
from govern.spreadsheets import CONTENT_TYPE, write_sheet

CHUNK = 2000
IN_MEMORY = 5 * 1024 * 1024


class ChecklistAdminMixin(ImportAdminMixin, ExportAdminMixin):
    """For the ModelAdmin of a list in `checklists.columns`, after ScopedAdminMixin; it has the four buttons then."""

    import_export_change_list_template = "admin/checklists/list.html"

    @property
    def checklist(self):
        return OF_MODEL[self.model.__name__]

    def make_filling(self, user):
        return FILLINGS[self.checklist.key](user)

    def get_urls(self):
        def route(text, view, name):
            return path(text, self.admin_site.admin_view(view.as_view(model_admin=self)), name=f"{base}_{name}")

        base = f"checklists_{self.opts.model_name}"
        return [
            route("print/", PrintView, "print"),
            route("publication/", PublicationListView, "publication"),
            route("publication/<int:pk>/", PublicationView, "publication_change"),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        buttons = {"can_publish": request.user.has_perm("checklists.change_publication")}
        return super().changelist_view(request, {**(extra_context or {}), **buttons})

    def listed(self, request):
        """The rows of the list as the address filters and orders them, with what the columns read."""
        return self.get_export_queryset(request).with_columns()

    def export_action(self, request):
        """All of the filtered list as an .xlsx file, row by row: the largest list fits in memory."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        checklist, stream = self.checklist, SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - the response closes it
        rows = enumerate(self.listed(request).iterator(chunk_size=CHUNK), 1)
        write_sheet(
            stream,
            checklist.title,
            checklist.heads,
            ([number, *(column.read(row) for column in checklist.columns)] for number, row in rows),
            widths=[6, *(column.width // 2 + 2 for column in checklist.columns)],
        )
        stream.seek(0)
        name = f"{checklist.title}-{timezone.localdate():%Y%m%d}.xlsx"
        return FileResponse(stream, as_attachment=True, filename=name, content_type=CONTENT_TYPE)
