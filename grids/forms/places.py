"""Places as people type them: codes that fit the place above, and acts on a whole quarter."""

from django import forms
from django.core.exceptions import PermissionDenied

from govern.acts import Act
from govern.scoping import restrict
from grids.geometry import EAST, NORTH, SOUTH, WEST
from grids.models import Building, Community, Grid, Quarter, Street
from grids.services.places import MOST_AT_ONCE, add_buildings, number_buildings


class WithinMixin:
    """For a ModelForm whose `code` begins with that of the place above, in the field `above`."""

    above = ""

    def clean(self):
        cleaned = super().clean()
        above, code = cleaned.get(self.above), cleaned.get("code")
        is_new = not self.instance.pk or {"code", self.above} & set(self.changed_data)
        if above and code and is_new and not code.startswith(above.code):
            self.add_error("code", f"前 {len(above.code)} 位要与{above}的代码 {above.code} 一致。")
        return cleaned


class StreetForm(WithinMixin, forms.ModelForm):
    above = "district"

    class Meta:
        model = Street
        fields = ["name", "code", "district"]


class CommunityForm(WithinMixin, forms.ModelForm):
    above = "street"

    class Meta:
        model = Community
        fields = ["name", "code", "street", "organization", "hotline", "address", "households", "households_on"]
        help_texts = {"code": "统计用区划代码 12 位：6 位区县、3 位街道、3 位社区。"}


class QuarterForm(forms.ModelForm):
    class Meta:
        model = Quarter
        fields = ["name", "community", "branch", "address", "households", "households_on"]

    def clean(self):
        cleaned = super().clean()
        if self.instance.pk and "community" in self.changed_data and self.instance.buildings.exists():
            self.add_error("community", "小区里已经有楼栋，楼栋编码跟着社区走，不能改到别的社区。")
        return cleaned


class BuildingForm(forms.ModelForm):
    """Its code may stay blank and is then the next free one; its grid is written by the grids' services."""

    class Meta:
        model = Building
        fields = [
            "quarter",
            "name",
            "code",
            "grid",
            "units_count",
            "floors_count",
            "households",
            "households_on",
            "longitude",
            "latitude",
            "is_active",
        ]
        help_texts = {"code": "12 位社区代码加 5 位序号，印在二维码海报上。不填就自动编。"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in {"code", "households"} & set(self.fields):
            self.fields[name].required = False

    def clean_households(self):
        return self.cleaned_data["households"] or 0

    def clean(self):
        cleaned = super().clean()
        quarter, code = cleaned.get("quarter"), cleaned.get("code")
        if self.instance.pk and not code and "code" not in self.errors:
            self.add_error("code", "请填楼栋编码。")
        if quarter and code and len(code) == 17 and not code.startswith(quarter.community.code):
            self.add_error("code", f"楼栋编码前 12 位要与{quarter.community}的区划代码 {quarter.community.code} 一致。")
        self.clean_grid_of(quarter, cleaned.get("grid"))
        self.clean_point(cleaned.get("longitude"), cleaned.get("latitude"))
        return cleaned

    def clean_grid_of(self, quarter, grid):
        if grid is None or quarter is None or "grid" not in self.changed_data:
            return
        if grid.dissolved_on or grid.level != Grid.Level.COMMUNITY:
            self.add_error("grid", "请选在用的社区分网格。")
        elif not grid.communities.filter(pk=quarter.community_id).exists():
            self.add_error("grid", f"{grid}没有覆盖{quarter.community}。")

    def clean_point(self, longitude, latitude):
        if (longitude is None) != (latitude is None):
            missing = "longitude" if longitude is None else "latitude"
            if missing not in self.errors:
                self.add_error(missing, "经度和纬度要一起填。")
        elif longitude is not None and not (WEST <= longitude <= EAST and SOUTH <= latitude <= NORTH):
            is_swapped = WEST <= latitude <= EAST and SOUTH <= longitude <= NORTH
            self.add_error(
                "longitude", "经度和纬度像是填反了。" if is_swapped else "这个位置不在中国，请核对经度和纬度。"
            )


class PlaceAct(Act):
    """Of one quarter; a service's PermissionDenied is told on the page."""

    notice = ""

    @classmethod
    def is_offered(cls, subject):
        return True

    def run(self):
        try:
            return super().run()
        except PermissionDenied as error:
            self.add_error(None, str(error))
            return None


def counted(label, initial, least=1, most=9999):
    words = f"请填 {least} 到 {most} 的整数。"
    return forms.IntegerField(
        label=label,
        initial=initial,
        min_value=least,
        max_value=most,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages=dict.fromkeys(["required", "invalid", "min_value", "max_value"], words),
    )


class AddBuildingsAct(PlaceAct):
    verb, label, done = "add-buildings", "批量添加楼栋", "已添加，编码接着社区里最后一个往下编。"
    notice = f"一次最多 {MOST_AT_ONCE} 栋，已经有的楼栋号跳过。"
    first = counted("从几号", 1)
    last = counted("到几号", 10)
    suffix = forms.ChoiceField(label="叫什么", choices=[(word, f"1{word}") for word in ("栋", "号楼", "幢", "座")])
    grid = forms.ModelChoiceField(
        Grid.objects.none(),
        label="社区分网格",
        required=False,
        empty_label="先不归网格",
        error_messages={"invalid_choice": "请选这个社区在用的分网格。"},
    )
    units_count = counted("单元数", 3, most=99)
    floors_count = counted("层数", 6, most=199)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        grids = restrict(Grid.objects.of_communities(), self.user)
        self.fields["grid"].queryset = grids.filter(communities=self.subject.community_id)

    def act(self, **cleaned):
        return add_buildings(self.subject, actor=self.user, **cleaned)


class NumberBuildingsAct(PlaceAct):
    verb, label, done = "number-buildings", "楼栋统一编号", "已重新编号。请重新打印并更换楼栋的二维码海报。"
    notice = (
        "给这个小区的全部楼栋换一段连续的新编码：都有经纬度的从西到东、从北到南编，否则按楼栋号编。"
        "贴在楼道里的旧海报会失效，要重新打印；旧编码不会再给别的楼栋。"
    )

    def act(self):
        return number_buildings(self.subject, actor=self.user)
