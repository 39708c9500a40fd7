"""上报: one page that is filled in in a minute, with a signal or without."""

from django import forms
from django.db import transaction

from checklists.forms.fields import TOO_LONG, WordsField
from organizations.forms.photos import PhotosField
from organizations.parameters import parameter
from patrols.forms.phone.kept import KeptForm
from patrols.forms.phone.places import AreaField, BuildingChoice, PlacedMixin
from patrols.models import CheckItem, Incident, IncidentPhoto, Matter
from patrols.services import incidents
from patrols.services.rounds import link_check

RECENT = 6
ORDER = "WSB"  # 网格事项 first, 部件 last: as often as a grid worker meets them
SOURCES = [
    (source.value, source.label)
    for source in (Incident.Source.PATROL, Incident.Source.VISIT, Incident.Source.RED_VEST, Incident.Source.RESIDENT)
]


class ReportForm(PlacedMixin, KeptForm):
    matter = forms.ModelChoiceField(
        Matter.objects.kinds().select_related("parent"),
        label="是什么事",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "请选一类事项。", "invalid_choice": "这类事项已停用，请重新选择。"},
    )
    text = WordsField(
        label="什么情况",
        max_length=1000,
        rows=3,
        error_messages={"required": "请写一句看到了什么。"},
        help_text="可以用键盘上的话筒说。",
    )
    photos = PhotosField(label="照片", required=False)
    building = BuildingChoice(label="楼栋")
    area = AreaField(label="网格")
    place = forms.CharField(
        label="具体位置",
        max_length=120,
        required=False,
        error_messages={"max_length": TOO_LONG},
        help_text="如：2单元门口。",
    )
    longitude = forms.FloatField(widget=forms.HiddenInput, required=False, min_value=-180, max_value=180)
    latitude = forms.FloatField(widget=forms.HiddenInput, required=False, min_value=-90, max_value=90)
    source = forms.ChoiceField(label="怎么发现的", choices=SOURCES, initial=Incident.Source.PATROL)
    is_solved = forms.BooleanField(label="当场已经解决", required=False)
    solved_note = WordsField(label="怎么解决的", max_length=500, rows=2, required=False)
    after_photos = PhotosField(label="解决后的照片", required=False)
    round_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    item = forms.ModelChoiceField(CheckItem.objects.all(), widget=forms.HiddenInput, required=False)

    def __init__(self, *args, areas, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.offer_places(areas)
        most = int(parameter("photo_max_count"))
        for name in ("photos", "after_photos"):
            self.fields[name].widget.attrs["data-max-files"] = most
        self.fields["item"].queryset = CheckItem.objects.visible_to(user)

    def classes(self):
        """[(class or None for what this person reported lately, [kinds])] for the picker."""
        kinds = sorted(self.fields["matter"].queryset, key=lambda kind: (ORDER.index(kind.code[0]), kind.code))
        by_class = {}
        for kind in kinds:
            by_class.setdefault(kind.parent, []).append(kind)
        return [(None, self._recent(kinds)), *by_class.items()]

    def _recent(self, kinds):
        lately = (
            Incident.objects.filter(reporter=self.user).order_by("-reported_at").values_list("matter", flat=True)[:40]
        )
        keys = list(dict.fromkeys(lately))[:RECENT]
        return [kind for key in keys for kind in kinds if kind.pk == key]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("is_solved") and not (cleaned.get("solved_note") or "").strip():
            self.add_error("solved_note", "请写一句怎么解决的。")
        if (cleaned.get("longitude") is None) != (cleaned.get("latitude") is None):
            cleaned["longitude"] = cleaned["latitude"] = None
        return cleaned

    @transaction.atomic
    def run(self):
        """The incident; ValidationError and PermissionDenied are the service's."""
        told = self.cleaned_data
        incident = incidents.report(
            **{name: told[name] for name in ("matter", "text", "community", "grid", "building", "place")},
            **{name: told[name] for name in ("longitude", "latitude", "source", "client_key")},
            photos=told["photos"],
            solved_note=told["solved_note"] if told["is_solved"] else None,
            noticed_at=self.written_at(),
            actor=self.user,
        )
        after = IncidentPhoto.Stage.HANDLED
        if told["is_solved"] and not incident.photos.filter(stage=after).exists():
            incidents.add_photos(incident, told["after_photos"], after)
        if told["round_key"] and told["item"]:
            link_check(incident, client_key=told["round_key"], item=told["item"], actor=self.user)
        return incident
