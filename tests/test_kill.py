"""`kill -9` of the worker in the middle of its work loses no need and dispatches none twice.

A need's own row is the queue and a task only a hint: so the worker may die, and in the harder half of these tests the
broker forgets everything as well.
"""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
import pytest
import redis
from django.conf import settings
from django.db import connection

from tests.kill_world import BATCH, NEEDS

pytestmark = pytest.mark.service

FOREIGN = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "TESTS_DIR", "PYTEST_XDIST_WORKER"}
WORKER = ["-m", "celery", "-A", "govern", "-q", "worker", "-c", "2", "-l", "WARNING", "--without-gossip"]

MATCHED = "SELECT count(*) FROM checklists_need WHERE matched_at IS NOT NULL"
ACCEPTED = "SELECT count(*) FROM checklists_needevent WHERE to_status = 'accepted'"
WAITING = """
    SELECT count(*) FROM checklists_need AS need JOIN checklists_category AS category ON category.id = need.category_id
    WHERE need.match_due_at IS NOT NULL OR (category.auto_dispatch AND need.status = 'accepted')
"""
WITHOUT_PROPOSALS = """
    SELECT count(*) FROM checklists_need AS need
    WHERE need.matched_at IS NULL OR 3 <> (SELECT count(*) FROM checklists_proposal WHERE need_id = need.id)
"""
DISPATCHES = """
    SELECT count(dispatch.id), count(dispatch.id) FILTER (WHERE dispatch.status = 'offered'), category.auto_dispatch
    FROM checklists_need AS need JOIN checklists_category AS category ON category.id = need.category_id
    LEFT JOIN checklists_dispatch AS dispatch ON dispatch.need_id = need.id
    GROUP BY need.id, category.auto_dispatch
"""
MISCOUNTED = """
    SELECT resource.id FROM checklists_resource AS resource
    WHERE reserved <> (SELECT coalesce(sum(people_count), 0) FROM checklists_dispatch WHERE resource_id = resource.id)
"""

RANKED = "SELECT count(DISTINCT need_id) FROM checklists_proposal"
INCOMPLETE = """
    SELECT need.id FROM checklists_need AS need
    WHERE need.matched_at IS NULL OR need.match_due_at IS NOT NULL
    OR 10 <> (SELECT count(*) FROM checklists_proposal WHERE need_id = need.id)
    OR 10 <> (SELECT count(DISTINCT resource_id) FROM checklists_proposal WHERE need_id = need.id)
"""
MISRANKED = """
    SELECT assignment.need_id FROM checklists_assignment AS assignment
    LEFT JOIN checklists_proposal AS proposal ON proposal.need_id = assignment.need_id AND proposal.rank = 1
    WHERE proposal.resource_id IS NULL OR proposal.resource_id <> assignment.resource_id
"""
OVERBOOKED = """
    SELECT resource_id FROM checklists_assignment JOIN checklists_resource AS resource ON resource.id = resource_id
    GROUP BY resource_id, capacity HAVING count(*) > capacity
"""


class World:
    """A database, a broker and a data folder of its own, and the processes that work on them."""

    def __init__(self, folder, **variables):
        inherited = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        self.environment = {
            **inherited,
            "VAR_DIR": str(folder),
            "DJANGO_SETTINGS_MODULE": "govern.settings.dev",
            **variables,
        }
        self.log = Path(folder, "log")
        self.processes = []

    def start(self, *arguments):
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", *arguments],
            cwd=settings.BASE_DIR,
            env=self.environment,
            stdout=self.log.open("a"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.processes.append(process)
        return process

    def run(self, *arguments):
        assert self.start(*arguments).wait(120) == 0, self.log.read_text()

    def kill(self, process):
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)

    def value(self, query):
        return self.rows(query)[0][0]

    def wait_for(self, what, seconds):
        end = time.monotonic() + seconds
        while not what():
            assert time.monotonic() < end, f"{self.value(WAITING)} needs still wait\n{self.log.read_text()}"
            time.sleep(0.05)

    def close(self):
        for process in self.processes:
            if process.poll() is None:
                self.kill(process)


class FolderWorld(World):
    def __init__(self, folder):
        super().__init__(folder)
        self.queue = Path(folder, "broker", "queue")
        for path in (self.queue, Path(folder, "broker", "control")):
            path.mkdir(parents=True)
        self.database = Path(folder, "govern.sqlite3")

    def rows(self, query):
        with sqlite3.connect(self.database, timeout=20) as database:
            return database.execute(query).fetchall()

    def forget_queue(self):
        for message in self.queue.glob("*.msg"):
            message.unlink(missing_ok=True)


