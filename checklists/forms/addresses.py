"""The building of a need by its address in words: typed, proposed, chosen."""

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy

from checklists.forms.fields import TOO_LONG
from grids.addresses import find_buildings
from grids.models import Building

HITS = 6
MOST_OPTIONS = 2000  # of the select of all buildings: above it only the address leads to one


class AddressedMixin(forms.Form):
    """For a form with `building`, `address_detail` and a `user`: one whole address is enough, of several one is chosen.

    `hits` are what the words may mean, for the page to offer them as the radio buttons of `found`.
    """

    address = forms.CharField(
        label="地址",
        max_length=120,
        required=False,
        help_text="照着说的写，就能找到楼栋。如：翡翠湾3栋2单元501。",
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "hx-get": reverse_lazy("grids:building_find"),
                "hx-trigger": "input changed delay:300ms",
                "hx-target": "#found-buildings",
            }
        ),
        error_messages={"max_length": TOO_LONG},
    )
    found = forms.ModelChoiceField(
        Building.objects.active().select_related("quarter__community"),
        label="是哪一栋",
        required=False,
        error_messages={"invalid_choice": "这栋楼不在您的辖区，请重新选择。"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        typed = self.data.get("address") if self.is_bound else self.initial.get("address")
        self.hits = find_buildings(typed, user=self.user, limit=HITS) if typed else []
        rows = self.fields["building"].queryset
        if rows.order_by()[: MOST_OPTIONS + 1].count() > MOST_OPTIONS:
            self.fields["building"].widget = forms.HiddenInput()

    @property
    def found_key(self):
        return str(self["found"].value() or "")

    def find_building(self):
        """Cleaned first, before anybody asks for the building. ValidationError beside the address."""
        cleaned = self.cleaned_data
        building = cleaned.get("building") or cleaned.get("found")
        if building is None and cleaned.get("address"):
            building = self._meant()
        cleaned["building"] = building
        if cleaned.get("address") and not cleaned.get("address_detail"):
            detail = next((hit.detail for hit in self.hits if hit.building == building), "")
            cleaned["address_detail"] = detail or ("" if building else cleaned["address"])

    def _meant(self):
        exact = [hit.building for hit in self.hits if hit.exact]
        if len(exact) == 1:
            return exact[0]
        if self.hits:
            raise ValidationError({"address": "有几栋楼都符合，请在下面选一栋。"}, code="several")
        if not self.cleaned_data.get("community"):
            words = "没有找到这栋楼。请写小区名称和楼栋号，或在下面选社区。"
            raise ValidationError({"address": words}, code="unknown")
        return None
