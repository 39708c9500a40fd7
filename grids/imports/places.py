"""小区 and 楼栋 out of Excel: what the export of buildings writes, edited, comes back; the rest is new."""

from copy import copy
from functools import partial

from django.utils.functional import cached_property

from govern.imports import cells
from govern.imports.cells import Refusal
from govern.imports.fillings import BAD, CHANGED, SAME, Field, Filling, Sheet
from grids.addresses import building_key, quarter_key
from grids.geometry import EAST, NORTH, SOUTH, WEST
from grids.models import Building, Community, Grid, Quarter
from grids.resources import BuildingResource
from grids.services.places import Wanted, write_places
from organizations.parameters import parameter

CODE, QUARTER, NAME, GRID, LONGITUDE = "楼栋编码", "小区", "楼栋号", "社区分网格", "经度"
PLAIN = ("name", "units_count", "floors_count", "households", "households_on", "longitude", "latitude", "is_active")


def degrees(value, *, least, most):
    words = cells.text(value)
    try:
        number = float(words)
    except ValueError:
        raise Refusal(f"要填度数，如 116.39750，您填的是“{words[:20]}”。") from None
    if not least <= number <= most:
        raise Refusal(f"要在 {least:g} 到 {most:g} 度之间，您填的是 {words[:20]}。")
    return number


def small_count(value, *, least=0):
    number = cells.count(value)
    if not least <= number <= 32767:
        raise Refusal(f"要填 {least} 到 32767 的整数，您填的是“{cells.text(value)[:20]}”。")
    return number


