"""轮值与活动 on a unit's desk: its turns, the swaps it is asked about, what it hands over, the activities it leads."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from checklists.models import Activity, Turn, TurnSwap
from checklists.services import enrolments, rotas
from govern.dates import month_start
from tests import factories as make
from tests.checklists.test_services_photos import picture, upload

pytestmark = pytest.mark.django_db
HOME = reverse("desk:turn_list")
NEW = reverse("desk:activity_create")


@pytest.fixture
def community():
    return make.make_community()


@pytest.fixture
def units(community):
    units = [make.make_unit(community.organization) for _ in range(3)]
    for unit in units:
        make.make_liaison(unit)
        make.make_agreement(unit)
    return units


@pytest.fixture
def turns(units):
    return make.make_turns(*units, units[0])


def desk(name, row):
    return reverse(f"desk:{name}", args=[row.pk])


def told(response):
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


class TestSwapping:
    def test_proposed_answered_and_done(self, client, turns, units):
        client.force_login(units[0].liaison)
        assert [row["turn"] for row in client.get(HOME).context["rows"]] == [turns[0], turns[3]]
        form = client.get(desk("turn_swap", turns[0]))
        assert set(form.context["form"].fields["other_turn"].queryset) == {turns[1], turns[2]}
        assert client.post(desk("turn_swap", turns[0]), {"other_turn": turns[1].pk, "reason": ""}).status_code == 422
        answer = client.post(desk("turn_swap", turns[0]), {"other_turn": turns[1].pk, "reason": "期末"})
        assert answer.url == HOME
        swap = TurnSwap.objects.get()
        client.force_login(units[1].liaison)
        assert "同意换班" in client.get(HOME).content.decode()
        assert "换班成了" in told(client.post(desk("turnswap_agree", swap)))
        assert Turn.objects.get(pk=turns[0].pk).unit == units[1]
        assert client.post(desk("turnswap_agree", swap)).status_code == 302  # the double click

    def test_refused_and_withdrawn(self, client, turns, units):
        swap = rotas.propose_swap(turns[0], turns[1], actor=units[0].liaison, reason="x")
        client.force_login(units[1].liaison)
        client.post(desk("turnswap_refuse", swap), {"note": "那月停业"})
        swap.refresh_from_db()
        assert (swap.status, swap.note) == ("refused", "那月停业")
        client.force_login(units[0].liaison)
        assert "旧页面" in told(client.post(desk("turnswap_withdraw", swap)))

    def test_only_the_own_turns_and_swaps(self, client, turns, units):
        swap = rotas.propose_swap(turns[0], turns[1], actor=units[0].liaison, reason="x")
        client.force_login(units[2].liaison)
        assert client.get(desk("turn_swap", turns[0])).status_code == 404
        assert client.post(desk("turnswap_agree", swap)).status_code == 404
        stranger = make.make_liaison(make.make_unit())
        client.force_login(stranger)
        for url in (desk("turn_detail", turns[0]), desk("turn_hand_over", turns[0]), desk("turn_swap", turns[0])):
            assert client.get(url).status_code == 404

    def test_queries_do_not_grow_with_rows(self, client, units, django_assert_max_num_queries):
        make.make_turns(units[0], units[1])
        client.force_login(units[0].liaison)
        client.get(HOME)
        with django_assert_max_num_queries(40) as few:
            client.get(HOME)
        make.make_turns(*units, *units, *units, starts_on=month_start(timezone.localdate(), 3))
        for _ in range(4):
            make.make_activity("announced", community=units[0].organization.community, unit=units[0])
        with django_assert_max_num_queries(len(few)):
            client.get(HOME)


class TestHandingOver:
    def test_draft_is_edited_and_handed_over(self, client, units):
        turn = make.make_turns(*units, starts_on=month_start(timezone.localdate(), -1))[0]
        client.force_login(units[0].liaison)
        form = client.get(desk("turn_hand_over", turn))
        assert "轮值交接" in form.context["form"].initial["note"]
        assert client.post(desk("turn_hand_over", turn), {"note": " "}).status_code == 422
        client.post(desk("turn_hand_over", turn), {"note": "钥匙在门卫。"})
        assert client.get(desk("turn_hand_over", turn)).status_code == 302
        client.force_login(units[1].liaison)
        assert "钥匙在门卫" in client.get(desk("turn_detail", turn)).content.decode()

    def test_not_yet_is_said_kindly(self, client, turns, units):
        client.force_login(units[0].liaison)
        answer = client.get(desk("turn_hand_over", turns[0]))
        assert answer.url == HOME and "还没到交接" in told(answer)


class TestActivities:
    def plan(self, **changed):
        at = timezone.localtime(timezone.now() + timedelta(days=5)).replace(microsecond=0, second=0)
        return {
            "name": "义诊",
            "kind": "health",
            "starts_at": f"{at:%Y-%m-%dT%H:%M}",
            "ends_at": f"{at + timedelta(hours=2):%Y-%m-%dT%H:%M}",
            "place": "活动室",
            "seats": 20,
            **changed,
        }

    def test_plans_changes_and_announces(self, client, units, community):
        client.force_login(units[0].liaison)
        assert client.get(NEW).status_code == 200
        bad = client.post(NEW, self.plan(unit=units[0].pk, community=community.pk, ends_at="2020-01-01T09:00"))
        assert bad.status_code == 422 and "结束时间要晚于开始时间" in bad.content.decode()
        client.post(NEW, self.plan(unit=units[0].pk, community=community.pk))
        activity = Activity.objects.get()
        assert (activity.unit, activity.agreement) == (units[0], units[0].agreements.get())
        client.post(desk("activity_change", activity), self.plan(place="文化站"))
        client.post(desk("activity_announce", activity))
        activity.refresh_from_db()
        assert (activity.place, activity.status) == ("文化站", "announced")

    def test_marks_held_with_photos(self, client, units, community):
        at = timezone.now() - timedelta(hours=3)
        activity = make.make_activity(
            "announced", community=community, unit=units[0], starts_at=at, ends_at=at + timedelta(hours=2)
        )
        client.force_login(units[0].liaison)
        assert client.post(desk("activity_hold", activity), {"reached_count": ""}).status_code == 422
        client.post(desk("activity_hold", activity), {"reached_count": 30, "photos": [upload(picture())]})
        activity.refresh_from_db()
        assert (activity.status, activity.reached_count) == ("held", 30)
        assert client.get(desk("activity_photo", activity.photos.get())).status_code == 200

    def test_shows_numbers_and_no_names(self, client, units, community):
        activity = make.make_activity("announced", community=community, unit=units[0])
        row = enrolments.enrol(activity, name="张大爷", phone="13800001234", people_count=3)
        client.force_login(units[0].liaison)
        text = client.get(desk("activity_detail", activity)).content.decode()
        assert "已报 3 人" in text and row.masked_name not in text and row.masked_phone not in text

    def test_joint_units_read_and_others_find_nothing(self, client, units, community):
        activity = make.make_activity(community=community, unit=units[0])
        activity.joint_units.add(units[1])
        client.force_login(units[1].liaison)
        shown = client.get(desk("activity_detail", activity))
        assert shown.status_code == 200 and not shown.context["main_steps"]
        assert client.post(desk("activity_announce", activity)).status_code == 404
        assert client.get(desk("activity_change", activity)).status_code == 404
        client.force_login(units[2].liaison)
        assert client.get(desk("activity_detail", activity)).status_code == 404

    def test_a_foreign_unit_is_no_choice(self, client, units, community):
        client.force_login(units[0].liaison)
        answer = client.post(NEW, self.plan(unit=units[1].pk, community=community.pk))
        assert answer.status_code == 422 and not Activity.objects.exists()
        client.force_login(make.make_post(organization=community.organization))
        assert client.get(NEW).status_code == 404
