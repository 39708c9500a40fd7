import shutil
import socket
import time
from contextlib import contextmanager
from datetime import timedelta

from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.test import RequestFactory, SimpleTestCase, TestCase, override_settings
from django.utils import timezone

from govern.context import LARGE_TYPE_COOKIE
from govern.tasks import HEART, beat_heart
from govern.views import client_address, number

FILES = settings.VAR_DIR / "readyz"


@contextmanager
def broker(url, **options):
    """The product on another broker for a while; a URL without server is the folder broker."""
    former = current_app.conf.broker_url, current_app.conf.broker_transport_options
    current_app.conf.broker_url, current_app.conf.broker_transport_options = url, options
    try:
        yield
    finally:
        current_app.conf.broker_url, current_app.conf.broker_transport_options = former


def folders():
    return {"data_folder_in": str(FILES), "data_folder_out": str(FILES), "control_folder": str(FILES)}


class HealthzTests(SimpleTestCase):
    def test_process_answers_without_a_database(self):  # SimpleTestCase refuses every query
        response = self.client.get("/healthz")
        self.assertEqual((response.status_code, response.content), (200, b"ok"))

    def test_only_reads(self):
        self.assertEqual(self.client.post("/healthz").status_code, 405)


class ReadyzTests(TestCase):
    def checks(self, status):
        response = self.client.get("/readyz")
        self.assertEqual(response.status_code, status)
        self.assertEqual(response.json()["ready"], status == 200)
        return response.json()["checks"]

    def test_not_ready_until_a_worker_was_heard(self):
        self.assertEqual(self.checks(503), {"database": True, "broker": True, "worker": False})
        beat_heart()
        self.assertEqual(self.checks(200), {"database": True, "broker": True, "worker": True})

    def test_worker_silent_for_a_minute_is_lost(self):
        cache.set(HEART, timezone.now() - timedelta(seconds=61), timeout=None)
        self.assertFalse(self.checks(503)["worker"])

    def test_folder_broker_answers_while_its_folder_is_there(self):
        FILES.mkdir()
        self.addCleanup(shutil.rmtree, FILES, ignore_errors=True)
        with broker("filesystem://", **folders()):
            self.assertTrue(self.checks(503)["broker"])
            shutil.rmtree(FILES)
            self.assertFalse(self.checks(503)["broker"])

    def test_dead_redis_is_a_503_not_a_crash(self):
        with socket.create_server(("127.0.0.1", 0)) as closed:
            url = f"redis://127.0.0.1:{closed.getsockname()[1]}/0"
        dead = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url}}
        with broker(url), override_settings(CACHES=dead):
            self.assertEqual(self.checks(503), {"database": True, "broker": False, "worker": False})
        with override_settings(CACHES=dead):  # where only the cache is gone
            self.assertEqual(self.checks(503), {"database": True, "broker": True, "worker": False})

    def test_silent_redis_is_given_up_on(self):
        with socket.create_server(("127.0.0.1", 0)) as silent, broker(f"redis://127.0.0.1:{silent.getsockname()[1]}/0"):
            asked_at = time.monotonic()
            self.assertFalse(self.checks(503)["broker"])
            self.assertLess(time.monotonic() - asked_at, 8)


class ReadingChangeTests(SimpleTestCase):
    def change(self, **fields):
        return self.client.post("/reading/", fields)

    def test_large_type_is_kept_and_the_reader_goes_back(self):
        response = self.change(large="1", next="/needs/new/")
        self.assertRedirects(response, "/needs/new/", fetch_redirect_response=False)
        cookie = response.cookies[LARGE_TYPE_COOKIE]
        self.assertEqual((cookie.value, cookie["httponly"], cookie["samesite"]), ("1", True, "Lax"))

    def test_everything_but_one_is_normal_type(self):
        for large in ("0", "", "yes"):
            with self.subTest(large=large):
                self.assertEqual(self.change(large=large).cookies[LARGE_TYPE_COOKIE].value, "0")

    def test_never_leads_to_another_site(self):
        for back in ("https://example.com/", "//example.com", "javascript:alert(1)", ""):
            with self.subTest(next=back):
                self.assertRedirects(self.change(next=back), "/", fetch_redirect_response=False)

    def test_only_by_post(self):
        self.assertEqual(self.client.get("/reading/").status_code, 405)


class NumberTests(SimpleTestCase):
    def test_reads_what_the_database_can_hold_and_nothing_else(self):
        self.assertEqual(number("42"), 42)
        for text in (None, "", "-1", "x", "²", "٣", "9" * 19, "9" * 5000, "1\x00"):
            with self.subTest(text=text):
                self.assertIsNone(number(text))


class ClientAddressTests(SimpleTestCase):
    def test_believes_what_the_trusted_proxies_wrote_and_nothing_else(self):
        table = [
            # proxies, X-Forwarded-For, believed
            (0, "198.51.100.7", "127.0.0.1"),
            (1, None, "127.0.0.1"),
            (1, "198.51.100.7", "198.51.100.7"),
            (1, "forged, 198.51.100.7", "198.51.100.7"),
            (2, "203.0.113.9, 198.51.100.7", "203.0.113.9"),
            (2, "198.51.100.7", "127.0.0.1"),
            (1, "not an address", "127.0.0.1"),
            (1, "2001:db8::1", "2001:db8::1"),
        ]
        for count, chain, believed in table:
            headers = {} if chain is None else {"HTTP_X_FORWARDED_FOR": chain}
            with self.subTest(count=count, chain=chain), override_settings(TRUSTED_PROXY_COUNT=count):
                self.assertEqual(client_address(RequestFactory().get("/", **headers)), believed)
