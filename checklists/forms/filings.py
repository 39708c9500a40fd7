from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from checklists.forms.addresses import AddressedMixin
from checklists.forms.fields import TOO_LONG, plain, show_refusal
from checklists.forms.needs import NeedForm
from checklists.models import Category, Need
from govern.scoping import ScopedFormMixin
from grids.models import Building, Community

ON_BEHALF = [
    (channel.value, channel.label) for channel in Need.Channel if channel not in (Need.Channel.WEB, Need.Channel.SCAN)
]


class PlaceField(forms.ModelChoiceField):
    def label_from_instance(self, row):
        return f"{row.quarter.community} · {row}"


class FilingForm(AddressedMixin, ScopedFormMixin, NeedForm):
    """代居民登记: what a resident says on the phone, at the desk or at the door, written down by staff.

    The building tells the community; without one the clerk names the community and describes the place.
    """

    field_order = [
        "channel",
        "external_code",
        "raised_by",
        "expected_on",
        "address",
        "found",
        "building",
        "community",
        "address_detail",
        "category",
        "text",
    ]
    private_fields = ("contact_name", "contact_phone", "address", "address_detail", "on_behalf_of")
    quarter = None
    consent = forms.BooleanField(
        label="已向居民读过隐私告知书，居民同意", error_messages={"required": "请先告知居民并征得同意，再打勾。"}
    )
    channel = forms.ChoiceField(label="来源渠道", choices=ON_BEHALF, initial=Need.Channel.PHONE)
    building = PlaceField(
        Building.objects.active().select_related("quarter__community"),
        label="楼栋",
        required=False,
        empty_label="不在楼里，或不清楚",
        error_messages={"invalid_choice": "这栋楼不在您的辖区，请重新选择。"},
    )
    community = forms.ModelChoiceField(
        Community.objects.all(),
        label="社区",
        required=False,
        empty_label="选了楼栋就不用选",
        error_messages={"invalid_choice": "这个社区不在您的辖区，请重新选择。"},
    )

    external_code = forms.CharField(
        label="转办单号",
        max_length=40,
        required=False,
        help_text="12345 等平台转来的，填对方的工单编号。",
        error_messages={"max_length": TOO_LONG},
    )
    raised_by = forms.ChoiceField(
        label="提出主体",
        choices=Need.RaisedBy.choices,
        initial=Need.RaisedBy.RESIDENT,
        widget=forms.RadioSelect,
        required=False,
    )
    expected_on = forms.DateField(
        label="期望完成",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "请填日期，如 2026-12-01。"},
    )

    class Meta(NeedForm.Meta):
        fields = [*NeedForm.Meta.fields, "channel", "external_code", "raised_by", "expected_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        kinds = Category.objects.active().kinds().filter(emergency_notice="").select_related("parent")
        self.fields["category"] = forms.ModelChoiceField(
            kinds.order_by("parent__order", "order"),
            label="类别",
            empty_label="请选择类别",
            error_messages=self.fields["category"].error_messages,
        )
        self.fields["category"].label_from_instance = lambda kind: f"{kind.parent} · {kind}"
        self.fields["contact_name"].label = "居民怎么称呼"
        self.fields["contact_name"].error_messages["required"] = "请写居民的称呼，如：张阿姨。"
        self.fields["contact_phone"].error_messages["required"] = "请填居民的 11 位手机号，好联系他。"
        self.fields["contact_phone"].help_text = "居民查进度要用它的最后四位。"
        self.fields["on_behalf_of"].help_text = "来电人替父母、邻居反映时，写他们的称呼。"
        communities = list(self.fields["community"].queryset[:2])
        if len(communities) == 1:
            self.fields["community"].initial = communities[0]

    def _narrow_places(self):
        """One select holds every building of the clerk's; the scope narrows it."""

    def clean_external_code(self):
        """The other platform's number without spaces; one that was filed before is told with its need."""
        code = "".join(plain(self.cleaned_data["external_code"]).split())
        if not code:
            if self.cleaned_data.get("channel") == Need.Channel.HOTLINE:
                raise ValidationError("12345 转办的，请填转办单号。", code="required")
            return code
        known = Need.objects.filter(external_code=code).select_related("community").first()
        if known is not None:
            is_seen = Need.objects.visible_to(self.user).filter(pk=known.pk).exists()
            where = f"受理编号 {known.spoken_code}" if is_seen else f"由{known.community}"
            raise ValidationError(f"这张转办单已经登记过：{where}。请不要重复登记。", code="unique")
        return code

    def clean_raised_by(self):
        return self.cleaned_data["raised_by"] or Need.RaisedBy.RESIDENT

    def clean_expected_on(self):
        day = self.cleaned_data["expected_on"]
        if day and day < timezone.localdate():
            raise ValidationError("期望完成的日期不能早于今天。", code="past")
        return day

    def clean(self):
        self.find_building()
        building = self.cleaned_data.get("building")
        if building:
            self.cleaned_data["community"] = building.quarter.community
        elif not self.cleaned_data.get("community") and not {"building", "community"} & set(self.errors):
            raise ValidationError({"community": "请选择楼栋，或选择社区。"})
        return super().clean()

    def submit(self, *, known=None, keep=None):
        """The need, or None with the refusal among the form's errors.

        Where the filing is of something, `known()` locks it and gives the need it became before, if any, and
        `keep(need)` ties the new one to it; in one transaction, so that a second click files nothing.
        """
        try:
            with transaction.atomic():
                if known and (before := known()):
                    return before
                need = super().submit(actor=self.user)
                if need and keep:
                    keep(need)
                return need
        except ValidationError as error:
            show_refusal(self, error)
            return None
