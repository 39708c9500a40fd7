"""How a message reaches a phone. The installation names its way: `MESSAGE_CHANNEL`, the dotted path of a function of
(phone, text) that raises NotSent where it failed; empty where there is none.
"""

import json
import sys
from urllib.error import URLError
from urllib.request import Request, urlopen

from django.conf import settings
from django.utils.module_loading import import_string

outbox = []  # what `keep` was given, newest last
PATIENCE_SECONDS = 5


class NotSent(Exception):
    """The channel failed, or there is none."""


def is_open():
    return bool(settings.MESSAGE_CHANNEL)


def send(phone, text):
    if not is_open():
        raise NotSent("MESSAGE_CHANNEL is empty")
    import_string(settings.MESSAGE_CHANNEL)(phone, text)


def print_out(phone, text):
    """Development: whoever runs the server reads it there."""
    sys.stdout.write(f"\n[短信 {phone}] {text}\n\n")
    sys.stdout.flush()


def keep(phone, text):
    """Tests: read `outbox`."""
    outbox.append((phone, text))


def post_to_gateway(phone, text):
    """The installation's own gateway: {"phone", "text"} as JSON to MESSAGE_GATEWAY_URL, with a bearer token."""
    body = json.dumps({"phone": phone, "text": text}).encode()
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {settings.MESSAGE_GATEWAY_TOKEN}"}
    try:
        # The address is the operator's own, as the database's is.
        message = Request(settings.MESSAGE_GATEWAY_URL, body, headers)  # noqa: S310
        with urlopen(message, timeout=PATIENCE_SECONDS):  # noqa: S310
            return
    except (URLError, OSError, ValueError) as error:
        raise NotSent(str(error)) from error
