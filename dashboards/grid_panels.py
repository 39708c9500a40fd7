"""网格工作 as its pages print it: each number with the address of its rows, each rate with its counts."""

from datetime import timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from dashboards import grid_rows, map_panels, patrolling
from dashboards.grid_rows import KINDS, role_of
from dashboards.patrolling import OTHER, REPORTS, SHARES
from organizations.parameters import parameter
from patrols.models import Incident

NUMBERS = ("reported", "on_spot", "open", "overdue")
FEW = "件数少"


def minimum(outlook):
    """Below so many a rate says little: it is shown in grey and takes no part in the order."""
    return int(parameter("grid_rate_minimum", on=outlook.ends_on))


def page(outlook, kind, sort, rows, few):
    """`rows` are those of one leaf of the list."""
    return {
        "kind": kind,
        "kind_word": KINDS[kind].removeprefix("按"),
        "kinds": [
            {"label": label, "url": outlook.href("grid_list", by=key), "is_current": key == kind}
            for key, label in KINDS.items()
        ],
        "heads": heads(outlook, kind, sort),
        "rows": [_row(outlook, kind, row, few) for row in rows],
        "few": few,
        "definitions": definitions(),
    }


def definitions():
    found = [{"term": each.label, "text": each.definition} for each in (*REPORTS.values(), *SHARES.values())]
    found = [each for each in found if each["text"]]
    return found + [dict(zip(("term", "text"), words.split("：", 1), strict=True)) for words in OTHER.values()]


COLUMNS = {
    **{key: REPORTS[key].label for key in ("reported", "open", "overdue")},
    "on_time": "按期处置率",
    "acceptance": "按时受理率",
    "rework": "返工率",
    "returns": "退回率",
    "visits": "走访",
    "rounds": "巡查",
    "arrival": "报到",
    "load": "每百户上报",
    "per_grid": "平均每网格",
}


def columns(kind):
    left_out = {"grid": ("per_grid",), "community": (), "person": ("per_grid", "load", "arrival")}[kind]
    return [key for key in COLUMNS if key not in left_out]


def heads(outlook, kind, sort):
    found = [{"label": KINDS[kind].removeprefix("按"), "url": outlook.href("grid_list", by=kind), "order": ""}]
    for key in columns(kind):
        order = {key: "ascending", f"-{key}": "descending"}.get(sort, "")
        wanted = key if order == "descending" else f"-{key}"
        url = outlook.href("grid_list", by=kind, sort=wanted)
        found.append({"label": COLUMNS[key], "url": url, "order": order, "is_number": True})
    return found


def _row(outlook, kind, row, few):
    return {
        "name": row.name,
        "note": row.note,
        "href": incidents_href(outlook, kind, row, "reported"),
        "cells": [_cell(outlook, kind, row, key, few) for key in columns(kind)],
    }


def _cell(outlook, kind, row, key, few):
    cell = {"label": COLUMNS[key]}
    if key in REPORTS:
        return cell | {"number": row.counts[key], "href": incidents_href(outlook, kind, row, key)}
    if key in SHARES:
        rate = SHARES[key]
        percent, of, among = row.share(key)
        counts = [
            {"number": of, "href": incidents_href(outlook, kind, row, rate.of)},
            {"number": among, "href": incidents_href(outlook, kind, row, rate.among)},
        ]
        return cell | {"is_rate": True, "percent": percent, "counts": counts, "is_few": among < few}
    if key == "visits":
        return cell | _visits(outlook, kind, row, few)
    if key == "rounds":
        return cell | {"number": row.rounds, "href": place_href(outlook, "round_list", kind, row)}
    if key == "arrival":
        minutes, came, called = row.arrival
        return cell | {"is_arrival": True, "minutes": minutes, "came": came, "called": called, "is_few": came < few}
    if key == "load":
        return cell | {
            "value": row.load,
            "note": f"{row.households} 户" if row.households else "",
            "on": row.counted_on,
        }
    return cell | {"value": row.per_grid, "note": f"{row.grids} 个网格" if row.grids else "", "on": ""}


def _visits(outlook, kind, row, few):
    # The counts are the supervisor's; which households they are is seen by whoever may see households.
    is_open = outlook.user.has_perm("patrols.view_carehousehold")
    percent, visited, due = row.share("visits")
    counts = [
        {"number": number, "href": place_href(outlook, "household_list", kind, row, state=state) if is_open else ""}
        for number, state in ((visited, "visited"), (due, "due"))
    ]
    if row.visits_due is None:
        return counts[0]
    return {"is_rate": True, "percent": percent, "counts": counts, "is_few": due < few}


def incidents_href(outlook, kind, row, figure):
    name = role_of(figure) if kind == "person" else kind
    return outlook.href("incident_list", figure=figure, **{name: row.key})


def place_href(outlook, name, kind, row, **more):
    return outlook.href(name, **{kind: row.key}, **more)


def recurring_href(outlook):
    """The page of the words that come back in the notes of the period's last week, for whoever may read notes."""
    user = outlook.user
    if not (user.is_staff and user.has_perm("patrols.view_note")):
        return ""
    asked = {"week": outlook.ends_on - timedelta(days=outlook.ends_on.weekday())}
    if len(outlook.ground) == 1:
        asked["community"] = outlook.ground[0]
    return f"{reverse('admin:patrols_note_words')}?{urlencode(asked)}"


