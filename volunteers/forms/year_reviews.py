"""年度鉴定 at the workplace: drafted for a community, graded one by one or many at once, sent, receipted on paper."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.fields import NamedChoiceField, WordsField, show_refusal
from govern.acts import Act, FieldForEach
from grids.models import Community
from volunteers.models import YearReview
from volunteers.services import year_reviews
from volunteers.services.review_reminders import year_to_review

Status, Grade = YearReview.Status, YearReview.Grade
GRADES = [(grade.value, grade.label) for grade in Grade]


def comment_field(label="社区评语", **kwargs):
    return WordsField(label=label, max_length=300, rows=3, required=False, **kwargs)


class GradeReview(Act):
    verb, label, icon, done = "grade", "鉴定", "check", "已鉴定。核对后反馈单位。"
    is_quiet = False
    from_statuses = frozenset({Status.DRAFTED})
    grade = forms.ChoiceField(
        label="等次",
        choices=GRADES,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择鉴定等次。"},
    )
    comment = comment_field(help_text="基本合格、不合格的要写明原因。")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial = {"grade": self.subject.grade, "comment": self.subject.comment}

    def act(self, grade, comment):
        return year_reviews.grade_reviews({self.subject.pk: (grade, comment)}, actor=self.user)


class SendReview(Act):
    verb, label, icon, done = "send", "反馈单位", "send", "已反馈，单位联络员收到了消息。"
    is_quiet = False

    @classmethod
    def is_offered(cls, review):
        return review.status == Status.GRADED and review.unit_id is not None

    def act(self):
        return year_reviews.send_reviews([self.subject.pk], actor=self.user)


class ReopenReview(Act):
    verb, label, icon, done = "reopen", "退回重新鉴定", "undo", "已退回，可以重新鉴定。"
    from_statuses = frozenset({Status.GRADED})

    def act(self):
        return year_reviews.reopen_review(self.subject, actor=self.user)


class WriteReceipt(Act):
    """Where the unit has nobody who signs in: its paper is written down."""

    verb, label, icon, done = "receipt", "登记纸质回执", "clipboard-check", "已登记回执。"
    opinion = WordsField(label="回执意见", max_length=200, error_messages={"required": "请填写回执意见。"})

    @classmethod
    def is_offered(cls, review):
        return review.status == Status.SENT and review.unit.liaison_id is None

    def act(self, opinion):
        return year_reviews.receipt_reviews([self.subject.pk], opinion=opinion, actor=self.user)


REVIEW_ACTS = (GradeReview, SendReview, ReopenReview, WriteReceipt)


class DraftForm(forms.Form):
    community = NamedChoiceField(
        label="社区", queryset=Community.objects.none(), error_messages={"required": "请选择社区。"}
    )
    year = forms.IntegerField(
        label="年度",
        min_value=year_reviews.FIRST_YEAR,
        max_value=2100,
        error_messages={"required": "请填年度。", "invalid": "请填数字。"},
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        mine = Community.objects.allowed(user, "volunteers.add_yearreview")
        self.fields["community"].queryset = mine
        few = list(mine[:2])
        self.initial.setdefault("community", few[0] if len(few) == 1 else None)
        self.initial.setdefault("year", year_to_review() or timezone.localdate().year)

    def run(self):
        """How many sheets were drafted; None where it was refused."""
        try:
            return year_reviews.draft_reviews(**self.cleaned_data, actor=self.user)
        except ValidationError as error:
            show_refusal(self, error)
            return None


class GradingForm(FieldForEach, forms.Form):
    """Many at once: a grade for each, what is said of the good ones and of those below."""

    prefix_of_field = "grade"
    reviews = forms.TypedMultipleChoiceField(coerce=int, widget=forms.MultipleHiddenInput)
    comment = comment_field(
        "优秀、合格的评语", help_text="写给这一批里优秀、合格的每个人；要分别写的，到各人的页面鉴定。"
    )
    reason = comment_field("基本合格、不合格的评语", help_text="有基本合格、不合格的要写。")

    def __init__(self, *args, lines, user, **kwargs):
        self.lines, self.user = lines, user
        super().__init__(*args, **kwargs)
        keys = [row.pk for row in self.rows()]
        self.fields["reviews"].choices = [(key, key) for key in keys]
        self.initial["reviews"] = keys

    def rows(self):
        return [line["review"] for line in self.lines]

    def field_of(self, review):
        """Who came as often as is asked is 合格 until somebody says otherwise."""
        line = next(line for line in self.lines if line["review"] is review)
        usual = Grade.QUALIFIED if line["is_reached"] else Grade.BASIC
        return forms.ChoiceField(
            label=f"{review.report.volunteer}的等次", choices=GRADES, initial=review.grade or usual, widget=forms.Select
        )

    def table(self):
        """Each line with its field."""
        return [{**line, "field": self[f"grade_{line['review'].pk}"]} for line in self.lines]

    def clean(self):
        cleaned = super().clean()
        if set(self.grades.values()) & set(year_reviews.BELOW) and not cleaned.get("reason"):
            self.add_error("reason", "有基本合格、不合格的，请写明原因。")
        return cleaned

    @property
    def grades(self):
        """{key: Grade} as chosen."""
        return self.of_each(dict(self.cleaned_data))

    def run(self):
        words = {grade: self.cleaned_data["reason" if grade in year_reviews.BELOW else "comment"] for grade in Grade}
        marks = {key: (grade, words[grade]) for key, grade in self.grades.items()}
        try:
            return year_reviews.grade_reviews(marks, actor=self.user)
        except ValidationError as error:
            show_refusal(self, error)
            return None