class ServerWorld(World):
    """On the PostgreSQL and Redis of this test run, in a database and a key space of its own."""

    def __init__(self, folder):
        self.server, self.name = connection.settings_dict, f"kill_{os.getpid()}"
        self.administer(f'CREATE DATABASE "{self.name}"')
        self.broker = settings.REDIS_URL.rsplit("/", 1)[0] + "/15"
        redis.Redis.from_url(self.broker).flushdb()
        server = self.server
        url = f"postgres://{server['USER']}:{server['PASSWORD']}@{server['HOST']}:{server['PORT']}/{self.name}"
        super().__init__(folder, DATABASE_URL=url, REDIS_URL=self.broker)

    def connect(self, name):
        server = self.server
        return psycopg2.connect(
            dbname=name,
            user=server["USER"],
            password=server["PASSWORD"],
            host=server["HOST"],
            port=server["PORT"],
        )

    def administer(self, command):
        database = self.connect("postgres")
        database.autocommit = True
        database.cursor().execute(command)
        database.close()

    def rows(self, query):
        database = self.connect(self.name)
        with database.cursor() as cursor:
            cursor.execute(query)
            rows = cursor.fetchall()
        database.close()
        return rows

    def forget_queue(self):
        redis.Redis.from_url(self.broker).flushdb()

    def close(self):
        super().close()
        self.forget_queue()
        self.administer(f'DROP DATABASE "{self.name}" WITH (FORCE)')


@pytest.fixture
def world(kind, tmp_path):
    world = kind(tmp_path)
    yield world
    world.close()


@pytest.mark.parametrize(
    ("kind", "broker"),
    [(FolderWorld, "forgets"), pytest.param(ServerWorld, "remembers", marks=pytest.mark.postgres)],
)
def test_killed_worker_loses_no_need_and_dispatches_none_twice(world, broker):
    world.run("manage.py", "migrate", "-v", "0")
    worker = world.start(*WORKER)
    filing = world.start("-m", "tests.kill_world", "build")
    world.wait_for(lambda: world.value(MATCHED) >= 5 or filing.poll(), 60)
    world.kill(worker)
    assert filing.wait(60) == 0, world.log.read_text()
    assert world.value(ACCEPTED) == NEEDS
    assert world.value(MATCHED) < NEEDS, "the worker was quicker than the kill: nothing was tested"
    if broker == "forgets":
        world.forget_queue()

    world.start(*WORKER)
    time.sleep(1.1)  # what has waited longer than the set second is taken for lost
    for _ in range(2):  # two beats at once are a thing that happens
        world.run("-m", "tests.kill_world", "sweep")
    world.wait_for(lambda: world.value(WAITING) == 0, 30)

    assert world.value("SELECT count(*) FROM checklists_need") == NEEDS
    assert world.value(WITHOUT_PROPOSALS) == 0
    for dispatched, is_open, is_automatic in world.rows(DISPATCHES):
        assert dispatched == is_open == int(is_automatic)
    assert world.rows(MISCOUNTED) == []
    assert world.value(f"{ACCEPTED} GROUP BY need_id ORDER BY 1 DESC LIMIT 1") == 1


@pytest.mark.parametrize(
    ("kind", "broker"),
    [(FolderWorld, "forgets"), pytest.param(ServerWorld, "remembers", marks=pytest.mark.postgres)],
)
def test_run_killed_in_the_middle_is_done_again_and_leaves_every_need_its_proposals_once(world, broker):
    world.run("manage.py", "migrate", "-v", "0")
    worker = world.start("-m", "tests.kill_world", "work")
    world.run("-m", "tests.kill_world", "batch")
    world.wait_for(lambda: world.value(RANKED) >= BATCH // 8, 60)
    world.kill(worker)
    assert BATCH // 8 <= world.value(RANKED) < BATCH, "the run was quicker than the kill: nothing was tested"
    assert world.rows("SELECT status, attempts FROM checklists_run") == [("running", 1)]
    assert world.value("SELECT count(*) FROM checklists_assignment") == 0
    if broker == "forgets":
        world.forget_queue()

    world.start(*WORKER)
    for _ in range(2):
        world.run("-m", "tests.kill_world", "resume")
    world.wait_for(lambda: world.value("SELECT count(*) FROM checklists_run WHERE status = 'finished'") == 1, 60)

    assert world.rows("SELECT attempts, need_count, served_count FROM checklists_run") == [(2, BATCH, 240)]
    assert world.value("SELECT count(*) FROM checklists_assignment") == 240
    for broken in (INCOMPLETE, MISRANKED, OVERBOOKED):
        assert world.rows(broken) == []
