"""事项准入 and 交办任务 as they are filled in."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from unfold.widgets import UnfoldAdminSelectWidget

from govern.acts import Act
from grids.models import Community, Grid
from patrols.models import Admission, Errand
from patrols.services import admissions
from patrols.services.errands import demand_admitted

Status = Admission.Status


def note_field(label, required=False):
    return forms.CharField(
        label=label,
        required=required,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": f"请填写{label}。"},
    )


class ApproveAct(Act):
    verb, label, done, icon = "approve", "准入", "已准入，从起始日期起可以交办。", "check"
    is_quiet = False
    from_statuses = frozenset({Status.APPLIED})
    note = note_field("审批意见")

    def act(self, note):
        return admissions.approve(self.subject, note=note, actor=self.user)


class RefuseAct(Act):
    verb, label, done, icon = "refuse", "不准入", "已退回申请，原因已记下。", "x"
    from_statuses = frozenset({Status.APPLIED})
    note = note_field("不准入的原因", required=True)

    def act(self, note):
        return admissions.refuse(self.subject, note=note, actor=self.user)


class EndAct(Act):
    verb, label, done, icon = "end", "退出清单", "已退出清单，不能再按它交办。", "x"
    from_statuses = frozenset({Status.APPROVED})
    note = note_field("退出的原因", required=True)

    def act(self, note):
        return admissions.end(self.subject, note=note, actor=self.user)


ACTS = (ApproveAct, RefuseAct, EndAct)


class AdmissionForm(forms.ModelForm):
    class Meta:
        model = Admission
        fields = [
            "name",
            "matter",
            "department",
            "basis",
            "duties",
            "organization",
            "is_temporary",
            "starts_on",
            "ends_on",
        ]

    def clean_ends_on(self):
        day = self.cleaned_data["ends_on"]
        if day and day < timezone.localdate():
            raise ValidationError("截止日期已经过去。", code="past")
        return day

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("is_temporary") and not cleaned.get("ends_on") and "ends_on" not in self.errors:
            self.add_error("ends_on", "临时任务要填截止日期。")
        return cleaned


class AdmissionChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, row):
        return f"{row}（{row.words}）"


class ErrandForm(forms.ModelForm):
    """Whatever is on the list is offered, in force or not: what may not be pushed is refused with the rule's words."""

    admission = AdmissionChoiceField(
        Admission.objects.none(),
        label="准入事项",
        widget=UnfoldAdminSelectWidget,
        empty_label="请选择准入事项",
        error_messages={"required": "请选择按哪个准入事项交办。没有列入清单的，请先申请准入。"},
    )
    communities = forms.ModelMultipleChoiceField(
        Community.objects.none(), label="整个社区", required=False, help_text="选了社区，它的全部分网格都会收到。"
    )
    grids = forms.ModelMultipleChoiceField(Grid.objects.none(), label="或选网格", required=False)
    user = None  # set on the class that the admin makes for a request

    class Meta:
        model = Errand
        fields = ["admission", "title", "text", "due_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        shown = Admission.objects.visible_to(self.user).order_by("status", "name")
        self.fields["admission"].queryset = shown.select_related("organization")
        self.reachable = Grid.objects.allowed(self.user, "patrols.add_errand").in_use().filter(level="community")
        self.fields["grids"].queryset = self.reachable
        self.fields["communities"].queryset = Community.objects.allowed(self.user, "patrols.add_errand")

    def clean_due_on(self):
        day = self.cleaned_data["due_on"]
        if day < timezone.localdate():
            raise ValidationError("完成期限不能早于今天。", code="past")
        return day

    def clean(self):
        cleaned = super().clean()
        if {"grids", "communities"} & set(self.errors):
            return cleaned
        whole = self.reachable.filter(communities__in=cleaned.get("communities") or ())
        self.chosen = list({grid.pk: grid for grid in [*whole, *(cleaned.get("grids") or ())]}.values())
        if admission := cleaned.get("admission"):
            demand_admitted(admission, self.chosen, timezone.localdate())
            if (due_on := cleaned.get("due_on")) and admission.ends_on and due_on > admission.ends_on:
                self.add_error("due_on", f"完成期限不能晚于准入的截止日期 {admission.ends_on:%Y-%m-%d}。")
        return cleaned
