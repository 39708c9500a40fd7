"""What tests/govern/test_outages.py does in processes of its own: `python -m tests.outage_world file|sweep|check`."""

import sys
import time
from decimal import Decimal

import django

NEEDS = 4
PATIENCE = 5  # seconds that a resident may wait for the receipt


def file():
    from django.test import Client
    from django.test.utils import setup_test_environment
    from django.utils import timezone

    from organizations.models import Parameter
    from tests import factories as make
    from tests.checklists.residents import file_need

    setup_test_environment()  # the test client tells the context, which has the form's token
    retry = Parameter.objects.get(key="match_retry_seconds")
    retry.values.create(value=Decimal(1), effective_on=timezone.localdate())
    building = make.make_building()
    category = make.make_category(auto_accept=True)
    make.make_resource(make.make_unit(building.quarter.community.organization), category, capacity=50)
    for number in range(NEEDS):
        start = time.monotonic()
        answer = file_need(Client(), building, category=category.pk, contact_phone=f"139{number:08}")
        assert answer.status_code == 302, answer.content.decode()
        assert time.monotonic() - start < PATIENCE


def sweep():
    from checklists.tasks import match_open_needs

    match_open_needs()


def check():
    from checklists.models import Need

    end = time.monotonic() + 60
    while Need.objects.filter(status="accepted", proposals__rank=1, match_due_at=None).count() < NEEDS:
        assert time.monotonic() < end, list(Need.objects.values_list("status", "match_due_at"))
        time.sleep(0.2)
    assert Need.objects.count() == NEEDS


if __name__ == "__main__":
    django.setup()
    {"file": file, "sweep": sweep, "check": check}[sys.argv[1]]()
