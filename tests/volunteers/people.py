"""Makers of people who serve; the world around them is tests/factories.py."""

from django.utils import timezone

from accounts.models import PrivacyNotice
from organizations.identities import check_digit
from tests.factories import SEQUENCE, make_community
from volunteers.models import Volunteer
from volunteers.services.people import account_of, register_volunteer

BACKEND = "volunteers.backends.PhoneCodeBackend"


def new_phone():
    return f"137{next(SEQUENCE):08}"


def identity_of(born_on):
    """A number that is right, of somebody born on that day."""
    digits = f"320508{born_on:%Y%m%d}{next(SEQUENCE) % 1000:03}"
    return digits + check_digit(digits)


def notice():
    return PrivacyNotice.objects.in_force(timezone.localdate())[0]


def make_volunteer(community=None, *, kind=Volunteer.Kind.CITIZEN, has_account=False, **fields):
    """Registered through the service; `has_account` for one who signed in before."""
    volunteer = register_volunteer(
        **{
            "kind": kind,
            "name": "陈志愿",
            "phone": new_phone(),
            "community": community or make_community(),
            "notice": notice(),
            **fields,
        }
    )
    if has_account:
        account_of(volunteer)
        volunteer.refresh_from_db()
    return volunteer


def sign_in(client, volunteer):
    """As the code on the phone would."""
    client.force_login(account_of(volunteer), backend=BACKEND)
    return client
