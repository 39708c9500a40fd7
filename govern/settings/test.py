"""The tests' own world: PostgreSQL and Redis by their URLs, or SQLite, and in both a data folder of its own.

pytest-xdist's workers are kept apart: each has its own data folder and Redis database (pytest-django gives each its own
database). What base reads from the environment is therefore set before base is read.
"""

import atexit
import os
import shutil
import tempfile
from urllib.parse import urlsplit

if "TESTS_DIR" not in os.environ:  # the first process; its workers, and what a test starts, inherit the answer
    os.environ["TESTS_DIR"] = os.environ.get("VAR_DIR") or tempfile.mkdtemp(prefix="govern-tests-")
    if not os.environ.get("VAR_DIR"):
        atexit.register(shutil.rmtree, os.environ["TESTS_DIR"], ignore_errors=True)
worker = os.environ.get("PYTEST_XDIST_WORKER", "")  # "gw0", "gw1"...; empty where tests run in one process
os.environ["VAR_DIR"] = os.path.join(os.environ["TESTS_DIR"], worker)
if worker and os.environ.get("REDIS_URL"):
    os.environ["REDIS_URL"] = urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{int(worker[2:]) + 1}").geturl()

from govern.settings.base import *  # noqa: E402, F403
from govern.settings.base import BASE_DIR, STORAGES, VAR_DIR  # noqa: E402

SECRET_KEY = "tests-only"  # noqa: S105
FIELD_KEYS = ["dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk="]
INDEX_KEY = "tests-only"
MESSAGE_CHANNEL = "accounts.channels.keep"
ALLOWED_HOSTS = ["*"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
# Argon2 is slow on purpose; its use is asserted on the base settings, not paid for in every sign-in of the suite.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
BENCH_DIR = BASE_DIR / "bench"

for folder in ("broker/queue", "broker/control", "static"):
    (VAR_DIR / folder).mkdir(parents=True, exist_ok=True)
