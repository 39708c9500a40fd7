"""One sheet as .xlsx, written row by row: with openpyxl's cells long lists take a multiple of the time and memory."""

import re
from datetime import date, datetime

from xlsxwriter import Workbook

from govern.exports import harmless

ORDINAL = "序号"  # the head of the column that counts the rows
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FONT = {"font_name": "宋体", "font_size": 11}
# Rows go to the disk as they come, and no text becomes a formula or a link, whatever it begins with.
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_format_properties": FONT,
}


def write_sheet(stream, title, heads, rows, widths=()):
    """Write to the binary file `stream` a workbook of one sheet: the words `heads`, below them `rows` of values.

    `widths` are the columns' in characters.
    """
    with Workbook(stream, OPTIONS) as workbook:
        sheet = workbook.add_worksheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:31])  # what Excel forbids in a name
        head = workbook.add_format({**FONT, "bold": True})
        formats = {
            datetime: workbook.add_format({**FONT, "num_format": "yyyy-mm-dd hh:mm"}),
            date: workbook.add_format({**FONT, "num_format": "yyyy-mm-dd"}),
        }
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, heads, head)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(map(harmless, row)):
                if value != "":
                    sheet.write(number, column, value, formats.get(type(value)))
