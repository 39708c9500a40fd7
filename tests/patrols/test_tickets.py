"""小事办: numbers without gaps, called in turn, and the needs filed at the window."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from checklists.models import Need
from patrols.models import Ticket
from patrols.services import tickets
from tests import factories as make
from tests.checklists.residents import words_of
from tests.races import race

pytestmark = pytest.mark.django_db


@pytest.fixture
def community():
    return make.make_community()


@pytest.fixture
def clerk(community, client):
    user = make.make_post(organization=community.organization)
    client.force_login(user)
    return user


def numbers(rows):
    return [ticket.number for ticket in rows]


class TestVerbs:
    def test_numbers_are_of_one_community_and_one_day(self, community, clerk):
        day = make.at("2026-11-23 09:00")
        taken = [tickets.take_ticket(community, actor=clerk, at=day) for _ in range(3)]
        taken.append(tickets.take_ticket(community, actor=clerk, at=day + timedelta(days=1)))
        other = make.make_community()
        taken.append(tickets.take_ticket(other, actor=make.make_superuser(), at=day))
        assert numbers(taken) == [1, 2, 3, 1, 1]

    def test_called_in_turn_and_served(self, community, clerk):
        at = make.at("2026-11-23 10:00")
        first, second = (tickets.take_ticket(community, actor=clerk, at=at - timedelta(minutes=4)) for _ in "ab")
        called = tickets.call_next(community, seen=first, actor=clerk, at=at)
        assert (called, called.waited_minutes, called.clerk) == (first, 4.0, clerk)
        assert tickets.call_next(community, seen=first, actor=clerk, at=at) == first  # the double click
        other = make.make_post(organization=community.organization)
        assert tickets.call_next(community, seen=first, actor=other, at=at) == second  # a colleague with the same page
        assert tickets.call_next(community, actor=clerk, at=at) is None
        assert tickets.serve(first, actor=clerk).status == "served"

    def test_missed_and_called_again_waited_till_the_first_call(self, community, clerk):
        at = make.at("2026-11-23 10:00")
        ticket = tickets.take_ticket(community, actor=clerk, at=at)
        tickets.call_next(community, actor=clerk, at=at + timedelta(minutes=2))
        tickets.leave(ticket, actor=clerk)
        ticket = tickets.recall(ticket, actor=clerk, at=at + timedelta(minutes=30))
        assert (ticket.status, ticket.waited_minutes, ticket.ended_at) == ("called", 2.0, None)
        assert tickets.put_back(ticket, actor=clerk).called_at is None

    def test_stranger(self, community):
        ticket, stranger = make.make_ticket(community), make.make_post(organization=make.make_organization())
        for act in (
            lambda: tickets.take_ticket(community, actor=stranger),
            lambda: tickets.leave(ticket, actor=stranger),
        ):
            with pytest.raises(PermissionDenied):
                act()

    def test_need_of_another_community_is_refused(self, community, clerk):
        ticket = make.make_ticket(community, "called")
        with pytest.raises(ValidationError):
            tickets.link_need(ticket, make.make_need(), actor=clerk)
        need = make.make_need(community=community)
        assert tickets.link_need(ticket, need, actor=clerk).status == "served"
        with pytest.raises(ValidationError):
            tickets.link_need(ticket, make.make_need(community=community), actor=clerk)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_many_windows_give_every_number_once(self):
        community, chief = make.make_community(), make.make_superuser()
        for _ in range(3):
            race(*[lambda: tickets.take_ticket(community, actor=chief)] * 8)
        assert sorted(numbers(Ticket.objects.all())) == list(range(1, 25))

    def test_two_windows_never_call_the_same_number(self):
        community = make.make_community()
        clerks = [make.make_superuser() for _ in range(4)]
        rows = [make.make_ticket(community) for _ in range(4)]
        called = race(*[lambda who=who: tickets.call_next(community, seen=rows[0], actor=who) for who in clerks])
        assert sorted(numbers(called)) == [1, 2, 3, 4]


class TestWindow:
    def url(self, name, *args):
        return reverse(f"admin:patrols_ticket_{name}", args=args)

    def test_from_number_to_need(self, client, community, clerk):
        assert client.get(self.url("window"))["Location"] == self.url("window_of", community.pk)
        client.post(self.url("take", community.pk), {"errand": "老年证"})
        ticket = Ticket.objects.get()
        text = words_of(client.get(self.url("window_of", community.pk), {"taken": ticket.pk}))
        assert "001号" in text and "打印小票" in text and "老年证" in text
        client.post(self.url("next", community.pk), {"seen": ticket.pk})
        page = self.url("file", ticket.pk)
        form = client.get(page).context["form"]
        assert (form.initial["channel"], form.initial["community"]) == ("matters_desk", community.pk)
        typed = {
            "channel": "matters_desk",
            "community": community.pk,
            "address_detail": "社区大厅",
            "category": make.make_category().pk,
            "text": "老年证怎么办",
            "urgency": 1,
            "target_group": 1,
            "people_count": 1,
            "contact_name": "张阿姨",
            "contact_phone": "13812345678",
            "consent": "on",
        }
        assert client.post(page, {**typed, "contact_phone": "1"}).status_code == 422
        answer = client.post(page, typed)
        assert answer.status_code == 302, answer.context["form"].errors
        assert answer["Location"] == self.url("window_of", community.pk)
        ticket.refresh_from_db()
        assert (ticket.status, ticket.need.channel, ticket.need.filed_by) == ("served", "matters_desk", clerk)
        client.post(page, typed)
        assert Need.objects.count() == 1

    def test_verbs_and_their_stale_page(self, client, community, clerk):
        ticket = make.make_ticket(community, "called")
        client.post(self.url("step", ticket.pk, "serve"))
        answer = client.post(self.url("step", ticket.pk, "put_back"), follow=True)
        assert "您看到的是旧页面" in words_of(answer)
        assert client.post(self.url("step", make.make_ticket().pk, "serve")).status_code == 404
        assert client.get(self.url("window_of", make.make_community().pk)).status_code == 404

    def test_days_and_their_sheet(self, client, community, clerk):
        for status in ("served", "served", "left", "waiting"):
            make.make_ticket(community, status)
        make.make_ticket()
        row = client.get(self.url("days")).context["page_obj"][0]
        assert (row["taken"], row["served"], row["left"], row["open"]) == (4, 2, 1, 1) and row["waited"] == 5.0
        assert client.get(self.url("days_export"))["Content-Type"].endswith("sheet")

    def test_list_pins_its_queries(self, client, community, clerk, django_assert_max_num_queries):
        for _ in range(5):
            make.make_ticket(community, "served", clerk=clerk)
        client.get(self.url("changelist"))
        with django_assert_max_num_queries(16):
            assert "005号" in words_of(client.get(self.url("changelist")))

    def test_hall_shows_numbers_and_nothing_else(self, client, community):
        make.make_ticket(community, "called", errand="低保申请")
        make.make_ticket(community)
        url = reverse("channels:hall", args=[community.code])
        whole, part = words_of(client.get(url)), words_of(client.get(url, headers={"HX-Request": "true"}))
        assert "001号" in part and "002号" in part and "<html" not in part
        assert "低保" not in whole and client.get(reverse("channels:hall", args=["1"])).status_code == 404
