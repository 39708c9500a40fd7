from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notification
from govern.dates import month_start
from grids.models import Duty
from tests import factories as make
from tests.volunteers.people import make_volunteer, sign_in
from tests.volunteers.positions import make_claim, make_clerk, make_holding, make_position
from volunteers.models import Holding, HourEntry, Position, PositionClass, Skill

TODAY = timezone.localdate
Kind, Status, Held = Position.Kind, Position.Status, Holding.Status
DAY = timedelta(days=1)


@pytest.fixture
def community(db):
    return make.make_community()


@pytest.fixture
def clerk(community):
    return make_clerk(community)


@pytest.fixture
def staff(client, clerk):
    client.force_login(clerk)
    return client


class TestStaffPages:
    def test_written_in_the_form_of_its_kind(self, staff, community):
        add = reverse("admin:volunteers_position_add")
        assert "党员中心户" in staff.get(add).content.decode()
        building = make.make_building(make.make_quarter(community))
        sent = {
            "community": community.pk,
            "position_class": PositionClass.objects.first().pk,
            "title": "楼栋长",
            "text": "收集邻居的事",
            "starts_on": TODAY().isoformat(),
            "monthly_minutes": 0,
        }
        page = staff.post(f"{add}?kind=building_head", sent)
        assert "请选择楼栋" in page.content.decode()
        foreign = make.make_building()
        page = staff.post(f"{add}?kind=building_head", sent | {"building": foreign.pk})
        assert (page.status_code, Position.objects.count()) == (200, 0)
        page = staff.post(f"{add}?kind=building_head", sent | {"building": building.pk})
        position = Position.objects.get()
        assert page.url == reverse("admin:volunteers_position_change", args=[position.pk])
        assert (position.kind, position.building, position.status) == (Kind.BUILDING_HEAD, building, Status.DRAFTED)

    def test_confirmed_on_its_page_and_the_refusal_beside_the_field(self, staff, community):
        row = make_claim(make_position(community, kind=Kind.BUILDING_HEAD, ends_on=TODAY() + 9 * DAY))
        act = reverse("admin:volunteers_holding_act", args=[row.pk, "confirm"])
        page = staff.post(act, {"starts_on": (TODAY() + 99 * DAY).isoformat()})
        assert page.status_code == 422
        assert "岗位任期" in page.content.decode()
        assert staff.post(act, {"starts_on": TODAY().isoformat()}).status_code == 302
        assert Duty.objects.get().holding == row
        page = staff.get(reverse("admin:volunteers_holding_change", args=[row.pk])).content.decode()
        assert "以网格值守为准" in page

    def test_pages_of_a_foreign_community_are_not_found(self, client, community):
        row = make_holding(make_position(community))
        client.force_login(make_clerk(make.make_community()))
        for name, key in (("position", row.position_id), ("holding", row.pk)):
            assert client.get(reverse(f"admin:volunteers_{name}_change", args=[key])).status_code == 404
            assert f"change/{key}/" not in client.get(reverse(f"admin:volunteers_{name}_changelist")).content.decode()
        assert client.get(reverse("admin:volunteers_position_people", args=[row.position_id])).status_code == 404
        month = reverse("admin:volunteers_holding_month")
        assert client.get(month, {"community": community.pk}).status_code == 404

    def test_lists_ask_as_much_for_many_as_for_few(self, staff, community, django_assert_max_num_queries):
        counts = {}
        for number in (2, 6):
            for kind in (Kind.BUILDING_HEAD, Kind.GRID_WORKER, Kind.GENERAL):
                for _ in range(number):
                    make_holding(make_position(community, kind=kind))
            for name in ("position", "holding"):
                with django_assert_max_num_queries(60) as asked:
                    assert staff.get(reverse(f"admin:volunteers_{name}_changelist")).status_code == 200
                counts.setdefault(name, []).append(len(asked))
        assert all(few == many for few, many in counts.values()), counts

    def test_whom_to_ask_and_the_invitation(self, staff, community):
        position, volunteer = make_position(community), make_volunteer(community)
        people = reverse("admin:volunteers_position_people", args=[position.pk])
        page = staff.get(people).content.decode()
        assert volunteer.code in page and volunteer.name not in page
        invite = reverse("admin:volunteers_position_act", args=[position.pk, "invite"])
        assert staff.post(invite, {"volunteer": volunteer.pk}).url == people
        assert "已邀请" in staff.get(people).content.decode()
        staff.post(invite, {"volunteer": make_volunteer().pk})
        assert Notification.objects.filter(link=f"/me/positions/{position.pk}/").count() == 1

    def test_somebody_at_the_desk_is_claimed_for_only_with_a_yes(self, staff, community):
        position, volunteer = make_position(community), make_volunteer(community)
        act = reverse("admin:volunteers_position_act", args=[position.pk, "claim"])
        assert staff.post(act, {"code": volunteer.code}).status_code == 422
        assert staff.post(act, {"code": make_volunteer().code, "agreed": "on"}).status_code == 422
        assert staff.post(act, {"code": volunteer.code, "agreed": "on"}).status_code == 302
        assert Holding.objects.get().volunteer == volunteer


