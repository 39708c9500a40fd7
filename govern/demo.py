"""The demonstration's password and accounts, kept in the data folder beside the database they open."""

import json
import os
import secrets

from django.conf import settings

# No letter that a person reading it from a screen takes for another.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def demo_password():
    """DEMO_PASSWORD where it is given, else the one of the last start, else a random one; kept for the next start."""
    path = settings.VAR_DIR / "demo_password"
    given = os.environ.get("DEMO_PASSWORD")
    if given or not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(given or "".join(secrets.choice(ALPHABET) for _ in range(12)))
    return path.read_text()


def demo_accounts():
    """Who signs in with the password, as seed_demo left it: [{"username", "name", "role", "start"}], `start` the path
    to open first.
    """
    return [account for account in _told() if "phone" not in account]


def demo_phones():
    """Who signs in with a code sent to the phone: the same, with "phone"."""
    return [account for account in _told() if "phone" in account]


def _told():
    path = settings.VAR_DIR / "demo_accounts.json"
    return json.loads(path.read_text()) if path.exists() else []
