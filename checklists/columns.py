"""The four lists as offices keep them: their columns, in order. One home for export, print, publication and import.

序号 stands before the columns of every list and is counted by whoever writes the rows. A column reads a row that its
queryset's `with_columns()` has loaded.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from govern.spreadsheets import ORDINAL

PERSONAL = "个人信息，不能公开。"
LIABLE = "写在里面的可能有姓名、电话或住址，公开前请逐条看过。"


@dataclass(frozen=True)
class Column:
    """`read` gives a number, a date, a text or None of a row. `width` is in millimetres of a printed line.

    `barred` says why nobody may publish it; `caution` what to mind before it is chosen, which it is not by default.
    `lookups` are what a search on the public page reads where the column is published.
    """

    key: str
    head: str
    read: Callable
    width: int
    is_personal: bool = False
    barred: str = ""
    caution: str = ""
    lookups: tuple = ()

    @property
    def may_be_public(self):
        return not (self.is_personal or self.barred)

    @property
    def is_public_by_default(self):
        return self.may_be_public and not self.caution

    @property
    def why_not(self):
        return PERSONAL if self.is_personal else self.barred


@dataclass(frozen=True)
class List:
    """`facet` is the field that the public page filters by; `unit` what its rows are counted in."""

    key: str
    title: str
    model: str
    facet: str
    facet_label: str
    unit: str
    columns: tuple

    @property
    def heads(self):
        return [ORDINAL, *(column.head for column in self.columns)]

    @property
    def public_columns(self):
        return [column for column in self.columns if column.may_be_public]

    @property
    def default_keys(self):
        return [column.key for column in self.columns if column.is_public_by_default]

    def chosen(self, keys):
        """The columns named by `keys` that may be public, in the list's own order, whatever else was written down."""
        return [column for column in self.public_columns if column.key in keys]


def words(value):
    """A value as it stands in a cell of a page or on paper."""
    match value:
        case None:
            return ""
        case datetime():
            return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
        case date():
            return f"{value:%Y-%m-%d}"
    return str(value)


def day(at):
    return timezone.localdate(at) if at else None


def joined(rows):
    return "、".join(str(row) for row in rows)


def verdict(satisfied, answered):
    """A rate never stands without its count."""
    return f"{satisfied * 100 / answered:.0f}%（{satisfied}/{answered}）" if answered else ""


def span(starts_at, ends_at):
    starts_at, ends_at = timezone.localtime(starts_at), timezone.localtime(ends_at)
    end = f"{ends_at:%H:%M}" if starts_at.date() == ends_at.date() else f"{ends_at:%Y-%m-%d %H:%M}"
    return f"{starts_at:%Y-%m-%d %H:%M}—{end}"


def need_name(need):
    """A name that tells nobody's words and nobody's door: the quarter and the kind."""
    place = need.building.quarter if need.building_id else need.community
    return f"{place} {need.category}"


def liaison_phone(resource):
    return resource.unit.liaison.masked_phone if resource.unit.liaison_id else ""


def usage(resource):
    return f"{resource.get_period_display()}已用 {resource.capacity - resource.places_left}/{resource.capacity}"


def turn_span(activity):
    turn = activity.turn
    if turn is None:
        return ""
    end = f"{turn.ends_on:%m-%d}" if turn.ends_on.year == turn.starts_on.year else f"{turn.ends_on:%Y-%m-%d}"
    return f"{turn.starts_on:%Y-%m-%d}—{end}"


def agreement_number(activity):
    agreement = activity.agreement or (activity.turn.agreement if activity.turn_id else None)
    return agreement.number if agreement else ""


def record(activity):
    parts = [f"照片 {activity.photo_count} 张"] if activity.photo_count else []
    return "，".join([*parts, *(["有总结"] if activity.summary else [])])


def money(project):
    return f"预算 {project.budget:,.2f} 元，已用 {project.spent:,.2f} 元"


