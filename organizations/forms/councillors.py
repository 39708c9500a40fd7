"""委员: the steps of an appointment and its end, each an act on the page of one."""

from django.utils import timezone

from govern.acts import Act
from organizations.forms.elections import day_field, words_field
from organizations.forms.leagues import reason_field
from organizations.models import Councillor
from organizations.services import councillors

Status = Councillor.Status


class CouncillorAct(Act):
    @classmethod
    def is_offered(cls, councillor):
        return super().is_offered(councillor) and councillor.league.ended_on is None


class Deliberate(CouncillorAct):
    verb, label, icon, done, is_quiet = (
        "deliberate",
        "社区党组织审议通过",
        "check",
        "已登记审议，请报街道党工委批准。",
        False,
    )
    from_statuses = frozenset({Status.RECOMMENDED})
    deliberated_on = day_field("审议日期", initial=timezone.localdate)
    note = words_field("会议或文件", 200, required=False, help_text="如：11月社区党委会。")

    def act(self, **cleaned):
        return councillors.deliberate(self.subject, actor=self.user, **cleaned)


class Approve(CouncillorAct):
    """Offered to whoever may change the body above (`may_approve`, set by the page)."""

    verb, label, icon, done, is_quiet = "approve", "街道党工委批准", "check", "已登记批准，可以任命了。", False
    from_statuses = frozenset({Status.DELIBERATED})
    approved_on = day_field("批准日期", initial=timezone.localdate)
    document = words_field("批准文号", 60, help_text="如：街工委〔2026〕8号。")

    @classmethod
    def is_offered(cls, councillor):
        return super().is_offered(councillor) and councillor.may_approve

    def act(self, **cleaned):
        return councillors.approve(self.subject, actor=self.user, **cleaned)


class Appoint(CouncillorAct):
    verb, label, icon, done, is_quiet = "appoint", "任命", "flag", "已任命。", False
    from_statuses = frozenset({Status.APPROVED})
    appointed_on = day_field("任命日期", initial=timezone.localdate)

    def act(self, **cleaned):
        return councillors.appoint(self.subject, actor=self.user, **cleaned)


class Decline(CouncillorAct):
    verb, label, icon, done = "decline", "没有通过", "circle-x", "已记为未通过。"
    from_statuses = frozenset({Status.RECOMMENDED, Status.DELIBERATED, Status.APPROVED})
    reason = reason_field()

    def act(self, reason):
        return councillors.decline(self.subject, actor=self.user, reason=reason)


class Leave(CouncillorAct):
    verb, label, icon, done = "leave", "离任", "x", "已登记离任。"
    from_statuses = frozenset({Status.APPOINTED})
    ends_on = day_field("离任日期", initial=timezone.localdate)
    reason = reason_field()

    def act(self, **cleaned):
        return councillors.dismiss(self.subject, actor=self.user, **cleaned)


COUNCILLOR_ACTS = (Deliberate, Approve, Appoint, Decline, Leave)
