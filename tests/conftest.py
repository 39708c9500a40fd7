"""What pytest-django, pytest-xdist and Playwright need to agree about the world; the world itself is factories.py."""

import os
import shutil

import pytest
from django.core.cache import cache
from django.db import connection, connections
from django.test import TransactionTestCase

# Playwright's synchronous API keeps an event loop in this thread, and Django refuses queries where it sees one.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# A transactional test ends by emptying every table, and with them go the rows that migrations made: roles, permissions,
# categories. With this each such test begins by putting them back. It holds for classes by inheritance, and for
# functions by the marker below; nobody has to remember it.
TransactionTestCase.serialized_rollback = True


def pytest_collection_modifyitems(items):
    on_sqlite = connection.vendor == "sqlite"
    for item in items:
        marker = item.get_closest_marker("django_db")
        wanted = marker.kwargs if marker else {}
        if wanted.get("transaction") or {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ())):
            kept = {**wanted, "transaction": True, "serialized_rollback": True}
            item.add_marker(pytest.mark.django_db(**kept), append=False)
        if on_sqlite and item.get_closest_marker("postgres"):
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL: run `make test`"))


@pytest.fixture(scope="session", autouse=True)
def kept_rows(django_db_setup):
    """Playwright's event loop gives this thread a second connection object, which has to know the kept rows too."""
    contents = getattr(connections["default"], "_test_serialized_contents", None)
    if contents is not None:
        type(connections["default"])._test_serialized_contents = contents


@pytest.fixture(autouse=True)
def empty_cache():
    """A rate limit or a worker's mark of one test is no business of the next."""
    cache.clear()


WIDTHS = {"phone": {"width": 360, "height": 780}, "desktop": {"width": 1440, "height": 900}}
CHROMIUM = [
    "--no-sandbox",  # the tests may be root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium():
    """The system's Chromium, started once."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        binary = shutil.which("chromium") or "/usr/bin/chromium"
        browser = playwright.chromium.launch(executable_path=binary, args=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def page_at(live_server, chromium):
    """`page_at("phone")` or `page_at("desktop")`: a page of its own cookies, on this test's server.

    Further keywords go to Playwright's new_context: `page_at("phone", java_script_enabled=False)`.
    """
    contexts = []

    def open_page(width, **options):
        context = chromium.new_context(
            base_url=live_server.url,
            viewport=WIDTHS[width],
            has_touch=width == "phone",
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            **options,
        )
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
