from checklists.forms.acts import Act
from checklists.forms.answering import AnsweringMixin


class Step(AnsweringMixin, Act):
    """An act on a need."""

    def __init__(self, *args, need, user, **kwargs):
        self.need = need
        super().__init__(*args, subject=need, user=user, **kwargs)
