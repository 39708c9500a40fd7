from datetime import timedelta

from django.utils import timezone

from checklists.demo.names import SURNAMES


class Dice:
    """What all stories draw from one seed: moments, names, and cards that come again only when all have been out."""

    def __init__(self, rng):
        self.rng = rng
        self.decks = {}

    def between(self, low, high):
        return low + (high - low) * self.rng.random()

    def leisure(self, low, high):
        """A moment between two, neither early nor late in the day: when a resident takes up the phone."""
        for _ in range(8):
            moment = self.between(low, high)
            local = timezone.localtime(moment)
            if 6.7 <= local.hour + local.minute / 60 <= 22.2:
                return moment
        return low + min(timedelta(minutes=10), (high - low) / 2)

    def deal(self, name, cards):
        """The next card of a shuffled deck: one comes again only when all have been out."""
        if not self.decks.get(name):
            self.decks[name] = self.rng.sample(cards, len(cards))
        return self.decks[name].pop()

    def anybody(self, given):
        return self.rng.choice(SURNAMES) + self.rng.choice(given)
