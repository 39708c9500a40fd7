"""本单位党员 by sheet: every bad row by number, nobody twice, all or nothing, and linked to the Party register."""

import re
from io import BytesIO
from time import process_time

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import Notification
from govern.imports import runs
from govern.imports.workbooks import EXAMPLE, template
from tests.checklists.lists import sheet_of, upload, workbook
from tests.factories import make_community, make_liaison, make_member, make_post, make_unit
from tests.volunteers.people import identity_of, make_volunteer, new_phone
from tests.volunteers.reviews import TODAY, make_report
from volunteers.imports import MemberFilling
from volunteers.models import Report, Skill, Volunteer
from volunteers.services.unit_members import confirm_notice

pytestmark = pytest.mark.django_db
HEADS = ("姓名", "手机号", "身份证号", "身份", "居住社区", "服务技能", "服务时间", "机关党员")


@pytest.fixture
def home():
    return make_community(name="青松社区")


@pytest.fixture
def unit():
    return make_unit(name="第二小学")


@pytest.fixture
def liaison(unit):
    return make_liaison(unit)


def born(years=40):
    return TODAY().replace(year=TODAY().year - years, day=1)


def line(name="王小明", phone=None, identity="", kind="", home="青松社区", *more):
    return [name, phone or new_phone(), identity, kind, home, *more]


def look(user, *lines):
    return runs.preview(MemberFilling(user), workbook(HEADS, *lines))


def errors(user, *lines):
    return {row.number: dict(row.errors) for row in look(user, *lines).bad}


def bring(user, *lines):
    found = runs.run(MemberFilling(user), workbook(HEADS, *lines))
    assert {row.number: row.errors for row in found.bad} == {}
    return found


class TestNew:
    def test_each_line_becomes_a_volunteer_and_a_report_to_where_they_live(self, liaison, unit, home):
        clerk = make_post(organization=home.organization)
        bring(liaison, line("王小明", "13800001234", "", "", " 青松 社区 ", "理发、急救", "周六上午、周日上午", "是"))
        (report,) = Report.objects.all()
        person = report.volunteer
        assert (report.community, report.source, report.status) == (home, "unit", "submitted")
        assert (person.name, person.phone, person.kind, person.unit) == ("王小明", "13800001234", "member", unit)
        assert sorted(skill.name for skill in person.skills.all()) == ["急救", "理发"]
        assert person.get_times_display() == "周六上午、周日上午"
        assert person.is_from_office
        assert report.events.get().actor == liaison
        assert [note.text for note in Notification.objects.filter(recipient=clerk)] == [
            "第二小学集中报到 1 人，请接收。"
        ]

    def test_the_unit_vouches_and_the_person_confirms(self, liaison, home):
        bring(liaison, line())
        person = Volunteer.objects.get()
        assert not person.has_confirmed
        before = person.agreed_at
        user = make_volunteer(has_account=True).user
        Volunteer.objects.filter(user=user).update(user=None)
        Volunteer.objects.filter(pk=person.pk).update(user=user)
        person.refresh_from_db()
        confirm_notice(person, notice=person.notice, actor=user)
        person.refresh_from_db()
        assert person.has_confirmed
        assert person.agreed_at > before

    def test_the_party_register_is_linked_by_either_number(self, liaison, home):
        identity = identity_of(born())
        first = make_member(name="别的写法", identity_number=identity)
        second = make_member(name="李红", phone="13800005678")
        bring(liaison, line("王小明", None, identity.lower()), line("李红", "13800005678", "", "群众"))
        linked = {person.member: (person.name, person.kind) for person in Volunteer.objects.all()}
        assert linked == {first: ("王小明", "member"), second: ("李红", "member")}

    def test_whoever_answers_for_two_units_says_which(self, liaison, unit, home):
        other = make_unit(name="区税务局", liaison=liaison)
        content = workbook((*HEADS, "所在单位"), [*line(), "", "", "", "区税务局"], line("陈二"))
        found = runs.preview(MemberFilling(liaison), content)
        assert {row.number: dict(row.errors) for row in found.bad} == {3: {"所在单位": "这一栏要填。"}}
        content = workbook((*HEADS, "所在单位"), [*line(), "", "", "", "区税务局"])
        assert runs.run(MemberFilling(liaison), content).new_count == 1
        assert Volunteer.objects.get().unit == other


