"""All or nothing, once, and nothing left lying: what the import does between a file and the rows."""

import os
import time

import pytest
from django.urls import reverse

from checklists.imports import FILLINGS
from checklists.models import Need, Resource
from govern.imports import runs, shelf
from tests import factories
from tests.checklists.lists import sheet_of, upload, workbook

pytestmark = pytest.mark.django_db
HEADS = ("提供单位", "资源名称", "主要类别", "数量")


@pytest.fixture
def unit():
    return factories.make_unit()


@pytest.fixture
def clerk(unit):
    return factories.make_post(role="community_staff", organization=unit.organization)


@pytest.fixture
def kind():
    return factories.make_category("会议室")


@pytest.fixture
def desk(client, clerk, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    client.force_login(clerk)
    return client


def content_of(unit, kind, *names, quantity="每月5人"):
    return workbook(HEADS, *([unit.name, name, kind.name, quantity] for name in names))


class TestRun:
    def test_one_bad_line_and_nothing_is_written(self, unit, clerk, kind):
        content = workbook(HEADS, [unit.name, "甲", kind.name, "每月5人"], [unit.name, "乙", kind.name, "很多"])
        found = runs.run(FILLINGS["resources"](clerk), content)
        assert [(row.number, row.errors[0][0]) for row in found.bad] == [(3, "数量")]
        assert not Resource.objects.exists()

    def test_what_the_service_refuses_takes_the_other_lines_with_it(self, unit, clerk, kind):
        # A capacity below what is held this period: only the service, under its lock, can know.
        known = factories.make_resource(unit, kind, capacity=5)
        factories.make_need("taken", community=unit.organization.community, resource=known, people_count=4)
        content = workbook(
            HEADS, [unit.name, "新的", kind.name, "每月5人"], [unit.name, known.name, kind.name, "每月2人"]
        )
        found = runs.run(FILLINGS["resources"](clerk), content)
        assert [row.number for row in found.bad] == [3]
        assert found.bad[0].errors[0][0] in ("数量", "整行")
        assert not Resource.objects.filter(name="新的").exists()

    def test_a_clerk_without_the_right_is_refused_line_by_line(self, unit, kind):
        supervisor = factories.make_post(role="supervisor", organization=unit.organization)
        found = runs.run(FILLINGS["resources"](supervisor), content_of(unit, kind, "甲"))
        assert found.bad
        assert not Resource.objects.exists()


class TestFileInBetween:
    def test_is_sealed_and_its_owners_alone(self, clerk, settings, tmp_path):
        settings.VAR_DIR = tmp_path
        token = shelf.keep("needs", b"13800001234", actor=clerk)
        (path,) = (tmp_path / "imports").iterdir()
        assert b"13800001234" not in path.read_bytes()
        assert path.stat().st_mode & 0o077 == 0
        assert shelf.kept("needs", token, actor=clerk) == b"13800001234"
        assert shelf.kept("needs", token, actor=factories.make_user()) is None
        assert shelf.kept("projects", token, actor=clerk) is None

    def test_is_taken_once(self, clerk, settings, tmp_path):
        settings.VAR_DIR = tmp_path
        token = shelf.keep("needs", b"x", actor=clerk)
        assert shelf.take("needs", token, actor=clerk) == b"x"
        assert shelf.take("needs", token, actor=clerk) is None
        assert not list((tmp_path / "imports").iterdir())

    def test_is_gone_after_an_hour(self, clerk, settings, tmp_path):
        settings.VAR_DIR = tmp_path
        token = shelf.keep("needs", b"x", actor=clerk)
        (path,) = (tmp_path / "imports").iterdir()
        past = time.time() - shelf.KEPT_SECONDS - 1
        os.utime(path, (past, past))
        assert shelf.kept("needs", token, actor=clerk) is None
        shelf.clear()
        assert not path.exists()


class TestPages:
    def send(self, desk, content, model="resource"):
        return desk.post(reverse(f"admin:checklists_{model}_import"), {"file": upload(content)})

    def test_the_template_is_handed_out(self, desk):
        answer = desk.get(reverse("admin:checklists_resource_import_template"))
        assert sheet_of(answer)[0][0] == "提供单位*"

    def test_a_wrong_file_is_told_beside_the_field(self, desk):
        answer = self.send(desk, b"not a workbook")
        assert answer.status_code == 422
        assert "请上传 .xlsx 文件" in answer.content.decode()
        assert desk.post(reverse("admin:checklists_resource_import")).status_code == 422

    def test_bad_lines_are_shown_by_number_and_cannot_be_confirmed(self, desk, unit, kind):
        page = desk.get(self.send(desk, content_of(unit, kind, "甲", "甲")).url)
        text = page.content.decode()
        assert "第 3 行" in text
        assert "和第 2 行重复" in text
        assert "确认导入" not in text
        answer = desk.post(page.wsgi_request.path)
        assert answer.status_code == 422
        assert not Resource.objects.exists()

    def test_a_second_confirmation_changes_nothing_and_says_so(self, desk, unit, kind):
        url = self.send(desk, content_of(unit, kind, "甲", "乙")).url
        assert "确认导入 2 项" in desk.get(url).content.decode()
        assert desk.post(url).url == reverse("admin:checklists_resource_changelist")
        assert desk.post(url).url == url
        assert "资源清单已导入：新增 2 项" in desk.get(url).content.decode()
        assert Resource.objects.count() == 2

    def test_dropped_it_is_gone(self, desk, unit, kind, tmp_path):
        url = self.send(desk, content_of(unit, kind, "甲")).url
        desk.post(url, {"drop": "1"})
        assert not list((tmp_path / "imports").iterdir())
        assert desk.get(url).url == reverse("admin:checklists_resource_import")

    def test_residents_data_needs_the_word_that_they_were_told(self, desk, unit, kind):
        heads = ("类别", "内容", "来源", "联系人", "电话")
        url = self.send(desk, workbook(heads, [kind.name, "灯坏了", "走访", "张阿姨", 13800001234]), "need").url
        answer = desk.post(url)
        assert answer.status_code == 422
        assert not Need.objects.exists()
        assert desk.post(url, {"consent": "on"}).status_code == 302
        assert Need.objects.get().contact_name == "张阿姨"

    def test_whoever_may_only_look_gets_no_door(self, client, unit):
        client.force_login(factories.make_post(role="supervisor", organization=unit.organization))
        for name in ("import", "import_template"):
            assert client.get(reverse(f"admin:checklists_resource_{name}")).status_code in (302, 403)

    def test_a_long_file_is_left_to_a_worker_and_told_in_the_inbox(
        self, desk, unit, clerk, kind, monkeypatch, settings
    ):
        from accounts.tasks import import_file

        monkeypatch.setattr(FILLINGS["resources"], "in_request", 1)
        url = self.send(desk, content_of(unit, kind, "甲", "乙")).url
        assert desk.post(url).url == url
        assert "正在导入" in desk.get(url).content.decode()
        assert desk.post(url).url == url
        assert not Resource.objects.exists()
        import_file("checklists.imports.resources.ResourceFilling", url.rstrip("/").split("/")[-1], clerk.pk)
        import_file("checklists.imports.resources.ResourceFilling", url.rstrip("/").split("/")[-1], clerk.pk)
        assert Resource.objects.count() == 2
        assert "新增 2 项" in desk.get(url).content.decode()
        assert "新增 2 项" in clerk.notifications.get().text

    def test_while_a_worker_writes_its_page_says_how_far_it_is(self, desk, unit, clerk, kind, monkeypatch, settings):
        from accounts.tasks import import_file

        monkeypatch.setattr(FILLINGS["resources"], "in_request", 1)
        monkeypatch.setattr("govern.imports.fillings.ROWS_PER_WORD", 1)
        url = self.send(desk, content_of(unit, kind, "甲", "乙")).url
        desk.post(url)
        pages, write = [], FILLINGS["resources"].save
        monkeypatch.setattr(
            FILLINGS["resources"], "save", lambda *args: (pages.append(desk.get(url).content.decode()), write(*args))[1]
        )
        import_file("checklists.imports.resources.ResourceFilling", url.rstrip("/").split("/")[-1], clerk.pk)
        assert ["50%" in page for page in pages] == [False, True]
