"""What kind of need it is, and the extra questions that its kind brings."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.functional import cached_property

from checklists.forms.choosing import ChoosingForm
from checklists.forms.fields import TOO_LONG
from checklists.models import Category, Question

FREQUENT_COUNT = 4
FREQUENT_WITHIN = timedelta(days=90)


class KindForm(ChoosingForm):
    category = forms.ModelChoiceField(
        Category.objects.none(),
        label="是哪类事情",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "请选一个最接近的类别。", "invalid_choice": "这个类别已停用，请另选一个。"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = (
            Category.objects.active()
            .kinds()
            .select_related("parent")
            .order_by("parent__order", "parent", "order", "pk")
        )
        self.chosen["category"] = self._chosen("category")
        self.questions = list(self.chosen["category"].questions.all()) if self.chosen["category"] else []
        for question in self.questions:
            self.fields[f"answer_{question.pk}"] = answer_field(question)

    def clean_category(self):
        category = self.cleaned_data["category"]
        if category.emergency_notice:
            raise ValidationError(category.emergency_notice, code="emergency")
        return category

    def clean(self):
        cleaned = super().clean()
        self.instance.answers = [
            {"question": question.text, "answer": spoken(cleaned[f"answer_{question.pk}"])}
            for question in self.questions
            if cleaned.get(f"answer_{question.pk}") not in (None, "")
        ]
        return cleaned

    @cached_property
    def kinds(self):
        return list(self.fields["category"].queryset)

    @cached_property
    def frequent_kinds(self):
        """The kinds asked for most of late, and the chosen one, so that it is never hidden."""
        recent = Q(needs__submitted_at__gte=timezone.now() - FREQUENT_WITHIN)
        rows = self.fields["category"].queryset.filter(emergency_notice="").annotate(uses=Count("needs", filter=recent))
        most_used = list(rows.order_by("-uses", "parent__order", "order", "pk")[:FREQUENT_COUNT])
        chosen = self.chosen["category"]
        if chosen and not chosen.emergency_notice and chosen not in most_used:
            most_used.append(chosen)
        return most_used

    @property
    def kinds_by_class(self):
        """[(class, its kinds that are not among the frequent ones)]."""
        groups = {}
        for kind in self.kinds:
            if kind not in self.frequent_kinds:
                groups.setdefault(kind.parent, []).append(kind)
        return list(groups.items())

    @property
    def answer_fields(self):
        return [self[f"answer_{question.pk}"] for question in self.questions]


def answer_field(question):
    """The form field for an extra question of a category."""
    common = {
        "label": question.text,
        "required": question.is_required,
        "error_messages": {"required": "请回答这一条。"},
    }
    match question.kind:
        case Question.Kind.CHOICE:
            choices = [(option, option) for option in question.option_list]
            return forms.ChoiceField(widget=forms.RadioSelect, choices=choices, **common)
        case Question.Kind.NUMBER:
            common["error_messages"].update(
                invalid="请填数字。", min_value="请填 0 或更大的数。", max_value="数字太大，请核对。"
            )
            return forms.IntegerField(min_value=0, max_value=100_000, **common)
        case Question.Kind.DATE:
            common["error_messages"]["invalid"] = "请选日期，或这样写：2026-12-01。"
            return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **common)
        case _:
            common["error_messages"]["max_length"] = TOO_LONG
            return forms.CharField(max_length=200, **common)


def spoken(answer):
    return f"{answer.year}年{answer.month}月{answer.day}日" if hasattr(answer, "year") else str(answer)
