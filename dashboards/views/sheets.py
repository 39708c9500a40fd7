"""Figures as an Excel file."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from tablib import Dataset

from govern.exports import harmless

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sheet_of(headers, rows, title):
    sheet = Dataset(headers=headers, title=title)
    for row in rows:
        sheet.append([harmless(cell) for cell in row])
    return sheet


def as_xlsx(sheet, name):
    response = HttpResponse(sheet.export("xlsx"), content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.xlsx")
    return response
