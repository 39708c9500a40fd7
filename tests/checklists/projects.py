"""What the tests of projects share: one brought to a state through its verbs, a picture, the clock."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from checklists.models import Project
from checklists.services import projects
from tests import factories as make

S = Project.Status
START = make.at("2026-09-07 09:00")


def day(count):
    """The moment `count` days after START."""
    return START + timedelta(days=count)


def picture():
    out = BytesIO()
    Image.new("RGB", (8, 8), "#3f6b3a").save(out, "JPEG")
    return out.getvalue()


def photo():
    return ContentFile(picture(), name="photo.jpg")


def upload():
    return SimpleUploadedFile("现场.jpg", picture(), "image/jpeg")


def new_project(community, **fields):
    """An unsaved project, as the form makes it."""
    return Project(
        **{
            "community": community,
            "name": f"楼道照明改造{next(make.SEQUENCE)}",
            "goal": "夜里上下楼看不清。",
            "budget": Decimal("1000.00"),
            "starts_on": START.date(),
            "due_on": day(60).date(),
            **fields,
        }
    )


def bring(status, community=None, *, chief=None, needs=(), **fields):
    """A project brought to `status` by its verbs, proposed at START."""
    chief = chief or make.make_superuser()
    community = community or make.make_community()
    fields.setdefault("unit", make.make_unit(community.organization))
    project = projects.propose_project(new_project(community, **fields), actor=chief, needs=needs, at=START)
    if status == S.STOPPED:
        return projects.stop(project, actor=chief, reason="不做了", at=day(1))
    path = [S.PUBLICIZED, S.IMPLEMENTING, S.INSPECTING, S.CLOSED]
    for step in path[: path.index(status) + 1] if status in path else []:
        project = STEPS[step](project, chief)
    return project


def _to_inspection(project, chief):
    projects.report_progress(project, actor=chief, progress=100, at=day(20))
    projects.add_evidence(project, actor=chief, photos=[photo()], stage="after", at=day(20))
    return projects.submit_for_inspection(project, actor=chief, outcome="灯都亮了。", beneficiaries=120, at=day(21))


STEPS = {
    S.PUBLICIZED: lambda project, chief: projects.publicize(project, actor=chief, at=day(1)),
    S.IMPLEMENTING: lambda project, chief: projects.start(project, actor=chief, at=day(9)),
    S.INSPECTING: _to_inspection,
    S.CLOSED: lambda project, chief: projects.pass_inspection(project, actor=chief, at=day(22)),
}
