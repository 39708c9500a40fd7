from django import forms

from checklists.services.publications import publish


class PublicationForm(forms.Form):
    """Which columns of a list are put up, and whether it is. Personal columns are not among the choices."""

    columns = forms.MultipleChoiceField(
        label="公开的栏目",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "有的栏目不能公开，请重新选择。"},
    )
    is_public = forms.BooleanField(label="公开这份清单，任何人都能看", required=False)

    def __init__(self, *args, checklist, **kwargs):
        super().__init__(*args, **kwargs)
        self.checklist = checklist
        self.fields["columns"].choices = [
            (column.key, f"{column.head}（{column.caution}）" if column.caution else column.head)
            for column in checklist.public_columns
        ]

    @property
    def chosen(self):
        """The columns as they are ticked now, saved or not."""
        keys = self["columns"].value() or []
        return self.checklist.chosen(keys)

    def save(self, community, *, actor):
        return publish(community, self.checklist.key, actor=actor, **self.cleaned_data)
