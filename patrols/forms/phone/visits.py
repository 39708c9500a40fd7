from django import forms

from checklists.forms.fields import WordsField
from patrols.forms.phone.kept import KeptForm
from patrols.models import Visit


class VisitForm(KeptForm):
    way = forms.ChoiceField(
        label="怎么走访的", choices=Visit.Way.choices, initial=Visit.Way.DOOR, widget=forms.RadioSelect
    )
    finding = forms.ChoiceField(
        label="情况怎么样",
        choices=Visit.Finding.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选一项情况。"},
    )
    note = WordsField(label="记几句", required=False, max_length=500, rows=3, help_text="没有要说的可以不写。")
