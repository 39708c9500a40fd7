"""答复 a message, and what it may become: a need, a mediation, a topic for deliberation."""

from django import forms

from accounts.fields import TOO_LONG, WordsField
from checklists.models import Category
from deliberations.forms.moderation.reasons import MessageAct
from deliberations.models import Case, Message
from deliberations.services import messages, moderation

Status = Message.Status
OPEN = frozenset({Status.PENDING, Status.PUBLISHED})


class AnswerAct(MessageAct):
    def run(self):
        """Nobody answers the own message in the community's name either; the verbs do not ask that."""
        if moderation.is_own(self.subject, self.user):
            self.add_error(None, "这是您本人的留言，请由其他人办理。")
            return None
        return super().run()


class Reply(AnswerAct):
    verb, label, icon, done = "reply", "答复", "message", "已答复，公开在留言下面，作者会收到消息。"
    from_statuses = frozenset({Status.PUBLISHED})
    text = WordsField(label="答复", max_length=500, rows=4, error_messages={"required": "请写答复的话。"})

    @property
    def is_quiet(self):
        return self.subject.standing.is_answered or bool(self.subject.standing.flag_count)

    def act(self, text):
        return messages.reply_to(self.subject, text=text, actor=self.user)


class MakeNeed(AnswerAct):
    verb, label, icon, right = "make-need", "转成需求", "edit", "checklists.file_need"
    from_statuses = OPEN
    done = "已转成需求，去向写在留言下面。"
    category = forms.ModelChoiceField(
        Category.objects.none(), label="类别", empty_label="请选择类别", error_messages={"required": "请选择类别。"}
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        kinds = Category.objects.active().kinds().filter(emergency_notice="").select_related("parent")
        self.fields["category"].queryset = kinds.visible_to(self.user)

    @classmethod
    def offers(cls, message, standing):
        return super().offers(message, standing) and message.need_id is None

    def act(self, category):
        return messages.make_need(self.subject, category=category, actor=self.user)


class MakeCase(AnswerAct):
    verb, label, icon, right = "make-case", "转成调解", "handshake", "deliberations.add_case"
    from_statuses = OPEN
    done = "已转成调解申请，由调解委员会答复是否受理。"
    kind = forms.ChoiceField(label="纠纷类型", choices=[("", "请选择"), *Case.Kind.choices])

    @classmethod
    def offers(cls, message, standing):
        return super().offers(message, standing) and message.case_id is None

    def act(self, kind):
        return messages.make_case(self.subject, kind=kind, actor=self.user)


class MakeIssue(AnswerAct):
    verb, label, icon, right = "make-issue", "转成议题", "users", "deliberations.add_issue"
    from_statuses = OPEN
    done = "已列为议题，等筛选。"
    title = forms.CharField(
        label="议题的题目",
        max_length=40,
        error_messages={"required": "请写议题的题目。", "max_length": TOO_LONG},
    )

    @classmethod
    def offers(cls, message, standing):
        return super().offers(message, standing) and message.issue_id is None

    def act(self, title):
        return messages.make_issue(self.subject, title=title, actor=self.user)
