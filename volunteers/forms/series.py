"""活动系列: written in a form, with a preview of how many sessions follow; what else is done is an act."""

from django import forms
from django.utils import timezone

from govern.acts import Act
from organizations.forms.elections import day_field, words_field
from organizations.forms.organizations import ServiceFormMixin
from volunteers.forms.sessions import ASKED, COUNTED, TERMS_MESSAGES, TERMS_WIDGETS, WHAT
from volunteers.models import Series
from volunteers.services import series as services

WHEN = ["weekday", "starts_at", "ends_at", "place", "starts_on", "ends_on", "skips_holidays"]


class SeriesForm(ServiceFormMixin, forms.ModelForm):
    out_of_reach = "请选择您管辖范围内的社区。"
    includes_taken = forms.BooleanField(label="有人报名的场次也一起改", required=False)

    class Meta:
        model = Series
        fields = [*WHAT, *WHEN, "seats", "team", "target_groups", *ASKED, *COUNTED]
        widgets = TERMS_WIDGETS
        error_messages = TERMS_MESSAGES

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            del self.fields["includes_taken"]
            return
        free, taken = (rows.count() for rows in services.coming(self.instance, timezone.now()))
        told = "勾选后这些场次也改，报名的人会收到消息；不勾选就不动。" if taken else ""
        self.fields[
            "includes_taken"
        ].help_text = f"保存后，没人报名的 {free} 场跟着改；有人报名的有 {taken} 场。{told}已经开始的场次都不变。"

    def write(self, cleaned):
        skills = cleaned.pop("skills", ())
        if not self.instance.pk:
            return services.start_series(Series(**cleaned), skills=skills, actor=self.actor)
        includes_taken = cleaned.pop("includes_taken")
        changed = {name: value for name, value in cleaned.items() if name in self.changed_data}
        if "skills" in self.changed_data:
            changed["skills"] = skills
        return services.change_series(self.instance, includes_taken=includes_taken, actor=self.actor, **changed)


class SeriesAct(Act):
    @classmethod
    def is_offered(cls, series):
        return series.is_active


class ExceptDay(SeriesAct):
    verb, label, icon, done, is_quiet = "except", "停办或改期一天", "calendar", "已登记，报名的人都收到了消息。", False
    day = day_field("哪一天")
    moved_to = day_field("改到", required=False, help_text="不填就是停办。")
    reason = words_field("原因", 60, help_text="报名的人会看到。")

    def act(self, **cleaned):
        return services.except_day(self.subject, actor=self.user, **cleaned)


class End(SeriesAct):
    verb, label, icon, done = "end", "停办这个系列", "circle-x", "已停办，没办的场次都取消了，报名的人收到了消息。"
    reason = words_field("停办原因", 80, help_text="报名的人会看到。")

    def act(self, reason):
        return services.end_series(self.subject, reason=reason, actor=self.user)


SERIES_ACTS = (ExceptDay, End)
