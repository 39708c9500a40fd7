from django import forms

from checklists.forms.fields import WordsField
from patrols.forms.phone.kept import KeptForm
from patrols.forms.phone.places import AreaField, BuildingChoice, PlacedMixin
from patrols.models import Note


class PhoneNoteForm(PlacedMixin, KeptForm):
    text = WordsField(
        label="群众说了什么",
        max_length=500,
        rows=4,
        error_messages={"required": "请写一句听到了什么。"},
        help_text="可以用键盘上的话筒说。不要写姓名和电话。",
    )
    topic = forms.ChoiceField(
        label="主题", choices=Note.Topic.choices, initial=Note.Topic.OTHER, widget=forms.RadioSelect
    )
    building = BuildingChoice(label="哪栋楼的人说的")
    area = AreaField(label="网格")

    def __init__(self, *args, areas, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer_places(areas)
        self.fields["building"].empty_label = "说不清"
