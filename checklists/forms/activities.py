"""活动: the plan, as staff and units write it, and 下一步: what can be done with it."""

from django import forms
from django.utils import timezone

from checklists.forms.acts import Act, note_field
from checklists.forms.fields import WordsField, show_refusal
from checklists.models import Activity, Enrolment, Resource
from checklists.services import activities
from grids.models import Community
from organizations.forms.photos import PhotosField
from organizations.models import Unit

Status = Activity.Status
CONSENT = "照片里的人都同意公开"
PLAN_FIELDS = ["name", "kind", "starts_at", "ends_at", "place", "leader", "plan", "seats", "enrolment_closes_at"]


class ActivityForm(forms.ModelForm):
    """The plan in the workplace; the turn and the agreement follow from the day and the unit."""

    class Meta:
        model = Activity
        fields = ["community", *PLAN_FIELDS, "is_public", "unit", "joint_units", "needs", "resources"]
        help_texts = {
            "unit": "不选就是当期的轮值单位；没有轮值表就由社区自己办。",
            "enrolment_closes_at": "不填就到活动开始为止。",
            "is_public": "不勾选时，居民看不到，也不能报名。",
        }
        error_messages = {
            "name": {"required": "请写活动名称。"},
            "place": {"required": "请写活动地点。"},
            "starts_at": {"required": "请填开始时间。", "invalid": "请填日期和时间，如 2026-12-01 09:00。"},
            "ends_at": {"required": "请填结束时间。", "invalid": "请填日期和时间，如 2026-12-01 11:00。"},
            "community": {"required": "请选择社区。"},
        }

    def clean(self):
        cleaned = super().clean()
        for name, value in cleaned.items():
            if name in ("starts_at", "ends_at", "enrolment_closes_at"):
                setattr(self.instance, name, value)
        try:
            activities.check(self.instance)
        except forms.ValidationError as error:
            show_refusal(self, error)
        return cleaned


