from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from organizations.models import ParameterValue


class ParameterValueForm(forms.ModelForm):
    class Meta:
        model = ParameterValue
        fields = ["value", "effective_on"]

    def clean_effective_on(self):
        day = self.cleaned_data["effective_on"]
        if day < timezone.localdate():
            raise ValidationError("生效日期不能早于今天：过去的决定要按当时的数值解释。")
        return day
