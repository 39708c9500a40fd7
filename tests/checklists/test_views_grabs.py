"""抢单 and 双向评价 on the desk, and the steps of staff."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from checklists.halfdays import spell
from checklists.models import Dispatch, Need, NeedEvent, Resource
from checklists.services import dispatches, grabs
from checklists.services.links import make_link
from tests import factories as make
from tests.checklists.residents import words_of

pytestmark = pytest.mark.django_db
LIST = reverse("desk:grab_list")


@pytest.fixture
def need():
    return make.make_need(
        "accepted",
        building=make.make_building(),
        text="张大爷家灯坏了，电话13811112222",
        contact_name="张建国",
        contact_phone="13811112222",
        address_detail="2单元501",
    )


@pytest.fixture
def clerk(need):
    return make.make_post(organization=need.community.organization)


@pytest.fixture
def resource(need):
    return make.make_resource(make.make_unit(need.community.organization), need.category)


@pytest.fixture
def liaison(resource):
    return make.make_liaison(resource.unit)


def grab(client, need, resource):
    return client.post(reverse("desk:need_grab", args=[need.pk]), {"resource": resource.pk}, follow=True)


class TestStaff:
    def step(self, client, need, verb, **typed):
        return client.post(reverse("admin:checklists_need_step", args=[need.pk, verb]), typed, follow=True)

    def test_open_and_stop(self, client, need, clerk):
        client.force_login(clerk)
        page = self.step(client, need, "open-grab", note="来人换个灯泡")
        assert "已开放抢单" in words_of(page) and "正在开放抢单" in words_of(page)
        assert Need.objects.grabbable().exists()
        assert "已停止抢单" in words_of(self.step(client, need, "stop-grab"))
        assert not Need.objects.grabbable().exists()

    @pytest.mark.parametrize("note", ["", "打13811112222"])
    def test_words_are_owed_and_hold_no_number(self, client, need, clerk, note):
        client.force_login(clerk)
        assert self.step(client, need, "open-grab", note=note).status_code == 422
        assert not Need.objects.grabbable().exists()

    def test_half_day_of_a_venue(self, client, clerk, need, resource):
        Resource.objects.update(kind=Resource.Kind.VENUE)
        row = dispatches.dispatch(need, resource, actor=clerk)
        client.force_login(clerk)
        day = timezone.localdate() + timedelta(days=2)
        page = self.step(client, need, "book", slot=spell(day, 1))
        assert "约定用场地" in words_of(page) and row.bookings.get().day == day


class TestDesk:
    def test_shows_nothing_personal(self, client, need, clerk, resource, liaison):
        grabs.open_to_grab(need, actor=clerk, note="来人换个灯泡")
        client.force_login(liaison)
        assert "可抢的单" in words_of(client.get(reverse("desk:home")))
        text = client.get(LIST).content.decode()
        assert "来人换个灯泡" in text and need.building.quarter.name in text
        for hidden in ("张", "138", "2单元", need.code, need.spoken_code, need.building.name):
            assert hidden not in text.replace(clerk.name, ""), hidden

    def test_grabs_and_the_next_one_reads_so(self, client, need, clerk, resource, liaison):
        grabs.open_to_grab(need, actor=clerk, note="来人换个灯泡")
        other = make.make_resource(make.make_unit(need.community.organization), need.category)
        client.force_login(liaison)
        assert "抢到了" in words_of(grab(client, need, resource))
        client.force_login(make.make_liaison(other.unit))
        assert "刚被接走" in words_of(grab(client, need, other))
        assert Dispatch.objects.get().resource == resource

    def test_out_of_reach_is_404(self, client, need, clerk):
        grabs.open_to_grab(need, actor=clerk, note="来人换个灯泡")
        foreign = make.make_resource()
        client.force_login(make.make_liaison(foreign.unit))
        assert client.post(reverse("desk:need_grab", args=[need.pk]), {"resource": foreign.pk}).status_code == 404
        assert "没有可抢的单" in words_of(client.get(LIST))

    def test_never_opened_is_404(self, client, need, resource, liaison):
        client.force_login(liaison)
        assert grab(client, need, resource).status_code == 404

    @pytest.mark.parametrize("chosen", ["", "x", "999999999999999999999"])
    def test_nonsense_resource(self, client, need, clerk, liaison, chosen):
        grabs.open_to_grab(need, actor=clerk, note="来人换个灯泡")
        client.force_login(liaison)
        page = client.post(reverse("desk:need_grab", args=[need.pk]), {"resource": chosen}, follow=True)
        assert "请选择用哪项资源" in words_of(page)

    def test_queries_do_not_grow(self, client, clerk, need, resource, liaison, django_assert_num_queries):
        client.force_login(liaison)
        client.get(LIST)
        grabs.open_to_grab(need, actor=clerk, note="一")
        with django_assert_num_queries(QUERIES_OF_LIST):
            client.get(LIST)
        for _ in range(4):
            more = make.make_need("accepted", community=need.community, category=need.category)
            grabs.open_to_grab(more, actor=clerk, note="二")
            make.make_resource(resource.unit, need.category)
        with django_assert_num_queries(QUERIES_OF_LIST):
            assert len(client.get(LIST).context["cards"]) == 5


QUERIES_OF_LIST = 17


class TestFeedback:
    def test_on_the_desk_and_seen_by_staff_only(self, client, need, clerk, resource, liaison):
        row = dispatches.dispatch(need, resource, actor=clerk)
        dispatches.take(row, actor=liaison)
        client.force_login(liaison)
        url = reverse("desk:dispatch_feedback", args=[row.pk])
        assert client.get(url).status_code == 302  # not yet
        dispatches.finish_dispatch(row, actor=liaison, note="好了")
        assert "评价这次配合" in words_of(client.get(reverse("desk:home")))
        assert client.post(url, {"note": "慢"}).status_code == 200
        page = client.post(url, {"feedback": "fair", "note": "等了一会儿", "is_no_show": "on"}, follow=True)
        assert "您单位的评价：基本顺利" in words_of(page)
        client.force_login(clerk)
        assert "等了一会儿" in words_of(client.get(reverse("admin:checklists_need_change", args=[need.pk])))
        client.logout()
        session = client.get(reverse("checklists:need_detail", args=[need.code]))
        assert "等了一会儿" not in session.content.decode()

    def test_by_the_signed_link(self, client, need, clerk, resource):
        row = dispatches.dispatch(need, resource, actor=clerk)
        dispatches.take(row, actor=NeedEvent.Party.UNIT)
        path = make_link(row).split("/", 3)[3]
        dispatches.decline(row, actor=NeedEvent.Party.UNIT, reason="no_show")
        assert "评价这次配合" in words_of(client.get(f"/{path}"))
        client.post(f"/{path}feedback/", {"feedback": "hard", "note": "没人"})
        row.refresh_from_db()
        assert (row.feedback, row.is_no_show) == ("hard", True)

    def test_no_show_is_a_reason_only_once_it_is_taken(self, client, need, clerk, resource, liaison):
        row = dispatches.dispatch(need, resource, actor=clerk)
        client.force_login(liaison)
        url = reverse("desk:dispatch_decline", args=[row.pk])
        assert "居民不在" not in words_of(client.get(url))
        dispatches.take(row, actor=liaison)
        assert "居民不在" in words_of(client.get(url))

    def test_unit_agrees_on_a_half_day(self, client, need, clerk, resource, liaison):
        Resource.objects.update(kind=Resource.Kind.VENUE)
        row = dispatches.dispatch(need, resource, actor=clerk)
        dispatches.take(row, actor=liaison)
        client.force_login(liaison)
        url = reverse("desk:dispatch_book", args=[row.pk])
        day = timezone.localdate() + timedelta(days=2)
        assert "居民方便的时间" in words_of(client.get(url))
        assert "约定的时间" in words_of(client.post(url, {"slot": spell(day, 0)}, follow=True))
        assert row.bookings.get().day == day
