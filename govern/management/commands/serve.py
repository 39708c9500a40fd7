"""The whole product from one command: web server, Celery worker and beat under one supervisor.

For a laptop, a demonstration or one street office; a larger installation runs the three by deploy/compose.yaml.
"""

import ctypes
import errno
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from http.client import HTTPConnection, HTTPException

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from govern.demo import demo_accounts, demo_password, demo_phones

CELERY = ["celery", "-A", "govern", "-q", "--skip-checks"]
# One worker has nobody to gossip with, and on the filesystem broker each of these leaves a queue that nobody empties.
ALONE = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
GRANIAN = ["granian", "--interface", "wsgi", "--workers", "1", "--blocking-threads", "4", "--log-level", "warning"]

ENTRANCES = [("/", "居民"), ("/admin/", "工作人员"), ("/desk/", "驻区单位"), ("/dashboards/", "督导")]


class Command(BaseCommand):
    help = "启动整个平台：网站、后台任务和定时任务。环境变量：HOST PORT DEMO DEMO_PASSWORD DATABASE_URL REDIS_URL"
    requires_system_checks = []  # `make check` runs them; here they would only delay the start

    def handle(self, **options):
        # A closed terminal ends everything as Ctrl-C does, unless nohup said otherwise.
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, signal.default_int_handler)
        with suppress(KeyboardInterrupt):
            host, port = free_address()
            self.prepare()
            connections.close_all()
            local = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104
            # QR posters and links made outside a request should open on a phone in the same network.
            os.environ.setdefault("PUBLIC_URL", f"http://{reachable_address() if local != host else host}:{port}")
            with Children(
                web=[*GRANIAN, "--host", host, "--port", str(port), "govern.wsgi:application"],
                worker=[*CELERY, "worker", "-c", "2", "-l", "WARNING", *ALONE],
                beat=[*CELERY, "beat", "-l", "WARNING"],
            ) as children:
                while not answers(local, port):
                    children.watch(0.05)
                self.announce(f"http://{local}:{port}")
                while True:
                    children.watch(0.5)

    def prepare(self):
        """The data folder, the tables and the first people; quick where all of it is there."""
        for folder in ("broker/queue", "broker/control", "media", "static"):
            (settings.VAR_DIR / folder).mkdir(parents=True, exist_ok=True)
        migrations = MigrationExecutor(connection)
        if migrations.migration_plan(migrations.loader.graph.leaf_nodes()):
            self.say("正在建立数据库……")
            call_command("migrate", verbosity=0, interactive=False)
        users = get_user_model()._default_manager
        if not users.exists():  # only an empty database: real people never meet demonstration rows
            if os.environ.get("DEMO") != "0":
                call_command("seed_demo")  # all or nothing: interrupted half-way, the next start begins anew
            else:
                users.create_superuser(username="admin", name="平台管理员", password=demo_password())
                self.say(f"已创建管理员账号 admin，初始密码 {demo_password()}，登录后请尽快修改。")
        if os.environ.get("DEMO_PASSWORD"):
            self.renew_passwords()

    def renew_passwords(self):
        """A DEMO_PASSWORD other than the one the demonstration was made with holds from this start on."""
        accounts = known_accounts(demo_accounts())
        first = accounts.first()
        if first and not first.check_password(demo_password()):
            accounts.update(password=make_password(demo_password()))

    def announce(self, root):
        lines = ["", "平台已启动，按 Ctrl-C 停止。", ""]
        lines += [f"  {root + path:<40}{who}" for path, who in ENTRANCES]
        if os.environ["PUBLIC_URL"] != root:
            lines += [f"  {os.environ['PUBLIC_URL'] + '/':<40}手机与扫码"]
        known = set(known_accounts(demo_accounts() + demo_phones()).values_list("username", flat=True))
        accounts, phones = (
            [account for account in told if account["username"] in known] for told in (demo_accounts(), demo_phones())
        )
        connections.close_all()
        if accounts:
            lines += ["", f"演示账号，密码都是 {demo_password()}", ""]
            lines += ["  {username:<16}{start:<24}{role}　{name}".format(**account) for account in accounts]
        if phones:
            lines += ["", "用手机号登录，验证码显示在这里", ""]
            lines += ["  {phone:<16}{start:<24}{role}　{name}".format(**account) for account in phones]
        self.say("\n".join([*lines, ""]))

    def say(self, text):
        self.stdout.write(text)
        self.stdout.flush()


