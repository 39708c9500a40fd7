"""A signed, expiring address for one dispatch: whoever holds it may answer for the unit, without an account."""

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.urls import reverse

from checklists.models import Dispatch
from organizations.parameters import parameter

SALT = "checklists.services.links"


def make_link(dispatch):
    """The absolute address, in force for the set number of days from now."""
    return settings.PUBLIC_URL + reverse("desk:link_detail", args=[signing.dumps(dispatch.pk, salt=SALT)])


def read_link(token):
    """The dispatch that `token` opens; ValidationError with code "expired" or "forged"."""
    days = parameter("link_days")
    try:
        pk = signing.loads(token, salt=SALT, max_age=days * 24 * 3600)
        return Dispatch.objects.with_story().get(pk=pk)
    except signing.SignatureExpired as error:
        raise ValidationError(
            f"这个链接已过期（有效期 {days:.0f} 天）。请联系派单的社区重新发一个。", code="expired"
        ) from error
    except (signing.BadSignature, Dispatch.DoesNotExist) as error:
        raise ValidationError("这个链接不完整或不对。请从收到的消息里重新点开，或完整复制。", code="forged") from error
