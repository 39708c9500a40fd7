import re

from django import forms

from patrols.models import Matter

LOCAL = 80


class MatterForm(forms.ModelForm):
    """A new matter is the installation's own: its class, or its number within a common class, begins at 80."""

    class Meta:
        model = Matter
        fields = ["family", "parent", "code", "name", "icon", "handling_hours", "is_urgent", "is_active"]
        help_texts = {"parent": "不选就是一个大类。", "icon": "图标名，如 shield、flame；不填用默认图标。"}
        error_messages = {
            "code": {"required": "请填代码。", "unique": "这个代码已经用了。"},
            "name": {"required": "请填名称。"},
            "handling_hours": {"required": "请填处置时限。", "min_value": "处置时限至少 1 小时。"},
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "parent" in self.fields:
            self.fields["parent"].queryset = Matter.objects.filter(parent=None).order_by("code")
            self.fields["parent"].empty_label = "没有，这是大类"

    def clean_code(self):
        code = self.cleaned_data["code"].strip().upper()
        numbers = re.fullmatch(r"[BSW](\d\d)(\d\d)?", code)
        if not self.instance.pk and numbers and max(int(each or 0) for each in numbers.groups()) < LOCAL:
            raise forms.ValidationError("本地自设的大类或小类，序号从 80 开始，如 W80、S0180。", code="local")
        return code
