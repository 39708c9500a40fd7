"""How every task here is retried: what passes by itself (a database that restarts, a lock that waits too long)."""

from django.db import InterfaceError, OperationalError

RETRY = {"autoretry_for": (OperationalError, InterfaceError), "retry_backoff": True, "max_retries": 5}
