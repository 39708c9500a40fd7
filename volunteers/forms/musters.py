"""集结: called on the page of a team, answered by one tap, ended."""

from datetime import timedelta

from django import forms
from django.utils import timezone

from govern.acts import Act
from organizations.forms.elections import number_field, words_field
from organizations.forms.leagues import long_field, moment_field
from volunteers.forms.teams import TeamAct
from volunteers.models import MusterAnswer
from volunteers.services import musters

SOON = timedelta(minutes=30)


def soon():
    """In half an hour, on a full five minutes."""
    at = timezone.localtime() + SOON
    return at.replace(minute=at.minute - at.minute % 5, second=0, microsecond=0)


class CallMuster(TeamAct):
    verb, label, icon, is_quiet = "muster", "发起集结", "megaphone", False
    done = "已通知全体队员，下面是答复，几秒更新一次。"
    text = long_field("做什么", 200, 2, help_text="如：3 号楼前积水，带铁锹和雨靴。")
    place = words_field("集合地点", 80)
    meet_at = moment_field("集合时间", initial=soon)
    wanted_count = number_field("需要几人", 1, 500, initial=10)

    def act(self, **cleaned):
        return musters.call_muster(self.subject, actor=self.user, **cleaned)


class EndMuster(Act):
    verb, label, icon, done = "end", "结束集结", "check", "集结已结束，不再收答复。"
    is_quiet = False

    @classmethod
    def is_offered(cls, muster):
        return muster.is_running(timezone.now())

    def act(self):
        return musters.end_muster(self.subject, actor=self.user)


class AnswerForm(forms.Form):
    """One tap: the button is the answer."""

    answer = forms.ChoiceField(
        choices=MusterAnswer.Answer.choices,
        error_messages={"required": "请选能到、晚点到或来不了。", "invalid_choice": "请选能到、晚点到或来不了。"},
    )
    words = words_field("说明", 60, required=False, help_text="如：晚十分钟，带水泵。")
