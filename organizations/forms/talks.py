"""谈心谈话: the sheet that writes one down, and what is done to it on its page."""

from django import forms
from django.core.exceptions import ValidationError

from govern.acts import Act
from organizations.forms.elections import day_field
from organizations.forms.leagues import choice_field, long_field, reason_field
from organizations.models import Talk
from organizations.services import talks

MEMBER = {"invalid_choice": "请选择管辖范围内在册的党员。"}


class TalkForm(forms.ModelForm):
    actor = None  # set on the class that the admin makes for one request

    class Meta:
        model = Talk
        fields = ["organization", "kind", "held_on", "talker", "talker_name", "partner", "partner_name", "content"]
        error_messages = {
            "organization": {"required": "请选择党支部。", "invalid_choice": "请选择管辖范围内在用的党支部。"},
            "kind": {"required": "请选择类型。"},
            "held_on": {"required": "请填谈话日期。", "invalid": "请填日期，如 2026-11-20。"},
            "talker": MEMBER,
            "partner": MEMBER,
            "content": {"required": "请写谈话要点。", "max_length": "最多写 %(limit_value)d 个字。"},
        }

    def _post_clean(self):
        if self.errors:
            return
        try:
            self.instance = talks.record_talk(Talk(**self.cleaned_data), actor=self.actor)
        except ValidationError as error:
            named = hasattr(error, "error_dict") and set(error.error_dict) <= set(self.fields)
            self.add_error(None, error if named else ValidationError(error.messages))


class TalkAct(Act):
    @classmethod
    def is_offered(cls, talk):
        return True


class Correct(TalkAct):
    verb, label, icon, done = "correct", "更正", "edit", "已更正。"
    kind = choice_field("类型", Talk.Kind.choices)
    held_on = day_field("谈话日期")
    content = long_field("谈话要点", 1000, 6)

    def __init__(self, *args, subject, **kwargs):
        kwargs.setdefault("initial", {name: getattr(subject, name) for name in ("kind", "held_on", "content")})
        super().__init__(*args, subject=subject, **kwargs)

    def act(self, **cleaned):
        return talks.correct_talk(self.subject, actor=self.user, **cleaned)


class Strike(TalkAct):
    verb, label, icon, done = "strike", "撤销登记", "x", "已撤销这条登记，原因留在审计里。"
    reason = reason_field()

    def act(self, reason):
        return talks.strike_talk(self.subject, reason=reason, actor=self.user)


TALK_ACTS = (Correct, Strike)
