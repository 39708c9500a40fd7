"""The questionnaire as it is answered, and as its papers are counted: a field for each question."""

from django import forms

from accounts.fields import PhoneField, WordsField, plain
from deliberations.models import Survey, SurveyQuestion
from volunteers.forms.signing import DigitsField

Kind, Audience = SurveyQuestion.Kind, Survey.Audience
UNANSWERED = {"required": "这一题要回答。"}


class WholeField(forms.IntegerField):
    """A whole number, full-width digits too."""

    def __init__(self, *, unit, **kwargs):
        least, most = kwargs["min_value"], kwargs.get("max_value", 100000)
        words = f"请填 {least} 到 {most} 的整数{unit}。"
        super().__init__(
            **{"max_value": most, **kwargs},
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 6}),
            error_messages={**UNANSWERED, **dict.fromkeys(("invalid", "min_value", "max_value"), words)},
        )

    def to_python(self, value):
        return super().to_python(plain(value) if isinstance(value, str) else value)


class CountField(WholeField):
    """Papers, as they are counted: left empty is none."""

    def clean(self, value):
        return super().clean(value or "0")


def choices_of(question):
    return [(choice.pk, choice.text) for choice in question.choices.all()]


def single(question, **options):
    return forms.TypedChoiceField(
        choices=choices_of(question), coerce=int, empty_value=None, widget=forms.RadioSelect, **options
    )


def multiple(question, **options):
    return forms.TypedMultipleChoiceField(
        choices=choices_of(question), coerce=int, widget=forms.CheckboxSelectMultiple, help_text="可以多选。", **options
    )


def scale(question, **options):
    options = {name: value for name, value in options.items() if name != "error_messages"}
    return WholeField(min_value=0, max_value=100, unit="", help_text="0 到 100 分。", **options)


def words(question, **options):
    return WordsField(max_length=300, rows=3, help_text="请不要写姓名、电话和门牌号。", **options)


MAKERS = {Kind.SINGLE: single, Kind.MULTIPLE: multiple, Kind.SCALE: scale, Kind.TEXT: words}


def name_of(question):
    return f"question_{question.pk}"


class SheetForm(forms.Form):
    """One sheet: the questions, then by what the answerer shows to have one sheet: 评议码, or phone and its code."""

    def __init__(self, *args, survey, **kwargs):
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        self.survey = survey
        self.questions = list(survey.questions.prefetch_related("choices"))
        groups = list(survey.groups.all())
        if groups and survey.audience == Audience.OPEN:
            self.fields["group"] = forms.ModelChoiceField(
                survey.groups.all(),
                label="您是",
                empty_label=None,
                widget=forms.RadioSelect,
                error_messages={"required": "请选择您是哪一方面的。", "invalid_choice": "请在列出的里选。"},
            )
        for question in self.questions:
            self.fields[name_of(question)] = MAKERS[question.kind](
                question,
                label=question.text,
                required=question.is_required,
                error_messages={**UNANSWERED, "invalid_choice": "请在列出的选项里选。"},
            )
        self.add_answerer()

    def add_answerer(self):
        if not self.survey.is_anonymous:
            self.fields["name"] = forms.CharField(
                label="姓名",
                max_length=40,
                widget=forms.TextInput(attrs={"autocomplete": "name"}),
                error_messages={"required": "这次评议要写姓名。"},
            )
        if self.survey.audience == Audience.OPEN:
            self.fields["phone"] = PhoneField(
                label="手机号",
                help_text="一个手机号评一次。",
                error_messages={"required": "请填 11 位手机号。"},
            )
            self.fields["code"] = DigitsField(
                label="短信验证码", error_messages={"required": "请先点“获取验证码”，再填短信里的 6 位数字。"}
            )
        else:
            self.fields["ticket"] = forms.CharField(
                label="评议码",
                max_length=20,
                help_text="纸条上的 8 位，不分大小写。",
                widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
                error_messages={"required": "请填纸条上的评议码。", "max_length": "评议码是 8 位，请照纸条填写。"},
            )

    def question_fields(self):
        return [(question, self[name_of(question)]) for question in self.questions]

    def answerer_fields(self):
        return [self[name] for name in ("ticket", "name") if name in self.fields]

    def answers(self):
        return {question.pk: self.cleaned_data[name_of(question)] for question in self.questions}


class InquiryForm(forms.Form):
    """对述职提问, without a name."""

    text = WordsField(label="您想问什么", max_length=200, rows=2, error_messages={"required": "请写您想问什么。"})

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)


class PaperForm(forms.Form):
    """纸质计票 of one group: papers, and how many chose what."""

    issued = WholeField(label="一共发出纸质问卷（份，各组合计）", min_value=0, unit="")
    returned = WholeField(label="这一组收回（份）", min_value=0, unit="")
    void = WholeField(label="其中无效（份）", min_value=0, unit="", initial=0)

    def __init__(self, *args, survey, group, **kwargs):
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        self.survey, self.group = survey, group
        rows = survey.questions.exclude(kind=Kind.TEXT).prefetch_related("choices")
        self.parts = [(question, self.fields_of(question)) for question in rows]
        for _, fields in self.parts:
            self.fields.update(fields)

    @staticmethod
    def fields_of(question):
        if question.kind == Kind.SCALE:
            labels = {f"{name_of(question)}_count": "打了分的份数", f"{name_of(question)}_sum": "总分"}
        else:
            labels = {f"{name_of(question)}_{choice.pk}": choice.text for choice in question.choices.all()}
        return {
            name: CountField(label=label, min_value=0, max_value=9999999, unit="") for name, label in labels.items()
        }

    def question_fields(self):
        """[(question, its fields, the errors of all of it)]."""
        return [
            (question, [self[name] for name in fields], self.errors.get(name_of(question), []))
            for question, fields in self.parts
        ]

    def tallies(self):
        """As services.surveys.enter_paper_counts takes them; what was left empty is none."""
        found = {}
        for question, fields in self.parts:
            counts = [self.cleaned_data[name] for name in fields]
            keys = [choice.pk for choice in question.choices.all()]
            is_scale = question.kind == Kind.SCALE
            found[question.pk] = tuple(counts) if is_scale else dict(zip(keys, counts, strict=True))
        return found

    def refuse(self, error):
        """A question's error stands beside the question, which is no field of its own."""
        for field, messages in error.error_dict.items() if hasattr(error, "error_dict") else [(None, error)]:
            if field is None or field in self.fields:
                self.add_error(field, messages)
            else:
                self._errors[field] = self.error_class([each for item in messages for each in item.messages])
