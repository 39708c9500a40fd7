"""首接: the first rule that fits and finds somebody decides; who is away or has left is replaced, and it is said."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notification
from checklists.models import Category, Need
from checklists.services import needs
from grids.models import Duty, Leave, Route
from grids.services.routes import first_receiver, move_route, trace
from tests import factories as make

pytestmark = pytest.mark.django_db
Kind, Subject = Duty.Kind, Route.Subject
TODAY = timezone.localdate


@pytest.fixture
def grid():
    return make.make_grid(make.make_community(), name="红星第一网格")


@pytest.fixture
def community(grid):
    return grid.communities.get()


@pytest.fixture
def worker(grid):
    return make.make_duty(grid=grid, name="李强", employment="full_time", starts_on=TODAY() - timedelta(days=90))


def ask(community, grid=None, subject=Subject.NEED, code="0101", **place):
    return first_receiver(subject, code=code, community=community, grid=grid, **place)


class TestDefault:
    def test_is_the_grids_worker_full_time_first_and_then_its_leader(self, grid, community):
        assert ask(community, grid) is None
        leader = make.make_duty(Kind.LEADER, grid=grid)
        assert ask(community, grid).duty == leader
        make.make_duty(grid=grid, employment="part_time", starts_on=TODAY() - timedelta(days=400))
        full = make.make_duty(grid=grid, employment="full_time")
        found = ask(community, grid)
        assert (found.duty, found.route, found.away) == (full, None, None)
        assert found.reason == "没有规则适用，按常规交给网格员。"

    def test_a_buildings_grid_is_asked(self, grid, community, worker):
        building = make.make_building(make.make_quarter(community), grid=grid)
        assert ask(community, building=building).duty == worker
        assert ask(community) is None

    def test_who_has_ended_or_not_begun_is_nobody(self, grid, community):
        make.make_duty(grid=grid, starts_on=TODAY() + timedelta(days=1))
        make.make_duty(grid=grid, starts_on=TODAY() - timedelta(days=9), ends_on=TODAY() - timedelta(days=1))
        assert ask(community, grid) is None


class TestRules:
    def test_in_their_order_by_kind_of_matter_and_area(self, grid, community, worker):
        guard = make.make_duty(Kind.SECURITY, grid=grid, name="周安")
        adviser = make.make_duty(Kind.ADVISER, grid=grid.parent, name="陈指导")
        make_route("邻里纠纷", code="02", kind=Kind.SECURITY, community=community, order=1)
        make_route("别的社区", kind=Kind.SECURITY, community=make.make_community(), order=2)
        make_route("停用的", kind=Kind.SECURITY, order=3, is_active=False)
        make_route("巡查", subject=Subject.INCIDENT, kind=Kind.ADVISER, grid=grid, order=4)
        table = [
            ({"code": "0203"}, guard),
            ({"code": "0101"}, worker),
            ({"code": "S0101", "subject": Subject.INCIDENT}, adviser),
        ]
        for asked, duty in table:
            assert ask(community, grid, **asked).duty == duty, asked

    def test_says_why_rules_were_passed_over(self, grid, community, worker):
        make_route("只管事件", subject=Subject.INCIDENT, order=1)
        make_route("只管环境", code="09", order=2)
        make_route("楼栋长先接", kind=Kind.BUILDING_HEAD, order=3)
        fired = make_route("都给网格员", order=4)
        found, looked = trace(Subject.NEED, code="0101", community=community, grid=grid)
        assert (found.duty, found.route) == (worker, fired)
        assert [each.words for each in looked] == [
            "只管巡查事件。",
            "不是这一类。",
            "这里没有楼栋长，看下一条。",
            "规则“都给网格员”交给网格员。",
        ]

    def test_a_named_person_who_left_is_replaced_and_it_is_said(self, grid, community, worker):
        gone = make.make_duty(
            grid=grid, name="赵走", starts_on=TODAY() - timedelta(days=90), ends_on=TODAY() - timedelta(days=1)
        )
        route = make_route("指定", duty=gone, community=community)
        found = ask(community, grid)
        assert (found.duty, found.route, found.away) == (worker, route, None)
        assert found.reason == "规则“指定”指定的赵走已离岗，改给网格员李强。"

    def test_a_stand_in_takes_over_and_it_is_said(self, grid, community, worker):
        other = make.make_duty(grid=grid, name="王敏", employment="part_time")
        Leave.objects.create(duty=worker, stand_in=other, starts_on=TODAY(), ends_on=TODAY())
        found = ask(community, grid)
        assert (found.duty, found.away) == (other, worker)
        assert found.reason == "没有规则适用，按常规交给网格员；李强请假，由王敏代班。"
        assert ask(community, grid, on=TODAY() + timedelta(days=1)).duty == worker

    def test_asks_a_handful_of_queries(self, grid, community, worker, django_assert_max_num_queries):
        for number in range(12):
            make_route(f"规则{number}", code=f"9{number % 10}", community=community)
        with django_assert_max_num_queries(4):
            ask(community, grid)


def make_route(name, **fields):
    return Route.objects.create(name=name, **fields)


class TestNeeds:
    """The rule at work: a need that is filed."""

    @pytest.fixture
    def building(self, grid, community):
        return make.make_building(make.make_quarter(community), grid=grid)

    def test_is_received_and_the_receiver_is_told_once(self, building, worker):
        worker.user = make.make_user("李强")
        worker.save()
        need = make.make_need(building=building, community=building.quarter.community)
        assert need.receiver == worker
        note = Notification.objects.get(recipient=worker.user)
        assert (need.spoken_code in note.text, note.link) == (True, "/desk/")
        assert list(Need.objects.received_by(worker.user)) == [need]

    def test_during_leave_it_goes_to_the_stand_in_and_comes_back(self, building, grid, worker):
        other = make.make_duty(Kind.LEADER, grid=grid, name="王敏", user=make.make_user("王敏"))
        Leave.objects.create(duty=worker, stand_in=other, starts_on=TODAY(), ends_on=TODAY())
        need = make.make_need(building=building, community=building.quarter.community)
        assert need.receiver == worker
        assert list(Need.objects.received_by(other.user)) == [need]
        assert Notification.objects.get().recipient == other.user
        Leave.objects.all().delete()
        assert not Need.objects.received_by(other.user).exists()

    def test_the_page_and_the_queue_name_the_receiver_and_the_stand_in(self, building, grid, worker, client):
        other = make.make_duty(Kind.LEADER, grid=grid, name="王敏")
        Leave.objects.create(duty=worker, stand_in=other, starts_on=TODAY(), ends_on=TODAY())
        need = make.make_need(building=building, community=building.quarter.community)
        client.force_login(make.make_post(organization=building.quarter.community.organization))
        for path in ("/admin/", f"/admin/checklists/need/{need.pk}/change/"):
            assert "网格员 李强（王敏 代班）" in client.get(path).content.decode(), path

    def test_another_category_may_bring_another_receiver(self, building, grid, worker):
        guard = make.make_duty(Kind.SECURITY, grid=grid, name="周安")
        community = building.quarter.community
        clerk = make.make_post(organization=community.organization)
        category = make.make_category(code="9901")
        make_route("治安", code="99", kind=Kind.SECURITY)
        need = make.make_need(building=building, community=community)
        assert need.receiver == worker
        assert needs.correct(need, category=category, actor=clerk).receiver == guard


class TestCategoryCodes:
    def test_are_numbered_and_belong_to_their_class(self, client):
        client.force_login(make.make_post(role="platform_admin"))
        parent = Category.objects.create(name="新大类")
        Category.objects.filter(pk=parent.pk).update(code="77")
        row = {
            "parent": parent.pk,
            "order": 1,
            "response_hours": 8,
            "handling_hours": 40,
            "questions-TOTAL_FORMS": 0,
            "questions-INITIAL_FORMS": 0,
        }
        for name, code, kept in (("甲", "", "7701"), ("乙", "", "7702"), ("丙", "7790", "7790"), ("丁", "", "7791")):
            client.post("/admin/checklists/category/add/", row | {"name": name, "code": code})
            assert Category.objects.get(name=name).code == kept
        for code, words in (("0101", "“新大类”下的小类代码是 77 加 2 位数字。"), ("7701", "已用于别的类别")):
            answer = client.post("/admin/checklists/category/add/", row | {"name": "戊", "code": code})
            assert words in answer.content.decode()


def page(name, *args):
    return reverse(f"admin:grids_route_{name}", args=args)


class TestOrder:
    def names(self):
        return list(Route.objects.values_list("name", flat=True))

    def test_up_and_down_around_rules_for_everywhere(self, community, grid):
        clerk = make.make_post(organization=community.organization)
        whole = make_route("统一", order=10)
        one, two = make_route("甲", order=20, community=community), make_route("乙", order=20, grid=grid)
        make_route("别家", order=15, community=make.make_community())
        move_route(two, up=True, actor=clerk)
        assert self.names() == ["统一", "别家", "乙", "甲"]
        move_route(two, up=True, actor=clerk)
        assert self.names() == ["乙", "统一", "别家", "甲"]
        move_route(two, up=True, actor=clerk)
        move_route(one, up=False, actor=clerk)
        assert self.names() == ["乙", "统一", "别家", "甲"]
        with pytest.raises(PermissionDenied):
            move_route(whole, up=True, actor=clerk)

    def test_no_room_between_two_fixed_ones_is_said(self, community):
        clerk = make.make_post(organization=community.organization)
        make_route("一", order=0)
        make_route("二", order=1)
        own = make_route("甲", order=20, community=community)
        with pytest.raises(ValidationError, match="没有空位"):
            move_route(own, up=True, actor=clerk)


class TestPages:
    @pytest.fixture
    def clerk(self, community, client):
        user = make.make_post(organization=community.organization)
        client.force_login(user)
        return user

    def test_a_rule_is_made_for_ones_own_area_by_the_name_of_the_matter(self, community, grid, clerk, client):
        category = make.make_category("邻里纠纷")
        Category.objects.filter(pk=category.parent_id).update(code="88")
        Category.objects.filter(pk=category.pk).update(code="8801")
        form = client.get(page("add")).content.decode()
        assert "邻里纠纷" in form
        row = {"name": "纠纷先给治安志愿者", "matter": "need:8801", "kind": "security", "is_active": "on"}
        for area, words in (
            ({}, "请选社区或网格。全部社区通用的规则由平台管理员设。"),
            ({"community": community.pk, "grid": grid.pk}, "社区和网格只选一个。"),
            ({"community": make.make_community().pk}, "选择"),
        ):
            assert words in client.post(page("add"), row | area).content.decode(), words
        assert client.post(page("add"), row | {"grid": grid.pk}).status_code == 302
        route = Route.objects.get()
        assert (route.subject, route.code, route.grid, route.order) == ("need", "8801", grid, 10)
        shown = client.get(page("changelist")).content.decode()
        assert "居民需求：大类" in shown
        assert "邻里纠纷" in shown

    def test_rules_for_everywhere_are_seen_and_not_changed(self, clerk, client):
        route = make_route("统一规则甲")
        assert "统一规则甲" in client.get(page("changelist")).content.decode()
        assert client.post(page("move", route.pk), {"way": "up"}).status_code == 403
        assert client.post(page("change", route.pk), {"name": "改"}).status_code == 403
        assert client.post(page("move", make_route("别家", community=make.make_community()).pk)).status_code == 404

    def test_who_left_is_marked_in_the_list(self, community, grid, clerk, client):
        gone = make.make_duty(grid=grid, name="赵走", starts_on=TODAY() - timedelta(9), ends_on=TODAY() - timedelta(1))
        make_route("指定", duty=gone, community=community)
        shown = client.get(page("changelist")).content.decode()
        assert "赵走已离岗" in shown
        assert "改给当时的网格员" in shown

    def test_who_would_get_this(self, community, grid, worker, clerk, client):
        category = make.make_category("楼道保洁")
        Category.objects.filter(pk=category.pk).update(code="8901")
        quarter = make.make_quarter(community, name="红星苑")
        for name in ("3栋", "33栋"):
            make.make_building(quarter, grid=grid, name=name)
        fired = make_route("都给网格员", community=community)
        asked = {"matter": "need:8901", "place": "红星第一网格", "on": f"{TODAY()}"}
        answer = client.get(page("try"), asked)
        assert (answer.context["found"].duty, answer.context["found"].route) == (worker, fired)
        several = client.get(page("try"), asked | {"place": "红星苑"}).context["hits"]
        assert len(several) == 2
        picked = client.get(page("try"), asked | {"place": "红星苑", "building": several[0][0].pk})
        assert picked.context["found"].duty == worker
        for wrong in (
            {"place": "没有的地方"},
            {"matter": "x"},
            {"on": "x"},
            {"place": "a", "grid": make.make_grid().pk},
        ):
            assert client.get(page("try"), asked | wrong).status_code == 422, wrong

    def test_cost_the_same_for_more_rules(self, community, grid, worker, clerk, client, django_assert_max_num_queries):
        make_route("一", community=community, duty=worker)
        with django_assert_max_num_queries(30) as few:
            client.get(page("changelist"))
        for number in range(6):
            make_route(f"规则{number}", grid=grid, duty=make.make_duty(grid=grid))
        with django_assert_max_num_queries(len(few)):
            client.get(page("changelist"))
