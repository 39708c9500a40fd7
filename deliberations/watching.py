"""Words and numbers in a text that somebody has to look at before it is public. No database here.

Compared are letters and digits alone, in one width and case: “广 告” and “ＶＸ” hide nothing.
"""

import re
import unicodedata

# A mobile or an identity number, with the blanks and dashes that people put between.
PERSONAL = re.compile(
    r"(?<!\d)(?:1[3-9](?:[ -]?\d){9}|\d{6}[ -]?(?:19|20)\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?\d{3}[\dXx])(?!\d)"
)


def letters(text):
    """[(letter, its place in `text`)] of what counts when words are compared."""
    return [
        (letter, place)
        for place, written in enumerate(text)
        for letter in unicodedata.normalize("NFKC", written).casefold()
        if letter.isalnum()
    ]


def bare(word):
    return "".join(letter for letter, _ in letters(word))


def found(text, words):
    """[(start, end, word)]: where which of `words` stands in `text`, in order."""
    kept = letters(text)
    body = "".join(letter for letter, _ in kept)
    hits = []
    for word in words:
        sought = bare(word)
        start = body.find(sought) if sought else -1
        while start >= 0:
            hits.append((kept[start][1], kept[start + len(sought) - 1][1] + 1, word))
            start = body.find(sought, start + len(sought))
    return sorted(hits)


def personal(text):
    """[(start, end, what)] of the telephone and identity numbers in `text`."""
    wide = "".join(each if len(each) == 1 else " " for each in (unicodedata.normalize("NFKC", one) for one in text))
    return [(*match.span(), "个人信息") for match in PERSONAL.finditer(wide)]


def marked(text, words):
    """[(piece, why)] that make up `text`; why is the watched word, 个人信息, or "" for the rest."""
    pieces, done = [], 0
    for start, end, why in sorted(found(text, words) + personal(text)):
        start = max(start, done)
        if start >= end:
            continue
        pieces += [(text[done:start], ""), (text[start:end], why)]
        done = end
    return [piece for piece in [*pieces, (text[done:], "")] if piece[0]]
