from django import forms
from django.utils import timezone

from accounts.forms import KeptPhoneMixin
from govern.acts import Act
from govern.dates import months_after
from grids.models import Instructor, InstructorReview
from grids.services.instructors import end_instructor, review_instructor
from organizations.parameters import parameter


class InstructorForm(KeptPhoneMixin, forms.ModelForm):
    class Meta:
        model = Instructor
        fields = ["quarter", "name", "phone", "employer", "starts_on", "due_on", "ends_on"]
        help_texts = {"due_on": "不填就按参数里的选派期限。"}

    def clean(self):
        cleaned = super().clean()
        starts_on = cleaned.get("starts_on")
        for name, words in (("due_on", "选派期满要晚于选派日期。"), ("ends_on", "结束日期不能早于选派日期。")):
            if starts_on and cleaned.get(name) and cleaned[name] < starts_on:
                self.add_error(name, words)
        if starts_on and not cleaned.get("due_on") and not self.instance.pk:
            cleaned["due_on"] = months_after(starts_on, int(parameter("instructor_months", on=starts_on)))
        return cleaned


class Review(Act):
    verb, label, icon, done, is_quiet = "review", "登记年度考核", "list-check", "已登记考核。", False
    year = forms.IntegerField(
        label="年度",
        min_value=2000,
        max_value=2100,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": "请填年度。",
            "invalid": "请填年份，如 2026。",
            "min_value": "请填年份，如 2026。",
            "max_value": "请填年份，如 2026。",
        },
    )
    grade = forms.ChoiceField(
        label="考核等次",
        choices=InstructorReview.Grade.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择考核等次。", "invalid_choice": "请选择考核等次。"},
    )
    note = forms.CharField(label="考核意见", max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("initial", {"year": timezone.localdate().year})
        super().__init__(*args, **kwargs)

    @classmethod
    def is_offered(cls, instructor):
        return True

    def act(self, **cleaned):
        return review_instructor(self.subject, actor=self.user, **cleaned)


class End(Act):
    verb, label, icon, done = "end", "结束选派", "circle-x", "已结束选派。小区没有党支部的，请再派一名指导员。"
    ending = forms.ChoiceField(
        label="原因",
        choices=[("", "请选择"), *Instructor.Ending.choices],
        error_messages={"required": "请选择原因。", "invalid_choice": "请选择原因。"},
    )
    on = forms.DateField(
        label="结束日期",
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "请填结束日期。", "invalid": "请填日期，如 2026-11-20。"},
    )
    note = forms.CharField(label="说明", max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    @classmethod
    def is_offered(cls, instructor):
        return not instructor.ending and instructor.ends_on is None

    def act(self, **cleaned):
        return end_instructor(self.subject, actor=self.user, **cleaned)
