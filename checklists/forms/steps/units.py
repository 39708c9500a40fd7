"""What passes between the community and the units: dispatched, taken back, open to grab, a half day booked."""

from django import forms
from django.core.validators import RegexValidator

from checklists.forms.acts import note_field
from checklists.forms.bookings import SlotField
from checklists.forms.steps.step import Step
from checklists.models import Dispatch, Need, Resource
from checklists.services import bookings, dispatches, grabs, needs
from govern.views import number

Status = Need.Status
OFFERED = 80


class DispatchTo(Step):
    verb, label, icon, is_quiet = "dispatch", "派单", "send", False
    from_statuses = frozenset({Status.ACCEPTED})
    resource = forms.ModelChoiceField(
        Resource.objects.none(), label="资源", error_messages={"invalid_choice": "这项资源不在可选范围，请刷新后另选。"}
    )
    note = note_field("给单位的话")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # What serves the need's community may belong to another one: the resource's reach opens it, not the clerk's.
        rows = (
            Resource.objects.open().serving(self.need.community).select_related("unit").order_by("unit__name", "name")
        )
        self.fields["resource"].queryset = rows
        chosen = number(self.data.get(self.add_prefix("resource"))) if self.is_bound else None
        self.fields["resource"].choices = [("", "请选择"), *_by_fitness(rows, self.need.category_id, chosen)]

    def act(self, resource, note):
        return dispatches.dispatch(self.need, resource, actor=self.user, note=note)


def _by_fitness(rows, category, chosen):
    """Groups of options, what serves `category` first, and no more than anybody looks through: a city has thousands."""
    offered = {}
    for label, group in (
        ("已选的资源", rows.filter(pk=chosen) if chosen else rows.none()),
        ("同类资源", rows.filter(category=category)),
        ("也能服务这一类", rows.filter(other_categories=category)),
        ("其他资源", rows),
    ):
        left = OFFERED - len(offered)
        options = {row.pk: str(row) for row in group.exclude(pk__in=list(offered))[:left]} if left else {}
        offered |= options
        if options:
            yield label, list(options.items())


class Recall(Step):
    verb, label, icon = "recall", "收回派单", "undo"
    from_statuses = frozenset({Status.DISPATCHED, Status.TAKEN, Status.IN_SERVICE})
    note = note_field("收回的原因", required=True)

    @classmethod
    def is_offered(cls, need):
        return super().is_offered(need) and need.dispatches.open().exists()

    def act(self, note):
        row = Dispatch.objects.open().filter(need=self.need).first()
        if row is None:
            raise needs.stale(self.need)
        return dispatches.recall(row, actor=self.user, note=note)


class OpenToGrab(Step):
    verb, label, icon, done = "open-grab", "开放抢单", "megaphone", "已开放抢单，能办的单位会收到消息，先抢先得。"
    from_statuses = frozenset({Status.ACCEPTED})
    note = forms.CharField(
        label="给各单位看的说明",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        validators=[RegexValidator(r"1\d{10}", "请不要写手机号，抢到的单位会看到联系方式。", inverse_match=True)],
        error_messages={"required": "请写一句给单位看的说明。"},
        help_text="一句话说清要做什么。不写居民姓名、电话和门牌：没抢到的单位也看得到。",
    )

    @classmethod
    def is_offered(cls, need):
        return super().is_offered(need) and not need.is_grabbable

    def act(self, note):
        return grabs.open_to_grab(self.need, actor=self.user, note=note)


class StopGrab(Step):
    verb, label, icon, done = "stop-grab", "停止抢单", "hand-stop", "已停止抢单，可以派单了。"
    from_statuses = frozenset({Status.ACCEPTED})

    @classmethod
    def is_offered(cls, need):
        return super().is_offered(need) and need.is_grabbable

    def act(self):
        return grabs.stop_grab(self.need, actor=self.user)


class BookHalfDay(Step):
    """A half day of the venue that the need was dispatched to."""

    verb, label, icon, done = "book", "约定场地时间", "calendar-event", "已约定场地时间，这半天留给这件事。"
    from_statuses = frozenset({Status.DISPATCHED, Status.TAKEN, Status.IN_SERVICE})
    slot = SlotField(label="哪半天")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.row = self.venue_dispatch(self.need)
        if self.row is not None:
            self.fields["slot"].offer(self.row.resource)

    @staticmethod
    def venue_dispatch(need):
        venues = need.dispatches.open().filter(resource__kind=Resource.Kind.VENUE)
        return venues.select_related("resource").first()

    @classmethod
    def is_offered(cls, need):
        return super().is_offered(need) and cls.venue_dispatch(need) is not None

    def act(self, slot):
        return bookings.book(self.row.resource, *slot, actor=self.user, dispatch=self.row)