class Children:
    """Named processes that live and die together, each leading a process group of its own.

    One that dies is started again, unless it dies young: then what ails it will not pass by itself.
    """

    YOUNG = 10  # seconds
    PATIENCE = 4  # seconds between the request to end and the kill; an idle worker is all but out by then

    def __init__(self, **commands):
        self.commands = commands
        self.processes = {}
        self.started_at = {}

    def __enter__(self):
        try:
            for name in self.commands:
                self.start(name)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *failure):
        self.stop()

    def start(self, name):
        self.started_at[name] = time.monotonic()
        self.processes[name] = subprocess.Popen(  # noqa: S603 # our own interpreter and words
            [sys.executable, "-W", "ignore", "-m", *self.commands[name]],
            cwd=settings.BASE_DIR,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches the supervisor alone, which then asks each to end
            preexec_fn=outlive_nobody if sys.platform == "linux" else None,
        )

    def watch(self, seconds):
        time.sleep(seconds)
        for name, process in self.processes.items():
            if process.poll() is None:
                continue
            if time.monotonic() - self.started_at[name] < self.YOUNG:
                raise CommandError(f"{name} 无法启动（退出码 {process.returncode}），平台已停止。")
            sys.stderr.write(f"{name} 意外退出（退出码 {process.returncode}），正在重新启动。\n")
            kill_group(process)
            self.start(name)

    def stop(self):
        """Ask every leader to end, and it ends its own children in order; then end whatever is left of the groups."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C would leave half of them behind
        with suppress(OSError):  # the terminal may be gone
            sys.stderr.write("\n正在停止……\n")
        deadline = time.monotonic() + self.PATIENCE
        for process in self.processes.values():
            process.terminate()
        with suppress(subprocess.TimeoutExpired):
            for process in self.processes.values():
                process.wait(max(0, deadline - time.monotonic()))
        for process in self.processes.values():
            kill_group(process)
            process.wait()


def outlive_nobody():
    """Asks Linux to end this process with its parent: a supervisor killed by -9 would else leave the port taken."""
    PR_SET_PDEATHSIG = 1
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def kill_group(process):
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def free_address():
    """HOST and PORT, once they are known to be free."""
    host, port = os.environ.get("HOST", "0.0.0.0"), os.environ.get("PORT", "8000")  # noqa: S104
    if not (port.isdecimal() and 0 < int(port) < 65536):
        raise CommandError(f"PORT 应为 1 到 65535 的端口号，收到的是“{port}”。")
    try:
        socket.create_server((host, int(port))).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CommandError(f"端口 {port} 已被占用，请停止占用它的程序，或换一个：PORT=8001 make run") from error
        raise CommandError(f"无法在 {host}:{port} 提供服务：{error.strerror or error}") from error
    return host, int(port)


def reachable_address():
    """This machine's address in its network; connecting a datagram socket sends nothing, it only asks for the route."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return probe.getsockname()[0]
        except OSError:
            return "127.0.0.1"


def answers(host, port):
    """Whether the web server listens by now; one that listens and fails will not get better by waiting."""
    web = HTTPConnection(host, port, timeout=5)
    try:
        web.request("GET", "/healthz")
        status = web.getresponse().status
    except (OSError, HTTPException):
        return False
    finally:
        web.close()
    if status >= 500:
        raise CommandError(f"网站启动后报错（HTTP {status}），平台已停止，原因见上文。")
    return True


def known_accounts(told):
    """Those of the `told` accounts that this database has: the data folder may have served another one."""
    usernames = [account["username"] for account in told]
    return get_user_model()._default_manager.filter(username__in=usernames).order_by("username")
