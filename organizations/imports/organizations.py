"""党组织 out of Excel: founded, corrected and moved by the sheet that the export writes, parents in any order."""

import re
from dataclasses import dataclass
from datetime import date
from functools import partial

from govern.imports import cells
from govern.imports.cells import Refusal
from govern.imports.fillings import BAD, CHANGED, SAME, Field, Sheet
from organizations import services
from organizations.imports.limits import LongFilling
from organizations.models import Organization
from organizations.resources import BETWEEN, DISSOLVED, IN_USE, OUT_OF_USE, OrganizationResource, paths, state_of
from organizations.services import Wanted

FOUNDED_SINCE = date(1921, 7, 1)
MOST_OPTIONS = 5000  # above which a drop-down is no help
SLASHES = re.compile(r"\s*[/／]\s*")
REASON = "由表格导入"


def plain(path):
    return SLASHES.sub(BETWEEN, path.strip())


@dataclass(frozen=True)
class Place:
    """Where a line's parent may be: an Organization, or the Wanted of another line (None: one that nobody can read).

    Below a line whose own parent is unknown the path is None.
    """

    path: str | None
    tier: int | None
    target: object


NOWHERE = Place(None, None, None)


class Places:
    """Organizations by the end of their path: what is there comes before what the file makes of it."""

    def __init__(self):
        self.by_name = {}

    def add(self, name, place):
        self.by_name.setdefault(plain(name), []).append(place)

    def find(self, words, tier):
        """The Place that `words` mean, one of the tier above `tier` where there are several; None for none."""
        parts = plain(words).split(BETWEEN)
        ends = [BETWEEN.join(parts[start:]) for start in range(len(parts))]
        path = ends[0]
        named = [place for end in ends for place in self.by_name.get(end, ())]
        found = [place for place in named if place.path and f"{BETWEEN}{place.path}".endswith(BETWEEN + path)]
        # One wrong line is told once, not again for everybody below it.
        found = found or [place for place in named if place.path is None][:1]
        found = [place for place in found if tier and place.tier == tier - 1] or found
        exact = [place for place in found if place.path == path][:1]
        if len({id(place.target) for place in exact or found}) > 1:
            raise Refusal(f"有 {len(found)} 个党组织都叫“{words}”，请从最上级写起，用“{BETWEEN}”连接，或填它的编号。")
        return (exact or found or [None])[0]


