from contextlib import suppress
from datetime import timedelta
from ipaddress import ip_address

from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import Error as DatabaseFailure
from django.db import connection
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST
from kombu.exceptions import KombuError
from redis import RedisError

from govern.context import LARGE_TYPE_COOKIE
from govern.tasks import HEART


@require_GET
def healthz(request):
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@require_GET
def readyz(request):
    """The product works: database, broker, and a worker heard within a minute."""
    checks = {"database": _database_answers(), "broker": _broker_answers()}
    # The worker's mark lies in the same Redis: where that is silent, it is waited for once.
    checks["worker"] = checks["broker"] and _worker_was_heard()
    is_ready = all(checks.values())
    return JsonResponse({"ready": is_ready, "checks": checks}, status=200 if is_ready else 503)


def _database_answers():
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return cursor.fetchone() == (1,)
    except DatabaseFailure:
        return False


def _broker_answers():
    """Asks for the length of the queue: it is the one question that both Redis and a folder have to go and see for."""
    patience = {"socket_connect_timeout": 2, "socket_timeout": 2}
    try:
        with current_app.connection_for_read(transport_options=patience) as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=2)
            broker.default_channel.queue_declare(queue=current_app.conf.task_default_queue)
            return True
    except (KombuError, RedisError, OSError):
        return False


def _worker_was_heard():
    try:
        heard_at = cache.get(HEART)
    except (RedisError, OSError):
        return False
    return heard_at is not None and timezone.now() - heard_at < timedelta(minutes=1)


@require_POST
def reading_change(request):
    """Large type on or off, and back to where the reader was."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = HttpResponseRedirect(back)
    wanted = "1" if request.POST.get("large") == "1" else "0"
    response.set_cookie(LARGE_TYPE_COOKIE, wanted, max_age=365 * 24 * 3600, samesite="Lax", httponly=True)
    return response


def number(text):
    """The pk that an address carries, or None for anything else: what the database's integers hold, and no more."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def client_address(request):
    """The address that rate limits count by: the one that the outermost trusted proxy saw, else the peer's own.

    A chain shorter than the proxies, or one whose entry is no address, did not come through them: it is not believed.
    """
    chain = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if 0 < settings.TRUSTED_PROXY_COUNT <= len(chain):
        with suppress(ValueError):
            return str(ip_address(chain[-settings.TRUSTED_PROXY_COUNT].strip()))
    return request.META["REMOTE_ADDR"]


def csrf_failed(request, reason=""):
    return render(request, "403_csrf.html", status=403)


def too_many(request, exception):
    return render(request, "429.html", status=429)
