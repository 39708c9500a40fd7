"""卷宗材料: told by its content, kept encrypted, handed out by a view that writes down who opened it."""

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from deliberations.models import CasePaper
from deliberations.services.cases.archive import take_up
from deliberations.services.cases.door import remark
from organizations.parameters import parameter
from organizations.photos import clean_photo

PDF = b"%PDF-"
END_OF_PDF, TAIL = b"%%EOF", 1024
CONTENT_TYPES = ((PDF, "application/pdf"), (b"\x89PNG", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))


def content_type(content):
    """By the first bytes; nothing else of a file is believed."""
    return next((kind for start, kind in CONTENT_TYPES if content.startswith(start)), "application/octet-stream")


def clean_paper(upload):
    """`upload` as it is kept: a PDF as it is, a picture made anew without its hidden data.

    ValidationError beside "file": too large, or neither of the two by its content.
    """
    most = int(parameter("case_paper_max_mb"))
    if upload.size > most * 1024 * 1024:
        size = upload.size / 1024 / 1024
        raise ValidationError({"file": f"“{upload.name}”有 {size:.1f} MB，一份不超过 {most} MB。"}, code="size")
    upload.seek(0)
    content = upload.read()
    if content.startswith(PDF):
        if END_OF_PDF not in content[-TAIL:]:
            raise ValidationError({"file": f"“{upload.name}”不完整，请重新扫描。"}, code="broken")
        return ContentFile(content, name="paper")
    try:
        return clean_photo(upload)
    except ValidationError as error:
        words = "不是能打开的照片或 PDF。" if error.code == "not_a_photo" else None
        raise ValidationError(
            {"file": f"“{upload.name}”{words}" if words else error.messages}, code=error.code
        ) from error


@transaction.atomic
def add_paper(case, *, kind, file, words="", actor, at=None):
    at = at or timezone.now()
    case = take_up(case, actor=actor)
    row = CasePaper(case=case, kind=kind, words=words.strip(), added_by=actor, added_at=at)
    row.file = clean_paper(file)
    row.full_clean()
    row.save()
    remark(case, f"加入卷宗：{row.get_kind_display()}", actor=actor, at=at)
    return row
