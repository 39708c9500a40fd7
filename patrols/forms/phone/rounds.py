from django import forms

from patrols.forms.phone.kept import KeptForm

FINE, WRONG = "fine", "wrong"


class RoundForm(KeptForm):
    """One choice for each of `items`: those left out were not looked at, and stay due."""

    note = forms.CharField(label="说明", max_length=200, required=False)

    def __init__(self, *args, items, **kwargs):
        super().__init__(*args, **kwargs)
        self.items = items
        for item in items:
            self.fields[self.name_of(item)] = forms.ChoiceField(
                label=item.text, choices=[(FINE, "正常"), (WRONG, "有问题")], widget=forms.RadioSelect, required=False
            )

    @staticmethod
    def name_of(item):
        return f"item_{item.pk}"

    def rows(self):
        """[(item, its bound field)] for the page."""
        return [(item, self[self.name_of(item)]) for item in self.items]

    def results(self):
        """{item: whether it is fine} of those that were looked at."""
        answers = {item: self.cleaned_data.get(self.name_of(item)) for item in self.items}
        return {item: answer == FINE for item, answer in answers.items() if answer}
