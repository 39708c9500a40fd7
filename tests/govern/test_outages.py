"""While Redis is away nobody waits long and nothing is lost: the row is the truth, and a task only a hint."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError
from redis import ConnectionError as RedisAway

from bench._servers import free_port
from govern.cache import RedisCache
from govern.celery import Hint, app

NOBODY = "redis://127.0.0.1:1/0"


@pytest.fixture(autouse=True)
def patient():
    Hint.is_away_until = 0.0
    yield
    Hint.is_away_until = 0.0


class TestHint:
    @pytest.fixture
    def hint(self):
        """A task whose broker does not answer, and how often it was asked."""

        class Away(Hint):
            name, asked = "tests.away", 0

            def delay(self, *args):
                Away.asked += 1
                raise OperationalError("connection refused")

        return Away

    @pytest.mark.django_db(transaction=True)
    def test_broker_that_is_away_costs_no_error_and_is_asked_once(self, hint):
        with transaction.atomic():
            for number in range(3):
                hint().delay_on_commit(number)
        assert hint.asked == 1
        Hint.is_away_until = 0.0
        hint().delay_on_commit(4)
        assert hint.asked == 2

    def test_fault_of_ours_is_not_taken_for_an_outage(self):
        class Wrong(Hint):
            name = "tests.wrong"

            def delay(self):
                raise TypeError("no such argument")

        with pytest.raises(TypeError):
            Wrong().hint()

    def test_every_task_is_one(self):
        assert all(isinstance(task, Hint) for name, task in app.tasks.items() if name.startswith("checklists."))


class TestCache:
    def test_is_empty_while_redis_is_away(self):
        cache = RedisCache(NOBODY, {"OPTIONS": {"socket_connect_timeout": 1}})
        with pytest.raises(RedisAway):
            cache._cache.get_client().ping()
        assert cache.add("key", 1, 60) is True  # a rate limit begins to count, and never ends
        assert cache.incr("key") == 1
        assert cache.get("key", "nothing") == "nothing"
        cache.set("key", 1)


@pytest.mark.service
@pytest.mark.skipif(shutil.which("redis-server") is None, reason="needs redis-server")
def test_needs_filed_while_redis_is_away_are_matched_when_it_is_back(tmp_path):
    """Through the residents' form, in processes of their own: a worker, and a Redis that comes late."""
    port = free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "TESTS_DIR")},
        "VAR_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "govern.settings.dev",
        "REDIS_URL": f"redis://127.0.0.1:{port}/0",
    }
    processes = []

    def start(*arguments):
        program = [sys.executable, "-W", "ignore", *arguments] if arguments[0] != "redis-server" else arguments
        log = Path(tmp_path, "log").open("a")  # noqa: SIM115
        processes.append(subprocess.Popen(program, cwd=settings.BASE_DIR, env=environment, stdout=log, stderr=log))
        return processes[-1]

    def run(*arguments):
        assert start(*arguments).wait(120) == 0, Path(tmp_path, "log").read_text()

    try:
        run("manage.py", "migrate", "-v", "0")
        run("-m", "tests.outage_world", "file")
        start("redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path))
        start("-m", "celery", "-A", "govern", "-q", "worker", "-c", "1", "-l", "WARNING")
        time.sleep(1.1)  # what has waited longer than the set second is taken for lost
        run("-m", "tests.outage_world", "sweep")
        run("-m", "tests.outage_world", "check")
    finally:
        for process in processes:
            if process.poll() is None:
                process.kill()
                process.wait()
