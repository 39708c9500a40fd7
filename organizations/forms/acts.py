"""What is done to one organization, each act on its page: a new name, another kind, another place, an end."""

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from govern.acts import Act
from govern.scoping import ScopedFormMixin
from organizations.models import Organization
from organizations.services import (
    convert_organization,
    dissolve_organization,
    merge_organizations,
    move_organization,
    rename_organization,
)

FROM_ALL_OVER = (Organization.Tier.INDUSTRY, Organization.Tier.COMMUNITY)
OUT_OF_CHOICE = "只能选您管辖范围内的同级党组织。"


class PaperForm(forms.Form):
    """Why, by which paper, and from which day: what every change of an organization is recorded with."""

    reason = forms.CharField(
        label="原因",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请写明原因。", "max_length": "最多写 %(limit_value)d 个字。"},
    )
    document = forms.CharField(
        label="批复文号",
        max_length=60,
        required=False,
        help_text="如：街工委组〔2026〕3号。",
        error_messages={"max_length": "最多写 %(limit_value)d 个字。"},
    )
    on = forms.DateField(
        label="生效日期",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "请填生效日期。", "invalid": "请填日期，如 2026-11-20。"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate
        papers = [name for name in PaperForm.base_fields if name in self.fields]
        self.order_fields([name for name in self.fields if name not in papers] + papers)


class OrganizationAct(PaperForm, Act):
    """`permission` is asked for the row; `service` runs with the form's own field names."""

    permission = "organizations.change_organization"
    service = None

    @classmethod
    def is_offered(cls, subject):
        return subject.dissolved_on is None

    def act(self, **cleaned):
        return type(self).service(self.subject, actor=self.user, **cleaned)


class RenameAct(OrganizationAct):
    verb, label, icon, done = "rename", "更名", "edit", "已更名。原来的名称记在沿革里。"
    service = rename_organization

    name = forms.CharField(
        label="新的名称",
        max_length=80,
        help_text="写错了字，请用“更正”。",
        error_messages={"required": "请写新的名称。", "max_length": "最多写 %(limit_value)d 个字。"},
    )


class ConvertAct(OrganizationAct):
    verb, label, icon, done = "convert", "升格或改设", "arrow-up", "已办理，原来的类型记在沿革里。"
    service = convert_organization

    kind = forms.ChoiceField(
        label="改为", error_messages={"required": "请选择类型。", "invalid_choice": "请选择类型。"}
    )
    name = forms.CharField(label="改设后的名称", max_length=80, error_messages={"required": "请写改设后的名称。"})

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "请选择"), *kinds_beside(self.subject)]
        self.fields["name"].initial = self.subject.name

    @classmethod
    def is_offered(cls, subject):
        return super().is_offered(subject) and bool(kinds_beside(subject))


def kinds_beside(organization):
    """The other kinds of its tier, as choices."""
    return [
        (kind.value, kind.label)
        for kind, tier in Organization.TIER_OF_KIND.items()
        if tier == organization.tier and kind != organization.kind
    ]


class OrganizationField(forms.ModelChoiceField):
    def label_from_instance(self, row):
        return f"{row.parent}／{row}" if row.parent_id else str(row)


def peers(organization, user):
    """Who may take over from it, of what `user` may dissolve: within the community, whose ways are known there."""
    rows = Organization.objects.deletable_by(user).standing().at_tier(organization.tier).exclude(pk=organization.pk)
    if organization.tier not in FROM_ALL_OVER:
        body = organization
        while body.tier > Organization.Tier.COMMUNITY:
            body = body.parent  # by its key: the numbers of `organization` may be older than a move
        rows = rows.below(body)
    return rows.select_related("parent")


class HeirAct(OrganizationAct):
    """An act that ends its organization, in favour of the one chosen in the field named `taker`."""

    permission = "organizations.delete_organization"
    taker = ""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields[self.taker].queryset = peers(self.subject, self.user)
        if self.subject.tier not in FROM_ALL_OVER:
            self.fields[self.taker].help_text = "列出的是同一社区里的同级党组织；要跨社区，请先调整隶属。"


class MergeAct(HeirAct):
    verb, label, icon, taker = "merge", "合并", "merge", "into"
    done = "已合并，下级组织、党员和小区都随着转过去了。"
    service = merge_organizations

    into = OrganizationField(
        label="并入",
        queryset=Organization.objects.none(),
        empty_label="请选择",
        error_messages={"required": "请选择并入哪个党组织。", "invalid_choice": OUT_OF_CHOICE},
    )


class DissolveAct(HeirAct):
    verb, label, icon, taker = "dissolve", "撤销", "circle-x", "heir"
    done = "已撤销。记录还在，在组织树上勾选“显示已撤销”能看到。"
    service = dissolve_organization

    heir = OrganizationField(
        label="由谁接收",
        queryset=Organization.objects.none(),
        required=False,
        empty_label="不用接收",
        error_messages={"invalid_choice": OUT_OF_CHOICE},
    )


ACTS = (RenameAct, ConvertAct, MergeAct, DissolveAct)


class MoveForm(ScopedFormMixin, PaperForm):
    """Under which other organization `organization` hangs from now on, with all below it."""

    parent = OrganizationField(
        label="新的上级",
        queryset=Organization.objects.none(),
        empty_label="请选择",
        error_messages={
            "required": "请选择新的上级。",
            "invalid_choice": "只能移到您管辖范围内、高一级的党组织之下。",
        },
    )

    def __init__(self, *args, organization, user, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        self.organization = organization
        self.fields["parent"].queryset = (
            Organization.objects.editable_by(user)
            .standing()
            .at_tier(organization.tier - 1)
            .exclude(pk=organization.parent_id)
            .select_related("parent")
        )

    def run(self):
        """True once it is done; what the service refuses stands beside its field."""
        try:
            self.organization = move_organization(self.organization, actor=self.user, **self.cleaned_data)
        except PermissionDenied:
            self.add_error("parent", self.fields["parent"].error_messages["invalid_choice"])
        except ValidationError as error:
            named = hasattr(error, "error_dict") and set(error.error_dict) <= set(self.fields)
            self.add_error(None, error if named else ValidationError(error.messages))
        return self.is_valid()
