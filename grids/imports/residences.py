"""居住党员 out of Excel: a line is a member of the register, found by name, and the quarter that they live in."""

from functools import partial

from govern.imports import cells
from govern.imports.cells import Refusal
from govern.imports.fillings import CHANGED, SAME, Field, Filling, Sheet
from grids.models import Quarter, Residence
from grids.resources import ResidenceResource
from grids.services.residences import settle_member
from organizations.imports.organizations import FOUNDED_SINCE, plain
from organizations.models import PartyMember
from organizations.resources import BETWEEN, paths

NAME, TAIL = "姓名", "身份证号后四位"


def tail(value):
    """The last four of an identity number; Excel takes the zeros before a number away."""
    words = cells.text(value).replace(" ", "").upper()
    if not 1 <= len(words) <= 18 or not words.rstrip("X").isdecimal():
        raise Refusal(f"要填身份证号的后四位，您填的是“{cells.text(value)}”。")
    return words.zfill(4)[-4:]


class ResidenceFilling(Filling):
    """Whoever lives in a quarter of the sheet already stays; who lives in another has moved."""

    model = Residence
    sheet = Sheet("居住党员", "名", tuple(each.column_name for each in ResidenceResource.fields.values()))
    label_heads = (NAME, "居住小区")
    consent = "表里的人都知道党组织登记这些信息。"

    def make_fields(self):
        self.paths, self.quarters, self.clashing = paths(), {}, set()
        rows = Quarter.objects.allowed(self.user, "grids.add_residence").select_related("community")
        rows = list(rows.order_by("community__code", "name"))
        for quarter in rows:
            self.quarters[f"{quarter.community}{BETWEEN}{quarter}"] = quarter
            if quarter.name in self.quarters:
                self.clashing.add(quarter.name)
            self.quarters.setdefault(quarter.name, quarter)
        own = Residence.objects.editable_by(self.user).order_by()
        self.changeable = set(own.values_list("member", flat=True))
        offered = tuple(f"{quarter.community}{BETWEEN}{quarter}" for quarter in rows)
        return (
            Field("name", NAME, is_required=True, example="王小明"),
            Field("tail", TAIL, tail, example="0012", hint="同名的党员要填，或填所在党支部。单元格设成文本。"),
            Field("branch", "所在党支部", hint=f"名称，或从最上级写起，用“{BETWEEN}”连接。"),
            Field(
                "quarter",
                "居住小区",
                self.quarter,
                is_required=True,
                example=next(iter(offered), ""),
                hint=f"名称不重复的，只写小区名称也行；重复的写成“社区{BETWEEN}小区”。",
                options=offered,
            ),
            Field(
                "starts_on",
                "居住起始",
                partial(cells.day, earliest=FOUNDED_SINCE),
                example="2024-05-01",
                hint="不填就是导入那天。",
            ),
        )

    def quarter(self, value):
        words = plain(cells.text(value))
        if words in self.clashing:
            raise Refusal(f"有几个小区都叫“{words}”，请写成“社区{BETWEEN}小区”。")
        if words not in self.quarters:
            raise Refusal(f"没有“{words}”这个小区，或不在您的辖区。")
        return self.quarters[words]

    def rows(self, lines):
        names = {cells.text(line[NAME]) for _, line in lines if line.get(NAME) is not None}
        members = PartyMember.objects.visible_to(self.user).here().filter(name__in=names)
        self.called = {}
        for member in members.select_related("branch", "residence__quarter__community").order_by("pk"):
            self.called.setdefault(member.name, []).append(member)
        return super().rows(lines)

    def check(self, row, line):
        found = [member for member in self.called.get(row.values["name"], ()) if self.fits(member, row.values)]
        if len(found) != 1:
            row.refuse(NAME, self.words_of(row.values["name"], len(found)))
        elif not self.is_twin(row, found[0].pk):
            self.compare(row, found[0])

    def fits(self, member, values):
        own = self.paths[member.branch_id]
        branch = plain(values.get("branch", own))
        return f"{BETWEEN}{own}".endswith(BETWEEN + branch) and member.identity_number.endswith(values.get("tail", ""))

    def words_of(self, name, count):
        if count:
            return f"有 {count} 名党员叫“{name}”，请填{TAIL}或所在党支部。"
        return f"辖区的在册党员里没有这样的“{name}”，请核对姓名、{TAIL}和所在党支部。"

    def compare(self, row, member):
        row.subject, held = member, getattr(member, "residence", None)
        quarter, starts_on = row.values["quarter"], row.values.get("starts_on")
        if held is None:
            return
        if member.pk not in self.changeable:
            row.refuse(NAME, f"已登记住在{held.quarter.community}的{held.quarter}，请先由那边移出。")
        elif held.quarter_id != quarter.pk:
            row.action, row.details = CHANGED, [f"居住小区：{held.quarter} → {quarter}"]
        elif starts_on and starts_on != held.starts_on:
            row.action, row.details = CHANGED, [f"居住起始：{held.starts_on} → {starts_on}"]
        else:
            row.action = SAME

    def save(self, row):
        values = row.values
        settle_member(row.subject, quarter=values["quarter"], starts_on=values.get("starts_on"), actor=self.user)
