"""One machine, nothing to configure: secrets are made once and kept beside the data they protect."""

import secrets

from cryptography.fernet import Fernet

from govern.settings.base import *  # noqa: F403
from govern.settings.base import FIELD_KEYS, INDEX_KEY, MESSAGE_CHANNEL, SECRET_KEY, VAR_DIR, env


def kept(name, make):
    """The secret in var/`name`, made on the first start and readable by its owner alone."""
    path = VAR_DIR / name
    if not path.exists():
        VAR_DIR.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(make())
    return path.read_text().strip()


DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = SECRET_KEY or kept("secret_key", lambda: secrets.token_urlsafe(50))
FIELD_KEYS = FIELD_KEYS or [kept("field_key", lambda: Fernet.generate_key().decode())]
INDEX_KEY = INDEX_KEY or kept("index_key", lambda: secrets.token_urlsafe(32))
MESSAGE_CHANNEL = MESSAGE_CHANNEL or "accounts.channels.print_out"
ALLOWED_HOSTS = ["*"]
WHITENOISE_USE_FINDERS = True
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
