"""What a questionnaire comes to: means out of a hundred, by the weights of its questions and groups. No database here.

A group weighs by its own mean, so that many sheets of one do not drown the others:
《上海市居民委员会工作条例》第十八条 has residents weigh most.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Asked:
    """A question: `points` is {choice: points of a hundred or None}; `kind` single, multiple, scale or text."""

    key: object
    kind: str
    aspect: str = ""
    weight: int = 1
    points: dict = field(default_factory=dict)


@dataclass
class Heard:
    """What one group answered to one question: sheets, sheets by choice, and of a scale the sum of its points."""

    sheets: int = 0
    choices: dict = field(default_factory=dict)
    points_sum: int = 0

    def __add__(self, other):
        keys = {**self.choices, **other.choices}
        choices = {key: self.choices.get(key, 0) + other.choices.get(key, 0) for key in keys}
        return Heard(self.sheets + other.sheets, choices, self.points_sum + other.points_sum)


def rate(count, total):
    """Percent with one decimal; None of nothing."""
    return round(100 * count / total, 1) if total else None


def mean(asked, heard):
    """Points of a hundred; None where nobody gave any. Ticks of several choices are counted and not scored."""
    if asked.kind == "scale":
        return heard.points_sum / heard.sheets if heard.sheets else None
    if asked.kind != "single":
        return None
    given = [(asked.points.get(key), count) for key, count in heard.choices.items() if count]
    given = [(points, count) for points, count in given if points is not None]
    total = sum(count for _, count in given)
    return sum(points * count for points, count in given) / total if total else None


def weighed(pairs):
    """The mean of (value, weight), values of None and weights of 0 left out; None where nothing is left."""
    pairs = [(value, weight) for value, weight in pairs if value is not None and weight]
    total = sum(weight for _, weight in pairs)
    return sum(value * weight for value, weight in pairs) / total if total else None


def of_question(asked, heard_by_group, weights):
    """Its mean over the groups; `weights` is {group: weight}, empty where all sheets weigh alike."""
    if not weights:
        return mean(asked, sum(heard_by_group.values(), Heard()))
    return weighed((mean(asked, heard), weights.get(group, 0)) for group, heard in heard_by_group.items())


def total(questions, means):
    """All that was scored, by the weights of the questions; `means` is {question key: mean}."""
    return weighed((means.get(asked.key), asked.weight) for asked in questions)


def aspects(questions, means):
    """{aspect: mean} of 知晓度, 参与度 and 满意度, those that were asked and answered."""
    found = {}
    for name in dict.fromkeys(asked.aspect for asked in questions if asked.aspect):
        value = total([asked for asked in questions if asked.aspect == name], means)
        if value is not None:
            found[name] = value
    return found


def may_stand_apart(sheets_by_group, least):
    """Whether the groups are told apart and weighed: not while one of them has a few sheets only.

    All or none: what is left of the whole when the other groups are taken away would be the small one, and so would
    the difference between the weighed mean and the plain one.
    """
    counts = [count for count in sheets_by_group.values() if count]
    return len(counts) > 1 and min(counts) >= least
