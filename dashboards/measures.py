"""The rates of a period as the API and the export hand them out."""

from dashboards import figures, rates
from dashboards.figures import FIGURES, HEADLINES
from dashboards.rates import RATES

MEASURE_HEADS = [
    "范围",
    *(FIGURES[key].label for key in HEADLINES),
    *(
        head
        for rate in RATES.values()
        for head in (f"{rate.label}%", FIGURES[rate.of].label, FIGURES[rate.among].label)
    ),
    "综合得分",
]


def measures(outlook):
    """{figures, rates, score}: what the overview shows, with every count that went in and every one left out."""
    counts = figures.totals(outlook.needs(), outlook.at, rates.COUNTED)
    points = rates.weights(outlook.ends_on)
    return {
        "figures": {key: counts[key] for key in HEADLINES},
        "rates": [
            {
                "key": key,
                "label": rate.label,
                "percent": rates.percentage(counts[rate.of], counts[rate.among]),
                "numerator": counts[rate.of],
                "denominator": counts[rate.among],
                "left_out": {FIGURES[each].label: counts[each] for each in rate.left_out},
                "definition": rate.definition,
                "weight": points[key],
            }
            for key, rate in RATES.items()
        ],
        "score": rates.score(counts, points),
    }


def measure_rows(outlook):
    """The cells of the export: what is looked at, then its communities in the order of their codes."""
    points = rates.weights(outlook.ends_on)
    whole = outlook.organization.name if outlook.organization else "合计"
    yield _row(whole, figures.totals(outlook.needs(), outlook.at, rates.COMPARED), points)
    if outlook.reaches_communities:
        found = figures.by_community(outlook.needs(), outlook.at, rates.COMPARED)
        nothing = dict.fromkeys(rates.COMPARED, 0)
        for place in outlook.communities().order_by("code"):
            yield _row(place.name, found.get(place.pk, nothing), points)


def _row(name, counts, points):
    cells = [name, *(counts[key] for key in HEADLINES)]
    for rate in RATES.values():
        percent = rates.percentage(counts[rate.of], counts[rate.among])
        cells += ["" if percent is None else percent, counts[rate.of], counts[rate.among]]
    total = rates.score(counts, points)
    return [*cells, "" if total is None else total]
