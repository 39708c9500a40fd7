"""Forms of people without an account, each of which is worth one act: the session remembers what became of it."""

import secrets
from contextlib import contextmanager

from django.contrib.sessions.models import Session
from django.db import transaction

FORMS = 12


def new_token(request):
    token = secrets.token_urlsafe(12)
    forms = {**request.session.get("forms", {}), token: ""}
    request.session["forms"] = dict(list(forms.items())[-FORMS:])
    return token


@contextmanager
def claim(request, token):
    """Yields what became of the form `token`: None (unknown, the session expired), "" (nothing yet) or a receipt code.

    Locks the session's row until the end of the transaction and reads it anew, so that of two clicks the second waits
    and then finds what the first one made.
    """
    with transaction.atomic():
        key = request.session.session_key
        Session.objects.select_for_update().filter(session_key=key).first()
        request.session = type(request.session)(key)
        yield request.session.get("forms", {}).get(token)


def spend(request, token, code):
    request.session["forms"] = {**request.session.get("forms", {}), token: code}
    request.session.save()
