"""What one does with a resource's calendar: book a half day, open or close one, prolong the resource."""

from datetime import MAXYEAR
from itertools import groupby

from django import forms
from django.utils import timezone

from checklists import halfdays
from checklists.forms.acts import Act
from checklists.models import Dispatch, Half
from checklists.services import bookings
from checklists.services.feedback import give_feedback
from checklists.services.resources import extend_resource

DATE = {"required": "请选择日期。", "invalid": "请填写日期，如 2026-12-31。"}


def date_field(label, **kwargs):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, error_messages=DATE, **kwargs)


class SlotField(forms.TypedChoiceField):
    """One of the half days that are free in the coming weeks."""

    def __init__(self, **kwargs):
        super().__init__(
            coerce=halfdays.read,
            empty_value=None,
            error_messages={
                "required": "请选择哪一天的上午还是下午。",
                "invalid_choice": "这半天刚被约走或不开放，请另选。",
            },
            **kwargs,
        )

    def offer(self, resource, at=None):
        free = bookings.free_half_days(resource, *bookings.offered_days(at), at=at)
        months = groupby(free, key=lambda slot: f"{slot[0].year}年{slot[0].month}月")
        self.choices = [
            ("", "请选择"),
            *((name, [(halfdays.spell(*slot), bookings.spoken(*slot)) for slot in slots]) for name, slots in months),
        ]


class ResourceAct(Act):
    """An act on a resource; the page offers all of them to whoever may change it."""

    done = ""
    is_quiet = False

    @classmethod
    def is_offered(cls, subject):
        return True


class Book(ResourceAct):
    verb, label, icon, done = "book", "登记预约", "calendar-event", "已登记预约，日历上这半天写“约”，别人不能再约。"
    slot = SlotField(label="哪半天")
    note = forms.CharField(
        label="用途",
        max_length=60,
        error_messages={"required": "请写明用途。"},
        help_text="如：学校家长会。不写居民姓名。",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["slot"].offer(self.subject)

    def act(self, slot, note):
        return bookings.book(self.subject, *slot, actor=self.user, note=note)


class AddException(ResourceAct):
    verb, label, icon, done = "except", "登记开放例外", "edit", "已登记，日历上这一天按例外显示。"
    day = date_field("日期")
    halves = forms.TypedMultipleChoiceField(
        label="半天",
        choices=Half.choices,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请选择上午、下午或两个都选。"},
    )
    is_open = forms.TypedChoiceField(
        label="这半天",
        choices=[("no", "不开放"), ("yes", "开放")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        initial="no",
        error_messages={"required": "请选择开放还是不开放。"},
    )
    note = forms.CharField(label="说明", max_length=60, required=False, help_text="如：考试、设备检修。")

    def act(self, day, halves, is_open, note):
        return bookings.add_exceptions(self.subject, day, halves, is_open=is_open, note=note, actor=self.user)


class Extend(ResourceAct):
    verb, label, icon, done = "extend", "续期", "refresh", "已续期。"
    until = date_field("新的有效期至")

    def __init__(self, *args, subject, **kwargs):
        until = subject.valid_until or timezone.localdate()
        kwargs.setdefault("initial", {"until": a_year_after(max(until, timezone.localdate()))})
        super().__init__(*args, subject=subject, **kwargs)

    def act(self, until):
        return extend_resource(self.subject, actor=self.user, until=until)


def a_year_after(day):
    year = min(day.year + 1, MAXYEAR)  # “for ever” is written as the last day there is
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February
        return day.replace(year=year, day=28)


RESOURCE_ACTS = (Book, AddException, Extend)


class SlotForm(forms.Form):
    """约定时间: a half day of the venue for a dispatch, chosen by the unit."""

    slot = SlotField(label="哪半天")

    def __init__(self, *args, row, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["slot"].offer(row.resource)

    def run(self, row, actor):
        return bookings.book(row.resource, *self.cleaned_data["slot"], actor=actor, dispatch=row)


class FeedbackForm(forms.Form):
    """双向评价: what the unit says of the other side."""

    feedback = forms.ChoiceField(
        label="这次配合得怎么样",
        choices=Dispatch.Feedback.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择配合得怎么样。", "invalid_choice": "请选择配合得怎么样。"},
    )
    is_no_show = forms.BooleanField(label="约好时间居民不在", required=False)
    note = forms.CharField(
        label="补充一句",
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="只有社区工作人员看得到，居民看不到。",
    )

    def run(self, row, actor):
        return give_feedback(row, actor=actor, **self.cleaned_data)
