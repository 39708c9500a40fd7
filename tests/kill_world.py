"""What tests/test_kill.py does in processes of its own: `python -m tests.kill_world build` files the needs, one by one;
`... sweep` queues what has lost its task, as beat does every minute.
"""

import sys
from decimal import Decimal

import django

NEEDS = 40


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


if __name__ == "__main__":
    django.setup()
    {"build": build, "sweep": sweep}[sys.argv[1]]()
