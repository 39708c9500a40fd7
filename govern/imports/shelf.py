"""Between preview and confirmation a file lies encrypted in VAR_DIR, under a name that holds its owner, the sheet it
is of and an unguessable token; it is gone with the confirmation, and after an hour in any case.
"""

import re
import secrets
import time
from contextlib import suppress

from django.conf import settings

from govern.fields import seal, unseal

KEPT_SECONDS = 3600
TOKEN = re.compile("[0-9a-f]{48}")


def _folder():
    folder = settings.VAR_DIR / "imports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _path(key, token, actor):
    return _folder() / f"{actor.pk}-{key}-{token}"


def keep(key, content, *, actor):
    """Lay the file aside and return its token."""
    clear()
    token = secrets.token_hex(24)
    path = _path(key, token, actor)
    path.touch(mode=0o600)
    path.write_bytes(seal(content))
    return token


def kept(key, token, *, actor):
    """The bytes laid aside under `token`, or None: taken, too old, or somebody else's."""
    path = _path(key, token, actor)
    try:
        return unseal(path.read_bytes()) if time.time() - path.stat().st_mtime < KEPT_SECONDS else None
    except FileNotFoundError:
        return None


def take(key, token, *, actor):
    """The bytes under `token`, for one caller only: of two clicks at once the second finds nothing."""
    path = _path(key, token, actor)
    mine = path.with_suffix(f".{secrets.token_hex(4)}")
    content = kept(key, token, actor=actor)
    if content is None:
        return None
    try:
        path.rename(mine)
    except FileNotFoundError:
        return None
    mine.unlink()
    return content


def is_token(text):
    """Whether `text` could be one of ours: what an address carries becomes part of a file's name."""
    return TOKEN.fullmatch(text) is not None


def drop(key, token, *, actor):
    _path(key, token, actor).unlink(missing_ok=True)


def clear():
    """Remove what nobody confirmed."""
    for path in _folder().iterdir():
        with suppress(FileNotFoundError):  # somebody else's confirmation took it meanwhile
            if time.time() - path.stat().st_mtime > KEPT_SECONDS:
                path.unlink()
