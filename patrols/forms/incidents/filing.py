"""登记事件: what came by telephone, from above or from a resident at the desk, written down by staff."""

from django import forms

from checklists.forms.addresses import MOST_OPTIONS, AddressedMixin
from checklists.forms.fields import TOO_LONG, WordsField, show_refusal
from govern.scoping import ScopedFormMixin
from grids.models import Building, Community, Grid
from organizations.forms.photos import PhotosField
from patrols.models import Incident, Matter
from patrols.services import incidents

Source = Incident.Source
FIRST = [Source.RESIDENT, Source.HOTLINE, Source.SUPERIOR]
SOURCES = [(each.value, each.label) for each in [*FIRST, *(each for each in Source if each not in FIRST)]]


class PlaceField(forms.ModelChoiceField):
    def label_from_instance(self, row):
        return f"{row.quarter.community} · {row}"


class IncidentForm(AddressedMixin, ScopedFormMixin, forms.Form):
    field_order = ["source", "matter", "text", "address", "found", "building", "community", "grid", "place"]
    told = (
        "source",
        "matter",
        "text",
        "building",
        "community",
        "grid",
        "place",
        "noticed_at",
        "photos",
        "client_key",
    )
    source = forms.ChoiceField(label="来源", choices=SOURCES)
    matter = forms.ModelChoiceField(
        Matter.objects.kinds().select_related("parent").order_by("code"),
        label="事项类别",
        empty_label="请选择类别",
        error_messages={"required": "请选择事项类别。", "invalid_choice": "这一类已经停用，请另选。"},
    )
    text = WordsField(
        label="情况",
        max_length=1000,
        rows=4,
        help_text="什么事、多严重、有没有人受影响。",
        error_messages={"required": "请写明发现了什么情况。"},
    )
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
    grid = forms.ModelChoiceField(
        Grid.objects.in_use().filter(level=Grid.Level.COMMUNITY),
        label="网格",
        required=False,
        empty_label="选了楼栋就不用选",
        error_messages={"invalid_choice": "这个网格不在您的辖区，请重新选择。"},
    )
    place = forms.CharField(
        label="位置说明",
        max_length=120,
        required=False,
        help_text="如：3栋2单元门口。",
        error_messages={"max_length": TOO_LONG},
    )
    noticed_at = forms.DateTimeField(
        label="发现时间",
        required=False,
        help_text="不填就是现在。",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": "请填日期和时间，如 2026-12-01 09:30。"},
    )
    photos = PhotosField(label="照片", required=False)
    solved_note = WordsField(
        label="当场怎么解决的", required=False, rows=2, help_text="已经解决的才填，填了就直接结案。"
    )
    client_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["matter"].choices = list(self._by_class())
        if self.fields["grid"].queryset.order_by()[: MOST_OPTIONS + 1].count() > MOST_OPTIONS:
            self.fields["grid"].widget = forms.HiddenInput()
        communities = list(self.fields["community"].queryset[:2])
        if len(communities) == 1:
            self.fields["community"].initial = communities[0]

    def _by_class(self):
        yield "", self.fields["matter"].empty_label
        groups = {}
        for kind in self.fields["matter"].queryset:
            label = f"{kind.get_family_display()} · {kind.parent}"
            groups.setdefault(label, []).append((kind.pk, kind.name))
        yield from groups.items()

    def clean(self):
        self.find_building()
        cleaned = super().clean() or self.cleaned_data
        cleaned["place"] = cleaned.get("place") or cleaned.get("address_detail", "")
        if cleaned.get("building"):
            cleaned["community"] = cleaned["building"].quarter.community
        elif not cleaned.get("community") and not {"building", "community"} & set(self.errors):
            self.add_error("community", "请选择楼栋，或选择社区。")
        return cleaned

    def submit(self):
        """The incident; None when the service refuses, with its words among the form's errors."""
        told = {name: self.cleaned_data[name] for name in self.told}
        solved = self.cleaned_data["solved_note"].strip() or None
        try:
            return incidents.report(actor=self.user, solved_note=solved, **told)
        except forms.ValidationError as error:
            show_refusal(self, error)
            return None
