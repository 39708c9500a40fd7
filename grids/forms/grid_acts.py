"""What is done to a grid, each act with its reason and the day from which it holds."""

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.utils import timezone

from govern.acts import Act, FieldForEach
from govern.scoping import restrict
from grids.models import Building, Community, Duty, Grid
from grids.norms import holds_households, norm
from grids.services.grids import (
    Share,
    change_grid,
    dissolve_grid,
    hanging,
    merge_grids,
    move_buildings,
    number_grids,
    split_grid,
)

TOO_LONG = "最多写 %(limit_value)d 个字。"


class GridAct(Act):
    """Of a grid that is in use; PermissionDenied of a service is told on the page."""

    @classmethod
    def is_offered(cls, subject):
        return subject.dissolved_on is None

    def run(self):
        try:
            return super().run()
        except PermissionDenied as error:
            self.add_error(None, str(error))
            return None


def reason_field():
    return forms.CharField(
        label="依据或原因",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请写明依据或原因。", "max_length": TOO_LONG},
    )


def day_field():
    return forms.DateField(
        label="生效日期",
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "请填生效日期。", "invalid": "请填日期，如 2026-11-20。"},
    )


class BuildingsField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, building):
        return f"{building} {building.households} 户"


class DutyField(forms.ModelChoiceField):
    def label_from_instance(self, duty):
        where = f"（现在是{duty.grid}的{duty.get_kind_display()}）"
        return f"{duty.name}{where}"


class RenameAct(GridAct):
    verb, label, icon, done = "rename", "更名", "edit", "已更名。原来的名称记在变动里。"
    name = forms.CharField(
        label="新的名称", max_length=40, error_messages={"required": "请写新的名称。", "max_length": TOO_LONG}
    )
    reason = reason_field()

    def act(self, name, reason):
        self.subject.name = name
        return change_grid(self.subject, reason=reason, actor=self.user)


class SplitAct(FieldForEach, GridAct):
    """拆分. `look` says what would become of it, whatever else is still wrong with the form."""

    verb, label, icon, done, is_quiet = (
        "split",
        "拆分网格",
        "arrow-right",
        "已拆分。请看看新网格的人员是否齐全。",
        False,
    )
    prefix_of_field = "share"
    name = forms.CharField(
        label="新网格的名称", max_length=40, error_messages={"required": "请写新网格的名称。", "max_length": TOO_LONG}
    )
    code = forms.CharField(
        label="新网格的编码",
        max_length=15,
        required=False,
        help_text="不填就自动编下一个。",
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"max_length": "网格编码为 15 位数字。"},
    )
    buildings = BuildingsField(
        Building.objects.none(),
        label="划给新网格的楼栋",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请选划给新网格的楼栋。", "invalid_choice": "有的楼栋已经不在这个网格里，请重选。"},
    )
    leader = DutyField(
        Duty.objects.none(),
        label="新网格的网格长",
        required=False,
        empty_label="先空着，或由上面选“去新网格”的网格长担任",
    )
    reason = reason_field()
    on = day_field()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["buildings"].queryset = self.subject.buildings.select_related("quarter").order_by("code")
        self.fields["leader"].queryset = self.subject.duties.current().select_related("grid").order_by("kind", "pk")
        last = ("leader", "reason", "on")
        self.order_fields([*(name for name in self.fields if name not in last), *last])

    def rows(self):
        return self.subject.duties.current().order_by("kind", "pk")

    def field_of(self, duty):
        return forms.ChoiceField(
            label=f"{duty.get_kind_display()} {duty.name}",
            choices=Share.choices,
            initial=Share.STAYS,
            required=False,
            widget=forms.RadioSelect,
        )

    def act(self, **cleaned):
        told = self.of_each(cleaned)
        shares = {duty: Share(told[duty.pk]) for duty in self.rows() if told.get(duty.pk)}
        return split_grid(self.subject, shares=shares, actor=self.user, **cleaned)

    def look(self):
        """[(what, words, whether it warns)] of both parts as they would be."""
        chosen = list(self.cleaned_data.get("buildings") or ())
        keys = {row.pk for row in chosen}
        left = [row for row in self.fields["buildings"].queryset if row.pk not in keys]
        new_name = self.cleaned_data.get("name") or "新网格"
        told = self.of_each(dict(self.cleaned_data))
        here, there = [], []
        for duty in self.rows():
            share = told.get(duty.pk) or Share.STAYS
            here += [duty] * (share != Share.GOES)
            there += [duty] * (share != Share.STAYS)
        leader = self.cleaned_data.get("leader")
        return [
            *look_of(self.subject, self.subject.name, left, here),
            *look_of(self.subject, new_name, chosen, there, leader=leader),
        ]


