"""The columns of the four lists: as the office orders them, nobody's personal data in the open, a constant price."""

import pytest
from django.apps import apps

from checklists.columns import LISTS, ORDINAL, words
from checklists.models import Enrolment, Expense, Need
from tests import factories
from tests.checklists.lists import make_activity, make_project

pytestmark = pytest.mark.django_db

HEADS = {
    "needs": "序号, 编号, 需求名称, 类别, 内容, 服务对象/人数, 提出主体, 来源, 紧急度, 提出日期, 期望完成, "
    "联系人, 电话, 认领单位, 状态",
    "resources": "序号, 提供单位, 资源名称, 类别, 数量, 可用时间, 开放对象, 条件, 联络员, 电话, 有效期, 占用情况",
    "activities": "序号, 轮值期, 轮值单位, 活动名称, 类型, 时间, 地点, 参与单位, 负责人, 协议编号, 人数, 满意度, "
    "图文记录",
    "projects": "序号, 项目名称, 对应需求, 对应资源, 牵头单位, 配合单位, 责任人, 经费, 开始/完成时限, 进度%, 受益人数, "
    "成效, 评价, 销号日期",
}
SECRETS = ("欧阳震华", "13812345678", "2单元501", "13900009999")


def rows_of(checklist):
    return apps.get_model("checklists", checklist.model).objects.with_columns()


@pytest.fixture
def world():
    """One row of each list, with everything personal that can hang on it."""
    community = factories.make_community()
    unit = factories.make_unit(community.organization)
    liaison = factories.make_liaison(unit, phone="13900009999")
    resource = factories.make_resource(unit)
    need = factories.make_need(
        "taken",
        community=community,
        resource=resource,
        contact_name="欧阳震华",
        contact_phone="13812345678",
        address_detail="2单元501",
    )
    activity = make_activity(community, unit=unit, needs=[need], resources=[resource])
    Enrolment.objects.create(activity=activity, name="欧阳震华", phone="13812345678", notice=need.notice)
    make_project(community, unit=unit, needs=[need], resources=[resource])
    return liaison


class TestColumns:
    @pytest.mark.parametrize("key", LISTS)
    def test_are_those_of_the_office_in_its_order(self, key):
        assert LISTS[key].heads == HEADS[key].split(", ")
        assert LISTS[key].heads[0] == ORDINAL

    @pytest.mark.parametrize("key", LISTS)
    def test_tell_no_personal_data_in_full(self, key, world):
        for row in rows_of(LISTS[key]):
            line = " ".join(words(column.read(row)) for column in LISTS[key].columns)
            assert line
            assert not [secret for secret in SECRETS if secret in line]

    @pytest.mark.parametrize("key", LISTS)
    def test_that_name_a_person_cannot_be_published(self, key):
        checklist = LISTS[key]
        personal = [column for column in checklist.columns if column.is_personal]
        assert personal
        for column in personal:
            assert not column.may_be_public
            assert column.why_not
        assert checklist.chosen([column.key for column in checklist.columns]) == checklist.public_columns
        assert not {column.key for column in personal} & set(checklist.default_keys)

    def test_receipt_codes_and_residents_words_are_kept_back(self):
        public = {column.key for column in LISTS["needs"].public_columns}
        assert "code" not in public  # with it and four digits one looks up somebody's need
        assert "text" in public
        assert "text" not in LISTS["needs"].default_keys

    def test_no_column_of_a_project_tells_a_receipt_code(self, world):
        need = Need.objects.get()
        line = " ".join(
            words(column.read(row)) for row in rows_of(LISTS["projects"]) for column in LISTS["projects"].columns
        )
        assert need.spoken_code not in line
        assert need.code not in line

    @pytest.mark.parametrize("key", LISTS)
    def test_cost_the_same_for_one_row_and_for_five(self, key, world, django_assert_num_queries):
        checklist = LISTS[key]
        expected = {"needs": 1, "resources": 1, "activities": 2, "projects": 4}[key]
        community = Need.objects.get().community
        for _ in range(4):
            unit = factories.make_unit(community.organization)
            factories.make_liaison(unit)
            need = factories.make_need("taken", community=community, resource=factories.make_resource(unit))
            make_activity(community, unit=unit, needs=[need])
            make_project(community, unit=unit, needs=[need])
        with django_assert_num_queries(expected):
            rows = list(rows_of(checklist))
            assert len(rows) == 5
            for row in rows:
                for column in checklist.columns:
                    words(column.read(row))


class TestWords:
    def test_an_activity_counts_its_photos_and_verdicts_apart(self, world):
        activity = next(iter(rows_of(LISTS["activities"])))
        notice = Need.objects.get().notice
        for number, verdict in enumerate(["satisfied", "mostly", "dissatisfied"]):
            Enrolment.objects.create(
                activity=activity, name="王", phone=f"1391234000{number}", notice=notice, satisfaction=verdict
            )
        activity = rows_of(LISTS["activities"]).get()
        line = {column.key: words(column.read(activity)) for column in LISTS["activities"].columns}
        assert line["satisfaction"] == "67%（2/3）"
        assert line["time"] == "2026-11-28 14:00—16:00"

    def test_a_project_sums_what_it_spent(self, world):
        project = rows_of(LISTS["projects"]).get()
        for amount in ("10.50", "20"):
            Expense.objects.create(
                project=project, amount=amount, purpose="灯具", recorded_by=factories.make_superuser()
            )
        line = {
            column.key: words(column.read(rows_of(LISTS["projects"]).get())) for column in LISTS["projects"].columns
        }
        assert line["money"] == "预算 30,000.00 元，已用 30.50 元"
        assert line["needs"] == f"{Need.objects.get().community} {Need.objects.get().category}"

    def test_a_need_is_claimed_once_a_unit_takes_it(self, world):
        need = rows_of(LISTS["needs"]).get()
        assert need.claimed_by == need.dispatches.get().resource.unit.name
        factories.make_need("dispatched", community=need.community)
        assert [each.claimed_by for each in rows_of(LISTS["needs"]) if each.status == "dispatched"] == [None]