class LocalTimeInput(forms.DateTimeInput):
    def __init__(self):
        super().__init__(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class UnitActivityForm(ActivityForm):
    """The same on a unit's phone: for one of the units that `user` answers for."""

    class Meta(ActivityForm.Meta):
        fields = ["unit", "community", *PLAN_FIELDS]
        widgets = {"starts_at": LocalTimeInput(), "ends_at": LocalTimeInput(), "enrolment_closes_at": LocalTimeInput()}
        labels = {"unit": "哪个单位牵头"}
        help_texts = {**ActivityForm.Meta.help_texts, "unit": ""}

    def __init__(self, *args, user, **kwargs):
        self.user = user
        super().__init__(*args, use_required_attribute=False, **kwargs)
        units = Unit.objects.of_liaison(user, "checklists.change_activity")
        if self.instance.pk:
            del self.fields["unit"], self.fields["community"]
            return
        places = Community.objects.none()
        for unit in units:
            places |= activities.communities_of(unit)
        for name, rows in (("unit", units), ("community", places.distinct())):
            field = self.fields[name]
            field.queryset, field.required = rows, True
            if rows.count() == 1:
                field.initial, field.empty_label = rows.get(), None

    def submit(self):
        """The activity, planned or changed; None when the service refuses, with its words among the form's errors."""
        try:
            if self.instance.pk:
                changed = {name: self.cleaned_data[name] for name in self.changed_data}
                return activities.change_activity(self.instance, actor=self.user, **changed)
            return activities.plan_activity(self.instance, actor=self.user)
        except forms.ValidationError as error:
            show_refusal(self, error)
            return None


class Announce(Act):
    verb, label, icon, is_quiet = "announce", "发布", "megaphone", False
    from_statuses = frozenset({Status.PLANNED})

    @classmethod
    def is_offered(cls, activity):
        return super().is_offered(activity) and activity.ends_at > timezone.now()

    def act(self):
        return activities.announce(self.subject, actor=self.user)


class Hold(Act):
    verb, label, icon, is_quiet = "hold", "登记举办", "check", False
    from_statuses = frozenset({Status.PLANNED, Status.ANNOUNCED})
    reached_count = forms.IntegerField(
        label="参加人数",
        min_value=0,
        max_value=99999,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": "请填参加人数。", "invalid": "请填数字。", "min_value": "人数不能是负数。"},
    )
    photos = PhotosField(label="照片", required=False)
    are_public = forms.BooleanField(label=CONSENT, required=False, help_text="勾选后居民能看到这些照片。")

    @classmethod
    def is_offered(cls, activity):
        return super().is_offered(activity) and activity.starts_at <= timezone.now()

    def act(self, **cleaned):
        return activities.hold(self.subject, actor=self.user, **cleaned)


class Conclude(Act):
    verb, label, icon, is_quiet = "conclude", "写总结", "edit", False
    from_statuses = frozenset({Status.HELD})
    summary = WordsField(
        label="活动总结",
        max_length=2000,
        rows=5,
        help_text="办了什么、来了多少人、反响怎样。公开的活动居民会看到。",
        error_messages={"required": "请写几句活动总结。"},
    )
    photos = PhotosField(label="照片", required=False)
    are_public = forms.BooleanField(label=CONSENT, required=False, help_text="勾选后居民能看到这些照片。")

    def act(self, **cleaned):
        return activities.conclude(self.subject, actor=self.user, **cleaned)


class AddPhotos(Act):
    verb, label, icon = "add-photos", "补传照片", "photo"
    from_statuses = frozenset({Status.HELD, Status.CONCLUDED})
    photos = PhotosField(label="照片", error_messages={"required": "请选择照片。"})
    are_public = forms.BooleanField(label=CONSENT, required=False, help_text="勾选后居民能看到这些照片。")

    def act(self, **cleaned):
        return activities.add_photos(self.subject, actor=self.user, **cleaned)


class Unannounce(Act):
    verb, label, icon = "unannounce", "撤下", "undo"
    from_statuses = frozenset({Status.ANNOUNCED})
    note = note_field("撤下的原因")

    def act(self, note):
        return activities.unannounce(self.subject, actor=self.user, note=note)


class Cancel(Act):
    verb, label, icon = "cancel", "取消活动", "circle-x"
    from_statuses = frozenset({Status.PLANNED, Status.ANNOUNCED})
    reason = WordsField(
        label="取消的原因",
        max_length=200,
        rows=2,
        help_text="报了名的居民会看到。",
        error_messages={"required": "请写明取消的原因，报了名的居民会看到。"},
    )

    def act(self, reason):
        return activities.cancel(self.subject, actor=self.user, reason=reason)


class VenueAct(Act):
    """Of one venue, for every half day that the activity lasts."""

    from_statuses = frozenset({Status.PLANNED, Status.ANNOUNCED})

    venues_of = None  # the venues of an activity that there are to choose from

    @classmethod
    def is_offered(cls, activity):
        return super().is_offered(activity) and activity.ends_at > timezone.now()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["resource"].queryset = self.venues_of(self.subject).select_related("unit")


def venue_field(label, **kwargs):
    messages = {"required": "请选择场地。", "invalid_choice": "这处场地刚有变动，请另选。"}
    return forms.ModelChoiceField(
        Resource.objects.none(), label=label, empty_label="请选择", error_messages=messages, **kwargs
    )


class BookVenue(VenueAct):
    verb, label, icon = "book-venue", "预约场地", "calendar-event"
    done = "已预约。别人这段时间不能再约这处场地。"
    resource = venue_field("场地", help_text="按活动时间预约，半天起算；改了活动时间，预约跟着改，取消活动就自动退还。")

    venues_of = staticmethod(activities.free_venues)

    @classmethod
    def is_offered(cls, activity):
        return super().is_offered(activity) and Resource.objects.venues_for(activity.community).exists()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.fields["resource"].queryset.exists():
            self.fields["resource"].help_text = "活动这段时间没有空着的场地，改个时间再约。"

    def act(self, resource):
        return activities.book_venue(self.subject, resource=resource, actor=self.user)


class FreeVenue(VenueAct):
    verb, label, icon, done = "free-venue", "退还场地", "undo", "已退还，别人可以约了。"
    resource = venue_field("退还哪一处")

    @staticmethod
    def venues_of(activity):
        return Resource.objects.filter(bookings__activity=activity).distinct()

    @classmethod
    def is_offered(cls, activity):
        return super().is_offered(activity) and activity.bookings.exists()

    def act(self, resource):
        return activities.free_venue(self.subject, resource=resource, actor=self.user)


class CheckAttendance(Act):
    """The ticks beside the names: whoever is not ticked stayed away."""

    verb, label, icon = "check-attendance", "保存到场情况", "list-check"
    from_statuses = frozenset({Status.HELD, Status.CONCLUDED})
    attended = forms.ModelMultipleChoiceField(
        Enrolment.objects.none(),
        label="到场",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "名单刚有变化，请刷新后再勾。"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["attended"].queryset = self.subject.enrolments.standing()

    def act(self, attended):
        return activities.check_attendance(self.subject, actor=self.user, attended=attended)


STEPS = (Announce, Hold, Conclude, BookVenue, FreeVenue, AddPhotos, Unannounce, Cancel, CheckAttendance)


def steps_of(activity, user, bound=None):
    """[form] of what may be done now; the `bound` one as it came back, with its errors."""
    forms_now = [
        bound if isinstance(bound, step) else step(subject=activity, user=user)
        for step in STEPS
        if step.is_offered(activity)
    ]
    return forms_now if bound is None or bound in forms_now else [bound, *forms_now]
