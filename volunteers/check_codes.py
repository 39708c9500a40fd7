"""The code on the leader's phone that proves somebody is there, without a database: it changes by the clock."""

import hmac
from base64 import b32encode
from datetime import datetime
from uuid import UUID

LETTERS = 12


def code_at(secret: UUID, at: datetime, seconds: int, *, steps_back: int = 0) -> str:
    """The code that `secret` shows at the moment `at`; it changes every `seconds`."""
    step = int(at.timestamp() // seconds) - steps_back
    return b32encode(hmac.digest(secret.bytes, step.to_bytes(8, "big"), "sha256")).decode()[:LETTERS]


def is_valid(secret: UUID, code: str, at: datetime, seconds: int) -> bool:
    """The code shown now, or the one before it: whoever scanned it late in its time is let in."""
    shown = [code_at(secret, at, seconds, steps_back=back) for back in (0, 1)]
    return any(hmac.compare_digest(each.encode(), code.encode()) for each in shown)


def seconds_left(at: datetime, seconds: int) -> int:
    """How long the code shown at `at` stays: at least one second."""
    return max(1, seconds - int(at.timestamp() % seconds))
