"""What the tests of the four lists share: rows of the later two, and a workbook in the browser's hands."""

from datetime import date
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from checklists.models import Activity, Project
from tests import factories


def make_activity(community, *, needs=(), resources=(), joint_units=(), **fields):
    activity = Activity.objects.create(
        **{
            "community": community,
            "name": f"活动{next(factories.SEQUENCE)}",
            "starts_at": factories.at("2026-11-28 14:00"),
            "ends_at": factories.at("2026-11-28 16:00"),
            "place": "中心广场",
            "status": "announced",
            **fields,
        }
    )
    activity.needs.set(needs)
    activity.resources.set(resources)
    activity.joint_units.set(joint_units)
    return activity


def make_project(community, *, needs=(), resources=(), **fields):
    number = next(factories.SEQUENCE)
    project = Project.objects.create(
        **{
            "community": community,
            "number": f"P{number}",
            "name": f"项目{number}",
            "goal": "楼道没有灯。",
            "budget": 30000,
            "starts_on": date(2026, 3, 1),
            "due_on": date(2026, 11, 30),
            "status": "implementing",
            **fields,
        }
    )
    project.needs.set(needs)
    project.resources.set(resources)
    return project


def workbook(*lines, title="表", edit=None):
    """The bytes of a workbook of `lines`; `edit` may put its hand to the sheet."""
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for line in lines:
        sheet.append(list(line))
    if edit:
        edit(sheet)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def upload(content, name="清单.xlsx"):
    return SimpleUploadedFile(name, content)


def sheet_of(answer):
    """The rows of the workbook that a page handed out."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return list(load_workbook(BytesIO(content)).active.iter_rows(values_only=True))
