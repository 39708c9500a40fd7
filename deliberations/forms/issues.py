"""议题: as a resident raises one, as staff write one down, and what is done with it on its page."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.fields import NamedChoiceField, WordsField, show_refusal
from accounts.models import PrivacyNotice
from deliberations.forms.proving import ProvingForm
from deliberations.models import Hearing, Issue
from deliberations.services import issues
from govern.acts import Act
from govern.scoping import ScopedFormMixin
from govern.views import number
from grids.models import Community, Quarter
from organizations.forms.leagues import long_field

Status, RaisedBy = Issue.Status, Issue.RaisedBy
TITLE = {
    "required": "请用一句话写明议什么。",
    "max_length": "最多写 %(limit_value)d 个字，您写了 %(show_value)d 个字。",
}


class IssueFields(forms.Form):
    community = NamedChoiceField(
        Community.objects.all(),
        label="社区",
        empty_label="请选择社区",
        error_messages={"required": "请选择社区。", "invalid_choice": "请重新选择社区。"},
    )
    quarter = forms.ModelChoiceField(
        Quarter.objects.select_related("community").order_by("community", "name"),
        label="小区",
        required=False,
        empty_label="整个社区的事",
        help_text="只关系一个小区的，选上小区。",
        error_messages={"invalid_choice": "请重新选择小区。"},
    )
    title = forms.CharField(label="议什么", max_length=60, help_text="如：3 号楼要不要加装电梯", error_messages=TITLE)
    text = WordsField(
        label="情况和想法",
        max_length=1000,
        rows=5,
        help_text="现在怎么样，关系到哪些人，您希望怎么办。",
        error_messages={"required": "请写一写情况和您的想法，一两句话就行。"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        asked = self.data.get(self.add_prefix("community")) if self.is_bound else self.initial.get("community")
        chosen = number(str(getattr(asked, "pk", asked) or ""))
        rows = self.fields["quarter"].queryset
        self.fields["quarter"].queryset = rows.filter(community=chosen) if chosen else rows
        self.fields["quarter"].label_from_instance = lambda row: row.name if chosen else f"{row.community} {row.name}"


class IssueForm(IssueFields, ProvingForm):
    """By a resident, who leaves a phone to hear what becomes of it."""

    field_order = ["community", "quarter", "title", "text", "name", "phone", "code", "consent"]

    def submit(self):
        """The issue; None with the refusal among the form's errors."""
        notice = PrivacyNotice.objects.in_force(timezone.localdate()).first()
        if notice is None:
            self.add_error(None, "还没有生效的隐私告知书，请联系社区。")
            return None
        told = ("community", "quarter", "title", "text", "name", "phone")
        facts = {name: self.cleaned_data[name] for name in told}
        try:
            return issues.raise_issue(**facts, raised_by=RaisedBy.RESIDENT, notice=notice)
        except ValidationError as error:
            show_refusal(self, error)
            return None


class StaffIssueForm(ScopedFormMixin, IssueFields):
    """By a grid worker, the Party organization, a unit through the desk, or on behalf of a resident."""

    raised_by = forms.ChoiceField(label="谁提的", choices=RaisedBy.choices, widget=forms.RadioSelect)
    name = forms.CharField(
        label="提议人或单位", max_length=40, required=False, help_text="居民提的填姓名；单位提的填单位名称。"
    )
    phone = forms.CharField(
        label="手机号",
        max_length=11,
        required=False,
        help_text="填了就用短信告诉结果。",
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    field_order = ["raised_by", "community", "quarter", "title", "text", "name", "phone"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = Community.objects.allowed(self.user, issues.ADD)
        self.fields["community"].queryset = rows
        self.fields["quarter"].queryset = self.fields["quarter"].queryset.filter(community__in=rows)
        if len(own := list(rows[:2])) == 1:
            self.fields["community"].initial = own[0].pk

    def submit(self):
        try:
            return issues.raise_issue(**self.cleaned_data, actor=self.user)
        except ValidationError as error:
            show_refusal(self, error)
            return None


# --- On the issue's page ----------------------------------------------------------------------------------------------
class List(Act):
    verb, label, icon, is_quiet = "list", "列入目录", "check", False
    done = "已列入议题目录，提议人会收到短信。"
    from_statuses = frozenset({Status.RAISED})
    note = long_field("说明", 200, 3, required=False)

    def act(self, note):
        return issues.list_issue(self.subject, note=note, actor=self.user)


class Merge(Act):
    verb, label, icon, done = "merge", "并入另一个议题", "merge", "已合并，提议人会收到短信。"
    from_statuses = frozenset(issues.MERGEABLE)
    target = forms.ModelChoiceField(
        Issue.objects.none(),
        label="并入",
        empty_label="请选择",
        error_messages={"required": "请选择并入哪一个。", "invalid_choice": "请重新选择。"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = Issue.objects.editable_by(self.user).filter(community=self.subject.community_id)
        rows = rows.filter(status__in=[Status.RAISED, Status.LISTED, Status.SCHEDULED])
        self.fields["target"].queryset = rows.exclude(pk=self.subject.pk)

    def act(self, target):
        return issues.merge_issues(target, others=[self.subject], actor=self.user)


class Decline(Act):
    verb, label, icon, done = "decline", "不列入", "circle-x", "已写明原因，提议人会收到短信。"
    from_statuses = frozenset({Status.RAISED, Status.LISTED, Status.UNSETTLED})
    reason = long_field("原因", 200, 3, help_text="提议人会看到。")

    def act(self, reason):
        return issues.decline_issue(self.subject, reason=reason, actor=self.user)


class Relist(Act):
    verb, label, icon, done = "relist", "在本级再议一次", "refresh", "已放回目录，可以再排会。"
    from_statuses = frozenset({Status.UNSETTLED})
    note = long_field("说明", 200, 3, required=False)

    def act(self, note):
        return issues.list_issue(self.subject, note=note, actor=self.user)


class Escalate(Act):
    verb, label, icon, is_quiet = "escalate", "提到上一级", "arrow-up", False
    done = "已提到上一级，放回目录等排会。"
    from_statuses = frozenset({Status.UNSETTLED})
    note = long_field("说明", 200, 3, required=False)

    @classmethod
    def is_offered(cls, issue):
        return super().is_offered(issue) and issue.level < Issue.Level.STREET

    def act(self, note):
        return issues.escalate_issue(self.subject, note=note, actor=self.user)


class AfterMeeting(Act):
    from_statuses = frozenset({Status.SCHEDULED})
    note = long_field("说明", 200, 3, required=False)

    @classmethod
    def is_offered(cls, issue):
        held = [Hearing.Status.CLOSED, Hearing.Status.PUBLISHED]
        return super().is_offered(issue) and issue.hearings.filter(status__in=held).exists()


class Settle(AfterMeeting):
    verb, label, icon, is_quiet, done = "settle", "已形成结果", "circle-check", False, "已记录，提议人会收到短信。"

    def act(self, note):
        return issues.settle_issue(self.subject, note=note, actor=self.user)


class Leave(AfterMeeting):
    verb, label, icon, done = "leave", "未达成一致", "hand-stop", "已记录。可以提到上一级，或再议一次。"

    def act(self, note):
        return issues.leave_issue_unsettled(self.subject, note=note, actor=self.user)


ISSUE_ACTS = (List, Settle, Leave, Escalate, Relist, Merge, Decline)
