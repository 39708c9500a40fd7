"""Pages asked for through the whole of Django with its middleware, and how long each of them took at the server."""

import statistics
import sys
import time
from itertools import cycle
from pathlib import Path


def measure(pages, rounds, only="", before=None):
    """{page: {"p50", "p95", "cpu", "db"}} in milliseconds, of {page: (client, addresses in turn)}; names hold `only`.

    "cpu" is the median spent in Python, "db" the mean that the database's own process was busy, where Linux tells: what
    is left of p50 was spent waiting for a processor that others had. `before` is called before each request, off the
    clock. SystemExit where a page does not answer 200.
    """
    answer = {}
    for page, (client, addresses) in pages.items():
        if only not in page:
            continue
        turn, times, work, served = cycle(addresses), [], [], []
        for number in range(rounds + len(addresses)):
            address = next(turn)
            if before:
                before()
            held = database_busy()
            start, busy = time.perf_counter(), time.process_time()
            status = client.get(address).status_code
            if number >= len(addresses):  # each address once for the caches
                times.append((time.perf_counter() - start) * 1000)
                work.append((time.process_time() - busy) * 1000)
                served.append(database_busy() - held)
            if status != 200:
                raise SystemExit(f"{page}: {address} answered {status}")
        p95 = statistics.quantiles(times, n=20)[-1]
        answer[page] = {name: round(value, 1) for name, value in (("p50", statistics.median(times)), ("p95", p95))}
        answer[page] |= {"cpu": round(statistics.median(work), 1), "db": round(statistics.mean(served), 1)}
        sys.stderr.write(f"{page}: {answer[page]}\n")
    return answer


def database_busy():
    """Milliseconds that the PostgreSQL process of this connection has been running; 0 where it runs elsewhere."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        busy = Path("/proc", str(cursor.fetchone()[0]), "schedstat")
    return int(busy.read_text().split()[0]) / 1e6 if busy.exists() else 0
