from django import forms

from accounts.forms import KeptPhoneMixin
from grids.models import Building, Duty, Instructor


class BuildingForm(forms.ModelForm):
    class Meta:
        model = Building
        fields = ["quarter", "name", "code", "grid", "units_count", "floors_count", "is_active"]

    def clean(self):
        cleaned = super().clean()
        quarter, code = cleaned.get("quarter"), cleaned.get("code")
        if quarter and code and len(code) == 17 and not code.startswith(quarter.community.code):
            self.add_error("code", f"楼栋编码前 12 位要与{quarter.community}的区划代码 {quarter.community.code} 一致。")
        return cleaned


class DutyForm(KeptPhoneMixin, forms.ModelForm):
    class Meta:
        model = Duty
        fields = ["kind", "grid", "building", "name", "phone", "user", "starts_on", "ends_on"]

    def clean(self):
        cleaned = super().clean()
        if not (kind := cleaned.get("kind")):
            return cleaned
        wanted, other = ("building", "grid") if kind == Duty.Kind.BUILDING_HEAD else ("grid", "building")
        words = {"building": "楼栋", "grid": "网格"}
        label = Duty.Kind(kind).label
        if wanted not in self.errors and not cleaned.get(wanted):
            self.add_error(wanted, f"请选择{label}负责的{words[wanted]}。")
        if cleaned.get(other):
            self.add_error(other, f"{label}按{words[wanted]}设置，这里请留空。")
        return cleaned


class InstructorForm(KeptPhoneMixin, forms.ModelForm):
    class Meta:
        model = Instructor
        fields = ["quarter", "name", "phone", "employer", "starts_on", "ends_on"]

    def clean(self):
        cleaned = super().clean()
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", "结束日期不能早于选派日期。")
        return cleaned
