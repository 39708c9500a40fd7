"""The signed address under which one person reads an accord and signs it on the own phone."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from accounts import phone_codes
from accounts.models import PhoneCode
from deliberations.models import Accord, CaseMediator, CaseParty, Signature
from govern.fields import mask_name, mask_phone
from organizations.parameters import parameter, parameters

SALT = "deliberations.services.cases.sign_links"
PARTY, MEDIATOR = "party", "mediator"
PURPOSE = PhoneCode.Purpose.ACCORD


@dataclass(frozen=True)
class Signer:
    """Of an accord: a party, or one of the mediators of its case."""

    accord: Accord
    party: CaseParty | None = None
    mediator: CaseMediator | None = None
    signature: Signature | None = None

    @property
    def key(self):
        kind, row = (PARTY, self.party) if self.party else (MEDIATOR, self.mediator)
        return [self.accord.pk, kind, row.pk]

    @property
    def name(self):
        return self.party.name if self.party else self.mediator.mediator.name

    @property
    def masked_name(self):
        return mask_name(self.name)

    @property
    def role(self):
        return self.party.get_side_display() if self.party else "调解员"

    @property
    def phone(self):
        if self.party:
            return self.party.phone
        return self.mediator.mediator.user.phone if self.mediator.mediator.user else ""

    @property
    def masked_phone(self):
        return mask_phone(self.phone)

    @property
    def who(self):
        """As the signature names them."""
        return {"party": self.party, "mediator": self.mediator and self.mediator.mediator}

    def is_account(self, user):
        """A mediator who is signed in has proven who they are."""
        return bool(self.mediator) and user.is_authenticated and self.mediator.mediator.user_id == user.pk


def signers_of(accord):
    """All parties, then the mediators that did not step back."""
    case = accord.case
    rows = list(accord.signatures.all())
    of_party = {row.party_id: row for row in rows if row.party_id}
    of_mediator = {row.mediator_id: row for row in rows if row.mediator_id}
    mediators = case.mediators.filter(recused_at=None).select_related("mediator__user").order_by("-is_lead", "pk")
    return [
        *(Signer(accord, party=row, signature=of_party.get(row.pk)) for row in case.parties.order_by("side", "pk")),
        *(Signer(accord, mediator=row, signature=of_mediator.get(row.mediator_id)) for row in mediators),
    ]


def address_of(signer):
    token = signing.dumps(signer.key, salt=SALT)
    return settings.PUBLIC_URL + reverse("mediation:sign", args=[token])


def expires_at(at=None):
    return (at or timezone.now()) + timedelta(hours=parameter("accord_link_hours"))


def signer_behind(token):
    """The Signer of `token`, None where accord or person is gone; signing.SignatureExpired, signing.BadSignature."""
    seconds = int(parameter("accord_link_hours") * 3600)
    accord_pk, kind, pk = signing.loads(token, salt=SALT, max_age=seconds)
    accord = Accord.objects.select_related("case__community").filter(pk=accord_pk).first()
    if accord is None:
        return None
    return next((each for each in signers_of(accord) if each.key[1:] == [kind, pk]), None)


def send_code(signer, *, at=None):
    """A code to the signer's own phone; ValidationError as in accounts.phone_codes."""
    limits = parameters("phone_code_minutes", "phone_codes_per_hour")
    minutes, most = int(limits["phone_code_minutes"]), int(limits["phone_codes_per_hour"])
    phone_codes.send_code(signer.phone, purpose=PURPOSE, minutes=minutes, most_per_hour=most, at=at)


def prove(signer, code, *, at=None):
    tries = int(parameter("phone_code_tries"))
    phone_codes.prove_phone(signer.phone, code, purpose=PURPOSE, most_tries=tries, at=at)
