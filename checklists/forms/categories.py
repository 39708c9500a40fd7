from django import forms
from django.core.exceptions import ValidationError

from checklists.models import Category


class CategoryForm(forms.ModelForm):
    """The code is numbered where it is left empty: 01, 02 … for classes, 0101, 0102 … for the kinds within."""

    class Meta:
        model = Category
        fields = [
            "parent",
            "name",
            "code",
            "icon",
            "order",
            "example",
            "response_hours",
            "handling_hours",
            "auto_accept",
            "auto_dispatch",
            "emergency_notice",
            "is_communal",
            "is_active",
        ]

    def clean(self):
        cleaned = super().clean()
        parent, code = cleaned.get("parent"), cleaned.get("code")
        if "parent" in self.errors or "code" in self.errors or (parent is not None and not parent.code):
            return cleaned
        start = parent.code if parent else ""
        if not code:
            cleaned["code"] = next_code(start)
        elif len(code) != len(start) + 2 or not code.startswith(start):
            words = f"“{parent}”下的小类代码是 {start} 加 2 位数字。" if parent else "大类代码是 2 位数字。"
            self.add_error("code", ValidationError(words, code="code"))
        return cleaned


def next_code(start):
    """The first free number after the last one, beneath the class code `start`; "" when 99 are used up."""
    siblings = Category.objects.filter(code__regex=rf"^{start}\d\d$").order_by("code")
    last = siblings.values_list("code", flat=True).last()
    number = int(last[-2:]) + 1 if last else 1
    return f"{start}{number:02}" if number < 100 else ""
