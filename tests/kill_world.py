"""What tests/test_kill.py does in processes of its own: `python -m tests.kill_world build` files the needs, one by one;
`... sweep` queues what has lost its task, as beat does every minute. For a run: `batch` makes its needs and asks for
it, `work` is a worker that writes it in small bites, `resume` is beat's sweep half an hour later.
"""

import sys
from decimal import Decimal

import django

NEEDS = 40
BATCH, BITE = 400, 5


def build():
    from django.utils import timezone

    from checklists.models import NeedEvent
    from checklists.services import needs
    from organizations.models import Parameter, ParameterValue
    from tests import factories as make

    parameter = Parameter.objects.get(key="match_retry_seconds")
    ParameterValue.objects.create(parameter=parameter, value=Decimal(1), effective_on=timezone.localdate())
    community = make.make_community()
    waiting, sent = (make.make_category(auto_accept=True, auto_dispatch=is_sent) for is_sent in (False, True))
    units = [make.make_unit(community.organization) for _ in range(3)]
    for unit in units:
        for category in (waiting, sent):
            make.make_resource(unit, category, capacity=NEEDS)
    for number in range(NEEDS):
        need = make.new_need(community, sent if number % 2 else waiting, people_count=1 + number % 3)
        needs.submit_need(need, actor=NeedEvent.Party.RESIDENT)


def sweep():
    from checklists.tasks import match_open_needs

    match_open_needs()


def batch():
    from django.utils import timezone

    from checklists.models import Need
    from checklists.services import runs
    from tests import factories as make

    community, category, now = make.make_community(), make.make_category(), timezone.now()
    for _ in range(12):
        make.make_resource(make.make_unit(community.organization), category, capacity=20)
    moments = dict.fromkeys(("submitted_at", "respond_by", "handle_by", "match_due_at"), now)
    model = make.make_need("accepted", community=community, category=category)
    waiting = [
        make.new_need(
            community, category, status="accepted", notice=model.notice, urgency=1 + 2 * (number % 3), **moments
        )
        for number in range(BATCH - 1)
    ]
    Need.objects.bulk_create(waiting)
    runs.start_run(community.street.district, actor="system")


def work():
    from checklists.services.runs import performing
    from govern.celery import app

    performing.CHUNK = BITE
    app.worker_main(["worker", "-c", "2", "-l", "WARNING", "--without-gossip"])


def resume():
    from datetime import timedelta

    from django.utils import timezone

    from checklists.models import Run
    from checklists.tasks import resume_runs

    earlier = timezone.now() - timedelta(minutes=31)
    Run.objects.filter(status="running", attempts=1).update(queued_at=earlier, started_at=earlier)
    resume_runs()


if __name__ == "__main__":
    django.setup()
    {"build": build, "sweep": sweep, "batch": batch, "work": work, "resume": resume}[sys.argv[1]]()
