"""走访户 out of Excel: a line is a household; who is on the list of that room already stays as it is."""

from functools import partial

from django.db.models.functions import Concat

from accounts.imports import phone
from govern.imports import cells
from govern.imports.cells import Refusal
from govern.imports.fillings import SAME, Field, Filling, Sheet
from grids.models import Building
from patrols.models import CareHousehold
from patrols.resources.channels import HouseholdSheet
from patrols.services.households import enlist_household, plain_room

BUILDING, COMMUNITY = "楼栋", "社区"


def whole(value):
    words = cells.text(value)
    if "*" in words:
        raise Refusal("要填完整的，带星号的不能导入。")
    return words


class HouseholdFilling(Filling):
    model = CareHousehold
    sheet = Sheet("走访户", "户", tuple(each.column_name for each in HouseholdSheet.fields.values()))
    label_heads = (BUILDING, "关爱类别")  # no names in a preview that others walk by
    consent = "表里的人都知道社区登记这些信息，只用于走访关爱。"

    def make_fields(self):
        groups = {label: value for value, label in CareHousehold.Group.choices}
        return (
            Field("community", COMMUNITY, hint="楼栋不重名可以不填。"),
            Field(
                "building", BUILDING, is_required=True, example="翡翠湾3栋", hint="小区名称加楼栋号，和楼栋列表里一样。"
            ),
            Field("room", "单元和房号", whole, is_required=True, example="2单元501"),
            Field("name", "姓名", whole, is_required=True, example="王桂兰"),
            Field("phone", "手机号", phone, example="13800000000"),
            Field(
                "group", "关爱类别", cells.choice(groups), is_required=True, example="独居老人", options=tuple(groups)
            ),
            Field("needs_note", "走访时留意", whole, example="听力不好，敲门要重"),
            Field("starts_on", "列入日期", partial(cells.day), example="2026-01-05", hint="不填就是导入那天。"),
        )

    def rows(self, lines):
        """The buildings that the lines name and their households, read at once."""
        names = {_plain(line[BUILDING]) for _, line in lines if line.get(BUILDING) is not None}
        rows = Building.objects.allowed(self.user, "patrols.add_carehousehold").active()
        self.buildings = {}
        named = rows.annotate(spoken=Concat("quarter__name", "name")).filter(spoken__in=names)
        for building in named.select_related("quarter__community"):
            self.buildings.setdefault(building.spoken, []).append(building)
        found = [each.pk for each in sum(self.buildings.values(), [])]
        known = CareHousehold.objects.filter(building__in=found, ends_on=None)
        self.known = {(row.building_id, plain_room(row.room), row.name.strip()) for row in known}
        return super().rows(lines)

    def check(self, row, line):
        values = row.values
        named = self.buildings.get(_plain(values.pop("building")), [])
        community = values.pop("community", "")
        named = [each for each in named if community in ("", each.quarter.community.name)]
        if len(named) != 1:
            words = "有几栋楼都这样叫，请填社区。" if named else "辖区里没有这栋楼，请照楼栋列表里的写法填。"
            return row.refuse(BUILDING, words)
        household = CareHousehold(building=named[0], **values)
        key = (household.building_id, plain_room(household.room), household.name)
        if self.is_twin(row, key):
            return None
        self.judge(row, household, ["building"])
        if row.errors or key not in self.known:
            return None
        row.action = SAME
        return None

    def save(self, row):
        enlist_household(row.subject, actor=self.user)


def _plain(value):
    return "".join(cells.text(value).split())
