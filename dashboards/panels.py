"""The parts of the dashboard as the templates print them: each number with the address of its rows."""

from dataclasses import replace
from datetime import timedelta

from checklists.models import Need
from dashboards import figures, rates
from dashboards.figures import COVERS, FIGURES, GROUP_OF, GROUPS, HEADLINES
from dashboards.outlook import PERMISSION
from dashboards.rates import COUNT_WORDS, RATES
from organizations.models import Organization

OVERDUE_SHOWN = 8
FEW = 10  # under so many answers a rate says little, and its dot is hollow


# --- Where one is, and when -------------------------------------------------------------------------------------------
def trail(outlook, tops, *here, page="home"):
    """The nodes above, as far up as the user supervises; `here` names a page below `page`."""
    steps = []
    if len(tops) > 1 or outlook.organization is None:
        steps.append({"label": "全部", "url": replace(outlook, organization=None).href(page)})
    node = outlook.organization
    if node is not None:
        above = Organization.objects.allowed(outlook.user, PERMISSION).filter(
            tree_id=node.tree_id, lft__lte=node.lft, rght__gte=node.rght
        )
        steps += [
            {"label": row.name, "url": replace(outlook, organization=row).href(page)} for row in above.order_by("lft")
        ]
    return steps + [{"label": label, "url": ""} for label in here]


def children(outlook, tops, page="home"):
    """The next level of the tree below what is looked at."""
    if outlook.organization is None:
        nodes = tops
    else:
        nodes = outlook.organizations().active().filter(parent=outlook.organization).order_by("lft")
    return [{"label": node.name, "url": replace(outlook, organization=node).href(page)} for node in nodes]


def quick_periods(outlook, form, page="home", **kept):
    """The quick choices of a page; `kept` are its other parameters. Weeks begin on Monday."""
    today = form.today
    quarter = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    monday = today - timedelta(days=today.weekday())
    choices = [
        ("近7天", today - timedelta(days=6), today),
        ("近30天", today - timedelta(days=29), today),
        ("本季", quarter, today),
    ]
    if page != "home":
        choices = [
            ("上周", monday - timedelta(days=7), monday - timedelta(days=1)),
            ("本周", monday, today),
            ("本月", today.replace(day=1), today),
            *choices[1:],
        ]
    current = (outlook.starts_on, outlook.ends_on)
    chips = [
        {
            "label": label,
            "url": replace(outlook, starts_on=starts_on, ends_on=ends_on).href(page, **kept),
            "is_current": current == (starts_on, ends_on),
        }
        for label, starts_on, ends_on in choices
    ]
    return {"chips": chips, "is_custom": form.has_bad_dates or not any(chip["is_current"] for chip in chips)}


# --- Needs ------------------------------------------------------------------------------------------------------------
def stats(outlook, counts):
    """The four numbers, each against the period of the same length before."""
    before = outlook.before()
    earlier = figures.totals(before.needs(), outlook.at, HEADLINES)
    return {
        "before": before,
        "overdue": {"number": counts["overdue"], "href": outlook.rows("overdue")},
        "numbers": [
            {
                "label": FIGURES[key].label,
                "number": counts[key],
                "href": outlook.rows(key),
                "definition": FIGURES[key].definition,
                "before": earlier[key],
                "before_href": before.rows(key),
                **_change(key, counts[key] - earlier[key]),
            }
            for key in HEADLINES
        ],
    }


def _change(key, more):
    if not more:
        return {"change": "与上期一样", "trend": "flat"}
    words = f"比上期多 {more} 件" if more > 0 else f"比上期少 {-more} 件"
    # More filed needs is neither good nor bad, and a younger period is naturally further from its end.
    return {"change": words, "trend": "up" if more > 0 else "down", "good": more < 0 if key == "overdue" else None}


def rates_panel(outlook, counts):
    points = rates.weights(outlook.ends_on)
    return {
        "rates": [_rate(outlook, rate, counts) for rate in RATES.values()],
        "score": rates.score(counts, points),
        "formula": rates.formula(points),
    }


