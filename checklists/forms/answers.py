"""标准答复, as the street and the platform write them."""

import re

from django import forms
from django.core.exceptions import ValidationError

from checklists.forms.steps import STEPS
from checklists.models import Category, Need, StandardAnswer
from checklists.wording import PLACES

SLOT = re.compile(r"{([^{}]*)}")


class StandardAnswerForm(forms.ModelForm):
    class Meta:
        model = StandardAnswer
        fields = ["category", "status", "title", "text", "order", "is_active"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "status" in self.fields:  # only where a step shows them
            used = {step.target for step in STEPS if step.words}
            self.fields["status"].choices = [("", "请选择")] + [
                (status.value, status.label) for status in Need.Status if status in used
            ]
        if "category" in self.fields:
            self.fields["category"].queryset = Category.objects.active().select_related("parent")
            self.fields["category"].label_from_instance = lambda row: (
                f"{row.parent} · {row}" if row.parent else str(row)
            )
            self.fields["category"].empty_label = "所有类别"

    def clean_text(self):
        text = self.cleaned_data["text"]
        unknown = [slot for slot in SLOT.findall(text) if slot not in PLACES]
        if unknown:
            slots = "、".join(f"{{{name}}}" for name in PLACES)
            raise ValidationError(
                f"不认识{{{unknown[0]}}}。可以用的有 {slots}；要经办人自己填的写在【】里。", code="slot"
            )
        return text
