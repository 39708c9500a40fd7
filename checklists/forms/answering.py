"""Standard answers in the acts whose words a resident reads: chips that fill the field, and a look before sending."""

from django.core.exceptions import ValidationError

from checklists.models import StandardAnswer
from checklists.wording import blanks, fill_in


class AnsweringMixin:
    """`target` is the state that the act leads to, `words` the field whose text the resident reads ("" for none)."""

    target = None
    words = ""
    chips = ()
    is_open = False  # the page comes back with it unfolded
    preview = None

    def clean(self):
        cleaned = super().clean()
        if self.words and (left := blanks(cleaned.get(self.words) or "")):
            self.add_error(self.words, ValidationError(f"请把{'、'.join(left)}换成实际内容。", code="blank"))
        return cleaned

    def filled_with(self, pk):
        """The same act, unjudged, with the standard answer `pk` in its field; what else was typed stays."""
        typed = {name: self.data.get(name, "") for name in self.fields if name not in self.files}
        text = next((chip["text"] for chip in self.chips if str(chip["pk"]) == pk), typed.get(self.words, ""))
        form = type(self)(need=self.need, user=self.user, initial={**typed, self.words: text})
        form.chips, form.is_open = self.chips, True
        return form


def offer_answers(need, steps):
    """Give each of `steps` of `need` the standard answers of its state, in two queries for all of them."""
    asking = [step for step in steps if step.words]
    if not asking:
        return
    rows = list(StandardAnswer.objects.fitting(need, *{step.target for step in asking}))
    values = spoken_values(need) if rows else {}
    for step in asking:
        step.chips = [
            {"pk": row.pk, "title": row.title, "text": fill_in(row.text, values)}
            for row in rows
            if row.status == step.target
        ]


def spoken_values(need):
    last = need.dispatches.held().select_related("resource__unit").first()
    return {
        "编号": need.spoken_code,
        "类别": str(need.category),
        "社区": str(need.community),
        "单位": need.handed_to or (str(last.resource.unit) if last else str(need.community)),
    }