class OrganizationFilling(LongFilling):
    """A line with 编号 is the organization of that key, and what differs is changed; a blank cell leaves it."""

    model = Organization
    sheet = Sheet("党组织", "个", tuple(each.column_name for each in OrganizationResource.fields.values()))
    label_heads = ("名称",)
    in_request = 2000

    def make_fields(self):
        self.known = {row.pk: row for row in Organization.objects.visible_to(self.user).order_by("tree_id", "lft")}
        self.paths = paths()  # after the rows: whoever is founded meanwhile has a path, but nobody lacks one
        parents = [row for row in self.known.values() if row.dissolved_on is None and row.tier < len(Organization.Tier)]
        offered = tuple(self.paths[row.pk] for row in parents) if len(parents) <= MOST_OPTIONS else ()
        parent, kind, name = self._example(parents)
        return (
            Field("code", "编号", self.row_of, hint="导出的表里才有，认的是原来那一个党组织；新成立的不填。"),
            Field("name", "名称", is_required=True, example=name),
            Field(
                "kind",
                "类型",
                cells.choice({label: value for value, label in Organization.Kind.choices}),
                is_required=True,
                example=Organization.Kind(kind).label,
                hint="已有的党组织不能在表里改类型，请到它的页面办理升格或改设。",
                options=tuple(Organization.Kind.labels),
            ),
            Field(
                "parent",
                "上级党组织",
                example=parent,
                hint=f"从最上级写起，用“{BETWEEN}”连接；名称不重复的，只写名称也行，也可以填编号。"
                "上级可以在同一张表里，前后不限。行业党委不填。",
                options=offered,
            ),
            Field("trade", "行业", example="" if parent else "教育", hint="只有行业党委填写，如：教育、卫生健康。"),
            Field("founded_on", "成立日期", partial(cells.day, earliest=FOUNDED_SINCE), example="2021-07-01"),
            Field(
                "state",
                "状态",
                cells.choice({IN_USE: True, OUT_OF_USE: False, DISSOLVED: None}),
                example=IN_USE,
                hint="不填是在用。撤销请到党组织的页面办理。",
                options=(IN_USE, OUT_OF_USE),
            ),
        )

    def _example(self, parents):
        """(path of the parent, kind, name) of a line that this user could import."""
        if not parents:
            return "", Organization.Kind.INDUSTRY_COMMITTEE, "（示范）行业党委"
        parent = next((row for row in parents if row.tier == Organization.Tier.COMMUNITY), parents[0])
        kind = next(kind for kind, tier in Organization.TIER_OF_KIND.items() if tier == parent.tier + 1)
        return self.paths[parent.pk], kind, f"（示范）{kind.label}"

    def row_of(self, value):
        words = cells.text(value)
        row = self.known.get(int(words)) if words.isdecimal() else None
        if row is None:
            raise Refusal(f"没有编号为“{words}”的党组织，或不在您的辖区。")
        return row

    # --- Reading ------------------------------------------------------------------------------------------------------
    def rows(self, lines):
        rows = super().rows(lines)
        self.places, self.wanted = Places(), {}
        for row in self.known.values():
            if row.dissolved_on is None:
                self.places.add(row.name, Place(plain(self.paths[row.pk]), row.tier, row))
        for row in sorted(rows, key=_tier):
            self.settle(row)
        self.tell_faults(rows)
        return rows

    def check(self, row, line):
        known, values = row.values.get("code"), row.values
        if known is None:
            if not values.get("state", True):
                row.refuse("状态", f"新成立的党组织，状态填“{IN_USE}”或不填。")
        elif not self.is_twin(row, known.pk):
            if values["kind"] != known.kind:
                row.refuse("类型", f"现在是{known.get_kind_display()}。改类型请到这个党组织的页面办理升格或改设。")
            if known.dissolved_on is None and values.get("state", True) is None:
                row.refuse("状态", "撤销请到这个党组织的页面办理。")

    def settle(self, row):
        """Find the parent of a line, note what the line wants, and let lines below find it."""
        known, name, tier = row.values.get("code"), row.values.get("name"), _tier(row)
        if name is None:
            return
        try:
            place = self.parent_of(row, known) if tier else NOWHERE
        except Refusal as refusal:
            row.refuse("上级党组织", str(refusal))
            place = NOWHERE
        wanted = self.want(row, known, place and place.target) if tier else None
        self.places.add(name, Place(self.path_below(place, name, tier), tier, known or wanted))
        if known is not None and row.action != BAD:
            self.compare(row, known, wanted)
        if row.action not in (SAME, BAD) and (place is None or place.target is not None):
            row.subject = wanted

    def path_below(self, place, name, tier):
        if place is None:
            return plain(name) if tier == Organization.Tier.INDUSTRY else None
        return place.path and f"{place.path}{BETWEEN}{plain(name)}"

    def parent_of(self, row, known):
        """The Place of the parent, None for a root. Refusal where nobody has it, or several."""
        words = row.values.get("parent")
        own = known and self.paths.get(known.parent_id)
        if known and (words is None or own and plain(words) == plain(own)):
            return own and Place(plain(own), known.tier - 1, self.known.get(known.parent_id) or known.parent)
        if words is None:
            return None
        found = self.places.find(words, _tier(row))
        if found is None and words.isdecimal() and (parent := self.known.get(int(words))):
            return Place(plain(self.paths[parent.pk]), parent.tier, parent)
        if found is None:
            raise Refusal(f"没有“{words}”这个党组织，或不在您的辖区。")
        return found

    def want(self, row, known, parent):
        values = row.values
        before = known or Organization()
        state = values.get("state", before.is_active)
        return Wanted(
            name=values["name"],
            kind=known.kind if known else values["kind"],
            parent=parent,
            founded_on=values.get("founded_on", before.founded_on),
            trade=values.get("trade", before.trade),
            is_active=before.is_active if state is None else state,
            known=known,
        )

    def compare(self, row, known, wanted):
        said = {
            "名称": (known.name, wanted.name),
            "上级党组织": (known.parent_id and self.paths[known.parent_id], self.path_of(wanted.parent)),
            "行业": (known.trade, wanted.trade),
            "成立日期": (known.founded_on, wanted.founded_on),
            "状态": (state_of(known), state_of(wanted)),
        }
        row.details = [f"{head}：{was or '空'} → {now or '空'}" for head, (was, now) in said.items() if was != now]
        row.action = CHANGED if row.details else SAME
        if row.details and known.dissolved_on is not None:
            row.refuse("状态", f"这个党组织已在 {known.dissolved_on:%Y-%m-%d} 撤销，不能再改。")

    def path_of(self, parent):
        return self.paths[parent.pk] if isinstance(parent, Organization) else parent and parent.name

    # --- Asking and writing -------------------------------------------------------------------------------------------
    def tell_faults(self, rows):
        asked = [row for row in rows if row.subject is not None]
        self.tell_each(asked, services.bulk_faults([row.subject for row in asked], actor=self.user))

    def tell_each(self, rows, faults):
        for fault in faults:
            words = fault.words if fault.twin is None else f"和第 {rows[fault.twin].number} 行重复：{fault.words}"
            rows[fault.place].refuse(self.head_of[fault.field], words)

    def write(self, rows):
        try:
            services.write_organizations([row.subject for row in rows], actor=self.user, reason=REASON)
        except services.BulkRefusal as refusal:
            self.tell_each(rows, refusal.faults)


def _tier(row):
    """The tier of what the line is about; 0 where nobody can read it: such lines come first, others may be below."""
    known = row.values.get("code")
    kind = known.kind if known else row.values.get("kind")
    return int(Organization.TIER_OF_KIND[kind]) if kind else 0