class TestRefused:
    def test_every_bad_row_is_told_by_number_and_nothing_is_written(self, liaison, home):
        identity, child = identity_of(born()), identity_of(born(10))
        lines = [
            line("好的"),
            line(""),
            line("短号", "1380000"),
            line("没有社区", home=""),
            line("别处", home="不存在社区"),
            line("号错", None, "320508198001011234"),
            line("星号", "138****0000"),
            line("身份", None, "", "团员"),
            line("技能", None, "", "", "青松社区", "飞檐走壁"),
            line("孩子", None, child),
            line("原件", "13800001111", identity),
            line("同号", "13800001111"),
            line("同证", None, identity),
        ]
        told = errors(liaison, *lines)
        assert {number: list(reasons) for number, reasons in told.items()} == {
            3: ["姓名"],
            4: ["手机号"],
            5: ["居住社区"],
            6: ["居住社区"],
            7: ["身份证号"],
            8: ["手机号"],
            9: ["身份"],
            10: ["服务技能"],
            11: ["身份证号"],
            13: ["整行"],
            14: ["整行"],
        }
        assert told[13]["整行"] == told[14]["整行"] == "和第 12 行重复。"
        assert runs.run(MemberFilling(liaison), workbook(HEADS, *lines)).bad
        assert not Volunteer.objects.exists()

    @pytest.mark.parametrize("is_self_registered", [True, False])
    def test_of_another_unit_is_refused_without_a_word_on_who(self, liaison, home, is_self_registered):
        other = None if is_self_registered else make_unit(name="区税务局")
        person = make_volunteer(home, name="秘密人", identity_number=identity_of(born()), unit=other)
        for cells in (line("王小明", person.phone), line("王小明", None, person.identity_number)):
            ((_, reason),) = errors(liaison, cells)[2].items()
            assert "已在平台登记，不在您单位名下" in reason
            assert not re.search("秘密人|税务|青松", reason)

    def test_what_tells_a_person_is_never_overwritten(self, liaison, unit, home):
        identity = identity_of(born())
        report = make_report(home, "registered", person={"unit": unit, "name": "王小明", "identity_number": identity})
        phone = report.volunteer.phone
        elsewhere = make_community(name="碧水社区")
        cases = {
            "姓名": line("王晓明", phone),
            "手机号": line("王小明", None, identity),
            "身份证号": line("王小明", phone, identity_of(born(50))),
            "居住社区": line("王小明", phone, "", "", elsewhere.name),
        }
        for head, cells in cases.items():
            assert list(errors(liaison, cells)[2]) == [head]

    def test_two_people_of_the_unit_in_one_line(self, liaison, unit, home):
        first = make_volunteer(home, unit=unit)
        second = make_volunteer(home, unit=unit, identity_number=identity_of(born()))
        assert errors(liaison, line("王", first.phone, second.identity_number))[2] == {
            "整行": "手机号和身份证号是您单位里两个人的，请核对。"
        }


class TestKnown:
    def test_the_same_sheet_again_changes_nothing(self, liaison, home):
        lines = [line("王小明"), line("李红", None, identity_of(born()))]
        bring(liaison, *lines)
        found = look(liaison, *lines)
        assert (found.same_count, found.good, found.bad) == (2, [], [])

    def test_what_was_left_open_is_completed(self, liaison, unit, home):
        report = make_report(home, "registered", person={"unit": unit, "name": "王小明"})
        person, identity = report.volunteer, identity_of(born())
        person.skills.add(Skill.objects.get(name="理发"))
        member = make_member(identity_number=identity)
        cells = line("王小明", person.phone, identity, "", "青松社区", "理发、急救")
        assert [row.details for row in look(liaison, cells).good] == [["补上身份证号", "补上服务技能"]]
        bring(liaison, cells)
        person.refresh_from_db()
        assert (person.identity_number, person.skills.count(), person.has_confirmed) == (identity, 2, True)
        assert (person.member, person.born_on) == (member, born())
        assert person.reports.count() == 1

    def test_who_had_left_reports_again(self, liaison, unit, home):
        old = make_report(home, "ended", person={"unit": unit, "name": "王小明"})
        bring(liaison, line("王小明", old.volunteer.phone))
        assert [row.status for row in old.volunteer.reports.order_by("pk")] == ["ended", "submitted"]


class TestPages:
    def test_template_has_an_example_and_drop_downs(self, liaison, home):
        book = load_workbook(BytesIO(template(MemberFilling(liaison))))
        sheet = book.active
        assert sheet["A2"].value == f"{EXAMPLE}王小明"
        assert {str(rule.sqref) for rule in sheet.data_validations.dataValidation} == {
            "D2:D2001",
            "E2:E2001",
            "I2:I2001",
        }

    def test_fifty_with_bad_rows_then_mended(self, client, liaison, home):
        client.force_login(liaison)
        page = reverse("reports:import")
        lines = [line(f"张{number}") for number in range(50)]
        bad = [*lines[:47], ["", *lines[47][1:]], line("重号", lines[0][1]), line("外地", home="没有")]
        answer = client.post(page, {"file": upload(workbook(HEADS, *bad))}, follow=True)
        words = answer.content.decode()
        assert "有 3 行要改，现在一行也没有导入" in words
        assert all(f"第 {number} 行" in words for number in (49, 50, 51))
        assert "张1" not in words
        assert not Volunteer.objects.exists()
        began = process_time()
        answer = client.post(page, {"file": upload(workbook(HEADS, *lines))})
        preview = answer["Location"]
        assert "确认报到 50 名" in client.get(preview).content.decode()
        assert client.post(preview).status_code == 422  # without the tick
        answer = client.post(preview, {"consent": "on"}, follow=True)
        assert process_time() - began < 5
        assert "新增 50 名" in answer.content.decode()
        assert Report.objects.filter(source="unit").count() == 50
        assert "新增 50 名" in client.post(preview, {"consent": "on"}, follow=True).content.decode()
        assert Report.objects.count() == 50

    def test_who_answers_for_no_unit(self, client, home):
        client.force_login(make_post(organization=home.organization))
        for name in ("import", "import_template"):
            assert client.get(reverse(f"reports:{name}")).status_code == 403
        client.logout()
        assert client.get(reverse("reports:import")).status_code == 302

    def test_template_is_handed_out(self, client, liaison, home):
        client.force_login(liaison)
        assert sheet_of(client.get(reverse("reports:import_template")))[0][:3] == ("姓名*", "手机号*", "身份证号")

    def test_preview_asks_as_little_for_many(self, liaison, home, django_assert_max_num_queries):
        content = workbook(HEADS, *(line(f"张{number}", None, identity_of(born())) for number in range(100)))
        filling = MemberFilling(liaison)
        with django_assert_max_num_queries(6):
            assert runs.preview(filling, content).new_count == 100
