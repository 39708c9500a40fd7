"""An act is a small form that runs one verb of the services on one row: a need, an activity, a Party organization.

An act is offered where its row may take it; the page and the buttons of a list ask the same `is_offered`.
"""

from django import forms
from django.core.exceptions import ValidationError


class Act(forms.Form):
    """One verb: its url name, the words on its button, and the states that offer it (`from_statuses`).

    `is_quiet` acts wait behind “更多”; the first one that is not is the page's main button.
    """

    verb = ""
    label = ""
    done = ""  # what is said once it has run, where the new status does not say it
    icon = "arrow-right"
    is_quiet = True
    from_statuses = frozenset()
    do_not_call_in_templates = True  # the queue shows the class itself

    def __init__(self, *args, subject, user, **kwargs):
        self.subject, self.user = subject, user
        kwargs.setdefault("auto_id", f"id_{self.verb}_%s")
        super().__init__(*args, **kwargs)

    @classmethod
    def is_offered(cls, subject):
        return subject.status in cls.from_statuses

    def run(self):
        """Do it as `user`; the service's errors go to the fields they name."""
        try:
            return self.act(**self.cleaned_data)
        except ValidationError as error:
            named = hasattr(error, "error_dict") and set(error.error_dict) <= set(self.fields)
            self.add_error(None, error if named else ValidationError(error.messages))
            return None

    def act(self, **cleaned):
        raise NotImplementedError


def note_field(label="说明", required=False, **kwargs):
    return forms.CharField(
        label=label,
        required=required,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": f"请填写{label}。"},
        **kwargs,
    )


class FieldForEach:
    """For an act with a field for each of some rows, named by `prefix_of_field` and the row's key."""

    prefix_of_field = ""

    def rows(self):
        raise NotImplementedError

    def field_of(self, row):
        raise NotImplementedError

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for row in self.rows():
            self.fields[f"{self.prefix_of_field}_{row.pk}"] = self.field_of(row)

    def of_each(self, cleaned):
        """{key of the row: what was filled in}, taken out of `cleaned`."""
        start = f"{self.prefix_of_field}_"
        return {int(name.removeprefix(start)): cleaned.pop(name) for name in list(cleaned) if name.startswith(start)}
