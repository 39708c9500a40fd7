"""兑换: whose points, at which station, what for."""

from uuid import uuid4

from django import forms

from accounts.fields import show_refusal
from govern.acts import Act
from organizations.forms.elections import number_field, words_field
from volunteers.forms.fields import CodeField
from volunteers.models import Good, Volunteer
from volunteers.services import exchanges


class FindVolunteerForm(forms.Form):
    """The first step: the code of the card, read aloud or scanned."""

    code = CodeField()

    def clean_code(self):
        self.volunteer = Volunteer.objects.here().select_related("user").filter(code=self.cleaned_data["code"]).first()
        if self.volunteer is None:
            raise forms.ValidationError("没有这个编号的志愿者，请核对对方的“我的名片”。", code="unknown")
        return self.cleaned_data["code"]


class GoodField(forms.ModelChoiceField):
    def label_from_instance(self, good):
        return f"{good}：{good.points} 分，剩 {good.count} {good.unit_word}（{good.station}）"


class ExchangeForm(forms.Form):
    """The second: what is handed out. `stations` are those whose goods the user may hand out."""

    good = GoodField(
        Good.objects.none(),
        label="兑换什么",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "请选择物资。", "invalid_choice": "这种物资现在不兑换，请另选。"},
    )
    count = number_field("数量", 1, 100, initial=1)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, stations, volunteer, user, **kwargs):
        self.volunteer, self.user = volunteer, user
        kwargs["initial"] = {"key": uuid4()}
        super().__init__(*args, **kwargs)
        goods = Good.objects.filter(station__in=stations, station__is_active=True, is_active=True, points__gt=0)
        self.fields["good"].queryset = goods.filter(count__gt=0).select_related("station").order_by("station", "points")

    def submit(self):
        try:
            return exchanges.exchange(self.volunteer, **self.cleaned_data, actor=self.user)
        except forms.ValidationError as error:
            show_refusal(self, error)
            return None


class ReverseExchange(Act):
    verb, label, icon, done = "reverse", "退回", "undo", "已退回，积分和库存都已恢复。"
    reason = words_field("退回原因", 60)

    @classmethod
    def is_offered(cls, row):
        return not row.is_reversed

    def act(self, reason):
        return exchanges.reverse_exchange(self.subject, reason=reason, actor=self.user)


EXCHANGE_ACTS = (ReverseExchange,)
