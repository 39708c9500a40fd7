"""What staff do on a tablet while the meeting runs: open it, lead through the agenda and the speakers, close it.

An act on one of its rows is sent the row's key, which is looked up among those of this meeting alone.
"""

from django import forms
from django.utils import timezone

from deliberations.models import AgendaItem, Attendee, Hearing, Speech
from deliberations.services.hearings import running, speeches
from govern.acts import Act

Status = Hearing.Status
STALE = "这一行已经不在了，请刷新页面。"


class OwnRowField(forms.ModelChoiceField):
    """A row of the page's meeting: `own` reads them from it."""

    def __init__(self, model, own, **kwargs):
        self.own = own
        kwargs.setdefault("widget", forms.HiddenInput)
        super().__init__(
            model.objects.none(), error_messages={"required": "请选一项。", "invalid_choice": STALE}, **kwargs
        )


class HearingAct(Act):
    """Its OwnRowFields offer the rows of the page's meeting."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, OwnRowField):
                field.queryset = field.own(self.subject)


class Open(HearingAct):
    verb, label, icon, done, is_quiet = "open", "开会", "play", "会议开始。", False
    from_statuses = frozenset({Status.ANNOUNCED})

    def act(self):
        return running.open_hearing(self.subject, actor=self.user)


class Postpone(HearingAct):
    verb, label, icon = "postpone", "人数不够，延期", "hourglass"
    done = "已记为延期，到会人数记在会议经过里。定好时间后请重新公告。"
    from_statuses = frozenset({Status.ANNOUNCED})

    @classmethod
    def is_offered(cls, hearing):
        return super().is_offered(hearing) and hearing.starts_at <= timezone.now()

    def act(self):
        return running.postpone_hearing(self.subject, actor=self.user)


class Close(HearingAct):
    verb, label, icon = "close", "散会", "flag"
    done = "已散会。会议纪要起草好了，请核对；意见要逐条答复。"
    from_statuses = frozenset({Status.OPENED})

    def act(self):
        return running.close_hearing(self.subject, actor=self.user)


class AgendaAct(HearingAct):
    from_statuses = frozenset({Status.OPENED})
    item = OwnRowField(AgendaItem, lambda hearing: hearing.agenda.all())


class StartItem(AgendaAct):
    verb, label, icon, done = "start-item", "开始", "play", "议程已开始计时。"

    def act(self, item):
        return running.start_item(item, actor=self.user)


class EndItem(AgendaAct):
    verb, label, icon, done = "end-item", "结束", "check", "议程已结束。"

    def act(self, item):
        return running.end_item(item, actor=self.user)


class PresentField(OwnRowField):
    def label_from_instance(self, attendee):
        return f"{attendee.masked_name} {attendee.phone[-4:]}（{attendee.get_role_display()}）"


def may_speak(hearing):
    there = hearing.attendees.filter(signed_in_at__isnull=False).exclude(role=Attendee.Role.OBSERVER)
    return there.order_by("role", "pk")


class Ask(HearingAct):
    verb, label, icon, done = "ask", "报名发言", "hand-stop", "已排进发言名单。"
    from_statuses = frozenset({Status.OPENED})
    attendee = PresentField(
        Attendee,
        may_speak,
        label="谁要发言",
        widget=forms.Select,
        empty_label="请选择",
        help_text="姓名只显姓，后面是手机号末四位。",
    )

    def act(self, attendee):
        return speeches.ask_to_speak(attendee, actor=self.user)


class SpeechAct(HearingAct):
    from_statuses = frozenset({Status.OPENED})
    speech = OwnRowField(Speech, lambda hearing: Speech.objects.filter(item__hearing=hearing))


class StartSpeech(SpeechAct):
    verb, label, icon, done = "start-speech", "请发言", "megaphone", "开始发言计时。"

    def act(self, speech):
        return speeches.start_speech(speech, actor=self.user)


class EndSpeech(SpeechAct):
    verb, label, icon, done = "end-speech", "发言完毕", "check", "发言已结束。"

    def act(self, speech):
        return speeches.end_speech(speech, actor=self.user)


MEETING_ACTS = (Open, Postpone, Close, StartItem, EndItem, Ask, StartSpeech, EndSpeech)
