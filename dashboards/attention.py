"""需要关注: what a supervisor would be asked about first, as plain sentences, each with the rows it counts."""

from dataclasses import dataclass

from dashboards import figures

MOST = 5


@dataclass(frozen=True)
class Sentence:
    text: str
    href: str
    count: int
    tone: str = "warn"


def sentences(outlook, causes, cover_counts):
    """At most five. `causes` as figures.overdue_causes gives them, `cover_counts` {cover: quarters}."""
    late = [_of_cause(outlook, *cause) for cause in causes]
    told = late[:2] + list(_of_figures(outlook)) + late[2:]
    if count := cover_counts.get("none"):
        told.insert(
            min(len(told), MOST - 1),
            Sentence(f"{count} 个小区没有支部，也没有派驻指导员", outlook.href("quarter_list", cover="none"), count),
        )
    return told[:MOST]


def _of_cause(outlook, community, organization, count, category, most):
    if most == count:
        cause = f"均为{category}"
    elif 2 * most >= count:
        cause = f"主要是{category}"
    else:
        cause = f"最多的是{category}（{most} 件）"
    narrower = {"organization": organization} if outlook.reaches_communities else {}
    return Sentence(f"{community} {count} 件超期，{cause}", outlook.rows("overdue", **narrower), count, "bad")


def _of_figures(outlook):
    needs, at = outlook.needs(), outlook.at
    counts = figures.totals(needs, at, ("unanswered", "escalated", "reopened"))
    words = {
        "unanswered": "{} 件过了响应期限，还没有人回应",
        "reopened": "{} 件居民再次反映，等待判定",
        "escalated": "{} 件社区上报，等待处置",
    }
    for key, text in words.items():
        if counts[key]:
            yield Sentence(text.format(counts[key]), outlook.rows(key), counts[key])
    worst = figures.worst_category(needs, at)
    if worst:
        category, name, dissatisfied, rated = worst
        yield Sentence(
            f"{name}有 {dissatisfied} 件不满意（答 {rated}）",
            outlook.rows("dissatisfied", category=category),
            dissatisfied,
        )
