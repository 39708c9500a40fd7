"""The acts on an accord that is in force: confirmed by a court, followed up."""

from django import forms
from django.utils import timezone

from deliberations.forms.accords import AccordAct
from deliberations.forms.case_work import day_field, short_field
from deliberations.models import FollowUp
from deliberations.services.cases import accords, follow_ups


class InForce(AccordAct):
    from_statuses = accords.SETTLED

    @staticmethod
    def asks(accord):
        return accord.effective_at is not None


class ApplyForConfirmation(InForce):
    verb, label, icon, done = "apply-for-confirmation", "双方已申请司法确认", "send", "已登记，请跟进法院的裁定。"
    applied_on = day_field("申请日期")

    @staticmethod
    def asks(accord):
        return accord.effective_at is not None and accord.confirm_applied_on is None

    def act(self, applied_on):
        return accords.apply_for_confirmation(self.accord, applied_on=applied_on, actor=self.user)


class ConfirmByCourt(InForce):
    verb, label, icon, done = "confirm-by-court", "登记法院裁定", "scale", "已登记，协议可以申请强制执行。"
    confirmed_on = day_field("裁定日期")
    court = short_field("法院", 60)
    court_number = short_field("裁定文号", 60, help_text="如：（2026）苏0505民特123号。")

    @staticmethod
    def asks(accord):
        return accord.confirm_applied_on is not None and accord.confirmed_on is None

    def act(self, **cleaned):
        return accords.confirm_by_court(self.accord, actor=self.user, **cleaned)


class Visit(InForce):
    verb, label, icon = "visit", "记一次回访", "phone"
    from_statuses = follow_ups.VISITED
    visited_on = day_field("回访日期")
    outcome = forms.ChoiceField(
        label="履行情况", choices=FollowUp.Outcome.choices, error_messages={"required": "请选择履行情况。"}
    )
    words = short_field("了解到的情况", 200)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["visited_on"].initial = timezone.localdate()

    def act(self, **cleaned):
        row = follow_ups.visit(self.accord, actor=self.user, **cleaned)
        breached = row.outcome == FollowUp.Outcome.BREACHED
        self.done = "回访已记下。" + (follow_ups.next_ways(row.accord) if breached else "")
        return row
