"""组织关系转接: begun from the member's page or asked for by the receiving side, then 办理 by whose turn it is."""

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError

from govern.acts import Act
from organizations.forms.members import words_field
from organizations.models import Organization, Transfer
from organizations.services import transfers

Status = Transfer.Status
MOST = 20


class BranchField(forms.ModelChoiceField):
    def label_from_instance(self, branch):
        return f"{branch.parent}／{branch}" if branch.parent_id else str(branch)


def reason_field():
    return words_field("转接原因", required=True, help_text="如：搬到那里居住、工作调动。双方都能看到。")


class BeginForm(forms.Form):
    """A form that begins a transfer by a service, whose words come back beside the fields."""

    def __init__(self, *args, user, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)

    def run(self):
        """The transfer, or None with the errors in the form."""
        try:
            return self.begin(**self.cleaned_data)
        except PermissionDenied as error:
            self.add_error(None, str(error))
        except ValidationError as error:
            self.add_error(None, error)
        return None

    def begin(self, **cleaned):
        raise NotImplementedError


class ProposeForm(BeginForm):
    """Where `member` goes. The names of all branches of the platform are a directory: nobody can be sent to a branch
    that the sender may not name. They are found by their words and listed a few at a time.
    """

    target = BranchField(
        Organization.objects.none(),
        label="转到哪个党支部",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "请选择接收的党支部。", "invalid_choice": "这个党支部刚有变动，请重新查找。"},
    )
    reason = reason_field()

    def __init__(self, *args, member, query="", user, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        self.member = member
        others = Organization.objects.branches().exclude(pk=member.branch_id).select_related("parent")
        self.found = self.find(others, query.strip())
        # What was posted is judged among all: the words it was found by are no longer there.
        self.fields["target"].queryset = others if self.is_bound else others.filter(pk__in=[b.pk for b in self.found])
        if self.is_bound:
            chosen = [b for b in others.filter(pk__in=_keys(self.data.get("target"))) if b not in self.found]
            self.found = [*chosen, *self.found]
        field = self.fields["target"]
        field.choices = [(branch.pk, field.label_from_instance(branch)) for branch in self.found]

    @staticmethod
    def find(branches, query):
        if len(query) < 2:
            return []
        named = branches.filter(name__icontains=query) | branches.filter(parent__name__icontains=query)
        return list(named.order_by("parent__name", "name")[:MOST])

    def begin(self, target, reason):
        return transfers.propose_transfer(self.member, target=target, reason=reason, actor=self.user)


def _keys(value):
    return [int(value)] if value and value.isascii() and value.isdigit() and len(value) < 19 else []


class RequestForm(BeginForm):
    """The receiving side asks for somebody who came with the papers."""

    name = forms.CharField(label="姓名", max_length=40, error_messages={"required": "请填姓名。"})
    identity_number = forms.CharField(
        label="身份证号",
        max_length=18,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="和本人证件核对。平台按姓名和身份证号找到他的组织关系，请对方党支部确认。",
        error_messages={"required": "请填身份证号。", "max_length": "身份证号是 18 位。"},
    )
    target = BranchField(
        Organization.objects.none(),
        label="转到本辖区哪个党支部",
        empty_label="请选择",
        error_messages={"required": "请选择接收的党支部。", "invalid_choice": "只能选您管辖范围内在用的党支部。"},
    )
    reason = reason_field()

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        mine = Organization.objects.allowed(user, "organizations.change_transfer").branches()
        self.fields["target"].queryset = mine.select_related("parent")

    def clean_name(self):
        return self.cleaned_data["name"].strip()

    def clean_identity_number(self):
        return self.cleaned_data["identity_number"].strip().upper()

    def begin(self, **cleaned):
        return transfers.request_transfer(actor=self.user, **cleaned)


# --- 办理 -------------------------------------------------------------------------------------------------------------
class TransferAct(Act):
    """Offered while `user` may bring the transfer to the status `to`."""

    to = None


class Release(TransferAct):
    verb, label, icon, is_quiet, to = "release", "同意转出", "check", False, Status.RELEASED
    done = "已同意转出，等接收方党支部确认。接收以前，党员还在原党支部。"
    note = words_field("说明")

    def act(self, note):
        return transfers.release(self.subject, note=note, actor=self.user)


class Receive(TransferAct):
    verb, label, icon, is_quiet, to = "receive", "确认接收", "check", False, Status.COMPLETED
    done = "已接收。党员已编入接收的党支部，请再编入党小组。"
    note = words_field("说明")

    def act(self, note):
        return transfers.receive(self.subject, note=note, actor=self.user)


class Decline(TransferAct):
    verb, label, icon, to = "decline", "退回", "undo", Status.DECLINED
    done = "已退回，对方会看到原因。"
    reason = words_field("退回的原因", required=True)

    def act(self, reason):
        return transfers.decline(self.subject, reason=reason, actor=self.user)


class Withdraw(TransferAct):
    verb, label, icon, to = "withdraw", "撤回转接", "circle-x", Status.WITHDRAWN
    done = "已撤回，党员还在原党支部。"
    note = words_field("说明")

    def act(self, note):
        return transfers.withdraw(self.subject, note=note, actor=self.user)


ACTS = (Release, Receive, Decline, Withdraw)
