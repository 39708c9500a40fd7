"""大党委 meetings and what comes of them: who came, minutes, resolutions, the yearly appraisal of the units."""

from django import forms
from django.utils import timezone

from govern.acts import Act
from organizations.forms.elections import day_field, words_field
from organizations.forms.leagues import PICK, long_field, moment_field, reason_field, unit_field
from organizations.models import Councillor, LeagueMeeting, Resolution
from organizations.services import league_meetings, leagues

Status = LeagueMeeting.Status


class MeetingAct(Act):
    @classmethod
    def is_offered(cls, meeting):
        return super().is_offered(meeting) and meeting.league.ended_on is None


class CouncillorChoices:
    """For fields that offer the councillors who are not here yet, `absent` on the page's row."""

    def label_from_instance(self, councillor):
        return f"{councillor.name}（{councillor.unit or councillor.title}）"


class CouncillorsField(CouncillorChoices, forms.ModelMultipleChoiceField):
    pass


class CouncillorField(CouncillorChoices, forms.ModelChoiceField):
    pass


class Register(MeetingAct):
    verb, label, icon, done, is_quiet = "register", "登记到会", "check", "已登记到会。", False
    from_statuses = frozenset({Status.PLANNED, Status.HELD})
    councillors = CouncillorsField(
        Councillor.objects.none(),
        label="到会的委员",
        widget=forms.CheckboxSelectMultiple,
        error_messages={**PICK, "required": "请勾选到会的委员。", "invalid_pk_value": "名单刚有变化，请刷新。"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        here = self.subject.attendances.came().values("councillor")
        self.fields["councillors"].queryset = league_meetings.expected(self.subject).exclude(pk__in=here)

    @classmethod
    def is_offered(cls, meeting):
        return super().is_offered(meeting) and meeting.absent_count > 0

    def act(self, councillors):
        return league_meetings.register_attendance(self.subject, councillors=councillors, actor=self.user)


class Excuse(MeetingAct):
    verb, label, icon, done = "excuse", "登记请假", "clock", "已登记请假。"
    from_statuses = frozenset({Status.PLANNED, Status.HELD})
    councillor = CouncillorField(
        Councillor.objects.none(),
        label="委员",
        empty_label="请选择",
        error_messages={**PICK, "required": "请选择委员。"},
    )
    reason = words_field("请假原因", 100)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        noted = self.subject.attendances.values("councillor")
        self.fields["councillor"].queryset = league_meetings.expected(self.subject).exclude(pk__in=noted)

    @classmethod
    def is_offered(cls, meeting):
        return super().is_offered(meeting) and meeting.absent_count > 0

    def act(self, **cleaned):
        return league_meetings.excuse(self.subject, actor=self.user, **cleaned)


class Record(MeetingAct):
    verb, label, icon, done, is_quiet = "record", "登记会议记录", "edit", "已登记会议记录，可以登记决议了。", False
    from_statuses = frozenset({Status.PLANNED})
    minutes = long_field("会议记录", 8000, 8)

    @classmethod
    def is_offered(cls, meeting):
        return super().is_offered(meeting) and meeting.starts_at <= timezone.now()

    def act(self, minutes):
        return league_meetings.record_meeting(self.subject, minutes=minutes, actor=self.user)


class Resolve(MeetingAct):
    verb, label, icon, done, is_quiet = "resolve", "登记决议", "plus", "已登记决议，责任单位联络员收到了消息。", False
    from_statuses = frozenset({Status.HELD})
    text = long_field("决议", 300, 3)
    unit = unit_field("责任单位", False, help_text="不选就是牵头党组织自己办。")
    due_on = day_field("完成时限")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = leagues.unit_choices(self.subject.league).order_by("name")

    def act(self, **cleaned):
        return league_meetings.pass_resolution(self.subject, actor=self.user, **cleaned)


class Move(MeetingAct):
    verb, label, icon, done = "move", "改期或改地点", "calendar", "已改，各单位联络员收到了消息。"
    from_statuses = frozenset({Status.PLANNED})
    starts_at = moment_field("开始时间")
    place = words_field("地点", 80)

    def __init__(self, *args, subject, **kwargs):
        kwargs.setdefault("initial", {"starts_at": subject.starts_at, "place": subject.place})
        super().__init__(*args, subject=subject, **kwargs)

    def act(self, **cleaned):
        return league_meetings.move_meeting(self.subject, actor=self.user, **cleaned)


class Cancel(MeetingAct):
    verb, label, icon, done = "cancel", "取消会议", "circle-x", "已取消，各单位联络员收到了消息。"
    from_statuses = frozenset({Status.PLANNED})
    reason = reason_field()

    def act(self, reason):
        return league_meetings.cancel_meeting(self.subject, reason=reason, actor=self.user)


MEETING_ACTS = (Register, Record, Resolve, Excuse, Move, Cancel)


# --- A resolution -----------------------------------------------------------------------------------------------------
class ResolutionAct(MeetingAct):
    from_statuses = frozenset({Resolution.Status.OPEN})


class Finish(ResolutionAct):
    verb, label, icon, done, is_quiet = "finish", "办结", "check", "已办结。", False
    closed_on = day_field("办结日期", initial=timezone.localdate)
    outcome = long_field("办理结果", 300, 3)

    def act(self, **cleaned):
        return league_meetings.finish_resolution(self.subject, actor=self.user, **cleaned)


class Drop(ResolutionAct):
    verb, label, icon, done = "drop", "不再办理", "x", "已记为不再办理。"
    reason = reason_field()

    def act(self, reason):
        return league_meetings.drop_resolution(self.subject, reason=reason, actor=self.user)


RESOLUTION_ACTS = (Finish, Drop)
