"""The need as it is filled in, by a resident or by staff on behalf of one."""

import re
import unicodedata
from contextlib import suppress
from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.models import PhoneValidator
from checklists.forms.photos import PhotosField, PhotosInput
from checklists.models import QUICK_WINDOWS, Category, Need, Question, TargetGroup, Urgency
from checklists.services.needs import submit_need
from checklists.services.photos import clean_photo
from govern.fields import FlagsFormField
from grids.models import Building, Community, Quarter
from organizations.parameters import parameter

FREQUENT_COUNT = 4
FREQUENT_WITHIN = timedelta(days=90)
TOO_LONG = "最多写 %(limit_value)d 个字，您写了 %(show_value)d 个字。"


def plain(value):
    """Full-width letters and digits, as a phone's keyboard leaves them, made plain."""
    return unicodedata.normalize("NFKC", value or "").strip()


class PhoneField(forms.CharField):
    """Eleven digits, however they were spaced; +86 in front is forgiven."""

    def __init__(self, **kwargs):
        kwargs.setdefault(
            "widget",
            forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel", "maxlength": 20}),
        )
        super().__init__(validators=[PhoneValidator()], **kwargs)

    def to_python(self, value):
        digits = re.sub(r"[\s\-()]", "", plain(super().to_python(value)))
        return re.sub(r"^\+?86(?=1\d{10}$)", "", digits)


class WordsField(forms.CharField):
    """Several lines. A line break is one letter here, as it was for the browser's counter."""

    def __init__(self, *, max_length=500, rows=3, **kwargs):
        super().__init__(max_length=max_length, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)
        self.error_messages["max_length"] = TOO_LONG

    def to_python(self, value):
        return super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value)


class NamedChoiceField(forms.ModelChoiceField):
    """A place by its own name, not by that of all above it."""

    def label_from_instance(self, row):
        return row.name


class KeepingPhotosField(PhotosField):
    """`taken` has the good photos even where another one is refused, so that they need not be sent twice."""

    room = None

    def clean(self, data, initial=None):
        self.taken, errors = [], []
        for upload in data if isinstance(data, list | tuple) else [data]:
            if not upload:
                continue
            if len(self.taken) >= self.room:
                errors.append(ValidationError("照片太多，多出的没有收下。", code="count"))
                break
            try:
                self.taken.append(clean_photo(forms.FileField.clean(self, upload)))
            except ValidationError as error:
                errors.append(error)
        if errors:
            raise ValidationError(errors)
        return self.taken