class PlaceFilling(Filling):
    """A line is a building: known by its code, or by its name in its quarter. A quarter that is not there is new."""

    model = Building
    sheet = Sheet("楼栋", "栋", tuple(each.column_name for each in BuildingResource.fields.values()))
    label_heads = (QUARTER, NAME)
    in_request = 2000

    @cached_property
    def most(self):
        return int(parameter("import_places_max_rows"))

    def make_fields(self):
        rows = Community.objects.allowed(self.user, "grids.add_building").order_by("code")
        self.communities = {}
        for community in rows:
            self.communities[community.name] = self.communities[community.code] = community
        offered = tuple(community.name for community in rows)[:5000]
        whole = partial(small_count, least=1)
        return (
            Field(
                "community", "社区", self.community, True, next(iter(offered), ""), "名称，或 12 位区划代码。", offered
            ),
            Field("quarter", QUARTER, is_required=True, example="翡翠湾", hint="还没有的小区会一起新增。"),
            Field("name", NAME, is_required=True, example="3栋"),
            Field("code", CODE, hint="不填就自动编。填了就认编码，可以改楼栋号。单元格设成文本。"),
            Field("grid", GRID, example="第1网格", hint="名称，或 15 位网格编码；不填的，新楼栋不归网格，已有的不变。"),
            Field("units_count", "单元数", whole, example="3"),
            Field("floors_count", "层数", whole, example="6"),
            Field("households", "户数", cells.count, example="36"),
            Field("households_on", "户数统计日期", cells.day, example="2026-11-01"),
            Field("longitude", LONGITUDE, partial(degrees, least=WEST, most=EAST), example="116.39750", hint="度。"),
            Field("latitude", "纬度", partial(degrees, least=SOUTH, most=NORTH), example="39.90860", hint="度。"),
            Field("is_active", "在用", cells.yes_or_no, example="是", options=("是", "否")),
        )

    def community(self, value):
        words = cells.text(value)
        if words not in self.communities:
            raise Refusal(f"没有“{words}”这个社区，或不在您的辖区。")
        return self.communities[words]

    # --- Reading ------------------------------------------------------------------------------------------------------
    def rows(self, lines):
        named = {cells.text(line["社区"]) for _, line in lines if line.get("社区") is not None}
        keys = {self.communities[name].pk for name in named & self.communities.keys()}
        self.read_places(keys)
        self.can_add_quarter = self.user.has_perm("grids.add_quarter")
        self.can_change = self.user.has_perm("grids.change_building")
        return super().rows(lines)

    def read_places(self, communities):
        self.quarters, self.quarter_keys, self.by_code, self.by_name, self.by_key, self.grids = {}, {}, {}, {}, {}, {}
        for quarter in Quarter.objects.filter(community__in=communities).select_related("community"):
            self.quarters[quarter.community_id, quarter.name] = quarter
            self.quarter_keys[quarter.community_id, quarter.search_name] = quarter
        for row in Building.objects.filter(quarter__community__in=communities).select_related("quarter", "grid"):
            self.by_code[row.code] = row
            self.by_name[row.quarter_id, row.name] = row
            self.by_key[row.quarter_id, row.search_name] = row
        pairs = Grid.communities.through.objects.filter(community__in=communities, grid__dissolved_on=None)
        for pair in pairs.select_related("grid"):
            for name in (pair.grid.name, pair.grid.code):
                self.grids.setdefault((pair.community_id, name), []).append(pair.grid)

    def check(self, row, line):
        values = row.values
        community = values["community"]
        quarter = self.quarter_of(row, community)
        known = self.known(row, quarter) if quarter else None
        grid = self.grid_of(row, community, known)
        self.check_point(row, known)
        if row.action == BAD or self.is_twin(row, known.pk if known else (id(quarter), building_key(values["name"]))):
            return
        building = copy(known) if known else Building(quarter=quarter, code=values.get("code", ""))
        for name in PLAIN:
            if name in values:
                setattr(building, name, values[name])
        skipped = ["quarter", "grid", *(["code"] if not building.code else [])]
        self.judge(row, building, skipped)
        row.subject = Wanted(building, quarter, grid, known)
        if known:
            self.compare(row, known, grid)
        elif quarter.pk is None and row.action != BAD:
            row.details = [f"小区“{quarter.name}”也是新的"]

    def quarter_of(self, row, community):
        name = row.values["quarter"]
        if quarter := self.quarters.get((community.pk, name)):
            return quarter
        if like := self.quarter_keys.get((community.pk, quarter_key(name))):
            row.refuse(QUARTER, f"{community}已有“{like.name}”。是同一个小区，请写成一样的名称。")
        elif not self.can_add_quarter:
            row.refuse(QUARTER, f"{community}没有“{name}”这个小区。")
        elif len(name) > 60:
            row.refuse(QUARTER, "小区名称最多 60 个字。")
        else:
            quarter = Quarter(name=name, community=community)
            self.quarters[community.pk, name] = self.quarter_keys[community.pk, quarter_key(name)] = quarter
            return quarter
        return None

    def known(self, row, quarter):
        """The building that the line is about; None for a new one. What cannot be is refused."""
        code, name = row.values.get("code"), row.values["name"]
        named = self.by_name.get((quarter.pk, name)) if quarter.pk else None
        like = self.by_key.get((quarter.pk, building_key(name))) if quarter.pk else None
        known = self.by_code.get(code) if code else named
        if known and known.quarter_id != quarter.pk:
            row.refuse(CODE, f"这个编码是{known}的。楼栋不能在表里改小区。")
        elif known and named and named.pk != known.pk:
            row.refuse(NAME, f"{quarter}已有{name}，编码是 {named.code}。")
        elif named and code and known is None:
            row.refuse(CODE, f"{named}的编码是 {named.code}，不能在表里改。")
        elif known is None and like:
            row.refuse(NAME, f"{quarter}已有“{like.name}”，编码是 {like.code}。是同一栋，请写成一样的楼栋号。")
        elif known is None and code:
            self.check_code(row, code, quarter)
        elif known and not self.can_change:
            row.refuse(NAME, "这栋楼已经有了，您没有修改的权限。")
        return known

    def check_code(self, row, code, quarter):
        if len(code) == 17 and not code.startswith(quarter.community.code):
            row.refuse(CODE, f"前 12 位要与{quarter.community}的区划代码 {quarter.community.code} 一致。")
        elif self.seen.setdefault(("code", code), row.number) != row.number:
            row.refuse(CODE, f"和第 {self.seen['code', code]} 行的编码相同。")

    def grid_of(self, row, community, known):
        words = row.values.get("grid")
        if words is None:
            return known.grid if known else None
        found = self.grids.get((community.pk, words), [])
        if len({grid.pk for grid in found}) != 1:
            none = f"{community}没有“{words}”这个网格。请先设立，或写 15 位网格编码。"
            row.refuse(GRID, f"{community}有几个网格都叫“{words}”，请写 15 位网格编码。" if found else none)
            return None
        if found[0].level != Grid.Level.COMMUNITY:
            row.refuse(GRID, "楼栋归入社区分网格，不直接归总网格。")
        return found[0]

    def check_point(self, row, known):
        if ("longitude" in row.values) != ("latitude" in row.values) and not (known and known.longitude is not None):
            row.refuse(LONGITUDE, "经度和纬度要一起填。")

    def compare(self, row, known, grid):
        building, wanted = row.subject.building, row.subject
        wanted.changed = [name for name in PLAIN if getattr(known, name) != getattr(building, name)]
        row.details = [
            f"{self.head_of[name]}：{said(getattr(known, name))} → {said(getattr(building, name))}"
            for name in wanted.changed
        ]
        if known.grid_id != (grid and grid.pk):
            row.details.append(f"{GRID}：{known.grid or '空'} → {grid}")
        if row.action != BAD:
            row.action = CHANGED if row.details else SAME

    def write(self, rows):
        write_places([row.subject for row in rows], actor=self.user, progress=self.progress)


def said(value):
    if isinstance(value, bool):
        return "是" if value else "否"
    return "空" if value in (None, "") else value
