"""A throwaway PostgreSQL for measurements that need one."""

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

PORT = 55499


@contextmanager
def server():
    """DATABASE_URL names a new cluster on the loopback, gone afterwards; where it names one already, that is used."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    folder = tempfile.mkdtemp(prefix="bench.", dir="/tmp")  # a socket's path holds 107 bytes, TMPDIR may be longer
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
    owner = []
    if os.getuid() == 0:  # initdb refuses root
        shutil.chown(folder, "postgres")
        owner = [shutil.which("runuser"), "-u", "postgres", "--"]

    def run(program, *arguments):
        command = [*owner, binaries / program, "-D", Path(folder, "data"), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder)  # noqa: S603

    options = f"-c listen_addresses=127.0.0.1 -p {PORT} -k {folder} -c fsync=off -c full_page_writes=off"
    try:
        run("initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        run("pg_ctl", "-w", "-s", "-l", Path(folder, "log"), "-o", options, "start")
        os.environ["DATABASE_URL"] = f"postgres://postgres@127.0.0.1:{PORT}/postgres"
        yield
        run("pg_ctl", "-m", "immediate", "stop")
    finally:
        os.environ.pop("DATABASE_URL", None)
        shutil.rmtree(folder)
