"""A certificate as it is printed: what 民发〔2015〕149号 asks for, with the code that leads to its verification."""

import segno
from django.conf import settings
from django.urls import reverse


def verify_url(certificate):
    query = {"number": certificate.number, "sign": certificate.sign}
    return settings.PUBLIC_URL + reverse("volunteers:verify", query=query)


def paper_of(certificate, *, is_full):
    """`is_full`: name and identity number in full, for the owner and whoever may open them; masked otherwise."""
    volunteer = certificate.volunteer
    prefix = "" if is_full else "masked_"
    return {
        "certificate": certificate,
        "volunteer": volunteer,
        "name": getattr(volunteer, f"{prefix}name"),
        "identity_number": getattr(volunteer, f"{prefix}identity_number"),
        "qr": segno.make(verify_url(certificate), error="m").svg_data_uri(scale=4, border=2),
    }
