"""签字: drawn on a phone or scanned from paper; one row for each person. The last one brings the accord into force."""

import base64
import binascii
from io import BytesIO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from PIL import Image, UnidentifiedImageError

from deliberations.models import Accord, Case, Signature
from deliberations.services.cases.accords import accord_of, bring_into_force, tell_readers, unsigned
from deliberations.services.cases.archive import take_up
from deliberations.services.cases.door import demand, lock_case, permit, remark, stale
from organizations.photos import clean_photo

Status = Case.Status
START = "data:image/png;base64,"
MOST_LETTERS, MOST_WIDTH, MOST_HEIGHT = 400_000, 2400, 1200
LEAST_INK, DARK = 120, 128  # pixels; of 0 (black) to 255
NO_INK = "没有看到签名，请用手指在框里写上您的名字。"
CHANGED = "协议的文字刚刚改过，请重新看一遍再签。"


def drawn(letters):
    """The PNG that a canvas sent as a data URL, black on white. ValidationError beside "image"."""
    if not letters.startswith(START):
        raise ValidationError({"image": NO_INK}, code="required")
    try:
        if len(letters) > MOST_LETTERS:
            raise ValueError
        with Image.open(BytesIO(base64.b64decode(letters.removeprefix(START), validate=True)), formats=["PNG"]) as sent:
            if sent.width > MOST_WIDTH or sent.height > MOST_HEIGHT:
                raise ValueError
            ink = sent.convert("RGBA")
    except (binascii.Error, UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise ValidationError({"image": "签名没有传完整，请重新签一次。"}, code="broken") from error
    paper = Image.new("RGBA", ink.size, "white")
    paper.alpha_composite(ink)
    paper = paper.convert("L")
    if sum(paper.histogram()[:DARK]) < LEAST_INK:
        raise ValidationError({"image": NO_INK}, code="blank")
    out = BytesIO()
    paper.save(out, "PNG", optimize=True)
    return ContentFile(out.getvalue(), name="signature")


@transaction.atomic
def sign(accord, *, image, party=None, mediator=None, is_scan=False, digest=None, actor=None, at=None):
    """One signature of a party or of a mediator of the case. Who has signed already has signed: the row of before.

    `actor` None: the person signs on the own phone, which the caller has proven. `digest`: of the text that they read.
    `image` is a file: what `drawn` made, or a photograph of the paper. ValidationError: not to be signed now,
    code="changed" where the text is another by now.
    """
    at = at or timezone.now()
    case = lock_case(accord.case)
    accord = accord_of(case)
    if known := accord.signatures.filter(party=party, mediator=mediator).first():
        return known
    if actor is not None:
        permit(case, actor)
    _check(case, accord, party, mediator)
    if digest is not None and digest != accord.digest:
        raise ValidationError(CHANGED, code="changed")
    if is_scan:
        image = clean_photo(image)
    row = Signature(accord=accord, party=party, mediator=mediator, is_scan=is_scan, signed_at=at)
    row.image.save("signature", image, save=False)
    row.save()
    remark(case, f"{name_of(row)}{'在纸上' if is_scan else '在手机上'}签字", actor=actor, at=at)
    _go_on(case, accord, actor=actor, at=at)
    return row


def name_of(row):
    return row.party.masked_label if row.party else f"调解员 {row.mediator}"


def _check(case, accord, party, mediator):
    if case.status != Status.MEDIATING or accord.form != Accord.Form.WRITTEN:
        raise stale(case)
    if (party is None) == (mediator is None):
        raise ValidationError("签名属于一位当事人或一位调解员。", code="signer")
    if party is not None and not case.parties.filter(pk=party.pk).exists():
        raise ValidationError("这个人不是本案的当事人。", code="signer")
    if mediator is not None and not case.mediators.filter(mediator=mediator, recused_at=None).exists():
        raise ValidationError("这个人不是本案的调解员。", code="signer")


def _go_on(case, accord, *, actor, at):
    accord.case = case
    parties, lacks_mediator = unsigned(accord)
    if not parties and not lacks_mediator and len({party.side for party in case.parties.all()}) == 2:
        bring_into_force(case, accord, actor=actor, at=at)
    elif actor is None:
        tell_readers(case, "有人在手机上签了协议。")


@transaction.atomic
def sign_on_paper(accord, *, file, parties=(), mediators=(), actor, at=None):
    """The signatures that one photographed sheet carries, of these `parties` and `mediators`."""
    if not parties and not mediators:
        raise ValidationError({"signers": "请选择是谁签的字。"}, code="required")
    with transaction.atomic():
        take_up(accord.case, actor=actor)
        try:
            sheet = clean_photo(file).read()
        except ValidationError as error:
            raise ValidationError({"file": error.messages}, code=error.code) from error
        who = [{"party": party} for party in parties] + [{"mediator": mediator} for mediator in mediators]
        for signer in who:
            image = ContentFile(sheet, name="sheet.jpg")
            sign(accord, image=image, is_scan=True, actor=actor, at=at, **signer)
    accord.refresh_from_db()
    return accord


@transaction.atomic
def withdraw_signatures(accord, *, reason, actor, at=None):
    """All of them, of an accord that is not in force yet, so that its text can be changed. The reason is kept."""
    case = take_up(accord.case, actor=actor)
    accord = accord_of(case)
    if accord.effective_at:
        raise ValidationError("协议已经生效，签字不能撤回。", code="effective")
    reason = demand(reason, "reason", "请写明撤回签字的原因。")
    rows = list(accord.signatures.all())
    if not rows:
        return accord
    names = "、".join(name_of(row) for row in rows)
    for row in rows:
        row.delete()
        transaction.on_commit(lambda image=row.image: image.storage.delete(image.name))
    remark(case, f"撤回签字（{names}）：{reason}", actor=actor, at=at)
    return accord
