from datetime import date, timedelta

from django import forms
from django.utils import timezone

from checklists.models import Category, Need
from dashboards.figures import FIGURES
from dashboards.patrolling import REPORTS
from govern.scoping import ScopedFormMixin
from grids.models import Community, Grid
from patrols.models import Incident

DAYS_SHOWN = 30
EARLIEST = date(2000, 1, 1)
MOST_DAYS = 731


class PeriodForm(forms.Form):
    """?from&to, both days included. What is missing or wrong falls back, so that the page stands all the same."""

    starts_on = forms.DateField(
        label="从",
        error_messages={"invalid": "日期要写成 2026-11-23 这样。", "required": "请填开始日期。"},
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    ends_on = forms.DateField(
        label="到",
        error_messages={"invalid": "日期要写成 2026-11-23 这样。", "required": "请填结束日期。"},
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    PARAMETERS = {"starts_on": "from", "ends_on": "to"}

    def __init__(self, data, **kwargs):
        self.today = timezone.localdate()
        data = data.copy()
        if not data.get("to"):
            data["to"] = self.today.isoformat()
        if not data.get("from"):
            data["from"] = _days_before(data["to"], self.today).isoformat()
        super().__init__(data, **kwargs)

    def add_prefix(self, field_name):
        return super().add_prefix(self.PARAMETERS.get(field_name, field_name))

    def clean_starts_on(self):
        if self.cleaned_data["starts_on"] < EARLIEST:
            raise forms.ValidationError("开始日期太早了，请从 2000 年以后选。")
        return self.cleaned_data["starts_on"]

    def clean_ends_on(self):
        if self.cleaned_data["ends_on"] > self.today:
            raise forms.ValidationError(f"结束日期不能晚于今天（{self.today:%Y-%m-%d}）。")
        if self.cleaned_data["ends_on"] < EARLIEST + timedelta(days=DAYS_SHOWN):
            raise forms.ValidationError("结束日期太早了，请从 2000 年以后选。")
        return self.cleaned_data["ends_on"]

    def clean(self):
        cleaned = super().clean()
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on:
            if starts_on > ends_on:
                self.add_error("ends_on", f"结束日期不能早于开始日期（{starts_on:%Y-%m-%d}）。")
            elif (ends_on - starts_on).days >= MOST_DAYS:
                self.add_error("starts_on", "一次最多看两年，请把开始日期往后调。")
        for name in ("starts_on", "ends_on"):
            if name in self.errors:
                # A date input silently empties what it cannot read; a text input keeps what was typed.
                self.fields[name].widget.input_type = "text"
        return cleaned

    @property
    def has_bad_dates(self):
        return bool({"starts_on", "ends_on"} & self.errors.keys())

    @property
    def period(self):
        """(first day, last day): what was asked for, and the usual where that made no sense."""
        cleaned = {} if self.is_valid() else self.errors
        ends_on = self.cleaned_data["ends_on"] if "ends_on" not in cleaned else self.today
        starts_on = self.cleaned_data["starts_on"] if "starts_on" not in cleaned else None
        if starts_on is None or starts_on > ends_on:
            starts_on = ends_on - timedelta(days=DAYS_SHOWN - 1)
        return starts_on, ends_on


def _days_before(text, today):
    try:
        ends_on = date.fromisoformat(text)
    except ValueError:
        ends_on = today
    return max(ends_on, EARLIEST + timedelta(days=DAYS_SHOWN)) - timedelta(days=DAYS_SHOWN - 1)


class NeedFilterForm(ScopedFormMixin, PeriodForm):
    """The rows behind a figure: the same period, and what narrows it."""

    figure = forms.ChoiceField(
        label="看哪些",
        required=False,
        choices=[(key, figure.label) for key, figure in FIGURES.items()],
        error_messages={"invalid_choice": "没有这一项，请从列表里选。"},
    )
    category = forms.ModelChoiceField(
        label="类别",
        required=False,
        queryset=Category.objects.kinds().order_by("parent__order", "parent", "order", "pk"),
        empty_label="全部类别",
        error_messages={"invalid_choice": "没有这个类别，请从列表里选。"},
    )
    channel = forms.ChoiceField(
        label="来源渠道",
        required=False,
        choices=[("", "全部渠道"), *Need.Channel.choices],
        error_messages={"invalid_choice": "没有这个渠道，请从列表里选。"},
    )
    q = forms.CharField(
        label="搜索",
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "编号、手机号或文字"}),
        error_messages={"max_length": "搜索词最多 60 个字。"},
    )

    @property
    def has_bad_filters(self):
        return bool(self.errors.keys() - {"starts_on", "ends_on"})


class IncidentFilterForm(ScopedFormMixin, PeriodForm):
    """The incidents behind a figure: reported in the period, and what narrows them. People and grids come by link."""

    figure = forms.ChoiceField(
        label="看哪些",
        required=False,
        choices=[(key, figure.label) for key, figure in REPORTS.items()],
        error_messages={"invalid_choice": "没有这一项，请从列表里选。"},
    )
    source = forms.ChoiceField(
        label="来源",
        required=False,
        choices=[("", "全部来源"), *Incident.Source.choices],
        error_messages={"invalid_choice": "没有这个来源，请从列表里选。"},
    )
    community = forms.ModelChoiceField(
        label="社区", required=False, queryset=Community.objects.all(), widget=forms.HiddenInput
    )
    grid = forms.ModelChoiceField(label="网格", required=False, queryset=Grid.objects.all(), widget=forms.HiddenInput)
    reporter = forms.IntegerField(required=False, min_value=1, max_value=2**31, widget=forms.HiddenInput)
    receiver = forms.IntegerField(required=False, min_value=1, max_value=2**31, widget=forms.HiddenInput)
    handler = forms.IntegerField(required=False, min_value=1, max_value=2**31, widget=forms.HiddenInput)
    NARROWING = {
        "source": "source",
        "community": "community",
        "grid": "grid",
        "reporter": "reporter",
        "receiver": "receiver__user",
        "handler": "handler__user",
    }

    @property
    def has_bad_filters(self):
        return bool(self.errors.keys() - {"starts_on", "ends_on"})

    def narrowing(self):
        """What `filter` takes: only what was asked for."""
        asked = {path: self.cleaned_data.get(name) for name, path in self.NARROWING.items()}
        return {path: value for path, value in asked.items() if value}
