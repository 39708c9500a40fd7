"""A PostgreSQL, a Redis, a web server, workers and beat of our own, to stop and to kill; the recipe of tests/run.sh."""
# ruff: noqa: S603, S607 # programs of the system and of ours, with arguments of ours

import os
import pwd
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CELERY = ["-m", "celery", "-A", "govern", "-q", "--skip-checks"]
FOREIGN = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "VAR_DIR", "TESTS_DIR"}


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


class Servers:
    """Everything in the folder `folder`; `environment` is what its processes are started with."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.ports = {name: free_port() for name in ("postgres", "redis", "web")}
        self.environment = {name: value for name, value in os.environ.items() if name not in FOREIGN} | {
            "VAR_DIR": str(self.folder),
            "DJANGO_SETTINGS_MODULE": "govern.settings.dev",
            "DATABASE_URL": f"postgres://postgres@127.0.0.1:{self.ports['postgres']}/postgres",
            "REDIS_URL": f"redis://127.0.0.1:{self.ports['redis']}/0",
            "TRUSTED_PROXY_COUNT": "1",  # each resident of the trial comes from an address of their own
        }
        self.processes = {}
        self.log = self.folder / "log"
        self.redis = None

    # --- PostgreSQL, which refuses root
    def _postgres(self, program, *arguments):
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))[-1].parent
        user = pwd.getpwnam("postgres") if os.getuid() == 0 else None
        extra = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
        subprocess.run(
            [found / program, "-D", self.folder / "db", *arguments],
            cwd="/",
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **extra,
        )

    def start_postgres(self):
        data = self.folder / "db"
        data.mkdir()
        self.folder.chmod(0o755)
        if os.getuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(data, user.pw_uid, user.pw_gid)
        self._postgres("initdb", "-A", "trust", "-U", "postgres", "-N", "-E", "UTF8", "--locale=C.UTF-8")
        self._postgres("pg_ctl", "-w", "-l", data / "log", "-o", self._options(), "start")

    def restart_postgres(self, mode):
        """`fast` ends the sessions; `immediate` is a crash, and the log is replayed."""
        self._postgres("pg_ctl", "-w", "-m", mode, "stop")
        time.sleep(3)
        self._postgres("pg_ctl", "-w", "-l", self.folder / "db" / "log", "-o", self._options(), "start")

    def _options(self):
        return f"-p {self.ports['postgres']} -k {self.folder / 'db'} -c listen_addresses=127.0.0.1 -c fsync=off"

    # --- Redis, whose memory is gone when it stops
    def start_redis(self):
        arguments = ["--port", str(self.ports["redis"]), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)]
        self.redis = subprocess.Popen(["redis-server", *arguments], stdout=subprocess.DEVNULL)
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.ports["redis"]), 1).close()
                return
            except OSError:
                time.sleep(0.05)

    def stop_redis(self):
        self.redis.kill()
        self.redis.wait()

    # --- Ours
    def start(self, name, *arguments):
        self.processes[name] = subprocess.Popen(
            [sys.executable, "-W", "ignore", *arguments],
            cwd=ROOT,
            env=self.environment,
            stdout=self.log.open("a"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        return self.processes[name]

    def manage(self, *arguments):
        if self.start("manage", "manage.py", *arguments).wait(300):
            raise SystemExit(self.log.read_text())

    def start_web(self):
        port = str(self.ports["web"])
        options = ["--interface", "wsgi", "--blocking-threads", "4", "--log-level", "warning", "--port", port]
        self.start("web", "-m", "granian", *options, "govern.wsgi:application")
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.ports["web"]), 1).close()
                return
            except OSError:
                time.sleep(0.1)

    def start_worker(self):
        self.start("worker", *CELERY, "worker", "-c", "2", "-l", "WARNING", "--without-gossip", "--without-mingle")

    def start_beat(self):
        self.start("beat", *CELERY, "beat", "-l", "WARNING", "-s", str(self.folder / "beat"))

    def kill(self, name):
        """SIGKILL to the process and all of its children at once."""
        os.killpg(self.processes[name].pid, signal.SIGKILL)
        self.processes[name].wait()

    def close(self):
        for process in self.processes.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        if self.redis is not None and self.redis.poll() is None:
            self.stop_redis()
        if (self.folder / "db" / "postmaster.pid").exists():
            self._postgres("pg_ctl", "-m", "immediate", "stop")
