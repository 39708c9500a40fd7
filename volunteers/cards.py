"""我的卡片: who somebody is at the door of a session, told by a QR code that only this installation makes."""

import segno
from django.conf import settings
from django.core import signing
from django.urls import reverse

from volunteers.models import Volunteer

SALT = "volunteers.cards"
GOOD_FOR_SECONDS = 24 * 3600  # the page makes a new one each time: a photo of it is worth nothing tomorrow


def card_token(volunteer):
    return signing.TimestampSigner(salt=SALT).sign(str(volunteer.pk))


def card_address(volunteer):
    return f"{settings.PUBLIC_URL}{reverse('me:card', args=[card_token(volunteer)])}"


def read_card_token(token):
    """The volunteer who is here behind `token`; None for one of nobody, or an old one. The card's address will do: a
    scanner types the whole of it.
    """
    token = token.strip().rstrip("/").rpartition("/")[2]
    try:
        pk = signing.TimestampSigner(salt=SALT).unsign(token, max_age=GOOD_FOR_SECONDS)
    except signing.BadSignature:
        return None
    return Volunteer.objects.here().filter(pk=pk).first()


def spaced(code):
    """14 digits as they are read aloud: 320508 1234 5678."""
    return f"{code[:6]} {code[6:10]} {code[10:]}"


def card_of(volunteer, *, is_full):
    """What the card shows; the name in full only where its owner asks for it."""
    star = volunteer.stars.awarded().order_by("-level").first()
    return {
        "shown_name": volunteer.name if is_full else volunteer.masked_name,
        "name_url": "?" if is_full else "?name=full",
        "name_button": "隐去名字" if is_full else "显示全名",
        "spaced_code": spaced(volunteer.code),
        "star_word": f"{star.level} 星" if star else "暂无星级",
        "star_tone": "gold" if star else "plain",
        "qr": segno.make(card_address(volunteer), error="m").svg_data_uri(scale=4, border=2),
    }
