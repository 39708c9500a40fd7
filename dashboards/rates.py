"""The five rates and the score made of them, written once: pages, API and exports read them here.

Each rate says what it divides, by what, and what is left out: below the line and left out together are all that was
received. Which weights make the score differs by city and year, so they are dated parameters.
"""

from dataclasses import dataclass

from dashboards.figures import HEADLINES
from organizations.parameters import parameters


@dataclass(frozen=True)
class Rate:
    label: str
    of: str  # the figure above the line
    among: str  # the figure below it
    left_out: tuple[str, ...]  # the figures of everything that was received and is not below the line
    definition: str
    within: tuple[str, ...] = ()  # what is told with it, besides the two
    is_deducted: bool = False  # the less of it the better: it is taken off the score

    @property
    def figures(self):
        return (self.of, self.among, *self.within, *self.left_out)


UNJUDGED = ("unrated", "open", "dropped")
NOT_JUDGED = "没有评价的、还在办的、撤回、不予受理、合并的，以及再次反映还没有判定的，都不在分母里。"
RATES = {
    "response": Rate(
        "响应率",
        "responded",
        "response_due",
        ("left_before_answer", "awaiting_answer"),
        "在响应期限内有了第一次回应（受理、不予受理或合并）的，除以已有回应或响应期限已过的。"
        "没有回应、期限也没到的不计；居民在期限内自己撤回的不计。",
    ),
    "solution": Rate(
        "解决率",
        "solved",
        "rated",
        UNJUDGED,
        f"居民评价“已解决”的，除以作了评价的。{NOT_JUDGED}",
        within=("finished",),
    ),
    "satisfaction": Rate(
        "满意率",
        "satisfied",
        "rated",
        UNJUDGED,
        f"评价“满意”和“基本满意”的，除以作了评价的。{NOT_JUDGED}",
        within=("finished",),
    ),
    "on_time": Rate(
        "按期率",
        "on_time",
        "due",
        ("running_in_time", "paused", "dropped"),
        "在办理期限内办好的，除以已办好和已过办理期限的。挂起的时间不计入期限；"
        "期限没到的、挂起和转到外部的、撤回、不予受理和合并的不计。",
    ),
    "returned": Rate(
        "退单率",
        "returned",
        "dispatched",
        ("never_dispatched",),
        "派给单位后被谢绝、或者过时没有答复的，除以派过单的；一件需求退几次都算一件。社区自己收回的派单不算，没有派过单的不计。",
        is_deducted=True,
    ),
}
COUNT_WORDS = {
    "responded": "按时",
    "response_due": "应回应",
    "solved": "已解决",
    "satisfied": "满意",
    "rated": "答",
    "finished": "办结",
    "on_time": "按期",
    "due": "应办好",
    "returned": "退过",
    "dispatched": "派过",
}
# What a line of the comparison holds, and what the overview holds: with all that is left out.
COMPARED = tuple(dict.fromkeys([*HEADLINES, *(key for rate in RATES.values() for key in (rate.of, rate.among))]))
COUNTED = tuple(dict.fromkeys([*COMPARED, *(key for rate in RATES.values() for key in rate.figures)]))


def percentage(numerator, denominator):
    """One decimal, or None where nothing was asked: no rate is not a rate of nought."""
    return round(100 * numerator / denominator, 1) if denominator else None


def percentages(counts):
    """{rate: its percentage or None} from {figure: count}."""
    return {key: percentage(counts[rate.of], counts[rate.among]) for key, rate in RATES.items()}


def weights(on):
    """{rate: points} as set on the date `on`."""
    values = parameters(*(f"rate_weight_{key}" for key in RATES), on=on)
    return {key: values[f"rate_weight_{key}"] for key in RATES}


def score(counts, points):
    """The weighted mean of the rates that were asked at all, 0..100 with one decimal, less what is deducted.

    `points` are {rate: weight}; a rate without a denominator takes no part, nor does its weight. None where no rate
    has both.
    """
    found = {key: value for key, value in percentages(counts).items() if value is not None}
    added = {key: value for key, value in found.items() if not RATES[key].is_deducted and points[key]}
    if not added:
        return None
    mean = sum(points[key] * value for key, value in added.items()) / sum(points[key] for key in added)
    taken = sum(points[key] * value / 100 for key, value in found.items() if RATES[key].is_deducted)
    return round(max(mean - taken, 0), 1)


def formula(points):
    """What `score` does with these weights, in words."""
    added = "、".join(
        f"{RATES[key].label} {points[key]:g} 分" for key in RATES if points[key] and not RATES[key].is_deducted
    )
    taken = "".join(
        f"再扣{RATES[key].label}的 {points[key]:g}%。" for key in RATES if points[key] and RATES[key].is_deducted
    )
    return f"按权重平均：{added or '没有设权重'}；没有分母的不参加平均。{taken}权重在“参数”里按生效日期设置。"