def _rate(outlook, rate, counts):
    return {
        "label": rate.label,
        "percent": rates.percentage(counts[rate.of], counts[rate.among]),
        "href": outlook.rows(rate.of),
        "definition": rate.definition,
        "left_out": [
            {"label": FIGURES[key].label, "number": counts[key], "href": outlook.rows(key)} for key in rate.left_out
        ],
        "counts": [
            {"label": COUNT_WORDS[key], "number": counts[key], "href": outlook.rows(key)}
            for key in (rate.of, rate.among, *rate.within)
        ],
    }


def days_panel(outlook):
    spans = figures.buckets(outlook.starts_on, outlook.ends_on)
    series = figures.by_day(outlook.needs(), spans)
    is_weekly = any(first != last for first, last in spans)
    labels = [f"{first:%m-%d}" + ("起" if is_weekly and first != last else "") for first, last in spans]
    rows = []
    for position, (first, last) in enumerate(spans):
        narrower = {"from_": first.isoformat(), "to_": last.isoformat()}
        cells = [
            {"label": GROUPS[key].label, "number": values[position], "href": outlook.rows(key, **narrower)}
            for key, values in series.items()
        ]
        total = sum(cell["number"] for cell in cells)
        if total:
            whole = {"label": "合计", "number": total, "href": outlook.rows("received", **narrower)}
            rows.append({"label": labels[position], "cells": [*cells, whole]})
    return {
        "unit": "周" if is_weekly else "日",
        "groups": [group.label for group in GROUPS.values()],
        "rows": rows,
        "chart": {
            "labels": labels,
            "spans": [[first.isoformat(), last.isoformat()] for first, last in spans],
            "series": [
                {"key": key, "label": GROUPS[key].label, "token": GROUPS[key].token, "values": values}
                for key, values in series.items()
            ],
            "href": outlook.href("need_list"),
        },
    }


def communities_panel(outlook, counts, chosen):
    """Communities side by side in the order of their codes, not of their rates; None where there are not two."""
    places = list(outlook.communities().order_by("code")) if outlook.reaches_communities else []
    if len(places) < 2:
        return None
    found = figures.by_community(outlook.needs(), outlook.at, rates.COMPARED)
    nothing = dict.fromkeys(rates.COMPARED, 0)
    rate, rows, dots = RATES[chosen], [], []
    for place in places:
        here = replace(outlook, organization=None)
        narrower = {"organization": place.organization_id}
        row = found.get(place.pk, nothing)
        rows.append(
            {
                "name": place.name,
                "href": here.href("home", **narrower),
                "numbers": [
                    {"label": FIGURES[key].label, "number": row[key], "href": here.rows(key, **narrower)}
                    for key in HEADLINES
                ],
                "rates": [
                    {
                        "label": each.label,
                        "percent": rates.percentage(row[each.of], row[each.among]),
                        "of": {"number": row[each.of], "href": here.rows(each.of, **narrower)},
                        "among": {"number": row[each.among], "href": here.rows(each.among, **narrower)},
                    }
                    for each in RATES.values()
                ],
            }
        )
        dots.append(
            {
                "name": place.name,
                "percent": rates.percentage(row[rate.of], row[rate.among]),
                "of": row[rate.of],
                "among": row[rate.among],
                "volume": row["received"],
                "href": here.rows(rate.among, **narrower),
            }
        )
    return {
        "rate": rate.label,
        "headings": [FIGURES[key].label for key in HEADLINES] + [each.label for each in RATES.values()],
        "choices": [
            {"label": each.label, "url": outlook.href("home", rate=key) + "#communities", "is_current": key == chosen}
            for key, each in RATES.items()
        ],
        "rows": rows,
        "chart": {
            "rate": rate.label,
            "words": [COUNT_WORDS[rate.of], COUNT_WORDS[rate.among]],
            "overall": rates.percentage(counts[rate.of], counts[rate.among]),
            "few": FEW,
            "dots": dots,
        },
    }