class NeedForm(forms.ModelForm):
    """One page: where, what kind, what happened, its extra questions, photos, when, for whom, who.

    `kept` are photos (files) of an earlier round of this form. A subclass for staff takes ScopedFormMixin before this
    class, adds what staff know (channel) and drops the consent (`consent = None`).
    """

    community = NamedChoiceField(
        Community.objects.all(),
        label="社区",
        empty_label="请选择社区",
        error_messages={"required": "请选择您住的社区。", "invalid_choice": "没有这个社区，请重新选择。"},
    )
    quarter = NamedChoiceField(
        Quarter.objects.none(),
        label="小区",
        empty_label="请选择小区",
        required=False,
        error_messages={"invalid_choice": "这个小区不在所选的社区，请重新选择。"},
    )
    building = NamedChoiceField(
        Building.objects.none(),
        label="楼栋",
        empty_label="请选择楼栋",
        required=False,
        error_messages={"invalid_choice": "这栋楼不在所选的小区，请重新选择。"},
    )
    address_detail = forms.CharField(
        label="门牌",
        max_length=120,
        required=False,
        error_messages={"max_length": TOO_LONG},
        help_text="几单元几室，如：2单元501。公共地方写清位置就行。",
    )
    category = forms.ModelChoiceField(
        Category.objects.none(),
        label="是哪类事情",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "请选一个最接近的类别。", "invalid_choice": "这个类别已停用，请另选一个。"},
    )
    text = WordsField(
        label="发生了什么事",
        max_length=1000,
        rows=4,
        error_messages={"required": "请写一写发生了什么事，一两句话就行。"},
    )
    photos = KeepingPhotosField(
        label="照片",
        required=False,
        widget=PhotosInput(attrs={"accept": "image/jpeg,image/png,image/webp", "data-photos": True}),
    )
    urgency = forms.TypedChoiceField(
        label="有多急", choices=Urgency.choices, coerce=int, widget=forms.RadioSelect, initial=Urgency.NORMAL
    )
    window = FlagsFormField(
        label="什么时候方便", choices=QUICK_WINDOWS, required=False, help_text="可以多选。不选就是什么时候都行。"
    )
    target_group = forms.TypedChoiceField(
        label="这件事为谁办",
        choices=TargetGroup.choices,
        coerce=int,
        widget=forms.RadioSelect,
        initial=TargetGroup.RESIDENT,
    )
    people_count = forms.IntegerField(
        label="有几个人需要",
        min_value=1,
        max_value=500,
        initial=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": "请填人数，一个人就填 1。",
            "invalid": "人数请填数字，一个人就填 1。",
            "min_value": "人数至少填 1。",
            "max_value": "人数最多填 500。",
        },
    )
    contact_name = forms.CharField(
        label="怎么称呼您",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "请写您的称呼，如：张阿姨。", "max_length": TOO_LONG},
    )
    contact_phone = PhoneField(
        label="手机号",
        help_text="只用来联系您。以后查进度要用它的最后四位。",
        error_messages={"required": "请填 11 位手机号，社区好联系您。"},
    )
    on_behalf_of = forms.CharField(
        label="替谁反映",
        max_length=40,
        required=False,
        error_messages={"max_length": TOO_LONG},
        help_text="帮父母、邻居填写时，写他们的称呼。",
    )
    consent = forms.BooleanField(
        label="我同意社区为办这件事使用以上信息",
        error_messages={"required": "请先打勾同意，社区才能收下您的信息。"},
    )

    class Meta:
        model = Need
        fields = [
            "community",
            "building",
            "address_detail",
            "category",
            "text",
            "urgency",
            "window",
            "target_group",
            "people_count",
            "contact_name",
            "contact_phone",
            "on_behalf_of",
        ]

    def __init__(self, *args, kept=(), **kwargs):
        self.kept = list(kept)
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = (
            Category.objects.active()
            .kinds()
            .select_related("parent")
            .order_by("parent__order", "parent", "order", "pk")
        )
        self.chosen = {"category": self._chosen("category")}
        self._narrow_places()
        self.questions = list(self.chosen["category"].questions.all()) if self.chosen["category"] else []
        for question in self.questions:
            self.fields[f"answer_{question.pk}"] = answer_field(question)
        self.photo_limit = int(parameter("photo_max_count"))
        self.fields["photos"].room = max(self.photo_limit - len(self.kept), 0)
        self.fields["photos"].widget.attrs["data-max-files"] = self.fields["photos"].room

    def _narrow_places(self):
        """Each select of the place offers what lies in the one before it."""
        self.chosen["community"] = self._chosen("community")
        if self.chosen["community"]:
            self.fields["quarter"].queryset = self.chosen["community"].quarters.all()
        self.chosen["quarter"] = self._chosen("quarter")
        if self.chosen["quarter"]:
            self.fields["building"].queryset = self.chosen["quarter"].buildings.active()
        self.chosen["building"] = self._chosen("building")

    def _chosen(self, name):
        """The row that the data, or before any the initial values, name for the field; None for none or a wrong one."""
        raw = self.data.get(self.add_prefix(name)) if self.is_bound else self.initial.get(name)
        with suppress(ValidationError):
            return self.fields[name].to_python(raw)
        return None

    def clean_category(self):
        category = self.cleaned_data["category"]
        if category.emergency_notice:
            raise ValidationError(category.emergency_notice, code="emergency")
        return category

    def clean(self):
        cleaned = super().clean()
        places_are_known = not {"community", "quarter", "building"} & set(self.errors)
        if places_are_known and not cleaned.get("building") and not cleaned.get("address_detail"):
            self.add_error("address_detail", "没有选楼栋，请写清楚在什么地方。")
        self.instance.answers = [
            {"question": question.text, "answer": spoken(cleaned[f"answer_{question.pk}"])}
            for question in self.questions
            if cleaned.get(f"answer_{question.pk}") not in (None, "")
        ]
        return cleaned

    @property
    def all_photos(self):
        """All that were good, of this round and those before."""
        return self.kept + self.new_photos

    @property
    def new_photos(self):
        return getattr(self.fields["photos"], "taken", [])

    def submit(self, *, actor, **columns):
        """The need, submitted by `actor`; None when the service refuses, with its words among the form's errors."""
        for name, value in columns.items():
            setattr(self.instance, name, value)
        try:
            return submit_need(self.instance, actor=actor, photos=self.all_photos)
        except ValidationError as error:
            show_refusal(self, error)
            return None

    # --- What the page shows -----------------------------------------------------------------------------------------
    @cached_property
    def kinds(self):
        return list(self.fields["category"].queryset)

    @cached_property
    def frequent_kinds(self):
        """The kinds asked for most of late, and the chosen one, so that it is never hidden."""
        recent = Q(needs__submitted_at__gte=timezone.now() - FREQUENT_WITHIN)
        rows = self.fields["category"].queryset.filter(emergency_notice="").annotate(uses=Count("needs", filter=recent))
        most_used = list(rows.order_by("-uses", "parent__order", "order", "pk")[:FREQUENT_COUNT])
        chosen = self.chosen["category"]
        if chosen and not chosen.emergency_notice and chosen not in most_used:
            most_used.append(chosen)
        return most_used

    @property
    def kinds_by_class(self):
        """[(class, its kinds that are not among the frequent ones)]."""
        groups = {}
        for kind in self.kinds:
            if kind not in self.frequent_kinds:
                groups.setdefault(kind.parent, []).append(kind)
        return list(groups.items())

    @property
    def photo_hint(self):
        room = self.fields["photos"].widget.attrs["data-max-files"]
        return f"最多{'再' if room < self.photo_limit else ''}传 {room} 张，拍清楚位置。" if room else "已经传满了。"

    @property
    def answer_fields(self):
        return [self[f"answer_{question.pk}"] for question in self.questions]


def answer_field(question):
    """The form field for an extra question of a category."""
    common = {
        "label": question.text,
        "required": question.is_required,
        "error_messages": {"required": "请回答这一条。"},
    }
    match question.kind:
        case Question.Kind.CHOICE:
            choices = [(option, option) for option in question.option_list]
            return forms.ChoiceField(widget=forms.RadioSelect, choices=choices, **common)
        case Question.Kind.NUMBER:
            common["error_messages"].update(
                invalid="请填数字。", min_value="请填 0 或更大的数。", max_value="数字太大，请核对。"
            )
            return forms.IntegerField(min_value=0, max_value=100_000, **common)
        case Question.Kind.DATE:
            common["error_messages"]["invalid"] = "请选日期，或这样写：2026-12-01。"
            return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **common)
        case _:
            common["error_messages"]["max_length"] = TOO_LONG
            return forms.CharField(max_length=200, **common)


def spoken(answer):
    return f"{answer.year}年{answer.month}月{answer.day}日" if hasattr(answer, "year") else str(answer)


def show_refusal(form, error):
    """A service's error beside the field it names, or above the form."""
    named = hasattr(error, "error_dict") and set(error.error_dict) <= set(form.fields)
    form.add_error(None, error if named else ValidationError(error.messages))
