"""`manage.py serve` as a newcomer meets it: a process of its own, on SQLite and the folder broker."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.service

FOREIGN = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "PUBLIC_URL", "TESTS_DIR", "DEMO_PASSWORD"}


def wait_for(what, seconds, failure):
    end = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < end, failure()
        time.sleep(0.1)
    return found


def hear_signals():
    """Whatever runs the tests (nohup, a shell's background) may have them ignored, and children inherit that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


class Platform:
    def __init__(self, folder):
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.process = None

    def start(self, **variables):
        inherited = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        mine = {"VAR_DIR": str(self.folder), "PORT": str(self.port), "DEMO": "0", "HOST": "127.0.0.1", **variables}
        self.log = Path(self.folder, f"log{time.time_ns()}")
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=settings.BASE_DIR,
            env={**inherited, **mine},
            stdout=self.log.open("w"),
            stderr=subprocess.STDOUT,
            preexec_fn=hear_signals,
        )
        return self

    def wait_until_announced(self):
        wait_for(lambda: "平台已启动" in self.output or self.process.poll() is not None, 180, lambda: self.output)
        assert self.process.poll() is None, self.output
        return self

    @property
    def output(self):
        return self.log.read_text()

    def pids(self, argument=""):
        """Every process that carries this data folder in its environment, whoever its parent is by now."""
        mark, found = f"VAR_DIR={self.folder}".encode(), []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                environment, command = (Path(folder, name).read_bytes().split(b"\0") for name in ("environ", "cmdline"))
            except OSError:  # it ended meanwhile
                continue
            if mark in environment and argument.encode() in command:
                found.append(int(folder.name))
        return sorted(found)

    def readiness(self):
        web = HTTPConnection("127.0.0.1", self.port, timeout=5)
        web.request("GET", "/readyz")
        return json.load(web.getresponse())

    def end(self, number):
        self.process.send_signal(number)
        self.process.wait(10)


@pytest.fixture
def platform(tmp_path):
    platform = Platform(tmp_path)
    yield platform
    for pid in platform.pids():
        os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_every_child_ends_with_it(platform, number):
    platform.start().wait_until_announced()
    # Itself, granian and its worker, celery and its two, beat.
    wait_for(lambda: len(platform.pids()) >= 7, 20, lambda: platform.output)
    platform.end(number)
    assert platform.process.returncode == 0
    assert platform.pids() == []


def test_children_end_even_where_it_is_killed(platform):
    platform.start().wait_until_announced()
    platform.process.kill()
    wait_for(lambda: not platform.pids(), 15, lambda: platform.output)


def test_first_start_makes_one_administrator_and_the_second_none(platform):
    platform.start().wait_until_announced()
    password = Path(platform.folder, "demo_password")
    assert password.stat().st_mode & 0o777 == 0o600
    assert f"初始密码 {password.read_text()}" in platform.output
    for path in ("/", "/admin/", "/desk/", "/dashboards/"):
        assert f"http://127.0.0.1:{platform.port}{path} " in platform.output
    platform.end(signal.SIGTERM)
    assert platform.pids() == []
    platform.start().wait_until_announced()
    assert "初始密码" not in platform.output


def test_it_becomes_ready_and_starts_a_killed_worker_again(platform):
    platform.start().wait_until_announced()
    wait_for(lambda: platform.readiness()["ready"], 60, lambda: platform.output)
    # Beat sends its first mark after 15 seconds: by now the worker is no longer young, and gets a second chance.
    worker = platform.pids("worker")
    os.kill(worker[0], signal.SIGKILL)
    wait_for(lambda: "worker 意外退出" in platform.output, 10, lambda: platform.output)
    wait_for(lambda: len(platform.pids("worker")) == len(worker), 20, lambda: platform.output)
    assert not set(worker) & set(platform.pids("worker"))


def test_taken_port_is_told(platform):
    with socket.create_server(("127.0.0.1", platform.port)):
        platform.start().process.wait(30)
    assert platform.process.returncode == 1
    assert f"端口 {platform.port} 已被占用" in platform.output


def test_port_that_is_none_is_told(platform):
    platform.start(PORT="eight").process.wait(30)
    assert platform.process.returncode == 1
    assert "PORT 应为 1 到 65535 的端口号" in platform.output
