"""揭榜: opened and decided by the community, applied for and withdrawn by units."""

from django import forms

from checklists.forms.fields import NamedChoiceField, WordsField
from checklists.forms.project_steps import ProjectStep, date_field, row_field
from checklists.models import Bid, Project
from checklists.services import bids
from organizations.models import Unit

Status = Project.Status
OPEN = frozenset({Status.PROPOSED, Status.PUBLICIZED})


class OpenBidding(ProjectStep):
    verb, label, icon = "open-bidding", "开放揭榜", "flag"
    from_statuses = OPEN
    closes_on = date_field("揭榜截止", required=False, help_text="不填就按参数里的揭榜天数。截止后再选定。")

    @classmethod
    def is_offered(cls, project):
        return super().is_offered(project) and project.unit_id is None

    def act(self, closes_on):
        return bids.open_bidding(self.subject, actor=self.user, closes_on=closes_on)


class ChooseBid(ProjectStep):
    verb, label, icon, panel = "choose-bid", "选定这家", "check", "bids"
    from_statuses = OPEN
    bid = row_field("揭榜", "这份揭榜已撤回，请刷新。")
    reason = forms.CharField(
        label="选定的理由",
        max_length=200,
        help_text="所有揭榜单位都会看到。",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请写明选定的理由。", "max_length": "最多写 200 个字。"},
    )

    @classmethod
    def is_offered(cls, project):
        return super().is_offered(project) and not (project.bids_close_on and project.takes_bids())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["bid"].queryset = Bid.objects.visible_to(self.user).filter(project=self.subject)

    def act(self, bid, reason):
        return bids.choose_bid(bid, actor=self.user, reason=reason)


class SubmitBid(ProjectStep):
    verb, label, icon, is_quiet, panel = "submit-bid", "揭榜", "flag", False, "bid"
    from_statuses = OPEN
    unit = NamedChoiceField(
        Unit.objects.none(),
        label="哪个单位揭榜",
        empty_label=None,
        error_messages={"required": "请选择单位。", "invalid_choice": "这个单位不能揭榜这个项目。"},
    )
    plan = WordsField(
        label="怎么做",
        max_length=1000,
        rows=5,
        help_text="谁来做、分几步、多久完成。只有社区看得到，其他单位看不到。",
        error_messages={"required": "请写明怎么做。"},
    )
    budget = forms.DecimalField(
        label="需要经费",
        min_value=0,
        max_digits=12,
        decimal_places=2,
        help_text="元。不要经费填 0。",
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.01"}),
        error_messages={
            "required": "请填写需要的经费，不要经费填 0。",
            "invalid": "经费填数字，例如 3000。",
            "min_value": "经费不能是负数。",
        },
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        units = (
            Unit.objects.of_liaison(self.user, "checklists.add_bid")
            .active()
            .filter(organization=self.subject.community.organization_id)
            .exclude(pk__in=self.subject.bids.standing().values("unit"))
        )
        self.fields["unit"].queryset = units
        self.fields["unit"].initial = units.first()
        if units.count() == 1:
            self.fields["unit"].widget = forms.HiddenInput()

    def act(self, unit, plan, budget):
        return bids.submit_bid(self.subject, unit=unit, actor=self.user, plan=plan, budget=budget)


class WithdrawBid(ProjectStep):
    verb, label, icon, panel = "withdraw-bid", "撤回揭榜", "undo", "bid"
    from_statuses = OPEN
    bid = row_field("揭榜", "这份揭榜已撤回，请刷新。")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        mine = Unit.objects.of_liaison(self.user, "checklists.change_bid")
        self.fields["bid"].queryset = Bid.objects.filter(project=self.subject, unit__in=mine)

    def act(self, bid):
        return bids.withdraw_bid(bid, actor=self.user)