def overdue_panel(outlook):
    """What is overdue longest."""
    rows = figures.select(outlook.needs(), "overdue", outlook.at).with_deadline().order_by("due_at", "pk")
    return need_rows(rows.select_related("category", "community", "building__quarter")[:OVERDUE_SHOWN], outlook.at)


def need_rows(needs, at):
    rows = []
    for need in needs:
        due_at = need.deadline
        group = GROUPS[GROUP_OF[Need.Status(need.status)]]
        rows.append(
            {
                "need": need,
                "tone": group.tone,
                "due_at": due_at,
                "is_overdue": due_at is not None and due_at < at,
                "late": late(at - due_at) if due_at is not None and due_at < at else "",
            }
        )
    return rows


def late(span):
    hours = int(span.total_seconds() // 3600)
    if hours >= 24:
        return f"超期 {hours // 24} 天"
    return f"超期 {hours} 小时" if hours else "刚刚超期"


# --- The five-level chain ---------------------------------------------------------------------------------------------
def chain_panel(outlook):
    """[{tier, label, number, href}]: the nodes in use from the tier looked at downwards, by kind."""
    counts = figures.chain(outlook.organizations())
    top = outlook.organization.tier if outlook.organization else Organization.Tier.INDUSTRY
    return [
        {
            "tier": Organization.Tier(tier).label,
            "label": kind.label,
            "number": counts.get(kind.value, 0),
            "href": outlook.href("organization_list", kind=kind.value),
        }
        for kind, tier in Organization.TIER_OF_KIND.items()
        if tier >= top
    ]


def coverage_panel(outlook, rows):
    """Quarters by how the Party reaches them; in the chart within their community, and that within its kind."""
    counts = dict.fromkeys(COVERS, 0)
    kinds = {}
    for row in rows:
        counts[row["cover"]] += row["count"]
        label, token = COVERS[row["cover"]]
        leaf = {
            "name": label,
            "value": row["count"],
            "token": token,
            "href": outlook.href("quarter_list", cover=row["cover"], organization=row["organization"])
            if outlook.reaches_communities
            else outlook.href("quarter_list", cover=row["cover"]),
        }
        kinds.setdefault(row["kind"], {}).setdefault((row["organization"], row["community_name"]), []).append(leaf)
    total = sum(counts.values())
    return {
        "counts": counts,
        "total": {"number": total, "href": outlook.href("quarter_list")},
        "covered": total - counts["none"],
        "rows": [
            {
                "label": label,
                "token": token,
                "number": counts[cover],
                "href": outlook.href("quarter_list", cover=cover),
            }
            for cover, (label, token) in COVERS.items()
        ],
        "chart": {
            "name": f"{total} 个小区",
            "href": outlook.href("quarter_list"),
            "tree": [
                {
                    "name": Organization.Kind(kind).label,
                    "href": outlook.href("quarter_list", kind=kind),
                    "children": [
                        {
                            "name": name,
                            "href": outlook.href("quarter_list", organization=organization)
                            if outlook.reaches_communities
                            else outlook.href("quarter_list"),
                            "children": leaves,
                        }
                        for (organization, name), leaves in places.items()
                    ],
                }
                for kind, places in kinds.items()
            ],
        },
    }


def kind_chips(outlook, chosen):
    everything = {"label": "全部", "url": outlook.href("organization_list"), "is_current": not chosen}
    return [everything] + [
        {"label": kind.label, "url": outlook.href("organization_list", kind=kind.value), "is_current": kind == chosen}
        for kind in Organization.TIER_OF_KIND
    ]


def cover_chips(outlook, chosen):
    everything = {"label": "全部", "url": outlook.href("quarter_list"), "is_current": not chosen}
    return [everything] + [
        {"label": label, "url": outlook.href("quarter_list", cover=cover), "is_current": cover == chosen}
        for cover, (label, _) in COVERS.items()
    ]
