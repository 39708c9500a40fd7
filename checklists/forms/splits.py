"""拆分: the parts of a need, one row each, as many as are asked for."""

from django import forms
from django.core.exceptions import ValidationError
from django.forms import formset_factory

from checklists.forms.fields import TOO_LONG, WordsField
from checklists.models import Category
from checklists.services import needs
from govern.views import number
from organizations.parameters import parameter

FIRST = 2


class PartForm(forms.Form):
    category = forms.ModelChoiceField(
        Category.objects.none(), label="类别", empty_label="请选择类别", error_messages={"required": "请选择类别。"}
    )
    text = WordsField(
        label="要办的事",
        max_length=1000,
        rows=2,
        error_messages={"required": "请写明这一件要办什么。", "max_length": TOO_LONG},
    )
    people_count = forms.IntegerField(
        label="服务人数",
        min_value=1,
        max_value=500,
        initial=1,
        error_messages={
            "required": "请填人数，一个人就填 1。",
            "invalid": "人数请填数字。",
            "min_value": "人数至少填 1。",
            "max_value": "人数最多填 500。",
        },
    )

    def __init__(self, *args, kinds, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = kinds
        self.fields["category"].label_from_instance = lambda kind: f"{kind.parent} · {kind}"


class PartFormSet(forms.BaseFormSet):
    """Each form is one part; `run` cuts the need. Rows that were left wholly empty beyond the second do not count."""

    def __init__(self, *args, need, user, **kwargs):
        self.need, self.user = need, user
        kinds = Category.objects.active().kinds().filter(emergency_notice="").select_related("parent")
        kwargs["form_kwargs"] = {"kinds": kinds.order_by("parent__order", "order")}
        super().__init__(*args, **kwargs)

    def _construct_form(self, i, **kwargs):
        if i >= FIRST:
            kwargs["empty_permitted"] = True
        return super()._construct_form(i, **kwargs)

    @property
    def parts(self):
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data.get("category")]
        return [(row["category"], row["text"], row["people_count"]) for row in rows]

    def run(self):
        """The split need; None when the service refuses, with its words above the forms."""
        try:
            return needs.split(self.need, parts=self.parts, actor=self.user)
        except ValidationError as error:
            self.refuse(error.messages)
            return None

    def refuse(self, words):
        self._non_form_errors.extend(words)


def part_formset():
    """The class of the formset, with as many rows as it is given initial values or data for."""
    most = int(parameter("split_max_count"))
    return formset_factory(PartForm, formset=PartFormSet, extra=0, max_num=most, validate_max=True, absolute_max=most)


def first_parts(need):
    """The initial values of a page that was just opened: the need itself as the first part, and an empty second."""
    first = {"category": need.category_id, "text": need.text, "people_count": need.people_count}
    return [first] + [{}] * (FIRST - 1)


def typed_parts(data):
    """What stands in the rows of `data`, unjudged, as initial values, and one empty row more."""
    rows = number(data.get("form-TOTAL_FORMS")) or FIRST
    rows = min(max(rows, FIRST), int(parameter("split_max_count")) - 1)
    return [{name: data.get(f"form-{row}-{name}", "") for name in PartForm.base_fields} for row in range(rows)] + [{}]
