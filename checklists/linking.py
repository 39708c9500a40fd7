"""What hangs together: need, dispatch, resource, activity and project around one row, as a small drawing and a list."""

from dataclasses import dataclass, field
from itertools import chain, zip_longest

from django.apps import apps
from django.db.models import Q
from django.urls import reverse

# Left to right, as a thing comes about. Sizes are the SVG's own units.
KINDS = ("need", "dispatch", "resource", "activity", "project")
WORDS = {"need": "需求", "dispatch": "派单", "resource": "资源", "activity": "活动", "project": "项目"}
NEIGHBOURS = {
    "need": ("need", "dispatch", "resource", "activity", "project"),  # the whole that it is a part of, or its parts
    "dispatch": ("need", "resource"),
    "resource": ("need", "dispatch", "activity", "project"),
    "activity": ("need", "resource"),
    "project": ("need", "resource"),
}
LOADED = {
    "need": ("category",),
    "dispatch": ("resource__unit",),
    "resource": ("unit",),
    "activity": ("unit",),
    "project": ("unit",),
}
MOST = 12  # boxes that a page can show and a reader take in
SEEN = 50  # rows of one kind that are asked for; there is "50 or more" beyond
WIDTH, HEIGHT, GAP_X, GAP_Y, TOP = 176, 52, 36, 16, 28
LINE = WIDTH - 20  # what a box leaves for letters: 14 units for a Chinese one, some 8 for the others


@dataclass
class Node:
    kind: str
    row: object
    label: str
    note: str
    url: str
    is_centre: bool = False
    x: int = 0
    y: int = 0

    @property
    def key(self):
        return self.kind, self.row.pk

    @property
    def word(self):
        return WORDS[self.kind]

    @property
    def short(self):
        return clipped(self.label)

    @property
    def text_x(self):
        return self.x + 10

    @property
    def label_y(self):
        return self.y + 22

    @property
    def note_y(self):
        return self.y + 42


@dataclass
class Edge:
    one: Node
    other: Node
    lane: int = 0  # the height below all boxes where a line runs that would cross a column between its ends

    @property
    def is_long(self):
        return abs(self.one.x - self.other.x) > WIDTH + GAP_X

    @property
    def path(self):
        """From the right side of the left box to the left side of the right one."""
        left, right = sorted((self.one, self.other), key=lambda node: (node.x, node.y))
        y1, y2 = left.y + HEIGHT // 2, right.y + HEIGHT // 2
        if left.x == right.x:
            return f"M {left.x + WIDTH} {y1} h 12 V {y2} h -12"
        x1, x2 = left.x + WIDTH, right.x
        if self.is_long:
            return f"M {x1} {y1} h 14 V {self.lane} H {x2 - 14} V {y2} h 14"
        bend = (x2 - x1) // 2
        return f"M {x1} {y1} C {x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"


@dataclass
class Links:
    """`nodes` with their places, `edges` between them, `more`: how many neighbours the drawing leaves out."""

    nodes: list
    edges: list
    more: int
    heads: list = field(default_factory=list)  # (x, word) above each column
    width: int = 0
    height: int = 0
    box_width: int = WIDTH
    box_height: int = HEIGHT

    @property
    def others(self):
        return [node for node in self.nodes if not node.is_centre]


def clipped(words):
    """`words` as far as a box holds them."""
    room = LINE
    for number, letter in enumerate(words):
        room -= 8.5 if letter.isascii() else 14
        if room < 0:
            return words[: number - 1] + "…"
    return words


def links_of(row, user):
    """The Links of `row` (a Need, Dispatch, Resource, Activity or Project): one step around it, and between needs and
    projects a second one. What `user` may not see is not there, and not counted.

    The number of queries depends on the kinds that are met, never on how many rows there are.
    """
    kind = row._meta.model_name
    found = {each: [] for each in KINDS}
    for other in NEIGHBOURS[kind]:
        found[other] = _rows(other, user, kind, [row.pk], besides=[])
    for one, other in (("need", "project"), ("project", "need")):
        pks = [each.pk for each in found[one]]
        besides = [each.pk for each in found[other]] + ([row.pk] if kind == other else [])
        if pks:
            found[other] += _rows(other, user, one, pks, besides=besides)
    centre = _node(kind, row, user, is_centre=True)
    rings = [[_node(each, other, user) for other in found[each]] for each in KINDS]
    around = [node for node in chain.from_iterable(zip_longest(*rings)) if node]
    nodes = [centre, *around[: MOST - 1]]
    return _placed(Links(nodes, _edges(nodes), more=len(around) - len(nodes) + 1))


