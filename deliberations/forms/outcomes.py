"""After the meeting: opinions written down and answered, resolutions made and followed, minutes, publishing."""

from django import forms

from deliberations.forms.hearing_live import HearingAct, OwnRowField
from deliberations.models import Attendee, Hearing, Issue, Opinion, Outcome
from deliberations.services.hearings import opinions, outcomes, publishing, running
from govern.acts import Act
from organizations.forms.elections import day_field, words_field
from organizations.forms.leagues import long_field

Status = Hearing.Status
AT_AND_AFTER = frozenset({Status.OPENED, Status.CLOSED})


def present(hearing):
    return hearing.attendees.filter(signed_in_at__isnull=False).order_by("role", "pk")


class WhoField(OwnRowField):
    def label_from_instance(self, attendee):
        return f"{attendee.masked_name} {attendee.phone[-4:]}（{attendee.get_role_display()}）"


class RecordOpinion(HearingAct):
    verb, label, icon, done = "opinion", "记一条意见", "message", "意见已记下。"
    from_statuses = AT_AND_AFTER
    text = long_field("意见", 300, 3, help_text="会公开，不要写姓名、门牌和电话。")
    attendee = WhoField(
        Attendee,
        present,
        label="谁提的",
        widget=forms.Select,
        required=False,
        empty_label="不记名",
        help_text="只供工作人员看，不公开。",
    )

    def act(self, **cleaned):
        return opinions.record_opinion(self.subject, actor=self.user, **cleaned)


class AnswerOpinion(HearingAct):
    """One on the page for each opinion, which it is told by `of`."""

    verb, label, icon, done = "answer", "答复", "check", "已答复。"
    from_statuses = AT_AND_AFTER
    opinion = OwnRowField(Opinion, lambda hearing: hearing.opinions.all())
    answer = forms.ChoiceField(
        label="答复",
        choices=Opinion.Answer.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选采纳、部分采纳或未采纳。", "invalid_choice": "请从列出的里面选。"},
    )
    reason = long_field("理由", 300, 3, help_text="会公开，写给提意见的人看。")

    def act(self, opinion, answer, reason):
        return opinions.answer_opinion(opinion, answer=answer, reason=reason, actor=self.user)


class AddOutcome(HearingAct):
    verb, label, icon, done = "outcome", "加一件决议事项", "plus", "决议事项已加上。"
    from_statuses = AT_AND_AFTER
    text = long_field("决议事项", 300, 3, help_text="做什么、做到什么样。")
    owner = words_field("谁来落实", 60, help_text="单位或岗位，会公开，如“红星社区居委会”。")
    due_on = day_field("完成时限")

    def act(self, **cleaned):
        return outcomes.add_outcome(self.subject, actor=self.user, **cleaned)


class WriteMinutes(HearingAct):
    verb, label, icon, done = "minutes", "保存会议纪要", "edit", "会议纪要已保存。"
    from_statuses = AT_AND_AFTER
    text = long_field("会议纪要", 3000, 14, help_text="由议程、发言、表决起草，请核对修改。会公开，不写居民姓名。")

    def __init__(self, *args, subject, **kwargs):
        kwargs.setdefault("initial", {"text": subject.minutes})
        super().__init__(*args, subject=subject, **kwargs)

    def act(self, text):
        return running.write_minutes(self.subject, text=text, actor=self.user)


class SettleIssue(HearingAct):
    verb, label, icon = "settle", "定议题结果", "check"
    from_statuses = frozenset({Status.CLOSED})
    issue = OwnRowField(Issue, lambda hearing: hearing.issues.filter(status=Issue.Status.SCHEDULED))
    result = forms.ChoiceField(
        label="结果",
        choices=[("settled", "已形成结果"), ("unsettled", "未达成一致")],
        error_messages={"required": "请选结果。", "invalid_choice": "请从列出的里面选。"},
    )

    def act(self, issue, result):
        row = publishing.settle_issue(self.subject, issue, is_settled=result == "settled", actor=self.user)
        self.done = f"议题“{row}”{row.get_status_display()}。"
        return row


class Publish(HearingAct):
    verb, label, icon, is_quiet = "publish", "公开结果", "megaphone", False
    done = "结果已公开。决议事项请按进展继续登记，居民看得到。"
    from_statuses = frozenset({Status.CLOSED})

    def act(self):
        return publishing.publish_hearing(self.subject, actor=self.user)


AFTER_ACTS = (Publish, RecordOpinion, AnswerOpinion, AddOutcome, SettleIssue, WriteMinutes)


# --- One resolution ---------------------------------------------------------------------------------------------------
class OutcomeAct(Act):
    from_statuses = frozenset({Outcome.Status.OPEN})


class Progress(OutcomeAct):
    verb, label, icon, done, is_quiet = "progress", "记进展", "plus", "进展已记下，居民看得到。", False
    note = long_field("进展", 300, 3, help_text="会公开，不写居民姓名。")

    def act(self, note):
        return outcomes.progress_outcome(self.subject, note=note, actor=self.user)


class Finish(OutcomeAct):
    verb, label, icon, done = "finish", "已落实", "check", "已记为落实。"
    note = long_field("落实情况", 300, 3, help_text="会公开，不写居民姓名。")

    def act(self, note):
        return outcomes.finish_outcome(self.subject, note=note, actor=self.user)


class Drop(OutcomeAct):
    verb, label, icon, done = "drop", "不再落实", "x", "已记为不再落实，原因已公开。"
    reason = long_field("原因", 300, 3, help_text="会公开。")

    def act(self, reason):
        return outcomes.drop_outcome(self.subject, reason=reason, actor=self.user)


OUTCOME_ACTS = (Progress, Finish, Drop)