NEEDS = List(
    "needs",
    "需求清单",
    "Need",
    "status",
    "状态",
    "件",
    (
        Column(
            "code",
            "编号",
            lambda need: need.spoken_code,
            22,
            barred="居民凭受理编号查进度，公开后别人也能试着查。",
        ),
        Column("name", "需求名称", need_name, 28, lookups=("category__name", "building__quarter__name")),
        Column(
            "category",
            "类别",
            lambda need: need.category.parent.name,
            17,
            lookups=("category__parent__name",),
        ),
        Column("text", "内容", lambda need: need.text, 46, caution=LIABLE, lookups=("text",)),
        Column(
            "served",
            "服务对象/人数",
            lambda need: f"{need.get_target_group_display()}/{need.people_count}人",
            17,
            caution="小区不大时，“低保户、残疾人”能让人猜到是谁家。",
        ),
        Column("raised_by", "提出主体", lambda need: need.get_raised_by_display(), 11),
        Column("channel", "来源", lambda need: need.get_channel_display(), 14),
        Column("urgency", "紧急度", lambda need: need.get_urgency_display(), 11),
        Column("submitted_on", "提出日期", lambda need: day(need.submitted_at), 21),
        Column("expected_on", "期望完成", lambda need: need.expected_on, 21),
        Column("contact_name", "联系人", lambda need: need.masked_contact_name, 12, is_personal=True),
        Column("contact_phone", "电话", lambda need: need.masked_contact_phone, 23, is_personal=True),
        Column("claimed_by", "认领单位", lambda need: need.claimed_by, 24, lookups=("claimed_by",)),
        Column("status", "状态", lambda need: need.get_status_display(), 13),
    ),
)
RESOURCES = List(
    "resources",
    "资源清单",
    "Resource",
    "kind",
    "类别",
    "项",
    (
        Column("unit", "提供单位", lambda resource: resource.unit.name, 33, lookups=("unit__name",)),
        Column("name", "资源名称", lambda resource: resource.name, 33, lookups=("name",)),
        Column("kind", "类别", lambda resource: resource.get_kind_display(), 16),
        Column("quantity", "数量", lambda resource: f"{resource.get_period_display()}{resource.capacity}人", 17),
        Column("availability", "可用时间", lambda resource: resource.get_availability_display() or "任何时间", 38),
        Column("target_groups", "开放对象", lambda resource: resource.get_target_groups_display() or "所有居民", 26),
        Column("conditions", "条件", lambda resource: resource.conditions, 36, lookups=("conditions",)),
        Column("liaison", "联络员", lambda resource: resource.unit.liaison, 14, is_personal=True),
        Column("liaison_phone", "电话", liaison_phone, 23, is_personal=True),
        Column("valid_until", "有效期", lambda resource: resource.valid_until or "长期", 21),
        Column("usage", "占用情况", usage, 23),
    ),
)
ACTIVITIES = List(
    "activities",
    "活动清单",
    "Activity",
    "status",
    "状态",
    "场",
    (
        Column("turn", "轮值期", turn_span, 21),
        Column(
            "turn_unit",
            "轮值单位",
            lambda activity: activity.turn.unit.name if activity.turn_id else "",
            26,
            lookups=("turn__unit__name",),
        ),
        Column("name", "活动名称", lambda activity: activity.name, 32, lookups=("name",)),
        Column("kind", "类型", lambda activity: activity.get_kind_display(), 15),
        Column("time", "时间", lambda activity: span(activity.starts_at, activity.ends_at), 26),
        Column("place", "地点", lambda activity: activity.place, 26, lookups=("place",)),
        Column("joint_units", "参与单位", lambda activity: joined(activity.joint_units.all()), 36),
        Column("leader", "负责人", lambda activity: activity.leader, 13, is_personal=True),
        Column("agreement", "协议编号", agreement_number, 25),
        Column("reached_count", "人数", lambda activity: activity.reached_count or None, 11),
        Column(
            "satisfaction",
            "满意度",
            lambda activity: verdict(activity.satisfied_count, activity.rated_count),
            21,
        ),
        Column("record", "图文记录", record, 18),
    ),
)
PROJECTS = List(
    "projects",
    "项目清单",
    "Project",
    "status",
    "状态",
    "个",
    (
        Column("name", "项目名称", lambda project: project.name, 28, lookups=("name",)),
        Column("needs", "对应需求", lambda project: "、".join(need_name(need) for need in project.needs.all()), 32),
        Column("resources", "对应资源", lambda project: "、".join(row.name for row in project.resources.all()), 28),
        Column(
            "unit",
            "牵头单位",
            lambda project: project.unit.name if project.unit_id else "",
            24,
            lookups=("unit__name",),
        ),
        Column("joint_units", "配合单位", lambda project: joined(project.joint_units.all()), 28),
        Column("leader", "责任人", lambda project: project.leader, 13, is_personal=True),
        Column("money", "经费", money, 26),
        Column("time", "开始/完成时限", lambda project: f"{words(project.starts_on)} / {words(project.due_on)}", 21),
        Column("progress", "进度%", lambda project: project.progress, 11),
        Column("beneficiaries", "受益人数", lambda project: project.beneficiaries or None, 13),
        Column("outcome", "成效", lambda project: project.outcome, 28, lookups=("outcome",)),
        Column(
            "verdict",
            "评价",
            lambda project: verdict(project.satisfied_count, project.rated_count),
            18,
        ),
        Column("closed_on", "销号日期", lambda project: project.closed_on, 21),
    ),
)
LISTS = {each.key: each for each in (NEEDS, RESOURCES, ACTIVITIES, PROJECTS)}
OF_MODEL = {each.model: each for each in LISTS.values()}


def head_of(checklist, key):
    """The head of one column, for whoever fills it in."""
    return next(column.head for column in checklist.columns if column.key == key)
