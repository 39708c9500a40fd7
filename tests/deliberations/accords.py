"""Makers of cases under way: two parties, a mediator, a clerk who is named in them; drawn names and papers."""

import base64
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, ImageDraw

from deliberations.models import Case, Mediator
from deliberations.services.cases import accords, signatures
from tests.factories import make_community, make_post

PHONES = ("13800000071", "13800000072")
TODAY = timezone.localdate
PDF = b"%PDF-1.7\n1 0 obj\nsecret evidence\nendobj\n%%EOF\n"


def make_open_case(*, clerk=None, community=None, status="mediating", kind="neighbours", days=10, **fields):
    """Accepted `days` ago, numbered, with one party on each side and a mediator."""
    community = community or make_community()
    clerk = clerk or make_post(role="community_staff", organization=community.organization)
    now = timezone.now()
    case = Case.objects.create(
        community=community,
        kind=kind,
        facts="楼上漏水，把吊顶泡坏了",
        status=status,
        year=TODAY().year,
        number=Case.objects.filter(community=community).count() + 1,
        applied_at=now - timedelta(days=days),
        accepted_at=now - timedelta(days=days),
        due_on=TODAY() + timedelta(days=30 - days),
        **fields,
    )
    case.readers.create(user=clerk)
    for side, name, phone in zip(("applicant", "respondent"), ("周小明", "吴大海"), PHONES, strict=True):
        case.parties.create(side=side, name=name, phone=phone)
    mediator = Mediator.objects.create(
        organization=community.organization, name="李调解", ends_on=TODAY() + timedelta(days=1000)
    )
    case.mediators.create(mediator=mediator, is_lead=True)
    case.events.create(from_status="accepted", to_status="mediating", at=case.accepted_at)
    case.clerk = clerk
    return case


def parties_of(case):
    return list(case.parties.order_by("side"))


def mediator_of(case):
    return case.mediators.get().mediator


TEXT = {"facts": "楼上漏水", "terms": "吴大海赔 800 元", "manner": "转账"}


def make_draft(case, form="written", *, in_days=14, **text):
    return accords.draft_accord(
        case, form=form, perform_by=TODAY() + timedelta(days=in_days), actor=case.clerk, **{**TEXT, **text}
    )


def name_drawn(size=(320, 140), ink="black"):
    """A data URL as a canvas sends it: a zigzag on a transparent ground."""
    picture = Image.new("RGBA", size, (0, 0, 0, 0))
    ImageDraw.Draw(picture).line([(20, 20), (80, 110), (140, 20), (200, 110), (260, 20)], fill=ink, width=4)
    out = BytesIO()
    picture.save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def drawn():
    return signatures.drawn(name_drawn())


def photo(name="sheet.jpg"):
    out = BytesIO()
    Image.new("RGB", (60, 40), "white").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def pdf(content=PDF, name="a.pdf"):
    return SimpleUploadedFile(name, content, "application/pdf")


def sign_all(accord, at=None):
    for party in parties_of(accord.case):
        signatures.sign(accord, party=party, image=drawn(), at=at)
    signatures.sign(accord, mediator=mediator_of(accord.case), image=drawn(), at=at)
    accord.refresh_from_db()
    return accord


def make_accord(case=None, *, at=None, **draft):
    """In force, since `at`."""
    case = case or make_open_case()
    accord = sign_all(make_draft(case, **draft), at=at)
    case.refresh_from_db()
    accord.case = case
    return accord


def code_of(act, *args, **kwargs):
    """The code of its refusal; the name of the field where the refusal stands beside one."""
    with pytest.raises(ValidationError) as caught:
        act(*args, **kwargs)
    error = caught.value
    return next(iter(error.error_dict)) if hasattr(error, "error_dict") else error.error_list[0].code
