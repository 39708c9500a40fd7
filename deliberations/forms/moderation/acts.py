"""公开, 不公开, 隐藏, 恢复公开; 申诉, 举报; 停止留言."""

from django import forms

from deliberations.forms.moderation.reasons import MessageAct, ReasonAct, words_field
from deliberations.models import Message
from deliberations.services import moderation
from organizations.parameters import parameter

Status = Message.Status
TOLD = "作者会收到消息。"


class Publish(MessageAct):
    verb, label, icon, is_quiet, done = "publish", "公开", "check", False, "已公开，" + TOLD
    from_statuses = frozenset({Status.PENDING})

    def act(self):
        return moderation.publish_message(self.subject, actor=self.user)


class Refuse(ReasonAct):
    verb, label, icon, is_quiet = "refuse", "不公开", "circle-x", False
    done = "没有公开，作者会收到消息，看得到原因，也可以申诉。"
    from_statuses = frozenset({Status.PENDING})
    reason_label = "不公开的原因"

    def act(self, reason):
        return moderation.refuse_message(self.subject, reason=reason, actor=self.user)


class Hide(ReasonAct):
    verb, label, icon = "hide", "隐藏", "eye-off"
    done = "已隐藏，作者会收到消息，看得到原因，也可以申诉。"
    reason_label = "隐藏的原因"

    @classmethod
    def offers(cls, message, standing):
        return message.status == Status.PUBLISHED or (standing.is_put_aside and not standing.is_appealed)

    @property
    def is_quiet(self):
        return not self.subject.standing.flag_count

    def act(self, reason):
        return moderation.hide_message(self.subject, reason=reason, actor=self.user)


class Restore(MessageAct):
    verb, label, icon, done = "restore", "恢复公开", "undo", "已恢复公开，" + TOLD
    reason = words_field("为什么恢复公开", required=True)

    @classmethod
    def offers(cls, message, standing):
        is_kept_back = message.status in (Status.REFUSED, Status.HIDDEN)
        return is_kept_back and not standing.is_appealed and not standing.flag_count

    def act(self, reason):
        return moderation.restore_message(self.subject, reason=reason, actor=self.user)


class AppealAct(MessageAct):
    is_quiet = False

    @classmethod
    def offers(cls, message, standing):
        return standing.is_appealed and standing.may_judge_appeal


class Uphold(AppealAct):
    verb, label, icon, done = "uphold", "申诉成立，公开", "circle-check", "申诉成立，已经公开，" + TOLD
    reason = words_field("给作者的话")

    def act(self, reason):
        return moderation.uphold_appeal(self.subject, reason=reason, actor=self.user)


class Dismiss(AppealAct, ReasonAct):
    verb, label, icon, done = "dismiss", "申诉不成立", "circle-x", "申诉不成立，" + TOLD
    reason_label = "申诉不成立的原因"

    def act(self, reason):
        return moderation.dismiss_appeal(self.subject, reason=reason, actor=self.user)


class DismissFlags(MessageAct):
    verb, label, icon, is_quiet = "dismiss-flags", "举报不成立", "circle-check", False
    done = "举报已处理，留言照常公开。"
    reason = words_field("说明")

    @classmethod
    def offers(cls, message, standing):
        return bool(standing.flag_count) and not standing.is_appealed

    def act(self, reason):
        return moderation.dismiss_flags(self.subject, reason=reason, actor=self.user)


class Block(ReasonAct):
    verb, label, icon = "block", "停止留言", "lock"
    days = forms.IntegerField(
        label="停止几天",
        initial=7,
        error_messages={"required": "请填停止几天。", "invalid": "请填天数，如 7。"},
    )
    reason_label = "停止留言的原因"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        most = int(parameter("message_block_days"))
        self.fields["days"].help_text = f"这个手机号在本社区不能再留言，最长 {most} 天，可以提前解除。"
        self.fields["days"].widget.attrs.update({"min": 1, "max": most})

    @classmethod
    def offers(cls, message, standing):
        return standing.block is None

    def act(self, days, reason):
        row = moderation.block_phone(self.subject, days=days, reason=reason, actor=self.user)
        self.done = f"这个手机号停止留言到 {row.until}，作者会收到消息。"
        return row
