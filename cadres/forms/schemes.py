from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from unfold.widgets import UnfoldAdminTextareaWidget

from cadres.forms.fields import DayField
from cadres.models import Rulebook
from cadres.services import copy_pay_table, copy_rulebook


class CopyForm(forms.Form):
    """另立一版: from which day a copy of rules or pay is to hold, before it is edited."""

    on = DayField("新版从哪天起执行")

    def __init__(self, *args, row, user, **kwargs):
        self.row, self.user = row, user
        super().__init__(*args, use_required_attribute=False, **kwargs)

    def run(self):
        copy = copy_rulebook if isinstance(self.row, Rulebook) else copy_pay_table
        try:
            return copy(self.row, actor=self.user, **self.cleaned_data)
        except ValidationError as error:
            self.add_error(None, error)
            return None


class VersionForm(forms.ModelForm):
    """A version begins on a day to come, but for the first one of its scheme."""

    class Meta:
        widgets = {"source": UnfoldAdminTextareaWidget(attrs={"rows": 3})}

    def clean_effective_on(self):
        day, scheme = self.cleaned_data["effective_on"], self.cleaned_data.get("scheme")
        others = type(self.instance).objects.filter(scheme=scheme).exclude(pk=self.instance.pk)
        if scheme and day < timezone.localdate() and others.exists():
            raise ValidationError("执行日期不能早于今天：过去的级别按当时的规则解释。")
        return day


class InSchemeFormSet(forms.BaseInlineFormSet):
    """Tracks of another scheme than the parent's have no business here."""

    def clean(self):
        super().clean()
        scheme = self.instance.scheme_id
        for form in self.kept:
            if (track := form.cleaned_data.get("track")) and track.scheme_id != scheme:
                form.add_error("track", "请选择这个岗位体系的岗位。")

    @property
    def kept(self):
        return [form for form in self.forms if form not in self.deleted_forms and getattr(form, "cleaned_data", None)]


class RangeFormSet(InSchemeFormSet):
    def clean(self):
        super().clean()
        if self.instance.scheme_id is None:
            return
        top = self.instance.scheme.top_level
        for form in self.kept:
            if (form.cleaned_data.get("highest") or 0) > top:
                form.add_error("highest", f"这个岗位体系共 {top} 级。")
        if not self.kept:
            raise ValidationError("至少要有一个岗位的级别范围。")


class LevelFormSet(forms.BaseInlineFormSet):
    def clean(self):
        super().clean()
        if self.instance.scheme_id is None:
            return
        top = self.instance.scheme.top_level
        forms_kept = [
            each for each in self.forms if each not in self.deleted_forms and getattr(each, "cleaned_data", None)
        ]
        levels = {form.cleaned_data.get("level") for form in forms_kept}
        if missing := sorted(set(range(1, top + 1)) - levels):
            raise ValidationError(f"还缺 {'、'.join(map(str, missing))} 级的系数。")
