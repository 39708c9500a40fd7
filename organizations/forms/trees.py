from django import forms
from django.utils import timezone

from organizations.models import Organization

KINDS = [("", "全部类型"), *Organization.Kind.choices]


class TreeFilterForm(forms.Form):
    """What of the tree is drawn. `on` is a day in the past; today's tree needs none."""

    q = forms.CharField(
        label="按名称查找",
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "按名称查找"}),
    )
    kind = forms.ChoiceField(label="类型", choices=KINDS, required=False)
    on = forms.DateField(
        label="看哪一天",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "请填日期，如 2022-06-01。"},
    )
    dissolved = forms.BooleanField(label="显示已撤销", required=False)

    def clean_on(self):
        day = self.cleaned_data["on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError("只能看今天和以前的。")
        return day if day != timezone.localdate() else None

    def wanted(self):
        """{query, kind, on, dissolved} of what was understood; what was not counts as not asked."""
        self.full_clean()
        cleaned = self.cleaned_data
        return {
            "query": cleaned.get("q", ""),
            "kind": cleaned.get("kind", ""),
            "on": cleaned.get("on"),
            "dissolved": cleaned.get("dissolved", False),
        }
