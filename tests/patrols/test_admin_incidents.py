"""The workplace pages of incidents, whistles and matters: what is seen, what is offered, what a click does."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from patrols.models import Incident, Matter, Whistle
from patrols.services import incidents
from tests import factories as make
from tests.patrols.incidents import World, clean_jpeg, jpeg

pytestmark = pytest.mark.django_db
S = Incident.Status
LIST = reverse("admin:patrols_incident_changelist")


@pytest.fixture
def world():
    return World()


@pytest.fixture
def desk(client, world):
    client.force_login(world.clerk)
    return client


def page_of(row):
    return reverse("admin:patrols_incident_change", args=[row.pk])


def act(client, row, verb, **data):
    return client.post(reverse("admin:patrols_incident_act", args=[row.pk, verb]), data, follow=True)


def listed(response):
    return list(response.context["cl"].result_list)


def sheet(response):
    rows = load_workbook(BytesIO(b"".join(response.streaming_content) if response.streaming else response.content))
    return list(rows.active.values)


class TestList:
    def test_what_runs_out_first_is_first_and_what_is_closed_is_left_out(self, desk, world):
        now = timezone.now()
        late, soon, put_off, closed = (world.assigned(at=now) for _ in range(4))
        for row, hours in ((late, -5), (soon, 1)):
            Incident.objects.filter(pk=row.pk).update(handle_by=now + timedelta(hours=hours))
        incidents.suspend(put_off, until=now.date() + timedelta(days=3), reason="等", actor=world.clerk, at=now)
        Incident.objects.filter(pk=closed.pk).update(status=S.CLOSED, closed_at=now)
        assert listed(desk.get(LIST)) == [late, soon, put_off]
        assert listed(desk.get(LIST, {"heap": "overdue"})) == [late]
        assert listed(desk.get(LIST, {"heap": "due-soon"})) == [soon]
        assert len(listed(desk.get(LIST, {"heap": "all"}))) == 4
        assert listed(desk.get(LIST, {"status__exact": "closed"})) == [closed]

    def test_filters_and_search(self, desk, world):
        row = world.report(text="北门围墙倒了一段", source="hotline", at=timezone.now())
        other = world.report(matter=make.make_matter(), at=timezone.now())
        assert listed(desk.get(LIST, {"q": "围墙"})) == [row]
        assert listed(desk.get(LIST, {"q": row.spoken_code.lower(), "status__exact": "closed"})) == [row]
        assert listed(desk.get(LIST, {"source__exact": "hotline"})) == [row]
        assert listed(desk.get(LIST, {"class": other.matter.parent_id})) == [other]
        assert listed(desk.get(LIST, {"grid__id__exact": world.grid.pk, "level__exact": 1, "q": "围墙"})) == [row]

    def test_sister_community_sees_nothing(self, client, world):
        row = world.report(photos=[clean_jpeg()])
        client.force_login(make.make_post(organization=make.make_community().organization))
        assert listed(client.get(LIST)) == []
        assert client.get(page_of(row)).status_code == 404
        assert act(client, row, "accept").status_code == 404
        photo = reverse("admin:patrols_incident_photo", args=[row.photos.get().pk])
        assert client.get(photo).status_code == 404

    def test_queries_do_not_grow_with_rows(self, desk, world, django_assert_max_num_queries):
        for count in (3, 12):
            for _ in range(count):
                world.assigned(at=timezone.now(), building=world.building)
            with django_assert_max_num_queries(16):
                assert desk.get(LIST).status_code == 200

    def test_several_are_accepted_and_given_to_their_first_receiver(self, desk, world):
        rows = [world.report(at=timezone.now()) for _ in range(2)] + [world.assigned()]
        keys = {"_selected_action": [row.pk for row in rows]}
        desk.post(LIST, {"action": "accept_selected", **keys})
        assert [row.status for row in Incident.objects.order_by("pk")] == [S.ACCEPTED, S.ACCEPTED, S.ASSIGNED]
        answer = desk.post(LIST, {"action": "assign_selected", **keys}, follow=True)
        assert "已派给首接人 3 件" in answer.text
        assert {row.handler for row in Incident.objects.all()} == {world.duty}

    def test_export_holds_the_list_with_masked_names(self, desk, world):
        world.assigned(at=timezone.now())
        head, line = sheet(desk.get(reverse("admin:patrols_incident_export"), {"heap": "all"}))
        told = dict(zip(head, line, strict=True))
        assert (told["状态"], told["处置人"], told["事项"]) == ("处置中", "网格员 吴**", "楼道堆物")


class TestPage:
    @pytest.mark.parametrize("status", S)
    def test_every_state_opens_for_everybody_above(self, client, status):
        row = make.make_incident(status)
        body = row.community.organization
        for role, organization in (("community_staff", body), ("street_staff", body.parent), ("auditor", None)):
            client.force_login(make.make_post(role=role, organization=organization))
            answer = client.get(page_of(row))
            assert answer.status_code == 200 and row.get_status_display() in answer.text

    def test_auditor_reads_and_is_offered_nothing(self, client, world):
        row = world.report()
        client.force_login(make.make_post(role="auditor"))
        assert "现在不由您办理" in client.get(page_of(row)).text
        assert act(client, row, "accept").status_code == 403
        assert Incident.objects.get().status == S.REPORTED

    def test_accepted_and_assigned_in_one_go_then_handled_and_closed(self, desk, world):
        row = world.report(at=timezone.now())
        answer = act(desk, row, "accept", duty=world.duty.pk, department="")
        assert "已派给网格员 吴**，应在" in answer.text
        answer = act(desk, row, "handle", result="清走了", photos=SimpleUploadedFile("x.jpg", jpeg(), "image/jpeg"))
        assert "处置后" in answer.text and "核查" in answer.text
        assert "已结案" in act(desk, row, "pass", note="").text
        row.refresh_from_db()
        assert row.status == S.CLOSED and row.photos.count() == 1

    def test_refusal_keeps_what_was_typed_and_stands_beside_its_field(self, desk, world):
        row = world.assigned()
        url = reverse("admin:patrols_incident_act", args=[row.pk, "suspend"])
        answer = desk.post(url, {"until": "2020-01-01", "reason": "等市政排期"})
        assert answer.status_code == 422
        assert "请选今天以后、15 天以内的日期。" in answer.text and "等市政排期" in answer.text

    def test_stale_page_says_who_was_quicker(self, desk, world):
        row = world.report()
        incidents.return_incident(row, reason="不归社区", actor=world.leader)
        url = reverse("admin:patrols_incident_act", args=[row.pk, "accept"])
        answer = desk.post(url, {"duty": "", "department": ""})
        assert answer.status_code == 422 and "这件事已由高网格长在" in answer.text

    def test_likely_repeat_is_merged_with_one_click(self, desk, world):
        first, repeat = (world.report(building=world.building, at=timezone.now()) for _ in range(2))
        assert "可能是同一件事" in desk.get(page_of(repeat)).text
        answer = act(desk, repeat, "merge", into=first.code)
        assert f"已并入 {first.spoken_code}" in answer.text
        assert "没有这个编号的事件" in act(desk, first, "merge", into="AAAA-2222").text

    def test_whistle_is_blown_answered_and_ended_here(self, desk, world):
        row = world.assigned(at=timezone.now())
        call = {"level": 2, "reason": "enforcement", "note": "清通道", "report_by": ""}
        answer = act(desk, row, "whistle", departments="城管中队、消防站", **call)
        assert "已吹哨，部门应在" in answer.text and "等待报到" in answer.text
        assert "已报到，用时" in act(desk, row, "arrive", department="城管中队").text
        assert "吹哨已解除" in act(desk, row, "end-whistle", outcome="清完了").text
        whistles = desk.get(reverse("admin:patrols_whistle_changelist"))
        assert "1 / 2 到，最久 1 分钟" in whistles.text
        one = reverse("admin:patrols_whistle_change", args=[Whistle.objects.get().pk])
        assert desk.get(one).url == page_of(row) + "#whistle"
        head, line = sheet(desk.get(reverse("admin:patrols_whistle_export")))
        assert dict(zip(head, line, strict=True))["报到用时"] == "城管中队 1 分钟；消防站 未报到"

    def test_second_click_goes_no_level_higher(self, client, world):
        row = incidents.accept(world.report(), actor=world.clerk)
        client.force_login(world.street)
        for _ in range(2):
            assert "由街道在" in act(client, row, "escalate", reason="要区里协调", level="2").text
        row.refresh_from_db()
        assert row.level == Incident.Level.STREET and row.events.filter(to_status=S.ESCALATED).count() == 1

    def test_odd_addresses_are_not_found(self, desk):
        for pk in ("999999", "abc", "99999999999999999999"):
            assert desk.get(f"{LIST}{pk}/change/").status_code == 404
            assert desk.get(f"/admin/patrols/whistle/{pk}/change/").status_code == 404


class TestFiling:
    URL = reverse("admin:patrols_incident_add")

    def test_filed_for_somebody_once(self, desk, world):
        form = desk.get(self.URL).context["form"]
        told = {
            "source": "hotline",
            "matter": world.matter.pk,
            "text": "消防通道被占",
            "building": world.building.pk,
            "client_key": str(form["client_key"].value()),
        }
        for _ in range(2):
            answer = desk.post(self.URL, told, follow=True)
        row = Incident.objects.get()
        assert (row.source, row.reporter, row.grid, row.receiver) == ("hotline", world.clerk, world.grid, world.duty)
        assert f"已登记 {row.spoken_code}" in answer.text

    def test_solved_already_is_closed_and_a_lack_stands_beside_its_field(self, desk, world):
        told = {"source": "resident", "matter": world.matter.pk, "text": "灯坏了", "community": world.community.pk}
        answer = desk.post(self.URL, {**told, "text": ""})
        assert answer.status_code == 422 and "请写明发现了什么情况。" in answer.text
        foreign = make.make_community()
        assert "不在您的辖区" in desk.post(self.URL, {**told, "community": foreign.pk}).text
        desk.post(self.URL, {**told, "solved_note": "换了灯泡"})
        assert Incident.objects.get().status == S.CLOSED


class TestFirstPage:
    def test_counts_what_waits_at_ones_own_level(self, client, world):
        rows = [world.report(at=timezone.now()) for _ in range(3)]
        incidents.accept(rows[0], actor=world.clerk)
        escalated = incidents.accept(rows[1], actor=world.clerk)
        incidents.escalate(escalated, reason="办不了", actor=world.clerk)
        wanted = {world.clerk: {"待受理": 1, "待派遣": 1}, world.street: {"待受理": 1, "上报到我这里": 1}}
        for user, counts in wanted.items():
            client.force_login(user)
            tiles = {tile["label"]: tile["number"] for tile in client.get("/admin/").context["incident_tiles"]}
            assert counts.items() <= tiles.items()

    def test_nobody_without_the_right_is_shown_them(self, client, world):
        client.force_login(make.make_post(role="auditor"))
        assert "incident_tiles" not in client.get("/admin/").context


class TestMatters:
    @pytest.fixture
    def chief(self, client):
        client.force_login(make.make_post(role="platform_admin"))
        return client

    def put(self, client, **fields):
        told = {"family": "matter", "parent": "", "name": "夜市管理", "handling_hours": 24, "is_active": "on", **fields}
        return client.post(reverse("admin:patrols_matter_add"), told)

    def test_shipped_table_has_three_families_and_codes_that_fit(self):
        tops = Matter.objects.filter(parent=None)
        counts = [tops.filter(family=family).exclude(code="W80").count() for family in ("part", "event", "matter")]
        assert counts == [5, 6, 8] and Matter.objects.kinds().count() > 90
        for matter in Matter.objects.select_related("parent"):
            matter.full_clean()
        assert {"火情", "燃气泄漏", "路面塌陷"} <= set(
            Matter.objects.filter(is_urgent=True).values_list("name", flat=True)
        )

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"code": "W09"}, "序号从 80 开始"),
            ({"code": "S81"}, "以 W 开头"),
            ({"code": "W8101"}, "大类代码是字母加 2 位数字"),
            ({"code": "X1"}, "再加 2 位大类或 4 位小类代码"),
            ({"code": "W80"}, "这个代码已经用了"),
        ],
    )
    def test_wrong_code_is_told(self, chief, fields, words):
        answer = self.put(chief, **fields)
        assert answer.status_code == 200 and words in answer.text

    def test_local_class_and_kind(self, chief):
        assert self.put(chief, code="w81").status_code == 302
        top = Matter.objects.get(code="W81")
        assert "要以大类代码 W81 开头" in self.put(chief, code="W8201", parent=top.pk, name="占道").text
        assert self.put(chief, code="W8101", parent=top.pk, name="占道").status_code == 302
        row = Matter.objects.get(code="W8101")
        change = reverse("admin:patrols_matter_change", args=[row.pk])
        chief.post(change, {"name": "占道经营", "handling_hours": 8, "code": "W0101"})
        row.refresh_from_db()
        assert (row.name, row.code, row.is_active) == ("占道经营", "W8101", False)


class TestApi:
    def test_reads_ones_own_alone(self, client, world):
        row, other = world.report(), make.make_incident()
        client.force_login(world.clerk)
        found = client.get("/api/incidents/").json()
        assert [each["code"] for each in found["results"]] == [row.code]
        assert found["results"][0]["receiver"] == "网格员 吴**"
        assert client.get(f"/api/incidents/{other.pk}/").status_code == 404
        assert client.get("/api/incidents/", {"community": other.community_id}).status_code == 400
        assert client.post("/api/incidents/", {}).status_code == 405
        assert client.get("/api/matters/", {"family": "event"}).json()["count"] > 30
