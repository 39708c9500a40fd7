from django import forms

from checklists.forms.fields import WordsField
from patrols.models import Note


class HoldingChoice(forms.ModelChoiceField):
    def label_from_instance(self, holding):
        return f"{holding.position}（{holding.position.community}）"


class OwnNoteForm(forms.Form):
    """民情日记 of whoever holds one of the `holdings` among the neighbours."""

    client_key = forms.UUIDField(widget=forms.HiddenInput)
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
    holding = HoldingChoice(
        None,
        label="在哪个岗位上听到的",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "请选一个岗位。", "invalid_choice": "您已不在这个岗位，请重新选择。"},
    )

    def __init__(self, *args, holdings, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["holding"]
        field.queryset = holdings
        rows = list(holdings[:2])
        if len(rows) == 1:
            field.initial, field.widget = rows[0], forms.HiddenInput()
