"""Words that come back in a week's notes, without a database: texts in, words with their counts out.

A word is counted once for each text that holds it, so that one long story does not make a topic.
"""

from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import rjieba

SHORTEST = 2
# Nouns, verbs that are nouns, verbs, adjectives, abbreviations, idioms and what has no tag of its own.
KINDS = ("n", "v", "a", "j", "l", "i", "x")
NO_NAMES = ("nr",)  # people are not talked of in figures


@dataclass(frozen=True)
class Word:
    """`count` texts of this week hold the word; `before` is how many of an average week before did."""

    text: str
    count: int
    before: float

    @property
    def is_new(self):
        return self.before == 0

    @property
    def growth(self):
        """How many more than in an average week before."""
        return self.count - self.before


@cache
def stop_words():
    lines = (Path(__file__).parent / "stop_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def words_of(text):
    """The set of words of `text` that may say what it is about."""
    return {
        word
        for word, kind in rjieba.tag(text)
        if len(word) >= SHORTEST
        and kind.startswith(KINDS)
        and not kind.startswith(NO_NAMES)
        and word not in stop_words()
        and not word.isascii()
    }


def recurring(texts, texts_before, *, weeks_before, least, most=30):
    """At most `most` Words that at least `least` of `texts` hold, those that grew most first.

    `texts_before` are all texts of the `weeks_before` weeks before. A text holds a word where it can be found in it:
    that is how the list of notes behind a count is filtered.
    """
    known = Counter(word for text in texts for word in words_of(text))
    found = []
    for word in known:
        count = sum(word in text for text in texts)
        if count >= least:
            found.append(Word(word, count, sum(word in text for text in texts_before) / weeks_before))
    # Of “充电” and “充电桩” in the very same texts only the longer one says something.
    found = [word for word in found if not any(_swallows(other, word) for other in found)]
    return sorted(found, key=lambda word: (-word.growth, -word.count, word.text))[:most]


def _swallows(longer, word):
    return word.text != longer.text and word.text in longer.text and word.count == longer.count
