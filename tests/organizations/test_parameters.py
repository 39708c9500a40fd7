from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from organizations.models import Parameter, ParameterValue
from organizations.parameters import parameter, parameters

pytestmark = pytest.mark.django_db
KEY = "reply_hours"


def put(value, on, key=KEY):
    row = ParameterValue(parameter=Parameter.objects.get(key=key), value=Decimal(value), effective_on=on)
    row.full_clean()
    row.save()
    return row


def test_value_holds_from_its_day_on():
    put(4, date(2026, 6, 1))
    put(6, date(2026, 9, 1))
    days = (date(2026, 5, 31), date(2026, 6, 1), date(2026, 8, 31), date(2026, 9, 1), date(2030, 1, 1))
    assert [parameter(KEY, on=day) for day in days] == [8, 4, 4, 6, 6]


def test_several_in_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert parameters(KEY, "reopen_days") == {KEY: 8, "reopen_days": 15}


def test_unknown_key_or_too_early_a_day_is_told():
    with pytest.raises(KeyError, match="no_such_key"):
        parameters(KEY, "no_such_key")
    with pytest.raises(KeyError, match=KEY):
        parameter(KEY, on=date(2019, 12, 31))


def test_bounds_are_told_in_words():
    with pytest.raises(ValidationError) as refusal:
        put(500, date(2026, 6, 1))
    assert refusal.value.message_dict == {"value": ["请填 1 到 240 之间的数。"]}


def test_one_value_a_day():
    row = put(4, date(2026, 6, 1))
    with pytest.raises(ValidationError, match="同一生效日期已有取值"):
        put(5, date(2026, 6, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        ParameterValue.objects.create(parameter=row.parameter, value=Decimal(5), effective_on=row.effective_on)


def test_every_shipped_default_is_within_its_bounds():
    for value in ParameterValue.objects.select_related("parameter"):
        value.clean()
