"""What whoever claims a need fills in: how they mean to help, that it is done, why they cannot."""

from django import forms
from django.utils import timezone

from accounts.fields import WordsField
from checklists.models import Claim, Need
from checklists.services import claims
from govern.acts import Act
from organizations.forms.photos import PhotosField
from organizations.parameters import parameter

Status = Claim.Status
SELF = "self"


def plan_field():
    return WordsField(
        label="打算怎么帮",
        max_length=300,
        help_text="一两句话：谁去、什么时候、做什么。",
        error_messages={"required": "请写一句打算怎么帮、什么时候。"},
    )


def due_field():
    return forms.DateField(
        label="最晚哪天办好",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "请选择最晚哪天办好。", "invalid": "请填写日期，如 2026-12-01。"},
    )


class ClaimForm(forms.Form):
    """认领 by oneself, or for one of the teams of that community that one leads."""

    helper = forms.ChoiceField(label="谁来帮", widget=forms.RadioSelect, error_messages={"required": "请选择谁来帮。"})
    plan = plan_field()
    due_on = due_field()

    def __init__(self, *args, appeal, volunteer, **kwargs):
        super().__init__(*args, **kwargs)
        self.need = appeal.need
        here = {"community": self.need.community_id}
        self.helpers = {SELF: volunteer} if volunteer.community_id == self.need.community_id else {}
        self.helpers |= {str(team.pk): team for team in volunteer.led_teams.standing().filter(**here)}
        self.fields["helper"].choices = [
            (key, "我自己" if key == SELF else row.name) for key, row in self.helpers.items()
        ]
        if len(self.helpers) == 1:
            self.fields["helper"].widget = forms.HiddenInput()
        self.fields["helper"].initial = next(iter(self.helpers), None)
        offer_days(self.fields["due_on"])

    def run(self, actor):
        cleaned = dict(self.cleaned_data)
        return claims.claim(self.need, self.helpers[cleaned.pop("helper")], actor=actor, **cleaned)


def offer_days(field):
    latest = claims.last_day()
    field.initial = latest
    field.widget.attrs |= {"min": timezone.localdate().isoformat(), "max": latest.isoformat()}


class ClaimAct(Act):
    """An act of whoever speaks for the claim. `title` heads its page; one without fields is a button alone."""

    title = lead = ""
    need_statuses = frozenset(Need.Status)

    @classmethod
    def is_offered(cls, row):
        return row.status in cls.from_statuses and row.need.status in cls.need_statuses


class Agree(ClaimAct):
    verb, label, icon, is_quiet = "agree", "我来帮", "check", False
    title, lead = "我来帮", "写好以后，就能看到居民的情况和联系方式。"
    done = "谢谢您。请先联系居民，约好时间。"
    from_statuses = frozenset({Status.OFFERED})
    plan = plan_field()
    due_on = due_field()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        offer_days(self.fields["due_on"])

    def act(self, **cleaned):
        return claims.agree(self.subject, actor=self.user, **cleaned)


class Start(ClaimAct):
    verb, label, done = "start", "我去帮了", "居民能看到您正在帮。办好以后请点“办好了”，写一句结果，传一张照片。"
    from_statuses = frozenset({Status.APPROVED})
    need_statuses = frozenset({Need.Status.TAKEN})

    def act(self):
        return claims.start(self.subject, actor=self.user)


class Fulfil(ClaimAct):
    verb, label, icon, is_quiet = "fulfil", "办好了", "circle-check", False
    title, lead = "办好了，写一句结果", "居民会看到，也会给您评价。"
    done = "已记下，谢谢您。居民评价以后，会显示在这里。"
    from_statuses = frozenset({Status.APPROVED})
    need_statuses = frozenset({Need.Status.TAKEN, Need.Status.IN_SERVICE})
    note = WordsField(
        label="办理结果",
        help_text="一两句话：做了什么，结果怎样。",
        error_messages={"required": "请写一句办理结果，居民会看到。"},
    )
    photos = PhotosField(
        label="办好后的照片",
        help_text="至少一张。请不要拍到居民的脸和门牌。",
        error_messages={"required": "请传至少一张办好后的照片。"},
    )

    def act(self, **cleaned):
        return claims.fulfil(self.subject, actor=self.user, **cleaned)


class Extend(ClaimAct):
    verb, label, title = "extend", "要晚几天", "要晚几天"
    done = "已延期，社区能看到原因。"
    from_statuses = frozenset({Status.APPROVED})
    reason = WordsField(label="为什么要延期", max_length=200, error_messages={"required": "请写一句为什么要延期。"})

    @classmethod
    def is_offered(cls, row):
        return super().is_offered(row) and row.extensions_count < parameter("claim_extensions")

    @property
    def lead(self):
        return f"可以晚 {parameter('claim_extension_days'):.0f} 天。请先和居民说一声。"

    def act(self, reason):
        return claims.extend(self.subject, actor=self.user, reason=reason)


class Decline(ClaimAct):
    verb, label, title = "decline", "不能帮", "这件事我不能帮"
    lead, done = "帮忙是自愿的，不能帮没有关系。社区会另找人。", "已告诉社区，社区会另找人。"
    from_statuses = frozenset({Status.OFFERED})
    reason = WordsField(label="原因", max_length=200, error_messages={"required": "请写一句不能帮的原因。"})

    def act(self, reason):
        return claims.decline(self.subject, actor=self.user, reason=reason)


class GiveUp(ClaimAct):
    verb, label, title = "give-up", "办不了，退回", "办不了，退回社区"
    lead, done = "退回以后，您不再看得到居民的情况，社区会另找人。", "已退回，社区会另找人。谢谢您早说一声。"
    from_statuses = frozenset({Status.CLAIMED, Status.APPROVED})
    reason = WordsField(
        label="原因", max_length=200, error_messages={"required": "请写一句办不了的原因，社区好另找人。"}
    )

    def act(self, reason):
        return claims.give_up(self.subject, actor=self.user, reason=reason)


ACTS = (Agree, Fulfil, Start, Extend, Decline, GiveUp)


def acts_for(row):
    return [act for act in ACTS if act.is_offered(row)]
