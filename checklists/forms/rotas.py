"""轮值: what staff and liaisons fill in. Each form runs one verb of services.rotas."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from checklists.forms.acts import Act
from checklists.forms.fields import WordsField, show_refusal
from checklists.models import Rota, Turn
from checklists.services import rotas
from checklists.services.rotas.telling import span
from govern.dates import month_start
from govern.scoping import ScopedFormMixin
from grids.models import Community
from organizations.models import Agreement, Unit

MONTHS_AHEAD = 15
MOST_TURNS = 24


class RotaForm(ScopedFormMixin, forms.Form):
    """编制轮值表: the plan is looked at before it is saved (`shown` tells which one)."""

    community = forms.ModelChoiceField(
        Community.objects.all(),
        label="社区",
        empty_label="请选择社区",
        error_messages={"required": "请选择社区。", "invalid_choice": "这个社区不在您的辖区，请重新选择。"},
    )
    period = forms.ChoiceField(label="轮值周期", choices=Rota.Period.choices, widget=forms.RadioSelect)
    starts_on = forms.ChoiceField(
        label="从哪个月起", help_text="按季度轮值从 1、4、7、10 月起。", error_messages={"required": "请选择月份。"}
    )
    count = forms.IntegerField(
        label="排几期",
        min_value=1,
        max_value=MOST_TURNS,
        initial=4,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": "请填排几期。",
            "invalid": "请填数字。",
            "min_value": "至少排 1 期。",
            "max_value": f"一次最多排 {MOST_TURNS} 期。",
        },
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # What may be read is more than what may be planned for.
        self.fields["community"].queryset = Community.objects.allowed(self.user, "checklists.add_rota")
        today = timezone.localdate()
        months = [month_start(today, number) for number in range(MONTHS_AHEAD)]
        self.fields["starts_on"].choices = [(f"{day:%Y-%m-%d}", f"{day.year}年{day.month}月") for day in months]

    def clean_starts_on(self):
        return date.fromisoformat(self.cleaned_data["starts_on"])

    def clean(self):
        if not self.errors:
            self.plan = rotas.plan_rota(**self._asked())
        return self.cleaned_data

    def _asked(self):
        return {name: self.cleaned_data[name] for name in ("community", "period", "starts_on", "count")}

    def save(self, *, shown):
        """The rota; None when the service refuses, with its words among the form's errors."""
        try:
            return rotas.make_rota(**self._asked(), actor=self.user, shown=shown)
        except ValidationError as error:
            show_refusal(self, error)
            return None


class TurnField(forms.ModelChoiceField):
    def label_from_instance(self, turn):
        return f"{span(turn)} {turn.unit}"


def ahead(rota):
    """The turns of the rota's community that have not begun, to choose from."""
    rows = Turn.objects.of_community(rota.community_id).upcoming().select_related("unit")
    return rows.order_by("starts_on", "pk")


TURN_ERRORS = {"required": "请选择轮值期。", "invalid_choice": "这一期不在可选范围，请刷新后另选。"}


class ReplaceUnit(Act):
    """调整单位, on the rota's page; the subject is the rota."""

    verb, label, icon = "replace", "换轮值单位", "refresh"
    turn = TurnField(Turn.objects.none(), label="哪一期", empty_label="请选择", error_messages=TURN_ERRORS)
    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label="换成哪个单位",
        empty_label="请选择",
        help_text="只列出和社区有有效协议的单位。",
        error_messages={"required": "请选择单位。", "invalid_choice": "这个单位没有有效的协议，请另选。"},
    )
    reason = WordsField(
        label="原因", max_length=120, rows=2, error_messages={"required": "请写明换单位的原因，两个单位都会看到。"}
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        agreed = Agreement.objects.in_force().filter(organization=self.subject.community.organization_id)
        self.fields["turn"].queryset = ahead(self.subject)
        self.fields["unit"].queryset = Unit.objects.active().filter(agreements__in=agreed).distinct()

    def act(self, turn, unit, reason):
        return rotas.replace_unit(turn, unit, actor=self.user, reason=reason)


class ProposeSwap(Act):
    """换班 proposed by the community: both units are asked."""

    verb, label, icon = "propose-swap", "提议换班", "arrow-right"
    turn = TurnField(Turn.objects.none(), label="这一期", empty_label="请选择", error_messages=TURN_ERRORS)
    other_turn = TurnField(Turn.objects.none(), label="和哪一期换", empty_label="请选择", error_messages=TURN_ERRORS)
    reason = WordsField(
        label="原因", max_length=200, rows=2, error_messages={"required": "请写明换班的原因，对方会看到。"}
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("turn", "other_turn"):
            self.fields[name].queryset = ahead(self.subject)

    def act(self, turn, other_turn, reason):
        return rotas.propose_swap(turn, other_turn, actor=self.user, reason=reason)


class SwapForm(forms.Form):
    """换班 proposed by a unit for its own `turn`: its consent is in the proposal."""

    other_turn = TurnField(
        Turn.objects.none(), label="和哪一期换", widget=forms.RadioSelect, empty_label=None, error_messages=TURN_ERRORS
    )
    reason = WordsField(
        label="原因",
        max_length=200,
        help_text="对方单位和社区会看到。",
        error_messages={"required": "请写明换班的原因，对方会看到。"},
    )

    def __init__(self, *args, turn, user, **kwargs):
        self.turn, self.user = turn, user
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.fields["other_turn"].queryset = ahead(turn.rota).exclude(unit=turn.unit_id)

    def run(self):
        try:
            return rotas.propose_swap(self.turn, actor=self.user, **self.cleaned_data)
        except ValidationError as error:
            show_refusal(self, error)
            return None


class HandoverForm(forms.Form):
    note = WordsField(
        label="交接说明",
        max_length=2000,
        rows=12,
        help_text="按记录写好了草稿，您可以改。下一个单位和社区会看到。请不要写居民的姓名和电话。",
        error_messages={"required": "请写几句交接说明。"},
    )

    def __init__(self, *args, turn, user, **kwargs):
        self.turn, self.user = turn, user
        super().__init__(*args, use_required_attribute=False, **kwargs)

    def run(self):
        try:
            return rotas.hand_over(self.turn, actor=self.user, **self.cleaned_data)
        except ValidationError as error:
            show_refusal(self, error)
            return None
