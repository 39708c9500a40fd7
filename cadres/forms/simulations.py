from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from cadres import services
from cadres.forms.fields import WordsField
from cadres.models import Scheme


class PrepareForm(forms.Form):
    """测算 for one scheme and one 1 January, for whoever stands within the user's reach."""

    scheme = forms.ModelChoiceField(Scheme.objects.none(), label="岗位体系", empty_label=None)
    year = forms.TypedChoiceField(label="执行日期", coerce=int)

    def __init__(self, *args, user, **kwargs):
        self.user = user
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.fields["scheme"].queryset = Scheme.objects.visible_to(user).active()
        this_year = timezone.localdate().year
        self.fields["year"].choices = [(year, f"{year}年1月1日") for year in (this_year + 1, this_year)]

    def run(self):
        return _run(self, lambda: services.prepare_simulation(actor=self.user, **self.cleaned_data))


class DecideForm(forms.Form):
    """What is done with the ticked lines of `simulation`; `verb` is approve, decline or reopen."""

    evidence = WordsField("批准依据", required=False, help_text="会议纪要、批复文号等，记入台账。")
    note = WordsField("不调的原因", required=False, help_text="只在“本次不调”时填写。")

    def __init__(self, *args, simulation, verb, lines, user, **kwargs):
        self.simulation, self.verb, self.lines, self.user = simulation, verb, lines, user
        super().__init__(*args, **kwargs)

    def clean(self):
        if not self.lines:
            raise ValidationError("请先勾选人员。")
        return super().clean()

    def run(self):
        """How many lines were decided; None with what was refused above or beside the fields."""
        return _run(self, getattr(self, self.verb))

    def approve(self):
        evidence = self.cleaned_data["evidence"]
        return services.approve_lines(self.simulation, lines=self.lines, evidence=evidence, actor=self.user)

    def decline(self):
        return services.decline_lines(
            self.simulation, lines=self.lines, note=self.cleaned_data["note"], actor=self.user
        )

    def reopen(self):
        return services.reopen_lines(self.simulation, lines=self.lines, actor=self.user)


def _run(form, act):
    try:
        return act()
    except PermissionDenied as error:
        form.add_error(None, str(error))
    except ValidationError as error:
        named = hasattr(error, "error_dict") and set(error.error_dict) <= set(form.fields)
        form.add_error(None, error if named else ValidationError(error.messages))
    return None
