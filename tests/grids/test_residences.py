"""居住党员: entered on the quarter's page or by sheet, within the own reach on both sides."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from govern.imports import runs
from govern.spreadsheets import write_sheet
from grids.imports.residences import ResidenceFilling
from grids.models import Residence
from grids.services.residences import settle_member, unsettle_member
from organizations.models import Role
from tests import factories as make

pytestmark = pytest.mark.django_db
HEADS = ["姓名", "身份证号后四位", "所在党支部", "居住小区", "居住起始"]
TODAY = timezone.localdate


@pytest.fixture
def quarter():
    return make.make_quarter(name="东苑")


@pytest.fixture
def body(quarter):
    return quarter.community.organization


@pytest.fixture
def clerk(body, client):
    user = make.make_post(organization=body)
    client.force_login(user)
    return user


@pytest.fixture
def branch(body):
    return make.make_branch(body, name="东苑党支部")


def page(quarter):
    return reverse("admin:grids_quarter_residents", args=[quarter.pk])


def sheet(*lines):
    stream = BytesIO()
    write_sheet(stream, "居住党员", HEADS, lines)
    return stream.getvalue()


class TestSettling:
    def test_a_member_lives_in_one_quarter(self, quarter, branch, clerk):
        member, other = make.make_member(branch), make.make_quarter(quarter.community)
        settle_member(member, quarter=other, starts_on=date(2024, 5, 1), actor=clerk)
        settle_member(member, quarter=other, actor=clerk)
        assert Residence.objects.get().starts_on == date(2024, 5, 1)
        settle_member(member, quarter=quarter, actor=clerk)
        assert (Residence.objects.get().quarter, Residence.objects.get().starts_on) == (quarter, TODAY())

    def test_taken_off_twice_is_taken_off_once(self, quarter, branch, clerk):
        row = settle_member(make.make_member(branch), quarter=quarter, actor=clerk)
        unsettle_member(row, actor=clerk)
        row.pk = 1
        unsettle_member(row, actor=clerk)
        assert not Residence.objects.exists()

    def test_refusals_stand_beside_their_field(self, quarter, branch, clerk):
        gone = make.make_member(branch, left_on=TODAY(), leaving="deceased")
        elsewhere = make.make_member(branch)
        make.make_quarter(name="远处").residences.create(member=elsewhere)
        for member, starts_on, field in (
            (gone, None, "member"),
            (elsewhere, None, "member"),
            (make.make_member(branch), TODAY() + timedelta(days=1), "starts_on"),
        ):
            with pytest.raises(ValidationError) as refusal:
                settle_member(member, quarter=quarter, starts_on=starts_on, actor=clerk)
            assert set(refusal.value.error_dict) == {field}

    def test_both_sides_are_within_reach(self, quarter, branch, clerk):
        far = make.make_quarter()
        for member, where in ((make.make_member(branch), far), (make.make_member(), quarter)):
            with pytest.raises(PermissionDenied):
                settle_member(member, quarter=where, actor=clerk)
        row = far.residences.create(member=make.make_member(branch))
        with pytest.raises(PermissionDenied):
            unsettle_member(row, actor=clerk)


class TestPage:
    def test_finds_settles_and_takes_off(self, quarter, branch, clerk, client):
        member = make.make_member(branch, name="王芳", phone="13800001234")
        make.make_member(name="王方方")
        shown = client.get(page(quarter), {"q": "王"}).content.decode()
        assert "王芳" in shown and "王方方" not in shown and "13800001234" not in shown
        assert client.post(page(quarter), {"members": [member.pk], "starts_on": ""}).status_code == 302
        assert quarter.residences.get().member == member
        assert "没有找到这样的党员" in client.get(page(quarter), {"q": "王"}).content.decode()
        for _ in range(2):
            assert client.post(page(quarter), {"residence": quarter.residences.values_list("pk").first() or 1})
        assert not quarter.residences.exists()

    def test_refused_input_comes_back(self, quarter, branch, clerk, client):
        member = make.make_member(branch, name="王芳")
        for posted, words in (
            ({"starts_on": "2099-01-01", "members": [member.pk]}, "居住起始不能晚于今天"),
            ({"starts_on": "明天", "members": [member.pk]}, "请填日期"),
            ({}, "请勾选住在这里的党员"),
            ({"members": ["x"]}, "请重新查找党员"),
            ({"members": [make.make_member().pk]}, "请重新查找"),
        ):
            answer = client.post(page(quarter), posted)
            assert answer.status_code == 422 and words in answer.content.decode()
        assert "王芳" in client.post(page(quarter), {"starts_on": "明天", "members": [member.pk]}).content.decode()

    def test_tells_when_a_quarter_is_ripe(self, quarter, branch, clerk, client):
        for _ in range(3):
            assert "条件成熟" not in client.get(page(quarter)).content.decode()
            quarter.residences.create(member=make.make_member(branch))
        assert "条件成熟" in client.get(page(quarter)).content.decode()

    def test_others_find_nothing(self, quarter, branch, clerk, client):
        row = quarter.residences.create(member=make.make_member(branch, name="王芳"))
        client.force_login(make.make_post(organization=make.make_community().organization))
        for address in (page(quarter), reverse("admin:grids_residence_change", args=[row.pk])):
            assert client.get(address).status_code == 404
            assert client.post(address, {"residence": row.pk}).status_code == 404
        assert "王芳" not in client.get(reverse("admin:grids_residence_changelist")).content.decode()

    def test_who_only_looks_changes_nothing(self, quarter, branch, body, client):
        row = quarter.residences.create(member=make.make_member(branch))
        role = Role.objects.get(code="community_staff")
        role.permissions.remove(*role.permissions.filter(codename__regex="^(add|change|delete)_residence$"))
        client.force_login(make.make_post(organization=body))
        shown = client.get(page(quarter)).content.decode()
        assert "周党员" in shown and "移出" not in shown
        assert client.post(page(quarter), {"residence": row.pk}).status_code == 403
        assert client.get(reverse("admin:grids_residence_import")).status_code == 403

    def test_queries_do_not_grow(self, quarter, branch, clerk, client, django_assert_max_num_queries):
        quarter.residences.create(member=make.make_member(branch, name="王一"))
        make.make_member(branch, name="王二")
        addresses = [f"{page(quarter)}?q=王", reverse("admin:grids_residence_changelist")]
        for address in addresses:
            client.get(address)
            with django_assert_max_num_queries(30) as before:
                client.get(address)
            for _ in range(5):
                quarter.residences.create(member=make.make_member(make.make_branch(branch.parent)))
                make.make_member(branch, name="王某")
            with django_assert_max_num_queries(len(before)):
                client.get(address)


class TestSheet:
    def test_tells_every_bad_line(self, quarter, branch, clerk):
        for number in ("320500199001010012", "320500199001010029"):
            make.make_member(branch, name="王芳", identity_number=number)
        taken = make.make_member(branch, name="李四")
        make.make_quarter(name="远处").residences.create(member=taken)
        found = runs.preview(
            ResidenceFilling(clerk),
            sheet(
                ["王芳", "", "", "东苑", ""],
                ["王芳", 12, "", "东苑", ""],
                ["王芳", "0012", "东苑党支部", "东苑", ""],
                ["赵六", "", "", "东苑", ""],
                ["李四", "", "", "东苑", "2024-05-01"],
                ["李四", "", "", "远处", ""],
                ["王芳", "0029", "别的支部", "东苑", ""],
                ["王芳", "四位", "", "东苑", "去年"],
            ),
        )
        said = {row.number: "；".join(words for _, words in row.errors) for row in found.rows}
        for number, words in {
            2: "有 2 名党员叫“王芳”",
            4: "和第 3 行重复",
            5: "没有这样的“赵六”",
            6: "已登记住在",
            7: "没有“远处”这个小区",
            8: "没有这样的“王芳”",
            9: "后四位，您填的是“四位”。；日期要写成",
        }.items():
            assert words in said[number]
        assert said[3] == "" and len(found.good) == 1

    def test_what_is_exported_comes_back_as_it_was(self, quarter, branch, clerk, client):
        other = make.make_quarter(quarter.community, name="西苑")
        for name, number in (("王芳", "320500199001010012"), ("李四", "")):
            member = make.make_member(branch, name=name, identity_number=number)
            quarter.residences.create(member=member, starts_on=date(2024, 5, 1))
        answer = client.get(reverse("admin:grids_residence_export"))
        book = load_workbook(BytesIO(answer.content))
        found = runs.preview(ResidenceFilling(clerk), answer.content)
        assert [row.action for row in found.rows] == ["same", "same"] and not found.unknown
        assert "320500199001010012" not in str(list(book.active.values))
        book.active.cell(2, 1).value = "西苑"
        stream = BytesIO()
        book.save(stream)
        assert runs.run(ResidenceFilling(clerk), stream.getvalue()).changed_count == 1
        assert other.residences.count() == 1

    def test_is_looked_at_and_then_taken(self, quarter, branch, clerk, client):
        make.make_member(branch, name="李四")
        file = SimpleUploadedFile("a.xlsx", sheet(["李四", "", "", f"{quarter.community}／东苑", "2024-05-01"]))
        preview = client.post(reverse("admin:grids_residence_import"), {"file": file})
        assert "新增" in client.get(preview.url).content.decode()
        assert not Residence.objects.exists()
        client.post(preview.url, {"consent": "on"})
        assert quarter.residences.get().starts_on == date(2024, 5, 1)

    def test_queries_grow_with_what_is_written_alone(self, quarter, branch, clerk, django_assert_max_num_queries):
        for number in range(20):
            make.make_member(branch, name=f"党员{number}")
        lines = [[f"党员{number}", "", "", "东苑", ""] for number in range(20)]
        with django_assert_max_num_queries(12):
            assert len(runs.preview(ResidenceFilling(clerk), sheet(*lines)).good) == 20