def _rows(other, user, kind, pks, *, besides):
    """The `other` rows that `user` sees and that meet the `kind` rows `pks`, the newest first; not `besides`."""
    rows = apps.get_model("checklists", other).objects.visible_to(user).filter(pk__in=_touching(other, kind, pks))
    return list(rows.exclude(pk__in=besides).select_related(*LOADED[other]).order_by("-pk")[:SEEN])


def _touching(other, kind, pks):
    """The keys of the `other` rows that meet the `kind` rows `pks`: a subquery, or the few there are."""
    if kind == other == "need":
        return _family(pks)
    dispatches = apps.get_model("checklists", "Dispatch").objects
    if other == "dispatch":
        return dispatches.filter(**{f"{kind}__in": pks}).values("pk")
    if kind == "dispatch":
        return dispatches.filter(pk__in=pks).values(other)
    if {kind, other} == {"need", "resource"}:
        return dispatches.filter(**{f"{kind}__in": pks}).values(other)
    return _through(kind, other).filter(**{f"{kind}__in": pks}).values(other)


def _family(pks):
    """The keys of the wholes that the needs `pks` were split off, and of their own parts."""
    needs = apps.get_model("checklists", "Need").objects.order_by()
    rows = needs.filter(Q(pk__in=pks) | Q(parent__in=pks)).values_list("pk", "parent")
    return ({key for row in rows for key in row} - {None}) - set(pks)


def _through(one, other):
    """The rows that tie an activity or a project to a need or a resource."""
    whole, part = (one, other) if one in ("activity", "project") else (other, one)
    return getattr(apps.get_model("checklists", whole), f"{part}s").through.objects.all()


def _edges(nodes):
    by_key = {node.key: node for node in nodes}
    pairs = []
    for node in nodes:
        if node.kind == "need" and node.row.parent_id:
            pairs.append((node.key, ("need", node.row.parent_id)))
        if node.kind == "dispatch":
            pairs += [(node.key, ("need", node.row.need_id)), (node.key, ("resource", node.row.resource_id))]
    drawn = {kind: [node.row.pk for node in nodes if node.kind == kind] for kind in KINDS}
    for kind in ("activity", "project"):
        for other in ("need", "resource"):
            if drawn[kind] and drawn[other]:
                kept = _through(kind, other).filter(**{f"{kind}__in": drawn[kind], f"{other}__in": drawn[other]})
                pairs += [((kind, a), (other, b)) for a, b in kept.values_list(f"{kind}_id", f"{other}_id")]
    return [Edge(by_key[one], by_key[other]) for one, other in pairs if one in by_key and other in by_key]


def _node(kind, row, user, is_centre=False):
    label, note = {
        "need": lambda: (f"{row.category} {row.spoken_code}", row.get_status_display()),
        "dispatch": lambda: (str(row.resource.unit), f"{row.offered_at:%m-%d} {row.get_status_display()}"),
        "resource": lambda: (row.name, str(row.unit)),
        "activity": lambda: (row.name, f"{row.starts_at:%Y-%m-%d} {row.get_status_display()}"),
        "project": lambda: (row.name, f"{row.get_status_display()} {row.progress}%"),
    }[kind]()
    url = "" if is_centre else _url(kind, row, user)
    return Node(kind, row, label, clipped(note), url, is_centre)


def _url(kind, row, user):
    if user.is_staff:
        return reverse(f"admin:checklists_{kind}_change", args=[row.pk])
    return reverse("desk:dispatch_detail", args=[row.pk]) if kind == "dispatch" else ""


def _placed(links):
    """One column for each kind that is there, the boxes in the middle of their column's height."""
    columns = [(kind, [node for node in links.nodes if node.kind == kind]) for kind in KINDS]
    columns = [(kind, nodes) for kind, nodes in columns if nodes]
    step = HEIGHT + GAP_Y
    tallest = max(len(nodes) for _, nodes in columns)
    for place, (kind, nodes) in enumerate(columns):
        x = place * (WIDTH + GAP_X) + 2
        links.heads.append((x, WORDS[kind]))
        start = TOP + (tallest - len(nodes)) * step // 2
        for number, node in enumerate(nodes):
            node.x, node.y = x, start + number * step
    links.width = len(columns) * (WIDTH + GAP_X) - GAP_X + 16
    links.height = TOP + tallest * step
    if long := [edge for edge in links.edges if edge.is_long]:
        for edge in long:
            edge.lane = links.height
        links.height += GAP_Y
    return links
