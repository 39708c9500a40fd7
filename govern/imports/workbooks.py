"""A filled-in workbook read, and an empty one made. No file is believed before its size and kind are known."""

import re
import zipfile
from io import BytesIO
from zlib import error as BrokenData

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.datavalidation import DataValidation

from govern.imports.cells import Refusal
from govern.spreadsheets import ORDINAL

LARGEST_FILE = 10 * 1024 * 1024
LARGEST_CONTENT = 100 * 1024 * 1024  # unpacked
HEAD_WITHIN = 10  # offices put a title above the heads
ENOUGH_HEADS = 2
EXAMPLE = "（示例，请删除）"
MERGED = re.compile(rb'<mergeCell [^>]*ref="([A-Z]+\d+:[A-Z]+\d+)"')
OPTIONS_SHEET, NOTES_SHEET = "选项", "填写说明"


def lines_of(content, filling, *, most):
    """(lines, unknown heads) of the .xlsx bytes `content`: lines are (number in the file, {head: value}).

    Blank lines and the template's example are left out. Refusal for what is no such sheet or holds more than `most`.
    """
    check_package(content)
    try:
        book = load_workbook(BytesIO(content), read_only=True, data_only=False)
    except Exception as error:  # openpyxl says a dozen things about files it cannot read
        raise Refusal("这个文件打不开，可能已损坏。请用 Excel 或 WPS 重新保存成 .xlsx 再上传。") from error
    sheet, head_row, heads = find_heads(book, filling)
    refuse_merged(content, sheet, head_row)
    lines, formulas = [], []
    for number, cells in enumerate(sheet.iter_rows(min_row=head_row + 1, max_col=len(heads)), head_row + 1):
        line = {head: cell.value for head, cell in zip(heads, cells, strict=False) if head and cell.value is not None}
        if not any(str(value).strip() for head, value in line.items() if head != ORDINAL):
            continue
        if any(str(value).startswith(EXAMPLE) for value in line.values()):
            continue
        formulas += [cell.coordinate for cell in cells if getattr(cell, "data_type", "") == "f"]
        if len(lines) == most:
            raise Refusal(f"一次最多导入 {most} 行，这份表更多。请分成几份。")
        lines.append((number, line))
    if formulas:
        named = "、".join(formulas[:5])
        raise Refusal(f"{named}{' 等' if len(formulas) > 5 else ''}是公式。请复制后“粘贴为数值”，再上传。")
    if not lines:
        raise Refusal("表里没有要导入的内容。请从表头下面一行开始填。")
    known = {*filling.by_head, *filling.sheet.heads}
    return lines, [head for head in heads if head and head not in known]


def check_package(content):
    """Refuse what is no .xlsx, what unpacks to more than a server can hold, and XML that brings its own definitions."""
    if len(content) > LARGEST_FILE:
        raise Refusal(f"文件不能超过 {LARGEST_FILE // 1024 // 1024} MB。")
    if not zipfile.is_zipfile(BytesIO(content)):
        raise Refusal("请上传 .xlsx 文件。老式的 .xls 或 .csv，请在 Excel 或 WPS 里“另存为” .xlsx。")
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            parts = package.infolist()
            if not any(part.filename == "xl/workbook.xml" for part in parts):
                raise Refusal("请上传 .xlsx 文件，这个文件不是 Excel 表。")
            if sum(part.file_size for part in parts) > LARGEST_CONTENT:
                raise Refusal("这个文件展开后太大，请只留下要导入的内容。")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with package.open(part) as stream:
                        if b"<!DOCTYPE" in stream.read(1024):
                            raise Refusal("这个文件不是 Excel 保存的表，请用 Excel 或 WPS 重新保存。")
    except (zipfile.BadZipFile, BrokenData, RuntimeError, NotImplementedError) as error:
        raise Refusal("这个文件已损坏或加了密码，请重新保存后再上传。") from error


def find_heads(book, filling):
    """(sheet, number of its head row, heads) of the sheet that has the filling's heads."""
    best = {}
    for sheet in book.worksheets:
        for number, values in enumerate(sheet.iter_rows(max_row=HEAD_WITHIN, values_only=True), 1):
            heads = [str(value).strip().rstrip("*＊") if value is not None else "" for value in values]
            if len(filling.by_head.keys() & set(heads)) >= ENOUGH_HEADS:
                if other := likelier(heads, filling):
                    best.setdefault("other", other)
                    continue
                return sheet, number, demand_heads(heads, filling)
            if other := likelier(heads, filling):
                best.setdefault("other", other)
    if "other" in best:
        raise Refusal(f"这份表像是{best['other'].title}，不是{filling.sheet.title}。请到{best['other'].title}里导入。")
    raise Refusal(f"没有找到{filling.sheet.title}的表头。请下载模板，照着它的栏目名填。")


