"""统筹匹配: asked for, tried with other weights, and the weights adopted."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from checklists.models import Run
from checklists.services import runs
from checklists.services.matching import WEIGHTS, weight_settings
from organizations.models import Parameter


class DistrictForm(forms.Form):
    """The district, among those where `user` may start a run."""

    district = forms.ModelChoiceField(
        None,
        label="区县",
        empty_label=None,
        error_messages={"required": "请选择区县。", "invalid_choice": "这个区县不在您的辖区，请重新选择。"},
    )

    def __init__(self, *args, user, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)
        districts = Run.objects.districts_of(user).order_by("code")
        self.fields["district"].queryset = districts
        self.fields["district"].initial = districts.first()
        self.is_single = len(districts[:2]) == 1
        if self.is_single:
            self.fields["district"].widget = self.fields["district"].hidden_widget()

    def start(self):
        """The run, queued; None when the service refuses, with its words among the form's errors."""
        try:
            return runs.start_run(self.cleaned_data["district"], actor=self.user, **self.options())
        except ValidationError as error:
            self.add_error(None, ValidationError(error.messages))
            return None

    def options(self):
        return {}


class TrialForm(DistrictForm):
    """“如果提高‘等待’的权重会怎样”: five weights, to begin with as they are."""

    HINTS = {
        "urgency": "越大，急的事越先配上。",
        "waiting": "越大，等得久的越先配上。",
        "proximity": "越大，越先找近处的单位。",
        "category": "越大，越先找主业对口的单位。",
        "load": "越大，越先找手头空的单位。",
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        now = weight_settings()["weights"]
        keys = {f"match_weight_{name}": name for name in WEIGHTS}
        rows = {keys[row.key]: row for row in Parameter.objects.filter(key__in=keys)}
        for name in WEIGHTS:
            row = rows[name]
            self.fields[name] = forms.IntegerField(
                label=row.label.removeprefix("匹配权重："),
                min_value=int(row.minimum),
                max_value=int(row.maximum),
                initial=int(now[name]),
                help_text=f"现在是 {int(now[name])}。{self.HINTS[name]}",
                error_messages={
                    "required": "请填一个数，不看重就填 0。",
                    "invalid": "请填整数。",
                    "min_value": f"请填 {int(row.minimum)} 到 {int(row.maximum)} 之间的数。",
                    "max_value": f"请填 {int(row.minimum)} 到 {int(row.maximum)} 之间的数。",
                },
            )

    def options(self):
        return {"is_trial": True, "weights": {name: self.cleaned_data[name] for name in WEIGHTS}}


class AdoptForm(forms.Form):
    """采用这组权重."""

    effective_on = forms.DateField(
        label="从哪天起",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text="最早明天。到那天起按新的权重配，之前的结果不变。",
        error_messages={"required": "请填生效日期。", "invalid": "请按 2026-01-31 的样子填日期。"},
    )

    def __init__(self, *args, run, user, **kwargs):
        self.trial, self.user = run, user
        super().__init__(*args, initial={"effective_on": timezone.localdate() + timedelta(days=1)}, **kwargs)

    def adopt(self):
        """How many weights were changed; None when the service refuses."""
        try:
            rows = runs.adopt_weights(self.trial, actor=self.user, effective_on=self.cleaned_data["effective_on"])
        except ValidationError as error:
            self.add_error(None, error if hasattr(error, "error_dict") else ValidationError(error.messages))
            return None
        return len(rows)
