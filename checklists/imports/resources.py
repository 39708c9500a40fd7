import re

from django.db import transaction

from checklists.columns import RESOURCES, head_of
from checklists.imports.lists import ListFilling
from checklists.imports.needs import kind_reader, kinds_taken
from checklists.models import HALF_DAYS, Resource, TargetGroup
from checklists.services.matching import queue_affected
from checklists.services.resources import change_resource
from govern.imports import cells
from govern.imports.cells import Refusal
from govern.imports.fillings import CHANGED, SAME, Field
from organizations.models import Unit

QUANTITY = re.compile(r"(每周|每月|每季度|一次性)?\s*(\d{1,5})\s*人?")
FOREVER = "长期"
COLUMNS = ("kind", "availability", "target_groups", "conditions", "valid_until", "radius", "description", "is_public")


def quantity(value):
    """(period or None, people) of “每月5人”, “5”."""
    match = QUANTITY.fullmatch(cells.text(value))
    if match is None or int(match.group(2)) < 1:
        raise Refusal(f"要写成 每月5人 这样，您填的是“{cells.text(value)}”。")
    periods = {label: value for value, label in Resource.Period.choices}
    return periods.get(match.group(1)), int(match.group(2))


def until(value):
    return None if cells.text(value) == FOREVER else cells.day(value)


class ResourceFilling(ListFilling):
    """资源清单. One of the same unit and name is changed where the line says otherwise; a blank cell leaves it."""

    model, sheet = Resource, RESOURCES
    label_heads = ("提供单位", "资源名称")

    def make_fields(self):
        self.units = {
            unit.name: unit
            for unit in Unit.objects.allowed(self.user, "checklists.add_resource").active().order_by("name")
        }
        kinds = kinds_taken()
        return (
            Field(
                "unit",
                head_of(RESOURCES, "unit"),
                self.unit,
                is_required=True,
                example=next(iter(self.units), ""),
                options=tuple(self.units),
            ),
            Field("name", head_of(RESOURCES, "name"), is_required=True, example="会议室开放"),
            Field(
                "kind",
                head_of(RESOURCES, "kind"),
                cells.choice({label: value for value, label in Resource.Kind.choices}),
                example="场地设施",
                options=tuple(Resource.Kind.labels),
            ),
            Field(
                "category",
                "主要类别",
                kind_reader(kinds),
                example=next(iter(kinds), ""),
                hint="新资源要填，能服务哪类需求。",
                options=tuple(kinds),
            ),
            Field(
                "quantity",
                head_of(RESOURCES, "quantity"),
                quantity,
                example="每月20人",
                hint="每周、每月、每季度或一次性，多少人。",
            ),
            Field(
                "availability",
                head_of(RESOURCES, "availability"),
                cells.flags(HALF_DAYS, "任何时间"),
                example="周一上午、周三下午",
            ),
            Field(
                "target_groups",
                head_of(RESOURCES, "target_groups"),
                cells.flags(TargetGroup.choices, "所有居民"),
                example="所有居民",
            ),
            Field("conditions", head_of(RESOURCES, "conditions"), example="提前一天预约"),
            Field("valid_until", head_of(RESOURCES, "valid_until"), until, example=FOREVER, hint="日期，或 长期。"),
            Field(
                "radius",
                "服务范围",
                cells.choice({label: value for value, label in Resource.Radius.choices}),
                example="本社区",
                options=tuple(Resource.Radius.labels),
            ),
            Field("description", "内容", example="二楼会议室，可坐 20 人，有投影。"),
            Field("is_public", "对居民公开", cells.yes_or_no, example="是", options=("是", "否")),
        )

    def unit(self, value):
        name = cells.text(value)
        if name not in self.units:
            raise Refusal(f"没有“{name}”这个单位，或不在您的辖区。")
        return self.units[name]

    def rows(self, lines):
        rows = Resource.objects.filter(unit__in=self.units.values()).select_related("unit", "category")
        self.known = {(row.unit_id, row.name): row for row in rows}
        self.editable = set(Resource.objects.editable_by(self.user).values_list("pk", flat=True))
        return super().rows(lines)

    def check(self, row, line):
        values = row.values
        if self.is_twin(row, (values["unit"].pk, values["name"])):
            return
        wanted = {name: values[name] for name in (*COLUMNS, "category") if name in values}
        if "quantity" in values:
            period, wanted["capacity"] = values["quantity"]
            wanted.update({"period": period} if period else {})
        known = self.known.get((values["unit"].pk, values["name"]))
        if known is not None:
            return self.compare(row, known, wanted)
        if "category" not in values:
            row.refuse(self.head_of["category"], "新资源要填主要类别。")
        resource = Resource(unit=values["unit"], name=values["name"], **wanted)
        self.judge(row, resource, ["unit", "category"])

    def compare(self, row, known, wanted):
        if known.pk not in self.editable:
            return row.refuse(self.head_of["name"], "您没有修改这项资源的权限。")
        changes = {name: value for name, value in wanted.items() if getattr(known, name) != value}
        before = {name: spoken_value(known, name) for name in changes}
        for name, value in changes.items():
            setattr(known, name, value)
        row.details = [
            f"{known._meta.get_field(name).verbose_name}：{before[name]} → {spoken_value(known, name)}"
            for name in changes
        ]
        row.action = CHANGED if changes else SAME
        row.values["changes"] = changes
        self.judge(row, known, ["unit"])

    @transaction.atomic
    def save(self, row):
        if row.action == CHANGED:
            change_resource(row.subject, actor=self.user, **row.values["changes"])
            return
        row.subject.full_clean()
        row.subject.save()
        queue_affected(row.subject)


def spoken_value(resource, name):
    display = getattr(resource, f"get_{name}_display", None)
    value = display() if display else getattr(resource, name)
    return {None: "空", "": "空", True: "是", False: "否"}.get(value, str(value))
