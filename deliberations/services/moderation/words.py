"""What the watched words say of a text before anybody reads it."""

from deliberations.models import WatchedWord
from deliberations.watching import found, personal

Effect = WatchedWord.Effect


def watched():
    """{word: its effect} of the whole list: some hundreds of words, read once for a page."""
    return dict(WatchedWord.objects.values_list("word", "effect"))


def weigh(text, words=None):
    """(effect, words): "refuse", "hold" or "" for `text`, and the listed words it was found with.

    A telephone or identity number holds it as a word does: what is personal is looked at before it is public.
    """
    words = watched() if words is None else words
    hits = sorted({word for _, _, word in found(text, words)})
    effects = {words[word] for word in hits}
    if Effect.REFUSE in effects:
        return Effect.REFUSE.value, [word for word in hits if words[word] == Effect.REFUSE]
    if hits or personal(text):
        return Effect.HOLD.value, hits
    return "", []


def is_clean(text, words=None):
    return not weigh(text, words)[0]
