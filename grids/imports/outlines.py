"""边界 out of GeoJSON (RFC 7946): a FeatureCollection whose features tell by a property which place they are of."""

import json
from dataclasses import dataclass, field

from govern.imports.cells import Refusal
from govern.imports.fillings import BAD, CHANGED, NEW, SAME, Row
from grids import geometry
from grids.models import Community, Grid, Outline, Quarter
from organizations.parameters import parameter

MOST_FEATURES = 5000
MEGABYTE = 1024 * 1024
CODE_NAMES = ("code", "编码", "代码", "CODE", "Code")
QUARTER_NAMES = ("quarter", "小区")
COMMUNITY_NAMES = ("community", "社区")
PLACE, SHAPE = "地方", "图形"
DEGREES = ("CRS84", "4326", "4490")
KINDS = {"community": "社区", "quarter": "小区", "grid": "网格"}


@dataclass
class Feature(Row):
    """A feature by its number in the file, from 1 on; `kind` of place, `place`, `shape` in degrees."""

    kind: str = ""
    place: object = None
    shape: object = None
    area_m2: float = 0


@dataclass
class Preview:
    rows: list
    unknown: list = field(default_factory=list)

    @property
    def bad(self):
        return [row for row in self.rows if row.action == BAD]

    @property
    def good(self):
        return [row for row in self.rows if row.action in (NEW, CHANGED)]

    def count(self, action):
        return sum(row.action == action for row in self.rows)

    @property
    def new_count(self):
        return self.count(NEW)

    @property
    def changed_count(self):
        return self.count(CHANGED)

    @property
    def same_count(self):
        return self.count(SAME)


def most_bytes():
    return int(parameter("outline_import_max_mb")) * MEGABYTE


def features_of(content):
    """The list of features in the bytes of a file. Refusal where it is none that we read."""
    if len(content) > most_bytes():
        raise Refusal(f"文件不能超过 {most_bytes() // MEGABYTE} MB。请分成几份，或先简化边界。")
    try:
        found = json.loads(content.decode("utf-8-sig"), parse_constant=_no_number)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise Refusal("这不是 GeoJSON 文件：读不出内容。请从地图软件导出 GeoJSON（UTF-8 编码）再上传。") from error
    if not isinstance(found, dict) or found.get("type") != "FeatureCollection":
        raise Refusal("要上传 GeoJSON 的 FeatureCollection，里面每个图形是一个 Feature。")
    demand_degrees(found.get("crs"))
    features = found.get("features")
    if not isinstance(features, list) or not features:
        raise Refusal("文件里没有图形。")
    if len(features) > MOST_FEATURES:
        raise Refusal(f"一次最多导入 {MOST_FEATURES} 个图形，这份有 {len(features)} 个。请分成几份。")
    return features


def _no_number(word):
    raise ValueError(word)


def demand_degrees(crs):
    """An older GeoJSON may name its coordinates; RFC 7946 knows degrees alone."""
    if crs and not any(name in json.dumps(crs) for name in DEGREES):
        raise Refusal("文件注明的坐标系不是经纬度。请转换成经纬度（WGS 84 或 CGCS2000，单位度）再导出。")


def preview(content, user):
    """What the file would do, as a Preview of Features. Refusal where the file itself is wrong."""
    rows = [_feature(number, each) for number, each in enumerate(features_of(content), 1)]
    _find_places(rows, user)
    _compare([row for row in rows if row.action != BAD])
    return Preview(rows)


def _feature(number, each):
    row = Feature(number)
    if not isinstance(each, dict) or each.get("type") != "Feature":
        row.refuse(SHAPE, "不是 Feature。")
        return row
    properties = each.get("properties")
    row.values = properties if isinstance(properties, dict) else {}
    row.label = _property(row, ("name", "名称", *QUARTER_NAMES)) or _property(row, CODE_NAMES)
    try:
        row.shape = geometry.read(each.get("geometry"))
        row.area_m2 = geometry.area_m2(row.shape)
    except geometry.NoShape as reason:
        row.refuse(SHAPE, str(reason))
    return row


def _property(row, names):
    value = next((row.values[name] for name in names if row.values.get(name) not in (None, "")), "")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()[:60] if isinstance(value, str | int) else ""


# --- Which place ------------------------------------------------------------------------------------------------------
def _find_places(rows, user):
    communities = Community.objects.allowed(user, "grids.add_outline")
    codes = {_property(row, CODE_NAMES) for row in rows}
    by_code = {row.code: ("community", row) for row in communities.filter(code__in=codes)}
    grids = Grid.objects.in_use().filter(code__in=codes, communities__in=communities).distinct()
    by_code |= {row.code: ("grid", row) for row in grids}
    names = {_property(row, QUARTER_NAMES) for row in rows}
    quarters = Quarter.objects.filter(name__in=names, community__in=communities).select_related("community")
    by_name = {}
    for quarter in quarters:
        for name in (quarter.community.name, quarter.community.code, ""):
            by_name.setdefault((quarter.name, name), []).append(quarter)
    seen = {}
    for row in rows:
        code, name = _property(row, CODE_NAMES), _property(row, QUARTER_NAMES)
        found = by_code.get(code) if code else _quarter(row, name, by_name)
        if found is None:
            if not row.errors or row.errors[-1][0] != PLACE:
                row.refuse(PLACE, _unknown(code, name))
            continue
        row.kind, row.place = found
        row.label = str(row.place)
        if (first := seen.setdefault((row.kind, row.place.pk), row.number)) != row.number:
            row.refuse(PLACE, f"和第 {first} 个图形是同一个地方：{row.place}。")


def _quarter(row, name, by_name):
    found = by_name.get((name, _property(row, COMMUNITY_NAMES)), [])
    if len(found) > 1:
        row.refuse(PLACE, f"有几个社区都有“{name}”，请在属性里加上 community（社区名称）。")
    return ("quarter", found[0]) if len(found) == 1 else None


def _unknown(code, name):
    if not code and not name:
        return "属性里没有编码。要写 code（12 位社区代码或 15 位网格编码），小区写 quarter 和 community。"
    if code and not (code.isdecimal() and len(code) in (12, 15)):
        return f"编码要 12 位（社区）或 15 位（网格）数字，这里是“{code}”。"
    return f"没有“{code or name}”这个地方，或不在您的辖区。"


def _compare(rows):
    held = {}
    for kind in KINDS:
        keys = [row.place.pk for row in rows if row.kind == kind]
        held |= {
            (kind, pk): shape
            for pk, shape in Outline.objects.filter(**{f"{kind}__in": keys}).values_list(kind, "geometry")
        }
    for row in rows:
        known = held.get((row.kind, row.place.pk))
        row.details = [f"{KINDS[row.kind]}，{row.area_m2:,.0f} 平方米"]
        if known is not None:
            row.action = SAME if known == geometry.written(row.shape) else CHANGED
