"""志愿服务站: founded and put right in a form; its hours, people and stock are acts on its page."""

import re
from datetime import time

from django import forms
from unfold.widgets import UnfoldAdminTextareaWidget

from accounts.fields import plain
from govern.acts import Act
from govern.choices import Weekday
from organizations.forms.elections import number_field, words_field
from organizations.forms.organizations import ServiceFormMixin
from volunteers.forms.fields import CodeField
from volunteers.models import Good, Station, Volunteer
from volunteers.services import stations

SPAN = re.compile(r"([0-2]?\d):([0-5]\d)-([0-2]?\d):([0-5]\d)")


class SpansField(forms.CharField):
    """Several spans of a day in one line: “8:30-11:30 14:00-17:30”. Cleans to [(opens, closes)], [] for closed."""

    def __init__(self, **kwargs):
        super().__init__(required=False, max_length=100, **kwargs)

    def to_python(self, value):
        text = re.sub(r"\s*[-—–~至到]+\s*", "-", plain(super().to_python(value)))
        spans = []
        for part in re.split(r"[\s,、;，；]+", text):
            if not part:
                continue
            match = SPAN.fullmatch(part)
            numbers = [int(each) for each in match.groups()] if match else None
            if numbers is None or numbers[0] > 23 or numbers[2] > 23:
                raise forms.ValidationError(f"“{part}”看不懂，请写成 8:30-11:30，几段之间空一格。", code="spans")
            spans.append((time(*numbers[:2]), time(*numbers[2:])))
        return spans

    def prepare_value(self, value):
        if isinstance(value, list):
            return " ".join(f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in value)
        return value


class StationForm(ServiceFormMixin, forms.ModelForm):
    """A new one by the service, which gives it its code; one that stands is put right as it is."""

    out_of_reach = "请选择您管辖范围内的社区。"

    class Meta:
        model = Station
        fields = ["community", "name", "place", "phone", "about", "is_active"]
        widgets = {"about": UnfoldAdminTextareaWidget(attrs={"rows": 3})}
        error_messages = {
            "community": {"required": "请选择社区。"},
            "name": {"required": "请填名称。"},
            "place": {"required": "请填地点。"},
        }

    def write(self, cleaned):
        if self.instance.pk is None:
            cleaned = {name: value for name, value in cleaned.items() if name != "is_active"}
            return stations.found_station(**cleaned, actor=self.actor)
        return stations.edit_station(self.instance, actor=self.actor, **cleaned)


# --- On the page of a station -----------------------------------------------------------------------------------------
class StationAct(Act):
    @classmethod
    def is_offered(cls, station):
        return True


class SetHours(StationAct):
    verb, label, icon, done = "hours", "改开放时间", "clock", "开放时间已更新，公开页面同时更新。"
    is_quiet = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        week = self.subject.week
        for day, label in Weekday.choices:
            self.fields[f"day_{day}"] = SpansField(label=label, initial=week.get(day, []))
        self.fields["day_0"].help_text = "如 8:30-11:30 14:00-17:30；不填就是不开放。法定节假日自动休息。"

    def act(self, **cleaned):
        spans = {int(name.removeprefix("day_")): value for name, value in cleaned.items()}
        stations.set_opening_hours(self.subject, spans, actor=self.user)


class AddKeeper(StationAct):
    verb, label, icon, done = "keeper", "加驻站人员", "plus", "已加上。"
    code = CodeField()

    def act(self, code):
        return stations.add_keeper(self.subject, code=code, actor=self.user)


class RemoveKeeper(StationAct):
    """Has its button in the list."""

    is_in_row = True
    verb, label, done = "no-keeper", "去掉", "已去掉。"
    keeper = forms.ModelChoiceField(
        Volunteer.objects.none(),
        widget=forms.HiddenInput,
        error_messages={"required": "请从名单里点。", "invalid_choice": "这个人已经不在名单里。"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["keeper"].queryset = self.subject.keepers.all()

    def act(self, keeper):
        stations.remove_keeper(self.subject, keeper, actor=self.user)


class AddGood(StationAct):
    verb, label, icon, done = "good", "加一种物资", "package", "已加上，接着登记入库。"
    name = words_field("名称", 40)
    unit_word = words_field("单位", 6, initial="个")
    points = number_field("兑换积分", 0, 100_000, initial=0, help_text="0 表示不用来兑换。")

    def act(self, **cleaned):
        return stations.add_good(self.subject, actor=self.user, **cleaned)


class MoveStock(StationAct):
    verb, label, icon, done = "stock", "出入库", "package", "已记下，库存同时更新。"
    good = forms.ModelChoiceField(
        Good.objects.none(),
        label="物资",
        empty_label="请选择",
        error_messages={"required": "请选择物资。", "invalid_choice": "请从这个站的物资里选。"},
    )
    direction = forms.ChoiceField(
        label="入库还是出库",
        choices=[("in", "入库"), ("out", "出库")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选入库或出库。", "invalid_choice": "请选入库或出库。"},
    )
    change = number_field("数量", 1, 100_000)
    reason = words_field("说明", 60, help_text="如：采购、雨天借出、盘点。")

    @classmethod
    def is_offered(cls, station):
        return station.goods.exists()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["good"].queryset = self.subject.goods.filter(is_active=True)
        self.fields["good"].label_from_instance = lambda good: f"{good}（现有 {good.count} {good.unit_word}）"

    def act(self, good, direction, change, reason):
        return stations.take_stock(good, change if direction == "in" else -change, reason=reason, actor=self.user)


STATION_ACTS = (SetHours, MoveStock, AddGood, AddKeeper, RemoveKeeper)
