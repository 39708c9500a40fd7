"""The promises conftest.py makes to every other test."""

import json
from collections import Counter
from threading import Thread

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase


def assert_rows_of_migrations():
    """Every row that the migrations left is there, under the key it had."""
    rows = json.loads(connection._test_serialized_contents)
    made = Counter(row["model"] for row in rows)
    assert made["auth.permission"]
    assert made == {name: apps.get_model(name)._base_manager.count() for name in made}
    permission = next(row for row in rows if row["model"] == "auth.permission")
    assert Permission.objects.get(pk=permission["pk"]).codename == permission["fields"]["codename"]


# Each twice: the first one to run empties the tables behind itself.
@pytest.mark.parametrize("time", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_marked_test_has_the_rows_of_migrations(time):
    assert_rows_of_migrations()


@pytest.mark.parametrize("time", [1, 2])
def test_test_of_the_fixture_has_the_rows_of_migrations(transactional_db, time):
    assert_rows_of_migrations()


@pytest.mark.parametrize("time", [1, 2])
@pytest.mark.django_db
def test_test_with_a_live_server_has_the_rows_of_migrations(live_server, time):
    assert_rows_of_migrations()


class TransactionClassTests(TransactionTestCase):
    def test_has_the_rows_of_migrations(self):
        assert_rows_of_migrations()

    def test_has_them_again(self):
        assert_rows_of_migrations()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_another_thread_sees_the_rows_of_migrations():
    seen = []

    def count():
        seen.append(Permission.objects.count())
        connection.close()

    thread = Thread(target=count)
    thread.start()
    thread.join()
    assert seen == [Permission.objects.count()] != [0]


@pytest.mark.parametrize("time", [1, 2])
def test_cache_is_empty_at_first(time):
    assert cache.get("left_by_another_test") is None
    cache.set("left_by_another_test", time)


@pytest.mark.browser
@pytest.mark.parametrize(("width", "pixels"), [("phone", 360), ("desktop", 1440)])
def test_page_at_a_width(page_at, width, pixels):
    page = page_at(width)
    assert page.goto("/healthz").ok
    assert page.evaluate("[innerWidth, navigator.language]") == [pixels, "zh-CN"]


@pytest.mark.browser
def test_pages_share_no_cookies(page_at):
    one, other = page_at("phone"), page_at("phone")
    one.goto("/healthz")
    one.evaluate("document.cookie = 'seen=1'")
    other.goto("/healthz")
    assert other.evaluate("document.cookie") == ""
