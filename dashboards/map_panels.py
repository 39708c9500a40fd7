"""The pages of the map as the templates print them."""

from dashboards import maps, panels
from dashboards.places import LEVEL_WORDS, start
from dashboards.workload import DEFINITIONS, WORDS
from patrols.models import Incident

SORTS = ("open", "overdue", "need_open", "need_overdue", "incident_open", "incident_overdue", "households", "load")
HEADS = ["名称", *(label for _, label, *_ in maps.COLUMNS), "户数", "户数统计日期", "每百户在办"]
FIGURE_WORDS = {"open": "在办", "overdue": "已超期"}
TONES = {"reported": "info", "accepted": "warn", "escalated": "warn", "assigned": "info", "handled": "info"}


def page(place, by, sort):
    by = by if by in WORDS else "open"
    parts = maps.parts_of(place, by)
    ordered = sorted_parts(parts, sort)
    return {
        "place": place,
        "by": by,
        "word": LEVEL_WORDS[place.level],
        "trail": trail(place, by),
        "choices": [
            {"label": label, "url": place.href(by=key, sort=sort), "is_current": key == by}
            for key, label in WORDS.items()
        ],
        "definition": {"term": WORDS[by], "text": DEFINITIONS[by]},
        "total": total(place, parts),
        "load_definition": DEFINITIONS["load"],
        "parts": ordered,
        "heads": heads(place, by, sort),
        "legend": maps.legend(parts),
        "tiles": tiles(place, parts),
        "shaped": sum(part.has_shape for part in parts),
        "is_whole": all(part.has_shape or part.place.rest for part in parts),
        "figures": figures(place, parts, by),
        "export": place.href("map_export", by=by, sort=sort),
    }


def total(place, parts):
    load = maps.Load()
    for part in parts:
        load.add(part.load)
    if place.level == "community" and place.community.households:
        # As the community counts itself; its buildings may not all be counted.
        load.households, load.days = place.community.households, {place.community.households_on}
    return maps.Part(place.name, place, load)


def trail(place, by="", *here):
    """The places above, down from the lowest that holds all that the user supervises."""
    top = place.top or start(place.user, place.at).level
    chain = place.chain()
    above = next((index for index, step in enumerate(chain) if step.level == top), len(chain) - 1)
    steps = [{"label": step.name, "url": step.href(by=by)} for step in chain[above:] if step.level != "building"]
    last = [place.name] if place.level == "building" else []
    return steps + [{"label": label, "url": ""} for label in (*last, *here)]


def sorted_parts(parts, sort):
    """In the order of their codes, or by a figure ("-open": the most first); an unknown figure comes last."""
    key = sort.removeprefix("-")
    if key not in SORTS:
        return parts
    is_falling = sort.startswith("-")
    known = [part for part in parts if getattr(part.load, key) is not None]
    known.sort(key=lambda part: getattr(part.load, key), reverse=is_falling)
    return known + [part for part in parts if getattr(part.load, key) is None]


def heads(place, by, sort):
    labels = {key: label for key, label, *_ in maps.COLUMNS} | {"households": "户数", "load": "每百户在办"}
    found = [{"label": "名称", "url": place.href(by=by), "order": "" if sort else "ascending"}]
    for key, label in labels.items():
        order = {key: "ascending", f"-{key}": "descending"}.get(sort, "")
        wanted = key if order == "descending" else f"-{key}"
        found.append({"label": label, "url": place.href(by=by, sort=wanted), "order": order, "is_number": True})
    return found


def tiles(place, parts):
    """The block view: a tile for each part with its smaller ones as blocks; of a grid, its buildings by quarter."""
    if place.level != "grid":
        return [{"part": part, "name": part.name, "blocks": part.blocks} for part in parts]
    by_quarter = {}
    for part in parts:
        by_quarter.setdefault(part.note or part.name, []).append(part)
    return [{"part": None, "name": name, "blocks": blocks} for name, blocks in by_quarter.items()]


def figures(place, parts, by):
    """What the script needs beside the shapes."""
    return {
        "shapes": place.href("map_shapes"),
        "isPoints": place.level == "grid",
        "unit": WORDS[by],
        "parts": {
            str(part.key): {
                "name": part.name,
                "value": part.value,
                "heat": part.heat,
                "words": part.words,
                "households": f"户数 {part.load.households}（{part.load.counted_on}）" if part.load.households else "",
                "href": part.href,
            }
            for part in parts
            if part.has_shape
        },
    }


def sheet_rows(parts):
    for part in parts:
        load = part.load
        yield [
            part.name,
            *(getattr(load, key) for key, *_ in maps.COLUMNS),
            load.households or "",
            load.counted_on,
            load.load,
        ]


# --- What lies behind a number ----------------------------------------------------------------------------------------
def listed(kind, rows):
    rows = rows.with_deadline().order_by("due_at", "pk")
    if kind == "need":
        return rows.select_related("category", "community", "building__quarter").defer(
            "address_detail", "on_behalf_of", "answers", "funnel"
        )
    return incident_columns(rows)


def incident_columns(rows):
    return rows.select_related("matter", "community", "grid", "building__quarter", "reporter", "handler")


def work(place, figure, kind, counts, page_obj):
    label = FIGURE_WORDS[figure]
    name = f"{place.name}（没有定到{LEVEL_WORDS[place.level]}的）" if place.rest else place.name
    rows = panels.need_rows(page_obj, place.at) if kind == "need" else incident_rows(page_obj, place.at)
    return {
        "place": place,
        "name": name,
        "label": label,
        "kind": kind,
        "total": sum(counts.values()),
        "trail": trail(place, "", "明细"),
        "definition": DEFINITIONS[figure],
        "kinds": [
            {
                "label": word,
                "count": counts[key],
                "url": place.href("work_list", figure=figure, kind=key),
                "is_current": key == kind,
            }
            for key, word in (("need", "居民需求"), ("incident", "巡查事件"))
        ],
        "needs": rows if kind == "need" else [],
        "incidents": rows if kind == "incident" else [],
        "export": place.href("work_export", figure=figure, kind=kind) if rows else "",
    }


def incident_rows(incidents, at):
    rows = []
    for incident in incidents:
        due_at = incident.deadline
        is_overdue = due_at is not None and due_at < at
        rows.append(
            {
                "incident": incident,
                "tone": TONES.get(Incident.Status(incident.status), "plain"),
                "due_at": due_at,
                "is_overdue": is_overdue,
                "late": panels.late(at - due_at) if is_overdue else "",
            }
        )
    return rows
