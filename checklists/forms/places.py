"""Where a need is: three selects, each of which offers what lies in the one before it."""

from django import forms

from checklists.forms.choosing import ChoosingForm
from checklists.forms.fields import TOO_LONG, NamedChoiceField
from grids.models import Building, Community, Quarter


class PlaceForm(ChoosingForm):
    community = NamedChoiceField(
        Community.objects.all(),
        label="社区",
        empty_label="请选择社区",
        error_messages={"required": "请选择您住的社区。", "invalid_choice": "没有这个社区，请重新选择。"},
    )
    quarter = NamedChoiceField(
        Quarter.objects.none(),
        label="小区",
        empty_label="请选择小区",
        required=False,
        error_messages={"invalid_choice": "这个小区不在所选的社区，请重新选择。"},
    )
    building = NamedChoiceField(
        Building.objects.none(),
        label="楼栋",
        empty_label="请选择楼栋",
        required=False,
        error_messages={"invalid_choice": "这栋楼不在所选的小区，请重新选择。"},
    )
    address_detail = forms.CharField(
        label="门牌",
        max_length=120,
        required=False,
        error_messages={"max_length": TOO_LONG},
        help_text="几单元几室，如：2单元501。公共地方写清位置就行。",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._narrow_places()

    def _narrow_places(self):
        """Each select of the place offers what lies in the one before it."""
        self.chosen["community"] = self._chosen("community")
        if self.chosen["community"]:
            self.fields["quarter"].queryset = self.chosen["community"].quarters.all()
        self.chosen["quarter"] = self._chosen("quarter")
        if self.chosen["quarter"]:
            self.fields["building"].queryset = self.chosen["quarter"].buildings.active()
        self.chosen["building"] = self._chosen("building")

    def clean(self):
        cleaned = super().clean()
        places_are_known = not {"community", "quarter", "building"} & set(self.errors)
        if places_are_known and not cleaned.get("building") and not cleaned.get("address_detail"):
            self.add_error("address_detail", "没有选楼栋，请写清楚在什么地方。")
        return cleaned
