"""What a stopped Redis, a restarted PostgreSQL and a killed worker cost: minutes each, so `make bench` only names them.

`python -m bench.faults redis --json` on servers of its own, made and dropped, with web server, worker and beat as they
are run. Afterwards every need that was acknowledged is there once, and every accepted one has its proposals, none
twice; exit code 1 where that is not so.
"""

import argparse
import json
import os
import re
import signal
import statistics
import sys
import tempfile
import threading
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

from bench._servers import Servers

OUTAGE = 60  # seconds
HIDDEN = re.compile(r'name="(csrfmiddlewaretoken|token)" value="([^"]+)"')


class Resident:
    """Files needs through the public form, from an address and with a phone number of their own each time."""

    def __init__(self, port, answers, number):
        self.port, self.number = port, number
        self.answers = {**answers, "contact_phone": f"139{number:08}"}
        self.cookies = {}

    def request(self, method, path, fields=None):
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        address = f"10.{self.number >> 16 & 255}.{self.number >> 8 & 255}.{self.number & 255}"
        headers = {
            "X-Forwarded-For": address,
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        start = time.perf_counter()
        try:
            connection.request(method, path, urlencode(fields, doseq=True) if fields else None, headers)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
            for line in answer.headers.get_all("Set-Cookie", []):
                name, _, value = line.split(";")[0].partition("=")
                self.cookies[name] = value
            return answer.status, text, time.perf_counter() - start
        except (OSError, HTTPException):
            return 0, "", time.perf_counter() - start
        finally:
            connection.close()

    def file(self, told):
        """Until it is acknowledged: the same form again after every error, as a browser's reload sends it."""
        while True:
            status, text, seconds = self.request("GET", "/needs/new/")
            told.append(("open", status, seconds, time.monotonic()))
            if status == 200:
                break
            time.sleep(0.5)
        fields = {**self.answers, **dict(HIDDEN.findall(text))}
        while True:
            status, text, seconds = self.request("POST", "/needs/new/", fields)
            told.append(("file", status, seconds, time.monotonic()))
            if status == 302:
                return self.answers["contact_phone"]
            if 400 <= status < 500:
                raise RuntimeError(f"{status}: {text[:2000]}")
            time.sleep(0.5)


class Crowd:
    """Threads of residents who file until they are stopped; `acknowledged`: the phones of those who have a receipt."""

    def __init__(self, port, answers, threads=4, pause=0.2):
        self.port, self.answers, self.pause = port, answers, pause
        self.told, self.acknowledged, self.faults = [], [], []
        self.numbers = iter(range(1, 10**6))
        self.is_over = threading.Event()
        self.threads = [threading.Thread(target=self.go) for _ in range(threads)]

    def go(self):
        try:
            while not self.is_over.is_set():
                phone = Resident(self.port, self.answers, next(self.numbers)).file(self.told)
                self.acknowledged.append(phone)
                time.sleep(self.pause)
        except Exception as error:  # a fault of ours must be seen
            self.faults.append(f"{type(error).__name__}: {error}")

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.is_over.set()
        for thread in self.threads:
            thread.join()

    def summary(self, since=0.0, until=float("inf")):
        lines = [line for line in self.told if since <= line[3] <= until]
        times = [seconds for what, status, seconds, _ in lines if what == "file" and status == 302]
        return {
            "filed": len(times),
            "errors": sum(status == 0 or status >= 500 for _, status, _, _ in lines),
            "filing_p50_s": round(statistics.median(times), 2) if times else None,
            "filing_max_s": round(max(times), 2) if times else None,
            "longest_request_s": round(max((line[2] for line in lines), default=0), 2),
        }


class Trial:
    """One fault on servers of its own; `run` tells what was seen."""

    def __init__(self, folder, batch):
        self.batch = batch
        self.servers = Servers(folder)
        self.servers.start_postgres()
        self.servers.start_redis()
        self.servers.manage("migrate", "-v", "0")
        os.environ.update(self.servers.environment)

    def ready(self):
        """A place, a category that accepts by itself, three resources; returns what a resident answers."""
        from tests import factories as make
        from tests.checklists.test_forms_needs import answers_of

        building = make.make_building()
        self.community = building.quarter.community
        self.category = make.make_category(auto_accept=True)
        units = [make.make_unit(self.community.organization) for _ in range(3)]
        for unit in units:
            make.make_resource(unit, self.category, capacity=30_000)
        return answers_of(building, category=self.category.pk)

    def fill(self, count):
        """`count` accepted needs that wait for the matcher."""
        from datetime import timedelta

        from django.utils import timezone

        from accounts.models import PrivacyNotice
        from checklists.models import Need
        from tests import factories as make

        at = timezone.now()
        notice = PrivacyNotice.objects.in_force(timezone.localdate()).get()
        hours = {"respond_by": at + timedelta(hours=8), "handle_by": at + timedelta(hours=40)}
        rows = (
            make.new_need(self.community, self.category, status="accepted", notice=notice, submitted_at=at, **hours)
            for _ in range(count)
        )
        return Need.objects.bulk_create((_due(row, at) for row in rows), batch_size=2000)

    def waiting(self):
        from django.db import OperationalError, connection

        from checklists.models import Need

        try:
            return Need.objects.filter(status="accepted").exclude(match_due_at=None).count()
        except OperationalError:
            connection.close()
            return -1

    def wait_until_matched(self, seconds=600):
        """Seconds until no accepted need waits for the matcher any more."""
        start = time.monotonic()
        while self.waiting():
            if time.monotonic() - start > seconds:
                raise SystemExit(f"{self.waiting()} needs still wait\n{self.servers.log.read_text()[-4000:]}")
            time.sleep(0.5)
        return round(time.monotonic() - start, 1)

    def check(self, phones=()):
        from django.db.models import Count, F

        from checklists.models import Need, NeedEvent, Proposal
        from govern.fields import blind_index
        from organizations.parameters import parameter

        filed = dict(Need.objects.values_list("contact_phone_index").annotate(Count("pk")))
        proposed = Need.objects.filter(status="accepted").annotate(count=Count("proposals"))
        twice = Proposal.objects.values("need", "resource").annotate(count=Count("pk")).filter(count__gt=1)
        accepted = NeedEvent.objects.filter(to_status="accepted").exclude(from_status=F("to_status"))
        return {
            "needs": Need.objects.count(),
            "violations": {
                "acknowledged and lost": sum(blind_index(phone) not in filed for phone in phones),
                "filed twice": sum(count > 1 for count in filed.values()),
                "accepted without proposals": proposed.filter(count=0).count(),
                "proposed twice": twice.count() + proposed.filter(count__gt=parameter("proposal_count")).count(),
                "accepted twice": accepted.values("need").annotate(count=Count("pk")).filter(count__gt=1).count(),
            },
        }

    # --- The faults
    def redis(self):
        """Redis is gone for a minute, with all that was queued in it, while residents file."""
        servers, answers = self.servers, self.ready()
        servers.start_web()
        servers.start_worker()
        servers.start_beat()
        with Crowd(servers.ports["web"], answers) as crowd:
            time.sleep(10)
            servers.stop_redis()
            gone = time.monotonic()
            time.sleep(OUTAGE)
            servers.start_redis()
            back = time.monotonic()
            time.sleep(10)
        settled = time.monotonic()
        self.wait_until_matched()
        return {
            "before": crowd.summary(until=gone),
            "while it was away": crowd.summary(gone, back),
            "after": crowd.summary(since=back),
            "seconds_until_all_matched_after_return": round(time.monotonic() - back, 1),
            "of_which_waiting_after_the_last_filing": round(time.monotonic() - settled, 1),
            "faults_of_the_trial": crowd.faults,
            **self.check(crowd.acknowledged),
        }

    def postgres(self):
        """PostgreSQL is restarted twice under load: in order, and by a crash."""
        servers, answers = self.servers, self.ready()
        servers.start_web()
        servers.start_worker()
        servers.start_beat()
        marks = []
        with Crowd(servers.ports["web"], answers) as crowd:
            for mode in ("fast", "immediate"):
                time.sleep(10)
                start = time.monotonic()
                servers.restart_postgres(mode)
                marks.append((mode, start, time.monotonic()))
                time.sleep(15)
        matched = self.wait_until_matched()
        report = {}
        for mode, start, up in marks:
            errors = [line[3] for line in crowd.told if line[3] >= start and (line[1] == 0 or line[1] >= 500)]
            late = [moment - up for moment in errors if up <= moment < up + 15]
            report[mode] = {
                "seconds_down": round(up - start, 1),
                "errors": len([moment for moment in errors if moment < up + 15]),
                "last_error_after_return_s": round(max(late, default=0), 1),
            }
        answer = {**report, "filed": len(crowd.acknowledged), "seconds_until_all_matched": matched}
        return {**answer, "faults_of_the_trial": crowd.faults, **self.check(crowd.acknowledged)}

    def worker(self):
        """A worker is killed in the middle of 10,000 queued needs, and another one started."""
        from checklists.tasks import match_need

        servers, _ = self.servers, self.ready()
        needs = self.fill(self.batch)
        for need in needs:
            match_need.delay(need.pk)
        servers.start_worker()
        start = time.monotonic()
        while self.waiting() > self.batch * 0.6:
            time.sleep(0.1)
        left = self.waiting()
        servers.kill("worker")
        servers.start_beat()
        servers.start_worker()
        self.wait_until_matched(1200)
        return {"left_when_killed": left, "seconds": round(time.monotonic() - start, 1), **self.check()}

    def run(self):
        """A worker is killed in the middle of the batch run of a district with 10,000 needs; the run is done again."""
        from decimal import Decimal

        from django.utils import timezone

        from checklists.models import NeedEvent, Proposal, Run
        from checklists.services import runs
        from organizations.models import Parameter
        from tests import factories as make

        servers, _ = self.servers, self.ready()
        for _ in range(100):
            make.make_resource(make.make_unit(self.community.organization), self.category, capacity=100)
        self.fill(self.batch)
        timeout = Parameter.objects.get(key="match_run_timeout_minutes")
        timeout.values.create(value=Decimal(1), effective_on=timezone.localdate())
        run = runs.start_run(self.community.street.district, actor=NeedEvent.Party.SYSTEM)
        servers.start_worker()
        start = time.monotonic()
        while Proposal.objects.values("need").distinct().count() < self.batch * 0.3:
            run.refresh_from_db()
            if run.status == Run.Status.FINISHED:
                raise SystemExit("the run was quicker than the kill: nothing was tested")
            time.sleep(0.02)
        servers.kill("worker")
        written = Proposal.objects.values("need").distinct().count()
        servers.start_beat()
        servers.start_worker()
        while run.status != Run.Status.FINISHED:
            if time.monotonic() - start > 900:
                raise SystemExit(f"the run is {run.status}\n{servers.log.read_text()[-4000:]}")
            time.sleep(0.5)
            run.refresh_from_db()
        self.wait_until_matched()
        report = {"needs_written_when_killed": written, "attempts": run.attempts, "served": run.served_count}
        return {**report, "seconds": round(time.monotonic() - start, 1), **self.check()}


def _due(need, at):
    need.match_due_at = at
    return need


FAULTS = ("redis", "postgres", "worker", "run")


def meet(fault, batch):
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="faults.") as folder:  # noqa: S108 # a socket's path is short
        trial = Trial(folder, batch)
        try:
            import django

            django.setup()
            return {"fault": fault, **getattr(trial, fault)(), "load": [round(each, 1) for each in os.getloadavg()]}
        finally:
            trial.servers.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("fault", nargs="?", choices=FAULTS)
    parser.add_argument("--batch", type=int, default=10_000, help="needs that wait when a worker is killed")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if not options.fault:
        sys.stdout.write(f"minutes each, so one by one: python -m bench.faults {'|'.join(FAULTS)}\n")
        return 0
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whoever ends it ends its servers too
    answer = meet(options.fault, options.batch)
    sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=None if options.json else 1) + "\n")
    return int(any(answer["violations"].values()) or bool(answer.get("faults_of_the_trial")))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    sys.exit(main())
