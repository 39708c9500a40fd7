"""值守人员 out of Excel: who is there already (same duty, same ground, same phone) is put right, the rest is added."""

from functools import partial

from django.db.models.functions import Concat

from accounts.models import PhoneValidator
from govern.fields import blind_index
from govern.imports import cells
from govern.imports.cells import Refusal
from govern.imports.fillings import BAD, CHANGED, SAME, Field, Filling, Sheet
from grids.models import Building, Duty, Grid
from grids.resources import DutyResource
from grids.services.duties import appoint, check_alone, other_holder

KIND, GRID, BUILDING = "职责", "网格", "楼栋"
KEPT = ("name", "employment", "employer", "area", "ends_on")  # what a line may put right
WORDS = {"name": "姓名", "employment": "专职或兼职", "employer": "所在单位", "area": "负责范围", "ends_on": "结束日期"}


def phone(value):
    words = cells.text(value).replace(" ", "").replace("-", "")
    if "*" in words:
        raise Refusal("这是打了星号的号码，请填完整的 11 位手机号。")
    if len(words) != 11 or not words.isdecimal():
        raise Refusal(f"手机号要 11 位，您填了 {len(words)} 位。")
    PhoneValidator()(words)
    return words


def no_blanks(value):
    return cells.text(value).replace(" ", "")


class DutyFilling(Filling):
    model = Duty
    sheet = Sheet("值守人员", "名", tuple(each.column_name for each in DutyResource.fields.values()))
    label_heads = (KIND, "姓名")
    consent = "表里的人都知道自己的姓名和手机号登记在网格里。"

    def make_fields(self):
        kinds = {kind.label: kind.value for kind in Duty.Kind}
        employments = {each.label: each.value for each in Duty.Employment}
        return (
            Field("kind", KIND, cells.choice(kinds), is_required=True, example="网格员", options=tuple(kinds)),
            Field("grid", GRID, no_blanks, example="红星第一网格", hint="网格名称或 15 位编码；楼栋长不填这一栏。"),
            Field(
                "building", BUILDING, no_blanks, hint="楼栋长填：小区名称加楼栋号，如“红星苑3栋”，或 17 位楼栋编码。"
            ),
            Field("name", "姓名", is_required=True, example="李强"),
            Field("phone", "手机号", phone, is_required=True, example="13800000000", hint="单元格设成文本。"),
            Field(
                "employment",
                "专职或兼职",
                cells.choice(employments),
                example="专职",
                hint="网格员填写。",
                options=tuple(employments),
            ),
            Field("employer", "所在单位", hint="物管公司责任人、驻区单位党员填写。"),
            Field("area", "负责范围", example="1至4栋", hint="不填就是整个网格。"),
            Field("starts_on", "开始日期", partial(cells.day), example="2026-01-01", hint="不填就是导入那天。"),
            Field("ends_on", "结束日期", partial(cells.day), hint="没有定就不填。"),
        )

    def rows(self, lines):
        self.grids = self.found(Grid, GRID, lines, lambda row: (row.name.replace(" ", ""), row.code))
        self.buildings = self.found(Building, BUILDING, lines, lambda row: (row.spoken.replace(" ", ""), row.code))
        return super().rows(lines)

    def found(self, model, head, lines, names_of):
        """{name or code: [rows]} of the places that the lines name, within the user's reach."""
        wanted = {no_blanks(line[head]) for _, line in lines if line.get(head) is not None}
        raw = {cells.text(line[head]) for _, line in lines if line.get(head) is not None} | wanted
        rows = model.objects.allowed(self.user, "grids.add_duty")
        if model is Building:
            rows = rows.annotate(spoken=Concat("quarter__name", "name")).select_related("quarter")
            rows = rows.filter(spoken__in=raw) | rows.filter(code__in=raw)
        else:
            rows = rows.filter(name__in=raw) | rows.filter(code__in=raw)
        found = {}
        for row in rows.order_by("pk"):
            for name in names_of(row):
                found.setdefault(name, {})[row.pk] = row
        return found

    def check(self, row, line):
        values = row.values
        is_head = values["kind"] == Duty.Kind.BUILDING_HEAD
        head, key, places = (BUILDING, "building", self.buildings) if is_head else (GRID, "grid", self.grids)
        words = values.pop(key, "")
        values.pop("grid" if is_head else "building", None)
        ground = list(places.get(words, {}).values())
        if not words:
            row.refuse(head, f"{Duty.Kind(values['kind']).label}要填{head}。")
        elif len(ground) != 1:
            problem = f"有几个{head}都叫“{words}”，请填编码。" if ground else f"没有“{words}”，或不在您的辖区。"
            row.refuse(head, problem)
        else:
            self.compare(row, key, ground[0])

    def compare(self, row, key, ground):
        values = row.values
        if values["kind"] == Duty.Kind.WORKER and not values.get("employment"):
            row.refuse("专职或兼职", "网格员要填专职或兼职。")
            return
        if self.is_twin(row, (values["kind"], ground.pk, values["phone"])):
            return
        same = Duty.objects.current().filter(kind=values["kind"], phone_index=blind_index(values["phone"]))
        held = same.filter(**{key: ground}).first()
        if held is None:
            row.subject = Duty(**{**values, key: ground})
            self.judge(row, row.subject, ["grid", "building", "user"])
            if row.action != BAD and (other := other_holder(row.subject)):
                row.refuse(KIND, f"{ground}已有{row.subject.get_kind_display()}{other.name}（{other.span}）。")
            return
        changes = [name for name in KEPT if name in values and values[name] != getattr(held, name)]
        row.action, row.subject = (CHANGED if changes else SAME), held
        row.details = [f"{WORDS[name]}：{getattr(held, name) or '无'} → {values[name]}" for name in changes]

    def save(self, row):
        duty = row.subject
        if duty.pk is None:
            appoint(duty, actor=self.user)
            return
        for name in KEPT:
            setattr(duty, name, row.values.get(name, getattr(duty, name)))
        duty.full_clean(exclude=["grid", "building", "user"])
        check_alone(duty)
        duty.save()
