"""评议 as staff draw it up and see it through: the form, its questions and groups, and the acts on its page."""

import re

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from accounts.fields import WordsField, plain
from deliberations.forms.survey_sheets import WholeField
from deliberations.models import Answer, Survey, SurveyGroup, SurveyInquiry, SurveyQuestion
from deliberations.services.surveys import building, publishing, tickets
from deliberations.survey_results import texts_to_read
from deliberations.survey_templates import TEMPLATES
from govern.acts import Act
from organizations.forms.organizations import ServiceFormMixin

Status, Kind = Survey.Status, SurveyQuestion.Kind
PICK = {"required": "请选择。", "invalid_choice": "请在列出的里选。"}
WHAT = ["community", "title", "subject", "subject_name", "unit", "about", "speech"]
WHO = ["audience", "hearing", "is_anonymous", "starts_on", "ends_on", "follows"]
STARTS = [("", "空白问卷"), *((key, template.label) for key, template in TEMPLATES.items())]


class SurveyForm(ServiceFormMixin, forms.ModelForm):
    """A new one, from a template or an earlier one, or what is said about it while it is drawn up."""

    out_of_reach = "请选择您管辖范围内的社区。"
    start = forms.ChoiceField(
        label="问卷从哪里开始", choices=STARTS, required=False, widget=UnfoldAdminSelectWidget, error_messages=PICK
    )
    source = forms.ModelChoiceField(
        Survey.objects.none(),
        label="或照抄以前的评议",
        required=False,
        empty_label="不照抄",
        widget=UnfoldAdminSelectWidget,
        help_text="选了就抄它的问题和分组，不用模板。",
        error_messages=PICK,
    )

    class Meta:
        model = Survey
        fields = [*WHAT, *WHO]
        widgets = {
            "about": UnfoldAdminTextareaWidget(attrs={"rows": 3}),
            "speech": UnfoldAdminTextareaWidget(attrs={"rows": 8}),
        }
        help_texts = {
            "unit": "评成员单位时选；结果公开后记进这个单位的双向评价。",
            "speech": "评干部时填，居民先看述职再评。",
            "hearing": "“到会的人”来评时选。",
            "follows": "选了以后，结果和上一次放在一起比。",
            "ends_on": "这一天晚上截止，之后系统自动关闭。",
        }
        error_messages = {
            "community": {"required": "请选择社区。"},
            "title": {"required": "请填名称。"},
            "subject": PICK,
            "subject_name": {"required": "请填评议对象。"},
            "ends_on": {"required": "请填截止日期。", "invalid": "请填日期，如 2026-11-30。"},
            "starts_on": {"required": "请填开始日期。", "invalid": "请填日期，如 2026-11-23。"},
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["start"], self.fields["source"]
        else:
            self.fields["source"].queryset = Survey.objects.visible_to(self.actor)

    def write(self, cleaned):
        start, source = cleaned.pop("start", ""), cleaned.pop("source", None)
        if self.instance.pk:
            return building.correct_survey(self.instance, actor=self.actor, **cleaned)
        return building.draft_survey(Survey(**cleaned), start=start, source=source, actor=self.actor)


class LinesField(forms.CharField):
    """One row a line: words, and behind a space a whole number; cleans to [(words, number or None)]."""

    def __init__(self, *, rows=5, most=12, longest, **kwargs):
        self.most, self.longest = most, longest
        super().__init__(widget=UnfoldAdminTextareaWidget(attrs={"rows": rows}), required=False, **kwargs)

    def clean(self, value):
        lines = [plain(line) for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > self.most:
            raise ValidationError(f"最多 {self.most} 行。", code="most")
        return [self.read(line) for line in lines]

    def read(self, line):
        words, points = re.fullmatch(r"(.+?)(?:\s+(\d{1,3}))?", line).groups()
        if len(words) > self.longest:
            raise ValidationError(f"“{words[:10]}…”太长，最多 {self.longest} 个字。", code="max_length")
        if points and int(points) > 100:
            raise ValidationError(f"“{words}”后面的数字不能大于 100。", code="points")
        return words, int(points) if points else None


def as_lines(rows):
    return "\n".join(words if number is None else f"{words} {number}" for words, number in rows)


class QuestionForm(forms.ModelForm):
    choices = LinesField(
        label="选项",
        longest=40,
        help_text="单选、多选才填。一行一个选项，空一格写分值（0 到 100）；不写分值的不计分。如：满意 80",
    )

    class Meta:
        model = SurveyQuestion
        fields = ["text", "kind", "choices", "aspect", "weight", "is_required"]
        error_messages = {"text": {"required": "请写问题。"}, "kind": PICK, "weight": {"required": "请填权重。"}}

    field_order = ["text", "kind", "choices", "aspect", "weight", "is_required"]

    def __init__(self, *args, survey, user, **kwargs):
        self.survey, self.user = survey, user
        super().__init__(*args, use_required_attribute=False, **kwargs)
        if self.instance.pk:
            rows = [(row.text, row.points) for row in self.instance.choices.all()]
            self.initial["choices"] = as_lines(rows)

    def save(self, commit=True):
        told = {name: value for name, value in self.cleaned_data.items() if name != "choices"}
        return building.write_question(
            self.survey,
            question=self.instance if self.instance.pk else None,
            choices=self.cleaned_data["choices"],
            actor=self.user,
            **told,
        )


# --- On the survey's page ---------------------------------------------------------------------------------------------
class Open(Act):
    verb, label, icon, is_quiet = "open", "开始评议", "megaphone", False
    done = "已开始。问题不能再改，到开始日期就收答卷。"
    from_statuses = frozenset({Status.DRAFTED})

    def act(self):
        return building.open_survey(self.subject, actor=self.user)


class WriteGroups(Act):
    verb, label, icon, done = "groups", "分组和权重", "users", "已保存分组。"
    from_statuses = frozenset({Status.DRAFTED})
    groups = LinesField(
        label="评议人分组",
        longest=20,
        help_text="一行一组，空一格写权重。如：居民 70。不分组就清空，各份答卷同等计分。",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = self.subject.groups.values_list("name", "weight")
        self.fields["groups"].initial = as_lines(rows)

    def act(self, groups):
        rows = [(name, 1 if weight is None else weight) for name, weight in groups]
        return building.write_groups(self.subject, groups=rows, actor=self.user)


class OfTicketsMixin:
    from_statuses = frozenset({Status.OPEN})

    @classmethod
    def is_offered(cls, survey):
        return super().is_offered(survey) and survey.audience != Survey.Audience.OPEN


class IssueTickets(OfTicketsMixin, Act):
    verb, label, icon, is_quiet = "tickets", "生成评议码并打印", "printer", False
    count = WholeField(label="几个", min_value=1, unit="")
    group = forms.ModelChoiceField(
        SurveyGroup.objects.none(), label="发给哪一组", empty_label="请选择", error_messages=PICK
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        groups = self.subject.groups.all()
        if groups:
            self.fields["group"].queryset = groups
        else:
            del self.fields["group"]
        if self.subject.audience == Survey.Audience.MEETING:
            here, given = tickets.present_count(self.subject), self.subject.tickets.count()
            self.fields["count"].help_text = f"已签到 {here} 位，已发 {given} 个。"

    def act(self, count, group=None):
        return tickets.issue_tickets(self.subject, count=count, group=group, actor=self.user)


class DiscardTickets(OfTicketsMixin, Act):
    verb, label, icon = "discard", "作废没用过的评议码", "trash"
    done = "没用过的评议码已作废，发出份数随之减少。"

    def act(self):
        return tickets.discard_tickets(self.subject, actor=self.user)


class AnswerInquiry(Act):
    verb, label, icon, done = "answer", "答复提问并公开", "message", "问和答已公开。"
    from_statuses = frozenset({Status.OPEN, Status.CLOSED})
    inquiry = forms.ModelChoiceField(
        SurveyInquiry.objects.none(), label="哪个提问", empty_label=None, error_messages=PICK
    )
    answer = WordsField(label="答复", max_length=500, error_messages={"required": "请写答复。"})

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["inquiry"].queryset = self.subject.inquiries.filter(is_public=False)

    @classmethod
    def is_offered(cls, survey):
        return super().is_offered(survey) and survey.inquiries.filter(is_public=False).exists()

    def act(self, inquiry, answer):
        return publishing.answer_inquiry(inquiry, answer=answer, actor=self.user)


class Close(Act):
    verb, label, icon = "close", "提前截止", "pause"
    done = "已截止，不再收答卷。谁评过的记号已删除。"
    from_statuses = frozenset({Status.OPEN})

    def act(self):
        return publishing.close_survey(self.subject, actor=self.user)


class TextChoiceField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, answer):
        return answer.text


class ShowTexts(Act):
    verb, label, icon = "texts", "选公开的文字意见", "eye"
    done = "已保存。勾选的随结果公开，其余的只有工作人员看得到。"
    from_statuses = frozenset({Status.CLOSED})
    answers = TextChoiceField(
        Answer.objects.none(),
        label="勾选可以公开的",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="有姓名、电话、骂人和认得出是谁的，不要勾。",
        error_messages=PICK,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = texts_to_read(self.subject)
        self.fields["answers"].queryset = rows
        self.fields["answers"].initial = [row.pk for row in rows if row.is_public]

    @classmethod
    def is_offered(cls, survey):
        return super().is_offered(survey) and texts_to_read(survey).exists()

    def act(self, answers):
        return publishing.show_texts(self.subject, answers=answers, actor=self.user)


class Publish(Act):
    verb, label, icon, is_quiet = "publish", "公开结果", "megaphone", False
    done = "结果已公开，不能再改。"
    from_statuses = frozenset({Status.CLOSED})

    def act(self):
        return publishing.publish_survey(self.subject, actor=self.user)


SURVEY_ACTS = (Open, WriteGroups, IssueTickets, AnswerInquiry, DiscardTickets, ShowTexts, Publish, Close)


class VoidForm(forms.Form):
    """Beside a sheet of the list."""

    reason = forms.CharField(label="为什么无效", max_length=100, error_messages={"required": "请写明为什么无效。"})

    def __init__(self, *args, **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)
