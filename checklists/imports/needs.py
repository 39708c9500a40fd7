from datetime import datetime, time

from django.utils import timezone

from accounts.imports import phone
from checklists.columns import NEEDS, head_of
from checklists.forms.filings import ON_BEHALF
from checklists.imports.lists import ListFilling
from checklists.models import Category, Need, TargetGroup, Urgency
from checklists.services.needs import submit_need
from govern.imports import cells
from govern.imports.fillings import BAD, SAME, Field
from grids.models import Building, Community

OPENING = time(9)  # what was noted on an earlier day came in when the office opened


def served(value):
    """(target group, people) of “老年人/3人”, “老年人” or “3”."""
    group, people = TargetGroup.RESIDENT, 1
    for part in cells.text(value).split("/"):
        if any(letter.isdigit() for letter in part):
            people = cells.count(part)
        else:
            group = cells.choice({label: value for value, label in TargetGroup.choices})(part)
    return group, people


class NeedFilling(ListFilling):
    """需求清单: every line is filed by the user on behalf of a resident, through the same door as at the desk."""

    model, sheet = Need, NEEDS
    label_heads = ("类别", "内容")
    consent = "表里的居民都看过或听过隐私告知书，同意登记"

    def make_fields(self):
        kinds = kinds_taken()
        self.communities = {
            str(each): each for each in Community.objects.allowed(self.user, "checklists.file_need").order_by("code")
        }
        channels = {label: value for value, label in ON_BEHALF}
        only = next(iter(self.communities), "") if len(self.communities) == 1 else ""
        return (
            Field(
                "community",
                "社区",
                cells.choice(self.communities),
                is_required=not only,
                example=only or next(iter(self.communities), ""),
                hint="只有一个社区时可以不填。",
                options=tuple(self.communities),
            ),
            Field("quarter", "小区", example="锦绣苑", hint="填了楼栋就要填。"),
            Field("building", "楼栋", example="3栋", hint="和楼栋清单里的写法一样；不在楼里就不填。"),
            Field("address_detail", "详细地址", example="2单元501"),
            Field(
                "category",
                head_of(NEEDS, "category"),
                kind_reader(kinds),
                is_required=True,
                example=next(iter(kinds), ""),
                hint="大类 · 小类。",
                options=tuple(kinds),
            ),
            Field("text", head_of(NEEDS, "text"), is_required=True, example="楼道灯坏了三天，晚上看不见路。"),
            Field("served", head_of(NEEDS, "served"), served, example="老年人/3人", hint="不填是 居民/1人。"),
            Field(
                "raised_by",
                head_of(NEEDS, "raised_by"),
                cells.choice({label: value for value, label in Need.RaisedBy.choices}),
                example="居民",
                options=tuple(Need.RaisedBy.labels),
            ),
            Field(
                "channel",
                head_of(NEEDS, "channel"),
                cells.choice(channels),
                is_required=True,
                example="走访",
                options=tuple(channels),
            ),
            Field("external_code", "转办单号", example="", hint="12345 等平台的工单编号，不能重复。"),
            Field(
                "urgency",
                head_of(NEEDS, "urgency"),
                cells.choice({label: value for value, label in Urgency.choices}),
                example="一般",
                options=tuple(Urgency.labels),
            ),
            Field(
                "submitted_on",
                head_of(NEEDS, "submitted_on"),
                cells.day,
                example=f"{timezone.localdate():%Y-%m-%d}",
                hint="不填是今天；期限从这一天算。",
            ),
            Field("expected_on", head_of(NEEDS, "expected_on"), cells.day),
            Field("contact_name", head_of(NEEDS, "contact_name"), is_required=True, example="张阿姨"),
            Field(
                "contact_phone",
                head_of(NEEDS, "contact_phone"),
                phone,
                is_required=True,
                example="13800001234",
                hint="居民的 11 位手机号。",
            ),
        )

    def rows(self, lines):
        lines = list(lines)
        self.buildings = {
            (building.quarter.community_id, building.quarter.name, building.name): building
            for building in Building.objects.active()
            .filter(quarter__community__in=self.communities.values())
            .select_related("quarter__community")
        }
        codes = {cells.text(line["转办单号"]) for _, line in lines if line.get("转办单号")}
        self.known_codes = set(Need.objects.filter(external_code__in=codes).values_list("external_code", flat=True))
        return super().rows(lines)

    def check(self, row, line):
        values = row.values
        if line.get(head_of(NEEDS, "code")):
            row.action = SAME
            row.details = ["已有编号，是登记过的需求。"]
            return
        community = values.get("community") or next(iter(self.communities.values()), None)
        building = self.building(row, community)
        group, people = values.get("served", (TargetGroup.RESIDENT, 1))
        today = timezone.localdate()
        day = values.get("submitted_on", today)
        if day > today:
            row.refuse(self.head_of["submitted_on"], "不能是今天以后的日期。")
        if values.get("expected_on") and values["expected_on"] < day:
            row.refuse(self.head_of["expected_on"], "不能早于提出日期。")
        if (code := values.get("external_code")) and code in self.known_codes:
            row.refuse(self.head_of["external_code"], "这张转办单已经登记过。")
        need = Need(
            community=community,
            building=building,
            target_group=group,
            people_count=people,
            **{
                name: values[name]
                for name in (
                    *("category", "text", "raised_by", "channel", "external_code", "urgency", "expected_on"),
                    *("contact_name", "contact_phone", "address_detail"),
                )
                if name in values
            },
        )
        self.judge(
            row, need, ["notice", "submitted_at", "respond_by", "handle_by", "community", "category", "building"]
        )
        key = ("code", code) if code else (community, building, need.category_id, need.text, need.contact_phone)
        if row.action != BAD:
            self.is_twin(row, key)

    def building(self, row, community):
        quarter, name = row.values.get("quarter"), row.values.get("building")
        if not name:
            return None
        if not quarter:
            row.refuse(self.head_of["quarter"], "填了楼栋，请再填小区。")
            return None
        found = self.buildings.get((community.pk, quarter, name))
        if found is None:
            row.refuse(self.head_of["building"], f"{community}没有“{quarter}{name}”，或不在您的辖区。")
        return found

    def save(self, row):
        day = row.values.get("submitted_on", timezone.localdate())
        at = None if day == timezone.localdate() else timezone.make_aware(datetime.combine(day, OPENING))
        submit_need(row.subject, actor=self.user, at=at)


def kinds_taken():
    """{"大类 · 小类": the kind} of every kind that takes needs."""
    kinds = Category.objects.active().kinds().filter(emergency_notice="").select_related("parent")
    return {f"{kind.parent} · {kind}": kind for kind in kinds.order_by("parent__order", "order", "pk")}


def kind_reader(kinds):
    """Reads 大类 · 小类, and 小类 alone where only one class has it."""
    names = [kind.name for kind in kinds.values()]
    return cells.choice({**{kind.name: kind for kind in kinds.values() if names.count(kind.name) == 1}, **kinds})