def likelier(heads, filling):
    """The other sheet that more of `heads` belong to, if there is one."""
    heads = set(heads)
    own = len(heads & {*filling.by_head, *filling.sheet.heads})
    others = [(len(heads & set(each.heads)), each) for each in filling.siblings if each is not filling.sheet]
    most, other = max(others, key=lambda pair: pair[0], default=(0, None))
    return other if most > max(own, ENOUGH_HEADS) else None


def demand_heads(heads, filling):
    doubled = sorted({head for head in heads if head and head in filling.by_head and heads.count(head) > 1})
    if doubled:
        raise Refusal(f"表头里“{doubled[0]}”出现了两次，请删去一栏。")
    if missing := [each.head for each in filling.fields if each.is_required and each.head not in heads]:
        raise Refusal(f"表头缺少：{'、'.join(missing)}。请下载模板，照着它的栏目名填。")
    while heads and not heads[-1]:
        heads.pop()
    return heads


def refuse_merged(content, sheet, head_row):
    """Cells merged below the heads: nobody knows which line they speak for."""
    with zipfile.ZipFile(BytesIO(content)) as package:
        refs = [ref.decode() for ref in MERGED.findall(package.read(sheet._worksheet_path.lstrip("/")))]
    below = [ref for ref in refs if range_boundaries(ref)[3] > head_row]
    if below:
        raise Refusal(f"{'、'.join(below[:5])} 是合并单元格。请取消合并，每一行都填上，再上传。")


def template(filling):
    """The bytes of a workbook to fill in: heads, an example, drop-downs, and a sheet that says what goes where."""
    book = Workbook()
    sheet = book.active
    sheet.title = filling.sheet.title
    options = book.create_sheet(OPTIONS_SHEET)
    bold, pink, grey = Font(bold=True), PatternFill("solid", fgColor="FDF3F3"), Font(color="808080", italic=True)
    for place, each in enumerate(filling.fields, 1):
        letter = get_column_letter(place)
        head = sheet.cell(1, place, f"{each.head}*" if each.is_required else each.head)
        head.font = bold
        head.fill = pink if each.is_required else PatternFill()
        example = sheet.cell(2, place, f"{EXAMPLE}{each.example}" if place == 1 else each.example)
        example.font = grey
        sheet.column_dimensions[letter].width = max(len(each.head), len(example.value or "")) * 2 + 3
        for row in range(1, 3):
            sheet.cell(row, place).number_format = "@"
        sheet.column_dimensions[letter].number_format = "@"  # a phone number stays one, and 3-1 no date
        if each.options:
            for row, option in enumerate((each.head, *each.options), 1):
                options.cell(row, place, option)
            source = f"'{OPTIONS_SHEET}'!${letter}$2:${letter}${len(each.options) + 1}"
            rule = DataValidation("list", formula1=source, allow_blank=True, showErrorMessage=True)
            rule.errorTitle, rule.error = each.head, "请从下拉的选项里选。"
            sheet.add_data_validation(rule)
            rule.add(f"{letter}2:{letter}{filling.most + 1}")
    sheet.freeze_panes = "A2"
    write_notes(book.create_sheet(NOTES_SHEET), filling)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def write_notes(sheet, filling):
    lines = [
        (f"{filling.sheet.title}导入说明",),
        ("带 * 的栏目要填。示例那一行可以删，不删也不会导入。不要合并单元格，不要用公式。",),
        ("上传后先看预览，哪一行、哪一栏要改，预览会写明；全部没有问题才能导入，要么全部导入，要么一行也不导入。",),
        ("栏目", "要不要填", "怎么填", "示例"),
    ]
    for each in filling.fields:
        lines.append(
            (
                each.head,
                "要填" if each.is_required else "选填",
                each.hint or ("从下拉里选" if each.options else ""),
                each.example,
            )
        )
    for line in lines:
        sheet.append(line)
    for letter, width in zip("ABCD", (18, 12, 50, 40), strict=True):
        sheet.column_dimensions[letter].width = width
    for cell in (sheet["A1"], *sheet[4]):
        cell.font = Font(bold=True)
    for row in sheet.iter_rows(min_row=5):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
