from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.forms import KeptPhoneMixin
from govern.acts import Act
from govern.dates import months_after
from govern.views import number
from grids.models import Building, Duty, Instructor, InstructorReview
from grids.services import end_instructor, review_instructor, settle_member
from organizations.models import PartyMember
from organizations.parameters import parameter


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


class MembersField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, member):
        words = [member.name, member.get_stage_display(), str(member.branch), member.masked_phone]
        if hasattr(member, "residence"):
            words.append(f"现登记住在{member.residence.quarter}")
        return " · ".join(word for word in words if word)


class SettleForm(forms.Form):
    """登记居住 in `quarter`: members of the user's own sight, found by the words `query`, a few at a time."""

    MOST = 20

    members = MembersField(
        PartyMember.objects.none(),
        label="住在这里的党员",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "请勾选住在这里的党员。",
            "invalid_choice": "有一名党员刚有变动，请重新查找。",
            "invalid_pk_value": "请重新查找党员。",
        },
    )
    starts_on = forms.DateField(
        label="居住起始",
        required=False,
        help_text="不填就是今天。",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "请填日期，如 2026-11-20。"},
    )

    def __init__(self, *args, quarter, user, query="", **kwargs):
        super().__init__(*args, **kwargs)
        self.quarter, self.user, words = quarter, user, query.strip()
        rows = PartyMember.objects.visible_to(user).here().select_related("branch", "residence__quarter")
        found = rows.called(words).exclude(residence__quarter=quarter).order_by("name", "pk")[: self.MOST]
        self.found = list(found) if words else []
        field = self.fields["members"]
        # What was posted is judged among all: the words it was found by are no longer there.
        field.queryset = rows
        shown = self.found or (self.chosen(rows) if self.is_bound else [])
        field.choices = [(member.pk, field.label_from_instance(member)) for member in shown]

    def chosen(self, rows):
        return rows.filter(pk__in=[key for key in self.data.getlist("members") if number(key) is not None])

    def run(self):
        """Settle all or none; the words of a refusal come back beside the fields."""
        try:
            with transaction.atomic():
                for member in self.cleaned_data["members"]:
                    starts_on = self.cleaned_data["starts_on"]
                    settle_member(member, quarter=self.quarter, starts_on=starts_on, actor=self.user)
        except PermissionDenied as error:
            self.add_error(None, str(error))
        except ValidationError as error:
            reasons = error.message_dict
            reasons["members"] = reasons.pop("member", reasons.get("members", []))
            self.add_error(None, {name: words for name, words in reasons.items() if words})
