"""Which needs may be the same thing told twice: at the same place and of one kind, or in nearly the same words."""

from dataclasses import dataclass

from checklists.models import Need
from checklists.similarity import most_alike, similarity
from govern.fields import grams
from organizations.parameters import parameters

COMPARED = 300  # the newest whose words are read: beyond them a repeat is no longer seen by its words


@dataclass(frozen=True)
class Suggestion:
    need: Need
    similarity: float  # 0..1, of the words
    is_same_place: bool

    @property
    def why(self):
        percent = f"说法相近 {self.similarity:.0%}"
        if not self.is_same_place:
            return percent
        place = "同一栋楼同一类" if self.need.building_id else "都没写楼栋，同一类"
        return f"{place}，{percent}" if self.similarity else place


def suggest_duplicates(need, among, limit=5):
    """The most likely repeats of `need` (saved or just being written) within the queryset `among`, best first.

    Same place and kind first, then the same community and words alike by the parameter `duplicate_similarity`; both
    open and filed within `duplicate_weeks`. Three queries, however many needs there are.
    """
    limits = parameters("duplicate_weeks", "duplicate_similarity")
    weeks, least = limits["duplicate_weeks"], limits["duplicate_similarity"]
    pieces = grams(need.text)
    here = (
        among.filed()
        .exclude(pk__in=[need.parent_id])
        .possible_duplicates(need, weeks)
        .order_by("-submitted_at")[:limit]
    )
    suggestions = [Suggestion(other, similarity(pieces, set(other.grams.split())), True) for other in here]
    suggestions.sort(key=lambda each: -each.similarity)
    if len(suggestions) < limit and pieces:
        known = {each.need.pk for each in suggestions}
        texts = among.lately(need, weeks).alike(pieces).values_list("pk", "grams")[:COMPARED]
        candidates = {pk: set(text.split()) for pk, text in texts if pk not in known}
        near = most_alike(pieces, candidates, least, limit - len(suggestions))
        rows = among.in_bulk([pk for _, pk in near])
        suggestions += [Suggestion(rows[pk], score, False) for score, pk in near]
    return suggestions
