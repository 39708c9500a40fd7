"""社区工作者 by sheet: every bad row by number and reason, all or nothing, nobody twice, nobody out of reach."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from cadres import services
from cadres.imports import WorkerFilling
from cadres.models import CommunityWorker, GradeEntry
from govern.imports import runs
from tests import factories as make
from tests.checklists.lists import upload, workbook

pytestmark = pytest.mark.django_db
HEADS = (
    *("社区", "姓名", "性别", "身份证号", "手机号", "岗位", "入职日期"),
    *("学历", "学历取得日期", "职业资格", "资格取得日期"),
)
IDENTITY = "53010219200508011X"
GOOD = ["红星社区党委", "王小明", "男", IDENTITY, "13800001234", "工作人员", "2020-07-01", "本科", "2015-07-01", "", ""]
LATER = f"{timezone.localdate() + timedelta(days=9)}"


def url(name):
    return reverse(f"admin:cadres_communityworker_{name}")


@pytest.fixture
def body():
    return make.make_organization(name="红星社区党委")


@pytest.fixture
def clerk(body):
    return make.make_post(role="street_staff", organization=body.parent)


def line(**changes):
    return [changes.get(head, value) for head, value in zip(HEADS, GOOD, strict=True)]


def look(user, *lines):
    return runs.preview(WorkerFilling(user), workbook(HEADS, *lines))


def errors(user, *lines):
    return {row.number: dict(row.errors) for row in look(user, *lines).bad}


class TestRows:
    def test_good_ones_are_hired_with_post_and_ledger(self, clerk, body):
        plain = line(姓名="李小红", 性别="女", 身份证号="", 手机号="", 岗位="社区正职", 学历="", 学历取得日期="")
        seen = [row.details for row in look(clerk, GOOD, plain).rows]
        found = runs.run(WorkerFilling(clerk), workbook(HEADS, GOOD, plain))
        assert [row.errors for row in found.bad] == []
        first, second = CommunityWorker.objects.order_by("pk")
        assert (first.organization, first.identity_number, first.placement.track.name) == (body, IDENTITY, "工作人员")
        assert (first.degree_on, first.events.get().actor) == (date(2015, 7, 1), clerk)
        entries = [worker.grade_entries.get() for worker in (first, second)]
        told = [f"{entry.track} {entry.level} 级，{entry.effective_on:%Y-%m-%d} 起" for entry in entries]
        assert seen == [[words] for words in told]
        assert entries[1].level >= 7

    @pytest.mark.parametrize(
        ("changes", "head", "words"),
        [
            ({"社区": "远处社区党委"}, "社区", "不在您的辖区"),
            ({"社区": ""}, "社区", "要填"),
            ({"姓名": ""}, "姓名", "要填"),
            ({"性别": "？"}, "性别", "男"),
            ({"身份证号": "530102192005080119"}, "身份证号", "核对"),
            ({"身份证号": "5301**********011X"}, "身份证号", "完整"),
            ({"手机号": "1380000"}, "手机号", "11 位"),
            ({"岗位": "主任"}, "岗位", "社区正职"),
            ({"入职日期": LATER}, "入职日期", "晚于"),
            ({"入职日期": "去年"}, "入职日期", "2026-11-22"),
            ({"学历取得日期": ""}, "学历取得日期", "请填"),
            ({"学历取得日期": LATER}, "学历取得日期", "晚于"),
            ({"职业资格": "社会工作师"}, "资格取得日期", "请填"),
        ],
    )
    def test_bad_ones_say_why_beside_their_column(self, clerk, changes, head, words):
        make.make_organization(name="远处社区党委")
        told = errors(clerk, line(**changes))
        assert set(told) == {2} and words in told[2][head]

    def test_one_bad_row_keeps_all_out(self, clerk):
        found = runs.run(WorkerFilling(clerk), workbook(HEADS, GOOD, line(姓名="")))
        assert [row.number for row in found.bad] == [3]
        assert not CommunityWorker.objects.exists() and not GradeEntry.objects.exists()

    def test_same_file_again_changes_nothing(self, clerk, body):
        nameless = line(姓名="李小红", 身份证号="")
        content = workbook(HEADS, GOOD, nameless)
        assert runs.run(WorkerFilling(clerk), content).new_count == 2
        again = runs.run(WorkerFilling(clerk), content)
        assert (again.same_count, again.good, again.bad) == (2, [], [])
        assert "已登记在红星社区党委" in again.rows[0].details[0]
        assert CommunityWorker.objects.count() == 2

    def test_twice_in_the_file_is_told(self, clerk):
        nameless = line(姓名="李小红", 身份证号="")
        told = errors(clerk, GOOD, line(姓名="又一个"), nameless, nameless)
        assert {number: told[number]["整行"] for number in told} == {3: "和第 2 行重复。", 5: "和第 4 行重复。"}

    def test_known_numbers_of_others(self, clerk, body):
        worker = make.make_worker(body, name="王小明", identity_number=IDENTITY)
        assert "王小明" in errors(clerk, line(姓名="王大明"))[2]["姓名"]
        today = timezone.localdate()
        services.leave_worker(worker, on=today, leaving="resigned", actor=clerk)
        assert "重新入职" in errors(clerk, GOOD)[2]["整行"]

    def test_somebody_out_of_reach_is_not_named(self, clerk):
        make.make_worker(make.make_organization(name="远处社区党委"), name="远处的人", identity_number=IDENTITY)
        told = errors(clerk, GOOD)[2]["身份证号"]
        assert "另一名" in told and "远处" not in told

    def test_somebody_without_a_number_is_not_hired_again(self, clerk, body):
        make.make_worker(body, name="王小明", hired_on=date(2020, 7, 1))
        assert "本人那一页" in errors(clerk, GOOD)[2]["身份证号"]

    def test_looking_asks_as_often_for_many(self, clerk):
        counts = []
        look(clerk, GOOD)  # the permissions are kept
        for size in (1, 8):
            lines = [line(姓名=f"社工{place}", 身份证号="") for place in range(size)]
            content = workbook(HEADS, *lines)
            with CaptureQueriesContext(connection) as asked:
                runs.preview(WorkerFilling(clerk), content)
            counts.append(len(asked))
        assert counts[0] == counts[1] <= 25


class TestPages:
    def test_preview_confirmation_and_second_click(self, client, clerk, body):
        client.force_login(clerk)
        assert url("import") in client.get(url("changelist")).content.decode()
        page = client.post(url("import"), {"file": upload(workbook(HEADS, GOOD))}, follow=True)
        assert "王小明" in page.content.decode() and not CommunityWorker.objects.exists()
        address = page.redirect_chain[-1][0]
        refused = client.post(address, {})
        assert refused.status_code == 422 and not CommunityWorker.objects.exists()
        for _ in range(2):
            client.post(address, {"consent": "on"}, follow=True)
        assert CommunityWorker.objects.get().organization == body

    def test_export_holds_what_import_reads_but_the_numbers(self, client, clerk, body):
        make.make_worker(body, identity_number=IDENTITY, qualifications=[("bachelor", date(2015, 7, 1))])
        client.force_login(clerk)
        exported = client.get(url("export")).content
        heads = next(load_workbook(BytesIO(exported)).active.iter_rows(values_only=True))
        filling = WorkerFilling(clerk)
        assert {each.head for each in filling.fields} - set(heads) == {"入职依据"}
        told = runs.preview(filling, exported).bad[0].errors
        assert {head for head, _ in told} == {"身份证号", "手机号"}

    def test_template_offers_the_own_communities_and_posts(self, client, clerk, body):
        make.make_organization(name="远处社区党委")
        client.force_login(clerk)
        book = load_workbook(BytesIO(client.get(url("import_template")).content))
        columns = list(book["选项"].iter_cols(values_only=True))
        offered = {column[0]: [each for each in column[1:] if each] for column in columns}
        assert offered["社区"] == ["红星社区党委"] and offered["岗位"] == ["社区正职", "社区副职", "工作人员"]

    def test_community_staff_and_supervisors_do_not_import(self, client, body):
        client.force_login(make.make_post(organization=body))
        assert client.get(url("import")).status_code == 403
        assert url("import") not in client.get(url("changelist")).content.decode()
