"""单位报到 as staff write it down for a unit that came with the paper."""

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import UnfoldAdminTextareaWidget

from volunteers.models import UnitReport
from volunteers.services import unit_reports


class UnitReportForm(forms.ModelForm):
    actor = None  # set on the class that the admin makes for one request

    class Meta:
        model = UnitReport
        fields = ["unit", "community", "secretary", "members_count", "offers", "wishes"]
        widgets = {name: UnfoldAdminTextareaWidget(attrs={"rows": 3}) for name in ("offers", "wishes")}
        error_messages = {
            "unit": {"required": "请选择报到单位。", "invalid_choice": "请选择管辖范围内的单位。"},
            "community": {"required": "请选择报到社区。", "invalid_choice": "请选择管辖范围内的社区。"},
            "secretary": {"required": "请填写单位党组织负责人。"},
            "members_count": {"required": "请填写在职党员数，没有就填 0。", "invalid": "请填数字。"},
        }

    def _post_clean(self):
        if self.errors:
            return
        try:
            self.instance = unit_reports.submit_unit_report(**self.cleaned_data, actor=self.actor)
        except ValidationError as error:
            named = hasattr(error, "error_dict") and set(error.error_dict) <= set(self.fields)
            self.add_error(None, error if named else ValidationError(error.messages))
