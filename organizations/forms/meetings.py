"""组织生活: its plan, what is done to it on its page, and signing in on a phone."""

from django import forms
from django.core.exceptions import ValidationError

from govern.acts import Act, FieldForEach
from organizations.forms.photos import PhotosField
from organizations.models import Attendance, Meeting, MeetingPhoto, MemberGrade, PartyMember
from organizations.services import attendances, meetings
from organizations.services.gradings import grade_members

Status, Way = Meeting.Status, Attendance.Way
PLAN = ("topic", "place", "host", "starts_at", "ends_at")
REFRESH = "名单刚有变化，请刷新后再登记。"


class MeetingForm(forms.ModelForm):
    """登记计划."""

    actor = None  # set on the class that the admin makes for one request

    class Meta:
        model = Meeting
        fields = ["organization", "kind", *PLAN]
        error_messages = {
            "organization": {"required": "请选择党组织。", "invalid_choice": "请选择管辖范围内在用的党组织。"},
            "kind": {"required": "请选择类型。"},
            "topic": {"required": "请写主题。"},
            "place": {"required": "请写地点。"},
            "host": {"required": "请写主持人。"},
            "starts_at": {"required": "请填开始时间。", "invalid": "请填日期和时间，如 2026-12-01 09:00。"},
            "ends_at": {"required": "请填结束时间。", "invalid": "请填日期和时间，如 2026-12-01 11:00。"},
        }
        help_texts = {"organization": "党小组会选党小组，其他选党支部；社区党委、党总支可以办党课和主题党日。"}

    def _post_clean(self):
        if self.errors:
            return
        try:
            self.instance = meetings.plan_meeting(Meeting(**self.cleaned_data), actor=self.actor)
        except ValidationError as error:
            named = hasattr(error, "error_dict") and set(error.error_dict) <= set(self.fields)
            self.add_error(None, error if named else ValidationError(error.messages))


# --- On its page ------------------------------------------------------------------------------------------------------
def minutes_field():
    return forms.CharField(
        label="会议记录",
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="议题、发言要点、决定和表决结果。",
        error_messages={"required": "请写会议记录。", "max_length": "最多写 %(limit_value)d 个字。"},
    )


class Hold(Act):
    verb, label, icon, done, is_quiet = "hold", "登记召开", "list-check", "已登记召开，应到人数已记下。", False
    from_statuses = frozenset({Status.PLANNED})
    minutes = minutes_field()

    def act(self, minutes):
        return meetings.hold_meeting(self.subject, minutes=minutes, actor=self.user)


class Correct(Act):
    verb, label, icon, done = "correct", "更正会议记录", "edit", "已更正，原来的记录留在审计里。"
    from_statuses = frozenset({Status.HELD})
    minutes = minutes_field()

    def __init__(self, *args, subject, **kwargs):
        kwargs.setdefault("initial", {"minutes": subject.minutes})
        super().__init__(*args, subject=subject, **kwargs)

    def act(self, minutes):
        return meetings.correct_minutes(self.subject, minutes=minutes, actor=self.user)


class MembersField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, member):
        return f"{member.name}（{member.masked_phone}）" if member.phone else member.name


