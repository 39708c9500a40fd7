"""Signing in by phone: a code proves the phone, the phone finds the volunteer, whose account is opened."""

from accounts import phone_codes
from accounts.models import PhoneCode
from organizations.parameters import parameter, parameters
from volunteers.services.people import account_of, account_with_phone, find_known, is_staff_account, link_account

SIGN_IN, PHONE_CHANGE = PhoneCode.Purpose.SIGN_IN, PhoneCode.Purpose.PHONE_CHANGE


def send_code(phone, *, purpose=SIGN_IN, at=None):
    """Send a code, whoever's phone it is: nothing tells from outside who is registered."""
    limits = parameters("phone_code_minutes", "phone_codes_per_hour")
    phone_codes.send_code(
        phone,
        purpose=purpose,
        minutes=int(limits["phone_code_minutes"]),
        most_per_hour=int(limits["phone_codes_per_hour"]),
        at=at,
    )


def prove_phone(phone, code, *, purpose=SIGN_IN, at=None):
    """Return if `code` is the one sent; else ValidationError beside "code" (see accounts.phone_codes)."""
    phone_codes.prove_phone(phone, code, purpose=purpose, most_tries=int(parameter("phone_code_tries")), at=at)


def account_behind(phone, *, present=None):
    """(volunteer, user) that the proven `phone` opens; user None where only a password does, both None for nobody.

    `present` is the account signed in already: a member of staff who proves the own phone gets the own service record.
    """
    volunteer = find_known(phone=phone)
    if volunteer is None:
        return None, None
    if present is not None:
        return link_account(volunteer, present), present
    owner = volunteer.user or account_with_phone(phone)
    if owner is not None and (is_staff_account(owner) or not owner.is_active):
        return volunteer, None
    return volunteer, account_of(volunteer, is_proven=True)
