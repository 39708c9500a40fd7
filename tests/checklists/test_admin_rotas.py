"""The staff's pages of a rota: planned and looked at first, then saved; its turns given away, swapped, printed."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from checklists.models import Rota, Turn, TurnSwap
from checklists.services import rotas
from govern.dates import month_start
from tests import factories as make

pytestmark = pytest.mark.django_db
ADD = reverse("admin:checklists_rota_add")


@pytest.fixture
def community():
    return make.make_community()


@pytest.fixture
def clerk(community, client):
    user = make.make_post(organization=community.organization)
    client.force_login(user)
    return user


@pytest.fixture
def units(community):
    units = [make.make_unit(community.organization) for _ in range(3)]
    for unit in units:
        make.make_liaison(unit)
        make.make_agreement(unit)
    return units


def asked(here, **changed):
    start = month_start(timezone.localdate(), 1)
    return {"community": here.pk, "period": "month", "starts_on": f"{start:%Y-%m-%d}", "count": 5, **changed}


def page(rota):
    return reverse("admin:checklists_rota_change", args=[rota.pk])


def step(rota, verb):
    return reverse("admin:checklists_rota_step", args=[rota.pk, verb])


def told(response):
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


class TestPlanning:
    def test_is_shown_before_it_is_saved(self, clerk, community, units, client):
        assert client.get(ADD).context["form"].initial["community"] == community.pk
        shown = client.post(ADD, asked(community, preview=1))
        assert shown.status_code == 200 and not Rota.objects.exists()
        text = shown.content.decode()
        assert all(unit.name in text for unit in units) and "就按这张表保存" in text
        saved = client.post(ADD, asked(community, save=1, shown=shown.context["plan"].fingerprint))
        rota = Rota.objects.get()
        assert saved.url == page(rota) and rota.turns.count() == 5

    def test_another_plan_than_the_one_shown_is_shown_again(self, clerk, community, units, client):
        shown = client.post(ADD, asked(community, preview=1)).context["plan"].fingerprint
        make.make_agreement(make.make_unit(community.organization))
        again = client.post(ADD, asked(community, save=1, shown=shown))
        assert again.status_code == 422 and not Rota.objects.exists()
        assert "再看一遍" in again.content.decode()

    @pytest.mark.parametrize(
        ("changed", "words"),
        [
            ({"count": 0}, "至少排 1 期"),
            ({"count": "x"}, "请填数字"),
            ({"community": ""}, "请选择社区"),
            ({"starts_on": "2020-01-01"}, "2020-01-01"),
        ],
    )
    def test_bad_input_is_said_beside_its_field(self, changed, words, clerk, community, units, client):
        answer = client.post(ADD, asked(community, **changed))
        assert answer.status_code == 422 and words in answer.content.decode()

    def test_gaps_are_shown_and_cannot_be_saved(self, clerk, community, client):
        answer = client.post(ADD, asked(community))
        assert "没有单位可排" in answer.content.decode() and "就按这张表保存" not in answer.content.decode()
        assert client.post(ADD, asked(community, save=1, shown="----")).status_code == 422

    def test_the_sister_community_is_no_choice(self, clerk, community, units, client):
        answer = client.post(ADD, asked(make.make_community()))
        assert answer.status_code == 422 and "不在您的辖区" in answer.content.decode()


class TestPage:
    def test_shows_turns_picture_and_print(self, clerk, units, client):
        turns = make.make_turns(*units)
        answer = client.get(page(turns[0].rota))
        assert answer.status_code == 200 and len(answer.context["rows"]) == 3
        assert {bar["width"] > 0 for bar in answer.context["picture"]["bars"]} == {True}
        paper = client.get(reverse("admin:checklists_rota_print", args=[turns[0].rota_id]))
        assert paper.status_code == 200 and turns[2].agreement.number in paper.content.decode()

    def test_replaces_a_unit_and_proposes_a_swap(self, clerk, units, client):
        turns = make.make_turns(*units)
        rota = turns[0].rota
        answer = client.post(step(rota, "replace"), {"turn": turns[0].pk, "unit": units[2].pk, "reason": "搬迁"})
        assert answer.url == page(rota)
        assert Turn.objects.get(pk=turns[0].pk).unit == units[2]
        client.post(step(rota, "propose-swap"), {"turn": turns[0].pk, "other_turn": turns[1].pk, "reason": "节庆"})
        swap = TurnSwap.objects.get()
        client.post(reverse("admin:checklists_turnswap_withdraw", args=[swap.pk]))
        swap.refresh_from_db()
        assert swap.status == "withdrawn"
        again = client.post(reverse("admin:checklists_turnswap_withdraw", args=[swap.pk]), follow=True)
        assert again.status_code == 200

    def test_what_is_refused_keeps_what_was_typed(self, clerk, units, client):
        turns = make.make_turns(*units)
        answer = client.post(step(turns[0].rota, "replace"), {"turn": turns[0].pk, "unit": units[1].pk, "reason": ""})
        assert answer.status_code == 422
        assert "请写明换单位的原因" in answer.content.decode()
        assert f'<option value="{units[1].pk}" selected>' in answer.content.decode()

    def test_staff_hand_over_what_ended(self, clerk, units, client):
        turn = make.make_turns(*units, starts_on=month_start(timezone.localdate(), -1))[0]
        assert "替它交接" in client.get(page(turn.rota)).content.decode()
        client.post(reverse("admin:checklists_turn_hand_over", args=[turn.pk]))
        turn.refresh_from_db()
        assert turn.handed_over_at and "轮值交接" in turn.handover_note

    def test_the_sister_community_finds_nothing(self, units, client):
        turns = make.make_turns(*units)
        swap = rotas.propose_swap(turns[0], turns[1], actor=units[0].liaison, reason="x")
        client.force_login(make.make_post(organization=make.make_organization()))
        rota = turns[0].rota
        for url in (page(rota), reverse("admin:checklists_rota_print", args=[rota.pk])):
            assert client.get(url).status_code == 404
        for url in (
            step(rota, "replace"),
            reverse("admin:checklists_turnswap_withdraw", args=[swap.pk]),
            reverse("admin:checklists_turn_hand_over", args=[turns[0].pk]),
        ):
            assert client.post(url).status_code == 404

    def test_supervisors_read_and_change_nothing(self, units, client, community):
        rota = make.make_turns(*units)[0].rota
        user = make.make_post(role="supervisor", organization=community.organization, user=make.make_user())
        user = make.make_post(user, "platform_admin")
        client.force_login(user)
        answer = client.get(page(rota))
        assert answer.status_code == 200 and not answer.context["steps"]
        assert client.post(step(rota, "replace")).status_code == 403
        assert client.get(ADD).status_code == 403

    def test_queries_do_not_grow_with_rows(self, clerk, community, units, client, django_assert_max_num_queries):
        lists = reverse("admin:checklists_rota_changelist")
        make.make_turns(*units)
        make.make_turns(*units, starts_on=month_start(timezone.localdate(), -14))  # another year, for the date bar
        client.get(lists)
        with django_assert_max_num_queries(60) as few:
            client.get(lists)
        first = Rota.objects.first()
        with django_assert_max_num_queries(60) as few_turns:
            client.get(page(first))
        for number in range(4):
            make.make_turns(*units, *units, starts_on=month_start(timezone.localdate(), 8 + 6 * number))
        with django_assert_max_num_queries(len(few)):
            client.get(lists)
        longest = Rota.objects.order_by("-ends_on").first()
        with django_assert_max_num_queries(len(few_turns)):
            client.get(page(longest))
