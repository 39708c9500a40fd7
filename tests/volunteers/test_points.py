"""积分: rules by the day, the balance, and the pages that show both."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from organizations.models import ParameterValue
from tests import factories as make
from tests.checklists.residents import words_of
from tests.volunteers.ledgers import TODAY, make_good, make_hours, make_points
from tests.volunteers.people import make_volunteer, sign_in
from volunteers.models import Exchange, PointEntry, PointRule
from volunteers.services import points

pytestmark = pytest.mark.django_db
EXCHANGE = reverse("me:exchange")


@pytest.fixture
def always_open():
    for key, value in (("exchange_every_months", 1), ("exchange_open_days", 31)):
        ParameterValue.objects.filter(parameter__key=key).update(value=value)


class TestRules:
    def test_whole_points_of_the_rule_in_force(self):
        early = PointRule(ledger="voluntary", points_per_hour=1, effective_on=date(2025, 1, 1))
        late = PointRule(ledger="voluntary", points_per_hour=10, most_per_session=15, effective_on=date(2026, 1, 1))
        rules = [late, early]
        for day, minutes, expected in (
            (date(2025, 6, 1), 119, 1),
            (date(2026, 6, 1), 45, 7),
            (date(2026, 6, 1), 600, 15),
            (date(2024, 6, 1), 600, 0),
        ):
            assert points.points_for(minutes, day, rules) == expected

    def test_short_service_earns_hours_and_no_points(self):
        assert not PointEntry.objects.filter(hour_entry=make_hours(minutes=30)).exists()

    def test_a_rule_that_holds_is_not_changed(self, client):
        client.force_login(make.make_post(role="platform_admin"))
        rule = PointRule.objects.first()
        page = reverse("admin:volunteers_pointrule_change", args=[rule.pk])
        assert client.post(page, {"points_per_hour": 99}).status_code == 403
        told = {"ledger": "voluntary", "points_per_hour": 2, "effective_on": f"{TODAY() + timedelta(days=1)}"}
        assert client.post(reverse("admin:volunteers_pointrule_add"), told).status_code == 302


class TestOwnPage:
    def test_balance_and_what_waits(self, client):
        volunteer = make_volunteer(has_account=True)
        make_points(volunteer, 30)
        make_hours(volunteer, 600, counts_on=TODAY() + timedelta(days=3))
        make_good(volunteer.community, name="洗衣液")
        sign_in(client, volunteer)
        page = client.get(reverse("me:points"))
        assert page.context["balance"] == 30
        assert "起可用" in words_of(page) and "洗衣液" in words_of(page)


@pytest.mark.usefixtures("always_open")
class TestKeepersPage:
    def test_two_steps(self, client):
        community = make.make_community()
        keeper, volunteer = make_volunteer(community, has_account=True), make_volunteer(community)
        make_points(volunteer, 15)
        good = make_good(community, keepers=[keeper])
        sign_in(client, keeper)
        assert client.get(EXCHANGE).status_code == 200
        assert client.get(EXCHANGE, {"code": "12"}).status_code == 422
        page = client.get(EXCHANGE, {"code": volunteer.code})
        told = {"good": good.pk, "count": 1, "key": page.context["form"]["key"].value()}
        for _ in range(2):
            assert client.post(f"{EXCHANGE}?code={volunteer.code}", told).status_code == 302
        assert (Exchange.objects.count(), points.balance_of(volunteer)) == (1, 5)
        page = client.get(EXCHANGE, {"code": volunteer.code})
        told["key"] = page.context["form"]["key"].value()
        refused = client.post(f"{EXCHANGE}?code={volunteer.code}", told)
        assert refused.status_code == 422 and "积分不够" in words_of(refused)

    def test_nobody_else(self, client):
        sign_in(client, make_volunteer(has_account=True))
        assert client.get(EXCHANGE).status_code == 404

    def test_at_the_desk(self, client):
        community = make.make_community()
        volunteer, good = make_volunteer(community), make_good(community)
        make_points(volunteer, 15)
        clerk = make.make_post(organization=community.organization)
        client.force_login(clerk)
        url = reverse("admin:volunteers_exchange_add")
        page = client.get(url, {"code": volunteer.code})
        foreign = make_good(make.make_community())
        told = {"good": foreign.pk, "count": 1, "key": page.context["form"]["key"].value()}
        assert client.post(f"{url}?code={volunteer.code}", told).status_code == 422
        assert client.post(f"{url}?code={volunteer.code}", {**told, "good": good.pk}).status_code == 302
        row = Exchange.objects.get()
        act = reverse("admin:volunteers_exchange_act", args=[row.pk, "reverse"])
        assert client.post(act, {"reason": ""}).status_code == 422
        assert client.post(act, {"reason": "拿错了"}).status_code == 302
        assert points.balance_of(volunteer, timezone.localdate()) == 15
        client.force_login(make.make_post(organization=make.make_community().organization))
        assert client.get(reverse("admin:volunteers_exchange_change", args=[row.pk])).status_code == 404
