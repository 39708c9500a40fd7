"""时长: confirmed for a session at once, made up, approved, mended."""

from datetime import datetime

from django import forms
from django.utils import timezone

from accounts.fields import show_refusal
from govern.acts import Act
from govern.scoping import ScopedFormMixin
from grids.models import Community
from organizations.forms.elections import day_field, number_field, words_field
from volunteers.forms.fields import CodeField
from volunteers.models import Signup, Volunteer
from volunteers.services import hours, make_ups, records

FLAGS = {Signup.Way.RULE: "没签退，按结束时间算", Signup.Way.MAKE_UP: "补录"}


class SettleForm(forms.Form):
    """Every row with its proposal: one button confirms them all. Another figure takes a reason."""

    def __init__(self, *args, session, user, **kwargs):
        self.session, self.user = session, user
        super().__init__(*args, **kwargs)
        self.most = hours.most_minutes()
        self.waiting = list(session.signups.to_credit().select_related("volunteer").order_by("arrived_at", "pk"))
        for row in self.others:
            self.fields[f"minutes_{row.pk}"] = number_field(
                "认定分钟", 0, self.most, initial=hours.proposed_minutes(row, self.most)
            )
            self.fields[f"reason_{row.pk}"] = words_field("改动原因", 100, required=False)
            for name, label in (("minutes", "认定分钟"), ("reason", "改动原因")):
                self.fields[f"{name}_{row.pk}"].widget.attrs["aria-label"] = f"{row.volunteer}的{label}"

    @property
    def others(self):
        return [row for row in self.waiting if row.volunteer.user_id != self.user.pk]

    def lines(self):
        """Scheduled and actual minutes side by side; the own row has no fields."""
        for row in self.waiting:
            named = f"minutes_{row.pk}" in self.fields
            yield {
                "signup": row,
                "flag": FLAGS.get(row.left_by, ""),
                "differs": row.actual_minutes != self.session.scheduled_minutes,
                "minutes": self[f"minutes_{row.pk}"] if named else None,
                "reason": self[f"reason_{row.pk}"] if named else None,
            }

    def submit(self):
        told = self.cleaned_data
        try:
            return hours.settle_session(
                self.session,
                actor=self.user,
                minutes={row.pk: told[f"minutes_{row.pk}"] for row in self.others},
                reasons={row.pk: told[f"reason_{row.pk}"] for row in self.others},
            )
        except forms.ValidationError as error:
            show_refusal(self, error)
            return None


class MakeUpForm(forms.Form):
    """补录 of somebody of the list, or of somebody who never signed up, by the code on their card."""

    signup = forms.ModelChoiceField(
        Signup.objects.none(), label="名单里没签到的", required=False, empty_label="不在名单里，填编号"
    )
    code = CodeField(required=False)
    arrived_at = forms.TimeField(
        label="几点到", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": "请填几点到。", "invalid": "请按 09:00 的样子填。"},
    )  # fmt: skip
    left_at = forms.TimeField(
        label="几点走", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": "请填几点走。", "invalid": "请按 11:00 的样子填。"},
    )  # fmt: skip
    reason = words_field("为什么当时没有签到", 100)

    def __init__(self, *args, session, user, **kwargs):
        self.session, self.user = session, user
        starts_at, ends_at = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
        self.days = starts_at.date(), ends_at.date()
        kwargs["initial"] = {"arrived_at": starts_at.time(), "left_at": ends_at.time(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        field = self.fields["signup"]
        field.queryset = session.signups.open().filter(arrived_at=None).select_related("volunteer")
        field.label_from_instance = lambda row: f"{row.volunteer} 尾号 {row.volunteer.code[-4:]}"

    def clean(self):
        told = super().clean()
        code, signup = told.get("code"), told.get("signup")
        if "code" in self.errors or "signup" in self.errors:
            return told
        if bool(code) == bool(signup):
            self.add_error("code", "名单里选一位，或者填一个编号，两样只填一样。")
            return told
        self.volunteer = signup.volunteer if signup else Volunteer.objects.here().filter(code=code).first()
        if self.volunteer is None:
            self.add_error("code", "没有这个编号的志愿者，请核对对方的“我的名片”。")
        return told

    def submit(self):
        told = self.cleaned_data
        arrived, left = (
            timezone.make_aware(datetime.combine(day, told[name]))
            for day, name in zip(self.days, ("arrived_at", "left_at"), strict=True)
        )
        try:
            return make_ups.make_up(
                self.session, self.volunteer, arrived_at=arrived, left_at=left, reason=told["reason"], actor=self.user
            )
        except forms.ValidationError as error:
            show_refusal(self, error)
            return None


class RefuseMakeUpForm(forms.Form):
    reason = words_field("不通过的原因", 60)


class RateForm(forms.Form):
    """评价 of one service."""

    score = forms.TypedChoiceField(
        label="表现",
        coerce=int,
        choices=[(5, "5 很好"), (4, "4 好"), (3, "3 一般"), (2, "2 较差"), (1, "1 差")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选一个分数。", "invalid_choice": "请选 1 到 5 分。"},
    )
    comment = words_field("评语", 200, required=False)

    def submit(self, signup, user):
        try:
            return records.rate_service(signup, **self.cleaned_data, actor=user)
        except forms.ValidationError as error:
            show_refusal(self, error)
            return None


class CivilExportForm(ScopedFormMixin, forms.Form):
    """民政系统导出 of one community and period."""

    community = forms.ModelChoiceField(
        Community.objects.order_by("code"),
        label="社区",
        empty_label="请选择",
        error_messages={"required": "请选择社区。", "invalid_choice": "请选择您管辖范围内的社区。"},
    )
    starts_on = day_field("服务日期从")
    ends_on = day_field("到")

    def clean(self):
        told = super().clean()
        if told.get("starts_on") and told.get("ends_on") and told["ends_on"] < told["starts_on"]:
            self.add_error("ends_on", "截止日期不能早于起始日期。")
        return told


# --- On the page of an entry ------------------------------------------------------------------------------------------
class EntryAct(Act):
    @classmethod
    def is_offered(cls, entry):
        return entry.reverses_id is None and not entry.is_reversed


class CorrectHours(EntryAct):
    verb, label, icon, done = "correct", "更正时长", "edit", "已更正：原记录冲销，按新的时长重记。"
    is_quiet = False
    minutes = number_field("正确的时长（分钟）", 1, 60 * 24 * 31)
    reason = words_field("更正原因", 100)

    def act(self, **cleaned):
        return hours.correct_hours(self.subject, **cleaned, actor=self.user)


class ReverseHours(EntryAct):
    verb, label, icon, done = "reverse", "冲销", "undo", "已冲销，积分同时退回。"
    reason = words_field("冲销原因", 100)

    def act(self, reason):
        return hours.reverse_hours(self.subject, reason=reason, actor=self.user)


ENTRY_ACTS = (CorrectHours, ReverseHours)