# --- The whole, and where it came in ----------------------------------------------------------------------------------
def totals(outlook):
    """What is looked at as a whole: four numbers and the rates, each with its rows."""
    counts = patrolling.counts(outlook.incidents(), outlook.at)[""]
    return {
        "numbers": [
            {
                "label": REPORTS[key].label,
                "number": counts[key],
                "href": outlook.href("incident_list", figure=key),
                "definition": REPORTS[key].definition,
            }
            for key in NUMBERS
        ],
        "rates": [
            {
                "label": rate.label,
                "percent": grid_rows.percentage(counts[rate.of], counts[rate.among]),
                "href": outlook.href("incident_list", figure=rate.of),
                "definition": rate.definition,
                "counts": [
                    {
                        "label": REPORTS[figure].label,
                        "number": counts[figure],
                        "href": outlook.href("incident_list", figure=figure),
                    }
                    for figure in (rate.of, rate.among)
                ],
            }
            for rate in SHARES.values()
        ],
    }


def intake(outlook):
    """Needs by the channel they came in by, incidents by their source; all of the period."""
    needs = patrolling.tally(outlook.needs(), "channel")
    incidents = patrolling.tally(outlook.incidents(), "source")
    return [
        _intake("居民需求", needs, outlook.needs().model.Channel, outlook, "need_list", "channel"),
        _intake("巡查事件", incidents, Incident.Source, outlook, "incident_list", "source"),
    ]


def _intake(label, found, choices, outlook, page, parameter_name):
    total = sum(found.values())
    rows = [
        {
            "label": choice.label,
            "number": found.get(choice.value, 0),
            "percent": grid_rows.percentage(found.get(choice.value, 0), total),
            "href": outlook.href(page, **{parameter_name: choice.value}),
        }
        for choice in choices
    ]
    return {
        "label": label,
        "rows": sorted(rows, key=lambda row: -row["number"]),
        "total": {"number": total, "href": outlook.href(page)},
    }


# --- Sheets -----------------------------------------------------------------------------------------------------------
def sheet_heads(kind):
    heads = [KINDS[kind].removeprefix("按"), "所在"]
    for key in columns(kind):
        heads.append(COLUMNS[key] + ("%" if key in (*SHARES, "visits") else "（分钟）" if key == "arrival" else ""))
        if key in SHARES:
            heads += [REPORTS[SHARES[key].of].label, REPORTS[SHARES[key].among].label]
        heads += {
            "visits": ["已走访", "应走访"],
            "arrival": ["已报到", "被吹哨"],
            "load": ["户数", "户数统计日期"],
        }.get(key, [])
    return heads


def sheet_rows(kind, rows):
    for row in rows:
        cells = [row.name, row.note]
        for key in columns(kind):
            if key in REPORTS:
                cells.append(row.counts[key])
            elif key in (*SHARES, "visits"):
                cells += row.share(key)
            elif key == "arrival":
                cells += row.arrival
            elif key == "load":
                cells += [row.load, row.households or "", row.counted_on]
            else:
                cells.append(getattr(row, key))
        yield cells


# --- Rows behind numbers ----------------------------------------------------------------------------------------------
HOUSEHOLD_HEADS = ["楼栋", "关爱类别", "网格", "上次走访", "下次走访", "这段时间"]
ROUND_HEADS = ["网格", "巡查人", "时间", "检查项", "有问题", "说明"]


def household_rows(households):
    """No name, room or phone: whoever visits sees those on their own phone."""
    for household in households:
        last = household.last_visit_at
        yield [
            str(household.building),
            household.get_group_display(),
            str(household.building.grid or "未划入网格"),
            f"{timezone.localtime(last):%Y-%m-%d}" if last else "还没有",
            f"{household.due_on:%Y-%m-%d}",
            "已走访" if household.is_visited else "没有走访到",
        ]


def round_rows(rounds):
    for each in rounds:
        at = f"{timezone.localtime(each.walked_at):%Y-%m-%d %H:%M}"
        yield [str(each.grid), each.walker.name, at, each.check_count, each.fault_count, each.note]


def incident_list(outlook, form, page_obj):
    return {
        "rows": map_panels.incident_rows(page_obj, outlook.at),
        "figure": REPORTS[form.cleaned_data.get("figure") or "reported"],
        "cleared": outlook.href("incident_list"),
        "narrowed": _narrowed(outlook, form),
        "hidden": [form[name] for name in ("community", "grid", "reporter", "receiver", "handler")],
    }


def _narrowed(outlook, form):
    """Whose, in words; somebody who is in none of these rows is not named."""
    words = [str(form.cleaned_data[name]) for name in ("community", "grid") if form.cleaned_data.get(name)]
    for name, word in (("reporter", "上报"), ("receiver", "首接"), ("handler", "处置")):
        if key := form.cleaned_data.get(name):
            path = form.NARROWING[name]
            person = outlook.incidents().filter(**{path: key}).values_list(f"{path}__name", flat=True).first()
            words.append(f"{person or '此人'}{word}")
    return "，".join(words)
