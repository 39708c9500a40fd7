"""会议材料: told by its content, whatever it calls itself."""

import zipfile
from io import BytesIO

from django import forms
from django.core.files.base import ContentFile

from organizations.parameters import parameter
from organizations.photos import clean_photo

PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"RIFF", b"GIF8")
OFFICE = {"word/document.xml": ".docx", "xl/workbook.xml": ".xlsx", "ppt/presentation.xml": ".pptx"}
REFUSED = "只收 PDF、照片，和 Word、Excel、PPT 文件（docx、xlsx、pptx）。旧格式请另存为新格式或 PDF。"


def paper_kind(head, file):
    """The ending that the content deserves; "" for what is not taken: anything else, and office files with macros."""
    if head.startswith(b"%PDF-"):
        return ".pdf"
    if head.startswith(PICTURES):
        return ".jpg"
    if not head.startswith(b"PK\x03\x04"):
        return ""
    try:
        names = set(zipfile.ZipFile(file).namelist())
    except (zipfile.BadZipFile, ValueError):
        return ""
    if any(name.endswith("vbaProject.bin") for name in names):
        return ""
    return next((ending for part, ending in OFFICE.items() if part in names), "")


class PaperField(forms.FileField):
    """Cleans to a ContentFile whose name ends as its content does; a picture is made anew without its hidden data."""

    def __init__(self, **kwargs):
        kwargs.setdefault("label", "文件")
        kwargs.setdefault("help_text", "PDF、照片，或 Word、Excel、PPT 文件。")
        messages = {"required": "请选择文件。", "empty": "这个文件是空的。"}
        super().__init__(error_messages=messages, **kwargs)

    def clean(self, data, initial=None):
        upload = super().clean(data, initial)
        most = parameter("hearing_paper_max_mb")
        if upload.size > most * 1024 * 1024:
            raise forms.ValidationError(
                f"文件有 {upload.size / 1024 / 1024:.1f} MB，不超过 {most:.0f} MB。", code="size"
            )
        content = upload.read()
        kind = paper_kind(content[:8], BytesIO(content))
        if not kind:
            raise forms.ValidationError(REFUSED, code="kind")
        if kind == ".jpg":
            return clean_photo(upload)
        return ContentFile(content, name=f"paper{kind}")
