from checklists.columns import ACTIVITIES, head_of
from checklists.imports.lists import ListFilling
from checklists.models import Activity
from checklists.services.activities import plan_activity
from govern.imports import cells
from govern.imports.cells import Refusal
from govern.imports.fillings import SAME, Field
from grids.models import Community
from organizations.models import Unit


class UnitsMixin:
    """Units by the names that the user sees."""

    def load_units(self):
        self.units = {unit.name: unit for unit in Unit.objects.visible_to(self.user).active().order_by("name")}

    def unit(self, value):
        name = cells.text(value)
        if name not in self.units:
            raise Refusal(f"没有“{name}”这个单位，或不在您的辖区。")
        return self.units[name]

    def joined(self, value):
        return [self.unit(name) for name in cells.names(value)]


class ActivityFilling(UnitsMixin, ListFilling):
    """活动清单: planned as by hand; turn and agreement follow from the day and the unit."""

    model, sheet = Activity, ACTIVITIES
    label_heads = ("活动名称", "时间")

    def make_fields(self):
        self.load_units()
        allowed = Community.objects.allowed(self.user, "checklists.add_activity").order_by("code")
        self.communities = {str(each): each for each in allowed}
        only = next(iter(self.communities), "") if len(self.communities) == 1 else ""
        return (
            Field(
                "community",
                "社区",
                cells.choice(self.communities),
                is_required=not only,
                example=next(iter(self.communities), ""),
                options=tuple(self.communities),
            ),
            Field(
                "unit",
                head_of(ACTIVITIES, "turn_unit"),
                self.unit,
                example=next(iter(self.units), ""),
                hint="牵头的单位；不填就是当时轮值的单位。",
                options=tuple(self.units),
            ),
            Field("name", head_of(ACTIVITIES, "name"), is_required=True, example="重阳节义诊"),
            Field(
                "kind",
                head_of(ACTIVITIES, "kind"),
                cells.choice({label: value for value, label in Activity.Kind.choices}),
                example="健康义诊",
                options=tuple(Activity.Kind.labels),
            ),
            Field("time", head_of(ACTIVITIES, "time"), cells.span, is_required=True, example="2026-11-28 14:00—16:00"),
            Field("place", head_of(ACTIVITIES, "place"), is_required=True, example="中心广场"),
            Field("joint_units", head_of(ACTIVITIES, "joint_units"), self.joined, hint="几个单位用顿号隔开。"),
            Field("leader", head_of(ACTIVITIES, "leader"), example="李书记"),
            Field("plan", "活动方案", example="医生现场量血压、测血糖。"),
            Field("seats", "报名名额", cells.count, example="0", hint="0 表示不限。"),
        )

    def rows(self, lines):
        known = Activity.objects.filter(community__in=self.communities.values())
        self.known = set(known.values_list("community", "name", "starts_at"))
        return super().rows(lines)

    def check(self, row, line):
        values = row.values
        community = values.get("community") or next(iter(self.communities.values()), None)
        starts_at, ends_at = values["time"]
        key = (getattr(community, "pk", None), values["name"], starts_at)
        if self.is_twin(row, key):
            return
        if key in self.known:
            row.action, row.details = SAME, ["同一时间已有这场活动。"]
            return
        columns = {
            name: values[name]
            for name in ("unit", "name", "kind", "place", "leader", "plan", "seats")
            if name in values
        }
        activity = Activity(community=community, starts_at=starts_at, ends_at=ends_at, **columns)
        self.judge(row, activity, ["community", "unit"])

    def save(self, row):
        activity = plan_activity(row.subject, actor=self.user)
        activity.joint_units.set(row.values.get("joint_units", []))
