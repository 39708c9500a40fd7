"""Excel out of the workplace: one click, the rows of the filtered list, nothing in them that Excel would run."""

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.http import content_disposition_header
from import_export.admin import ExportMixin
from import_export.fields import Field
from import_export.formats.base_formats import XLSX
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from unfold.contrib.import_export.forms import ExportForm

# A cell that begins so is a formula to a spreadsheet, whoever typed it.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(value):
    """`value` as a cell: text that Excel would run is told to be text, yes and no are words, times are local."""
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case datetime():
            return timezone.localtime(value).replace(tzinfo=None)
        case int() | float() | Decimal() | date():
            return value
    text = ILLEGAL_CHARACTERS_RE.sub("", str(value))  # for one control character openpyxl refuses the whole sheet
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


class Column(Field):
    """One column: `Column("organization__name", "所属党组织")`. Personal data leaves by its masked_ property only."""

    def __init__(self, attribute, column_name):
        super().__init__(attribute=attribute, column_name=column_name, readonly=True)

    def export(self, instance, **kwargs):
        return harmless(self.get_value(instance))


class ExportAdminMixin(ExportMixin):
    """For ModelAdmin, after ScopedAdminMixin: what is exported is what the list shows, filters and scope included."""

    export_form_class = ExportForm
    skip_export_form = True
    export_formats = [XLSX]

    def has_export_permission(self, request):
        return self.has_view_permission(request)

    def _do_file_export(self, file_format, request, queryset, export_form=None):
        response = super()._do_file_export(file_format, request, queryset, export_form=export_form)
        day = f"{timezone.localdate():%Y%m%d}"
        name = f"{self.model._meta.verbose_name}-{day}.{file_format.get_extension()}"
        response["Content-Disposition"] = content_disposition_header(True, name)
        return response
