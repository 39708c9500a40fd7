"""The phone pages: who sees what, what is answered to a browser and to a phone that kept a form."""

from datetime import timedelta
from uuid import uuid4

import pytest
from auditlog.models import LogEntry
from django.urls import reverse
from django.utils import timezone
from shapely import box

from accounts.models import Notification
from grids.services.outlines import draw_outlines
from patrols.models import Check, CheckItem, Incident, Matter, Note, Round, Visit
from tests.factories import (
    make_building,
    make_community,
    make_duty,
    make_grid,
    make_household,
    make_incident,
    make_leave,
    make_liaison,
    make_need,
    make_post,
    make_quarter,
    make_superuser,
    make_unit,
    make_user,
    make_worker_of,
)

pytestmark = pytest.mark.django_db
QUERIES_OF_TODAY = 28  # three of them are the session and its savepoint
PAGES = ("grid_detail", "more", "household_list", "round_create", "incident_list", "incident_create", "need_list")
PAGES += ("filing_create", "note_create", "errand_list", "outbox")


def url(name, *args):
    return reverse(f"patrol_desk:{name}", args=args)


def words(response):
    return response.content.decode()


@pytest.fixture
def grid():
    return make_grid(make_community(name="红星社区"), name="第三网格")


@pytest.fixture
def building(grid):
    return make_building(make_quarter(grid.communities.get(), name="翡翠湾"), name="3栋", grid=grid)


@pytest.fixture
def worker(grid):
    return make_worker_of(grid)


@pytest.fixture
def phone(client, worker):
    """The worker's browser; `phone.keep(url, data)` sends as desk_sync.js does."""
    client.force_login(worker)
    client.keep = lambda path, fields, user=worker: client.post(path, fields, headers={"X-Kept-For": str(user.pk)})
    return client


def report(building, **fields):
    matter = Matter.objects.kinds().get(name="飞线充电")
    return {
        "matter": matter.pk,
        "text": "三楼往下拉了电线充电。",
        "building": building.pk,
        "source": "patrol",
        "client_key": str(uuid4()),
        **fields,
    }


class TestToday:
    def test_own_work_late_first_and_nothing_of_others(self, phone, building, worker):
        CheckItem.objects.update(is_active=False)
        make_need(building=building, text="拖了很久的事", clock=timezone.now() - timedelta(days=60))
        make_need(building=building, text="刚提的事")
        make_incident(building=building, text="楼道堆满纸箱")
        make_household(building, name="陈桂花")
        make_household(name="外人")
        make_incident(text="别的网格的事")
        Notification.objects.create(recipient=worker, text="明天开会")
        text = words(phone.get("/desk/"))
        for each in ("拖了很久的事", "刚提的事", "楼道堆满纸箱", "陈**", "条没看的消息", "第三网格", "先办超期的"):
            assert each in text
        assert text.index("拖了很久的事") < text.index("刚提的事")
        for each in ("外", "别的网格的事", "陈桂花", "13911112222"):
            assert each not in text.split("<main")[1]

    def test_queries_do_not_grow(self, phone, building, django_assert_max_num_queries):
        def fill():
            make_need(building=building)
            make_incident(building=building)
            make_household(building)

        fill()
        phone.get("/desk/")
        for _ in range(2):
            with django_assert_max_num_queries(QUERIES_OF_TODAY):
                phone.get("/desk/")
            fill()

    def test_stand_in_sees_the_grid_and_is_told_for_whom(self, client, grid, building):
        absent = make_duty(grid=grid, name="孙请假", user=make_user())
        stand_in = make_worker_of(make_grid(grid.communities.get(), name="第九网格"))
        make_leave(absent, stand_in.duties.get())
        make_incident(building=building, text="楼道堆满纸箱")
        client.force_login(stand_in)
        text = words(client.get("/desk/"))
        assert "孙请假" in text and "楼道堆满纸箱" in text
        assert "楼道堆满纸箱" not in words(client.get(f"/desk/?grid={stand_in.grid.pk}"))

    def test_who_is_both_sees_both_and_a_liaison_the_page_of_units(self, phone, worker, grid):
        unit = make_unit(grid.communities.get().organization, name="第二小学")
        unit.liaison = make_post(worker, "unit_liaison", unit.organization)
        unit.save()
        text = words(phone.get("/desk/"))
        assert "第三网格" in text and "第二小学" in text
        phone.force_login(make_liaison(make_unit(name="红十字队")))
        text = words(phone.get("/desk/"))
        assert "红十字队" in text and "desk-bar" not in text

    def test_kept_for_its_user_only(self, phone, worker):
        assert phone.get("/desk/")["X-Desk-User"] == str(worker.pk)
        assert "X-Desk-User" not in phone.get(url("offline"))