class TestMonth:
    @pytest.fixture
    def row(self, community, clerk):
        row = make_holding(make_position(community, monthly_minutes=240), actor=clerk)
        Holding.objects.update(starts_on=TODAY() - 100 * DAY)
        make_holding(make_position(community), actor=clerk)
        return row

    def test_the_ticked_are_credited_once(self, staff, community, row):
        url, month = reverse("admin:volunteers_holding_month"), month_start(TODAY(), -1)
        assert staff.get(url).content.decode().count('name="holding"') == 1
        sent = {"community": community.pk, "month": f"{month:%Y-%m}", "holding": row.pk}
        for _ in range(2):
            assert staff.post(url, sent).status_code == 302
        entry = HourEntry.objects.get()
        assert (entry.minutes, entry.holding, entry.served_on) == (240, row, month_start(month, 1) - DAY)
        assert "已记 240 分钟" in staff.get(url).content.decode()

    def test_who_was_not_in_post_then_is_not_there(self, staff, row):
        Holding.objects.filter(pk=row.pk).update(starts_on=TODAY())
        url = reverse("admin:volunteers_holding_month")
        assert staff.get(url).content.decode().count('name="holding"') == 0
        assert staff.get(url, {"month": "2026-99"}).status_code == 200


class TestOwnPages:
    @pytest.fixture
    def volunteer(self, community):
        return make_volunteer(community, has_account=True)

    @pytest.fixture
    def me(self, client, volunteer):
        return sign_in(client, volunteer)

    def test_whoever_is_nobodys_signs_in_first(self, client, db):
        assert "next=" in client.get(reverse("me:positions")).url

    def test_what_suits_best_comes_first_and_what_cannot_be_had_last(self, me, community, volunteer):
        skill, other = Skill.objects.all()[:2]
        volunteer.skills.add(skill)
        last = make_position(community, title="要理发的岗", skills=[other])
        plain = make_position(community, title="谁都能做的岗")
        best = make_position(community, title="要修水电的岗", skills=[skill])
        make_position(title="别处的岗")
        make_position(community, title="没发布的岗", status="drafted")
        page = me.get(reverse("me:positions")).content.decode()
        places = [page.index(row.title) for row in (best, plain, last)]
        assert places == sorted(places)
        assert "别处的岗" not in page and "没发布的岗" not in page
        assert f"会{skill}" in page and "还差" in page
        near = make_position(make.make_community(street=community.street), title="隔壁的岗")
        assert near.title in me.get(reverse("me:positions"), {"near": "1"}).content.decode()

    def test_as_many_queries_for_ten_posts_as_for_two(self, me, community, django_assert_max_num_queries):
        counts = []
        for number in (2, 8):
            for _ in range(number):
                make_position(community, skills=[Skill.objects.first()])
            with django_assert_max_num_queries(40) as asked:
                me.get(reverse("me:positions"))
            counts.append(len(asked))
        assert counts[0] == counts[1]

    def test_claimed_withdrawn_and_claimed_again(self, me, community, volunteer):
        position = make_position(community)
        url = reverse("me:position", args=[position.pk])
        assert "我来认领" in me.get(url).content.decode()
        claim = reverse("me:position_act", args=[position.pk, "claim"])
        page = me.post(claim, {"words": "周末有空"}, follow=True).content.decode()
        assert "已认领" in page and "撤回认领" in page
        assert me.post(claim, {}, follow=True).status_code == 200
        assert Holding.objects.count() == 1
        page = me.post(reverse("me:position_act", args=[position.pk, "withdraw"]), follow=True).content.decode()
        assert "已撤回" in page and "我来认领" in page
        me.post(claim, {})
        assert Holding.objects.filter(status="claimed").count() == 1

    def test_what_is_lacking_stands_in_the_place_of_the_button(self, me, community):
        position = make_position(community, needs_insurance=True, least_age=18)
        page = me.get(reverse("me:position", args=[position.pk])).content.decode()
        assert "还不能认领" in page and "认领</button>" not in page
        claim = reverse("me:position_act", args=[position.pk, "claim"])
        page = me.post(claim, {})
        assert page.status_code == 422
        assert "保险" in page.content.decode()
        assert not Holding.objects.exists()

    def test_in_post_one_says_that_one_wants_to_leave(self, me, community, volunteer, clerk):
        position = make_position(community)
        make_holding(position, volunteer, actor=clerk)
        leave = reverse("me:position_act", args=[position.pk, "leave"])
        assert me.post(leave, {"words": ""}).status_code == 422
        assert me.post(leave, {"words": "要搬家"}).status_code == 302
        assert Holding.objects.held().get().wish == "要搬家"

    def test_a_post_that_ended_in_the_grids_is_not_shown_as_mine(self, me, community, volunteer, clerk):
        position = make_position(community, kind=Kind.BUILDING_HEAD)
        make_holding(position, volunteer, actor=clerk)
        assert "我的岗位" in me.get(reverse("me:positions")).content.decode()
        Duty.objects.update(starts_on=TODAY() - 9 * DAY, ends_on=TODAY() - DAY)
        assert "我的岗位" not in me.get(reverse("me:positions")).content.decode()
        assert "已离岗" in me.get(reverse("me:position", args=[position.pk])).content.decode()

    def test_nobody_elses(self, me, community):
        drafted, closed = (make_position(community, status=status) for status in ("drafted", "closed"))
        for position in (drafted, closed):
            assert me.get(reverse("me:position", args=[position.pk])).status_code == 404
        position = make_position(community)
        make_claim(position)
        assert me.post(reverse("me:position_act", args=[position.pk, "withdraw"])).status_code == 404
        assert me.post(reverse("me:position_act", args=[position.pk, "confirm"])).status_code == 404
        assert me.get("/me/positions/99999999999999999999/").status_code == 404