class Mark(Act):
    """Those who have no mark yet, or the other one."""

    way = None
    from_statuses = frozenset({Status.PLANNED, Status.HELD})
    members = MembersField(
        PartyMember.objects.none(),
        label="党员",
        error_messages={"required": "请选择党员。", "invalid_choice": REFRESH, "invalid_pk_value": REFRESH},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        done = {Way.LEAVE: Way.values}.get(self.way, (Way.QR, Way.DOOR))
        marked = self.subject.attendances.filter(way__in=done).values("member")
        expected = meetings.members_of(self.subject)
        # What was sent may have been marked since by somebody else: the service lets it be.
        rows = expected if self.is_bound else expected.exclude(pk__in=marked)
        self.fields["members"].queryset = rows.order_by("name", "pk")

    def act(self, members, reason=""):
        return attendances.mark_attendance(self.subject, members=members, way=self.way, reason=reason, actor=self.user)


class Admit(Mark):
    verb, label, icon, done, way = "admit", "登记到会", "users", "已登记到会。", Way.DOOR


class Excuse(Mark):
    verb, label, icon, done, way = "excuse", "登记请假", "calendar", "已登记请假。", Way.LEAVE
    reason = forms.CharField(
        label="请假原因",
        max_length=100,
        error_messages={"required": "请写请假的原因。", "max_length": "最多写 %(limit_value)d 个字。"},
    )


class Strike(Act):
    """A button beside the name."""

    verb, label, icon, done = "strike", "撤销登记", "x", "已撤销这名党员的登记。"
    from_statuses = Mark.from_statuses
    attendance = forms.ModelChoiceField(
        Attendance.objects.none(),
        widget=forms.HiddenInput,
        error_messages={"required": REFRESH, "invalid_choice": REFRESH},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["attendance"].queryset = self.subject.attendances.all()

    def act(self, attendance):
        return attendances.strike_attendance(self.subject, attendance=attendance, actor=self.user)


class MeetingPhotosField(PhotosField):
    limit_key = "meeting_photo_max_count"


class AddPhotos(Act):
    verb, label, icon, done = "photos", "上传照片", "camera", "照片已传上。"
    from_statuses = frozenset({Status.PLANNED, Status.HELD})
    photos = MeetingPhotosField(label="照片", error_messages={"required": "请选择照片。"})
    are_public = forms.BooleanField(label="照片里的人都同意公开", required=False)

    def act(self, **cleaned):
        return meetings.add_photos(self.subject, actor=self.user, **cleaned)


class PhotoField(forms.ModelChoiceField):
    """Named by its place, as below the picture."""

    def label_from_instance(self, photo):
        return f"照片 {self.places[photo.pk]}（{'可公开' if photo.is_public else '不公开'}）"


class RemovePhoto(Act):
    verb, label, icon, done = "unphoto", "删除照片", "trash", "照片已删除，原因记在经过里。"
    photo = PhotoField(
        MeetingPhoto.objects.none(),
        label="哪一张",
        empty_label="请选择",
        error_messages={"required": "请选择照片。", "invalid_choice": "这张照片已经删除，请刷新。"},
    )
    reason = forms.CharField(
        label="删除原因",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请写明删除的原因。", "max_length": "最多写 %(limit_value)d 个字。"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field, rows = self.fields["photo"], self.subject.photos.all()
        field.places = {row.pk: number for number, row in enumerate(rows, start=1)}
        field.queryset = rows

    @classmethod
    def is_offered(cls, meeting):
        return meeting.photos.exists()

    def act(self, **cleaned):
        return meetings.remove_photo(self.subject, actor=self.user, **cleaned)


class LocalTimeInput(forms.DateTimeInput):
    def __init__(self):
        super().__init__(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


def plan_fields():
    times = {"starts_at": LocalTimeInput(), "ends_at": LocalTimeInput()}
    return forms.fields_for_model(Meeting, PLAN, widgets=times, error_messages=MeetingForm.Meta.error_messages)


class Change(Act):
    verb, label, icon, done = "change", "更改计划", "edit", "已保存，改动记在经过里。"
    from_statuses = frozenset({Status.PLANNED})

    def __init__(self, *args, subject, **kwargs):
        kwargs.setdefault("initial", {name: getattr(subject, name) for name in PLAN})
        super().__init__(*args, subject=subject, **kwargs)
        self.fields.update(plan_fields())

    def act(self, **cleaned):
        return meetings.change_meeting(self.subject, actor=self.user, **cleaned)


class Cancel(Act):
    verb, label, icon, done = "cancel", "取消", "circle-x", "已取消，原因记在经过里。"
    from_statuses = frozenset({Status.PLANNED})
    reason = forms.CharField(
        label="取消原因",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请写明取消的原因。", "max_length": "最多写 %(limit_value)d 个字。"},
    )

    def act(self, reason):
        return meetings.cancel_meeting(self.subject, reason=reason, actor=self.user)


class GradeMembers(FieldForEach, Act):
    verb, label, icon, done = "grade", "登记评议等次", "list-check", "评议等次已登记。"
    from_statuses = frozenset({Status.HELD})
    prefix_of_field = "grade"

    @classmethod
    def is_offered(cls, meeting):
        return super().is_offered(meeting) and meeting.kind == Meeting.Kind.REVIEW

    def rows(self):
        self.known = dict(self.subject.grades.values_list("member", "grade"))
        return meetings.members_of(self.subject).order_by("name", "pk")

    def field_of(self, member):
        return forms.ChoiceField(
            label=member.name,
            required=False,
            initial=self.known.get(member.pk, ""),
            choices=[("", "未评"), *MemberGrade.Grade.choices],
            error_messages={"invalid_choice": "请选择评议等次。"},
        )

    def act(self, **cleaned):
        return grade_members(self.subject, grades=self.of_each(cleaned), actor=self.user)


MEETING_ACTS = (Hold, GradeMembers, Admit, Excuse, AddPhotos, RemovePhoto, Change, Correct, Cancel, Strike)


# --- On a phone, without an account -----------------------------------------------------------------------------------
class SignInForm(forms.Form):
    name = forms.CharField(
        label="姓名",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "请填姓名。", "max_length": "最多写 %(limit_value)d 个字。"},
    )
    digits = forms.RegexField(
        r"^[0-9]{4}$",
        label="手机号最后四位",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": "4"}),
        error_messages={"required": "请填手机号最后四位。", "invalid": "请填 4 位数字。"},
    )