class TestPages:
    def test_all_open_and_a_stranger_sees_nothing(self, phone, building, client):
        household, incident = make_household(building), make_incident(building=building)
        need = make_need(building=building)
        rows = [
            url("household_detail", household.pk),
            url("incident_detail", incident.pk),
            url("need_detail", need.pk),
        ]
        for page in [*map(url, PAGES), *rows]:
            assert phone.get(page).status_code == 200, page
        client.force_login(make_worker_of(make_grid()))
        for page in rows:
            assert client.get(page).status_code == 404, page
        for page in map(url, PAGES):
            assert "陈**" not in words(client.get(page)), page
        client.logout()
        for page in [*map(url, PAGES), *rows]:
            assert client.get(page).status_code == 302, page

    def test_grid_page_counts_by_building(self, phone, grid, building):
        building.households, building.households_on = 48, timezone.localdate()
        building.save()
        make_household(building)
        make_incident(building=building)
        context = phone.get(url("grid_detail")).context
        assert [(row["incidents"], row["needs"], row["care"]) for row in context["buildings"]] == [(1, 0, 1)]
        assert context["figures"]["households"] == 48

    def test_personal_data_opens_by_a_logged_click(self, phone, building):
        household = make_household(building)
        page = words(phone.get(url("household_detail", household.pk)))
        assert household.phone not in page and household.room not in page
        reveal = reverse("accounts:reveal", args=["patrols", "carehousehold", household.pk, "room"])
        assert reveal in page
        assert "2单元501" in words(phone.post(reveal, headers={"HX-Request": "true"}))
        assert LogEntry.objects.filter(action=LogEntry.Action.ACCESS).count() == 1


class TestReport:
    def test_browser_and_phone(self, phone, building):
        page = phone.post(url("incident_create"), report(building), follow=True)
        assert "已上报，编号" in words(page)
        fields = report(building)
        answers = [phone.keep(url("incident_create"), fields) for _ in range(2)]
        assert [answer.json()["done"] for answer in answers] == [True, True]
        assert answers[0].json()["url"] == answers[1].json()["url"]
        assert Incident.objects.count() == 2

    def test_solved_on_the_spot_is_closed(self, phone, building):
        phone.keep(url("incident_create"), report(building, is_solved="on", solved_note="已劝住，电线收走。"))
        assert Incident.objects.get().status == "closed"

    def test_what_is_wrong_is_told_beside_its_field(self, phone, building):
        answer = phone.keep(url("incident_create"), report(building, text="", matter=""))
        assert answer.status_code == 422
        assert set(answer.json()["errors"]) == {"text", "matter"}
        page = phone.post(url("incident_create"), report(building, text=""))
        assert page.status_code == 422 and "请写一句看到了什么" in words(page)

    def test_building_of_others_is_refused(self, phone):
        foreign = make_building(make_quarter(make_community()), grid=make_grid())
        answer = phone.keep(url("incident_create"), report(foreign))
        assert answer.status_code == 422 and "building" in answer.json()["errors"]
        assert "这栋楼不在您的网格" in words(phone.get(f"{url('incident_create')}?building={foreign.code}"))

    def test_position_says_which_of_two_grids(self, phone, worker, grid, building):
        community = grid.communities.get()
        second = make_grid(community, name="第四网格")
        make_duty(grid=second, user=worker)
        squares = [
            ("grid", each, box(116 + west, 40, 116 + west + 0.01, 40.01)) for each, west in ((grid, 0), (second, 0.02))
        ]
        draw_outlines(squares, actor=make_superuser())
        told = {**report(building), "building": "", "longitude": "116.025", "latitude": "40.005"}
        assert phone.post(url("incident_create"), told).status_code == 302
        assert Incident.objects.get().grid == second
        elsewhere = phone.post(url("incident_create"), {**told, "client_key": str(uuid4()), "latitude": "41"})
        assert elsewhere.status_code == 422 and "位置不在您的网格里" in words(elsewhere)

    def test_poster_leads_here(self, phone, building):
        context = phone.get(f"{url('incident_create')}?building={building.code}").context
        assert context["form"]["building"].value() in (building, building.pk)
        assert url("incident_create") in words(phone.get(f"/needs/new/?building={building.code}"))

    def test_written_down_earlier(self, phone, building):
        phone.keep(url("incident_create"), report(building, age=7200))
        row = Incident.objects.get()
        assert timedelta(hours=1.9) < row.reported_at - row.noticed_at < timedelta(hours=2.1)

    def test_somebody_else_is_signed_in(self, phone, building):
        answer = phone.keep(url("incident_create"), report(building), user=make_user())
        assert answer.status_code == 401
        phone.logout()
        assert phone.keep(url("incident_create"), report(building)).status_code == 401
        assert not Incident.objects.exists()


