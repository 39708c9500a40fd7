"""共驻共建协议: the staff's list and form, ended by a verb, printed, reminded of before its end."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notification
from govern.celery import app
from organizations.models import Agreement
from organizations.services import remind_expiry, terminate_agreement
from organizations.tasks import remind_expiries
from tests import factories as make

pytestmark = pytest.mark.django_db
LIST, ADD = (reverse(f"admin:organizations_agreement_{name}") for name in ("changelist", "add"))


@pytest.fixture
def unit():
    unit = make.make_unit()
    make.make_liaison(unit)
    return unit


@pytest.fixture
def clerk(unit, client):
    user = make.make_post(organization=unit.organization)
    client.force_login(user)
    return user


def day(days):
    return timezone.localdate() + timedelta(days=days)


def page(name, agreement):
    return reverse(f"admin:organizations_agreement_{name}", args=[agreement.pk])


def told(user):
    return list(Notification.objects.filter(recipient=user).values_list("text", flat=True))


class TestTerminating:
    def test_ends_it_tells_the_unit_and_runs_once(self, unit, clerk):
        agreement = make.make_agreement(unit)
        for _ in range(2):
            ended = terminate_agreement(agreement, actor=clerk, reason="单位搬迁")
        assert (ended.terminated_on, ended.termination_reason) == (day(0), "单位搬迁")
        assert not Agreement.objects.in_force().filter(pk=agreement.pk).exists()
        assert len(told(unit.liaison)) == 1 and "单位搬迁" in told(unit.liaison)[0]

    @pytest.mark.parametrize("options", [{"reason": " "}, {"on": day(-1)}, {"on": day(2000)}])
    def test_refuses_without_reason_or_outside_its_term(self, options, unit, clerk):
        with pytest.raises(ValidationError):
            terminate_agreement(make.make_agreement(unit), actor=clerk, **{"reason": "搬迁", **options})

    def test_liaison_and_sister_community_may_not(self, unit):
        agreement = make.make_agreement(unit)
        for actor in (unit.liaison, make.make_post(organization=make.make_organization())):
            with pytest.raises(PermissionDenied):
                terminate_agreement(agreement, actor=actor, reason="x")


class TestReminding:
    def test_tells_both_sides_once_for_each_term(self, unit, clerk):
        agreement = make.make_agreement(unit, ends_on=day(20))
        app.conf.task_always_eager = True
        try:
            for _ in range(2):
                remind_expiries()
        finally:
            app.conf.task_always_eager = False
        assert len(told(unit.liaison)) == len(told(clerk)) == 1
        agreement.ends_on = day(25)
        agreement.save()
        remind_expiry(agreement)
        assert len(told(clerk)) == 2

    def test_not_what_ends_later_nor_what_has_ended(self, unit, clerk):
        far, over = make.make_agreement(unit), make.make_agreement(unit, ends_on=day(-1))
        assert not Agreement.objects.expiring(day(30)).exists()
        remind_expiry(over)
        assert not told(clerk) and far.is_covering(day(0), day(30)) and not over.is_covering(day(-5), day(0))


class TestPages:
    def fields(self, of, **changed):
        return {
            "number": "GJ2026-001",
            "organization": of.organization_id,
            "unit": of.pk,
            "signed_on": day(0),
            "starts_on": day(0),
            "ends_on": day(364),
            "deeds": "义诊\n值班",
            **changed,
        }

    def test_is_written_with_a_word_on_few_deeds(self, unit, clerk, client):
        answer = client.post(ADD, self.fields(unit), follow=True)
        assert Agreement.objects.get().number == "GJ2026-001"
        assert "共建实事写了 2 件" in answer.content.decode()

    def test_errors_are_chinese_and_foreign_units_no_choice(self, unit, clerk, client):
        answer = client.post(ADD, self.fields(unit, number="", ends_on=day(-1), unit=make.make_unit().pk))
        text = answer.content.decode()
        assert "请填协议编号" in text and "期限止不能早于期限起" in text
        assert "unit" in answer.context["adminform"].form.errors

    def test_list_filters_by_force_and_exports(self, unit, clerk, client):
        running = make.make_agreement(unit)
        soon = make.make_agreement(unit, ends_on=day(9))
        ended = make.make_agreement(unit, ends_on=day(-1))
        coming = make.make_agreement(unit, starts_on=day(5))
        broken = make.make_agreement(unit, terminated_on=day(-3), termination_reason="搬迁")
        make.make_agreement()
        for force, rows in (
            ("running", {running, soon}),
            ("expiring", {soon}),
            ("ended", {ended}),
            ("coming", {coming}),
            ("terminated", {broken}),
        ):
            assert set(client.get(LIST, {"force": force}).context["cl"].result_list) == rows, force
        text = client.get(LIST).content.decode()
        assert all(word in text for word in ("快到期", "已到期", "还没开始", "已终止", "有效"))
        assert client.get(reverse("admin:organizations_agreement_export")).status_code == 200

    def test_terminates_on_a_page_and_is_then_only_read(self, unit, clerk, client):
        agreement = make.make_agreement(unit)
        assert "终止协议" in client.get(page("change", agreement)).content.decode()
        empty = client.post(page("terminate", agreement), {"on": day(0), "reason": ""})
        assert empty.status_code == 422 and "请写明终止的原因" in empty.content.decode()
        client.post(page("terminate", agreement), {"on": day(0), "reason": "单位搬迁"})
        shown = client.get(page("change", agreement)).content.decode()
        assert "单位搬迁" in shown and "_save" not in shown
        assert client.get(page("terminate", agreement)).status_code == 302

    def test_prints_both_sides_deeds_and_seals(self, unit, clerk, client):
        agreement = make.make_agreement(unit, deeds="义诊\n值班", unit_head="孙院长")
        text = client.get(page("print", agreement)).content.decode()
        for words in (agreement.number, unit.name, "<li>义诊</li>", "孙院长", "甲方（盖章）"):
            assert words in text

    def test_the_sister_community_finds_nothing(self, unit, client):
        agreement = make.make_agreement(unit)
        client.force_login(make.make_post(organization=make.make_organization()))
        for name in ("change", "terminate", "print"):
            assert client.get(page(name, agreement)).status_code == 404

    def test_queries_do_not_grow_with_rows(self, unit, clerk, client, django_assert_max_num_queries):
        make.make_agreement(unit)
        client.get(LIST)
        with django_assert_max_num_queries(60) as few:
            client.get(LIST)
        for _ in range(6):
            make.make_agreement(unit)
        with django_assert_max_num_queries(len(few)):
            client.get(LIST)