def look_of(grid, name, buildings, duties, leader=None):
    households = sum(row.households for row in buildings)
    fault = norm().fault(households) if holds_households(grid) else ""
    words = f"{name} {len(buildings)} 栋 {households} 户{fault and f'，{fault}'}"
    yield "规模", words, bool(fault) or not buildings
    leaders = [duty.name for duty in duties if duty.kind == Duty.Kind.LEADER] or ([leader.name] if leader else [])
    workers = [duty.name for duty in duties if duty.kind == Duty.Kind.WORKER]
    people = f"网格长{'、'.join(leaders) or '还没有'}，网格员{'、'.join(workers) or '还没有'}"
    yield "人员", f"{name}：{people}", not (leaders and workers)


def heirs_of(grid, user):
    """The grids that could take over: of its level, and for one of communities of the same streets."""
    others = Grid.objects.editable_by(user).in_use().filter(level=grid.level).exclude(pk=grid.pk)
    if grid.level == Grid.Level.DISTRICT:
        return others
    near = Community.objects.filter(street__in=grid.communities.values("street"))
    return others.filter(communities__in=near).distinct()


class HeirAct(GridAct):
    """Into another grid of the same level within reach."""

    heir_field, heir_label = "into", ""
    leader = DutyField(
        Duty.objects.none(),
        label="合并后的网格长",
        required=False,
        empty_label="两个网格里只有一个网格长",
        help_text="两边都有网格长的要选；另一位改任网格员。",
    )
    reason = reason_field()
    on = day_field()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        heirs = heirs_of(self.subject, self.user)
        self.fields[self.heir_field].queryset = heirs.order_by("code")
        leaders = restrict(Duty.objects.current(), self.user).filter(kind=Duty.Kind.LEADER)
        beside = Q(grid=self.subject) | Q(grid__in=heirs.order_by().values("pk"))
        self.fields["leader"].queryset = leaders.filter(beside).select_related("grid").order_by("pk")

    def look(self):
        into = self.cleaned_data.get(self.heir_field)
        if into is None:
            return []
        buildings = [*self.subject.buildings.all(), *into.buildings.all()]
        duties = [*self.subject.duties.current(), *into.duties.current()]
        rows = list(look_of(into, f"合并后的{into.name}", buildings, duties))
        if work := hanging(self.subject):
            rows.append(("在办", f"一起转到{into.name}：{work}", False))
        return rows


class MergeAct(HeirAct):
    verb, label, icon, done, is_quiet = (
        "merge",
        "并入别的网格",
        "hierarchy",
        "已合并。在办的事和人员一起转了过去。",
        False,
    )
    into = forms.ModelChoiceField(
        Grid.objects.none(),
        label="并入",
        empty_label="请选择网格",
        error_messages={"required": "请选择并入哪个网格。", "invalid_choice": "只能并入您管辖范围内在用的同级网格。"},
    )
    field_order = ["into", "leader", "reason", "on"]

    def act(self, **cleaned):
        return merge_grids(self.subject, actor=self.user, **cleaned)


class DissolveAct(HeirAct):
    verb, label, icon, done = "dissolve", "撤销网格", "circle-x", "已撤销。以前的归属还能按日期查。"
    heir_field = "heir"
    heir = forms.ModelChoiceField(
        Grid.objects.none(),
        label="由谁接收",
        required=False,
        empty_label="没有楼栋和在办的事，不用接收",
        error_messages={"invalid_choice": "只能由您管辖范围内在用的同级网格接收。"},
    )
    field_order = ["heir", "leader", "reason", "on"]

    def act(self, **cleaned):
        return dissolve_grid(self.subject, actor=self.user, **cleaned)


class MoveAct(GridAct):
    """调整楼栋: chosen in the list of buildings; `subject` are they."""

    verb, label, icon, done = "move", "调整所在网格", "arrow-right", "已调整。以前的归属还能按日期查。"
    grid = forms.ModelChoiceField(
        Grid.objects.none(),
        label="归入",
        required=False,
        empty_label="不归任何网格",
        error_messages={"invalid_choice": "只能归入您管辖范围内在用的社区分网格。"},
    )
    reason = reason_field()
    on = day_field()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        grids = restrict(Grid.objects.of_communities(), self.user)
        communities = {row.quarter.community_id for row in self.subject}
        self.fields["grid"].queryset = grids.filter(communities__in=communities).distinct().order_by("code")

    def act(self, **cleaned):
        return move_buildings(self.subject, actor=self.user, **cleaned)


class NumberGridsAct(GridAct):
    """Of a community's grids."""

    verb, label, icon, done = "number", "按方位编号", "list-check", "已按从西到东、从北到南重新编号。"
    reason = reason_field()

    @classmethod
    def is_offered(cls, subject):
        return True

    def act(self, reason):
        try:
            return number_grids(self.subject, reason=reason, actor=self.user)
        except ValidationError as error:
            raise ValidationError(error.messages) from error