class TestVisits:
    def test_recorded_and_left_the_grid(self, phone, building):
        household = make_household(building)
        page, fields = url("household_detail", household.pk), {"way": "door", "finding": "well", "note": "都好"}
        assert "下次" in words(phone.post(page, fields, follow=True))
        building.grid = make_grid()
        building.save()
        answer = phone.keep(page, fields)
        assert answer.status_code == 404 and answer.json()["words"]
        assert Visit.objects.count() == 1

    def test_removed_household_is_a_conflict(self, phone, building):
        household = make_household(building, ends_on=timezone.localdate() - timedelta(days=1))
        answer = phone.keep(url("household_detail", household.pk), {"way": "door", "finding": "well"})
        assert (answer.status_code, answer.json()["words"][:4]) == (409, "这一户已")

    def test_filing_with_the_building_filled_in(self, phone, building):
        household = make_household(building)
        page = f"{url('filing_create')}?household={household.pk}"
        assert page in words(phone.get(url("household_detail", household.pk)))
        assert phone.get(page).context["form"]["building"].value() == building.pk


class TestRounds:
    def test_found_item_becomes_a_report(self, phone, grid, building):
        CheckItem.objects.exclude(text__startswith="电动车").update(is_active=False)
        item, key = CheckItem.objects.get(is_active=True), str(uuid4())
        page = f"{url('round_create')}?grid={grid.pk}"
        answer = phone.keep(page, {f"item_{item.pk}": "wrong", "client_key": key})
        round_page = words(phone.get(answer.json()["url"]))
        assert f"item={item.pk}" in round_page and f"matter={item.matter_id}" in round_page
        assert "补报" in words(phone.get("/desk/"))
        phone.keep(url("incident_create"), report(building, item=item.pk, round_key=key))
        assert Check.objects.get().incident == Incident.objects.get()
        assert "补报" not in words(phone.get("/desk/"))

    def test_nothing_chosen(self, phone, grid):
        answer = phone.keep(f"{url('round_create')}?grid={grid.pk}", {})
        assert answer.status_code == 422 and not Round.objects.exists()


class TestIncidentActs:
    def test_handled_checked_by_another_and_stale(self, phone, grid, building, worker):
        incident = make_incident(Incident.Status.ASSIGNED, building=building)
        handle = url("incident_act", incident.pk, "handle")
        assert "处置完成" in words(phone.get(url("incident_detail", incident.pk)))
        assert phone.keep(handle, {"result": ""}).status_code == 422
        assert phone.keep(handle, {"result": "已清走", "age": 30}).json()["done"]
        assert phone.keep(handle, {"result": "已清走", "age": 40}).json()["done"]  # the answer was lost on the way
        leader = make_worker_of(grid, kind="leader")
        phone.force_login(leader)
        check = url("incident_act", incident.pk, "check")
        assert phone.keep(check, {"passed": "no", "note": "还剩两箱"}, user=leader).json()["done"]
        incident.refresh_from_db()
        assert incident.status == "assigned"
        phone.force_login(worker)
        assert phone.keep(handle, {"result": "已清走", "age": 60}).json()["done"]  # late: what was redone stays open
        incident.refresh_from_db()
        assert incident.status == "assigned"
        answer = phone.keep(check, {"passed": "yes"})
        assert answer.status_code == 409

    def test_handed_back_with_the_wish_to_send_it_up(self, phone, building):
        incident = make_incident(Incident.Status.ASSIGNED, building=building)
        phone.post(url("incident_act", incident.pk, "ask-up"), {"reason": "要城管来"})
        incident.refresh_from_db()
        assert incident.status == "accepted"
        assert "申请上报：要城管来" in incident.events.last().note

    def test_unknown_verb_and_foreign_incident(self, phone, building):
        incident = make_incident(building=building)
        assert phone.post(url("incident_act", incident.pk, "explode")).status_code == 404
        assert phone.post(url("incident_act", make_incident().pk, "handle")).status_code == 404


class TestNotes:
    def test_written_once(self, phone, building):
        fields = {"text": "停车位不够", "topic": "parking", "building": building.pk, "client_key": str(uuid4())}
        for _ in range(2):
            assert phone.keep(url("note_create"), fields).json()["done"]
        assert Note.objects.get().grid == building.grid


class TestApplication:
    def test_manifest_worker_and_session(self, phone, worker, client):
        manifest = phone.get(url("manifest")).json()
        assert (manifest["scope"], manifest["display"]) == ("/desk/", "standalone")
        script = phone.get(url("service_worker"))
        assert script["Service-Worker-Allowed"] == "/desk/" and "importScripts" in words(script)
        assert "worker-src 'self'" in script["Content-Security-Policy"]
        assert phone.get(url("session")).json()["user"] == str(worker.pk)
        client.logout()
        assert client.get(url("session")).json()["user"] is None
