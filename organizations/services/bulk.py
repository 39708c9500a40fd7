"""Thousands of organizations in one stroke, out of a sheet: founded, corrected and moved by the rules of the single
verbs, under one tree lock; the numbers of each tree they touch are computed once.
"""

from collections import Counter
from copy import copy
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import CharField, Max, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from govern.locks import tree_lock
from organizations.models import Organization, OrganizationEvent, OrganizationVersion
from organizations.services.changes.door import NOT_BY_HAND, Event, demand_past, open_version, require, tier_under
from organizations.services.changes.renaming import said
from organizations.services.trail import audit_rows

BATCH = 500
CORRECTED = ("name", "founded_on", "trade", "is_active")
MESSAGE_OF = {each.name: each.violation_error_message for each in Organization._meta.constraints}


@dataclass(eq=False)
class Wanted:
    """What an organization is to be: the standing row `known` from now on, or a new one where that is None.

    `parent` is an Organization, another Wanted that is new, or None for a root.
    """

    name: str
    kind: str
    parent: object = None
    founded_on: date | None = None
    trade: str = ""
    is_active: bool = True
    known: Organization | None = None

    def __str__(self):
        return self.name

    @property
    def tier(self):
        return Organization.TIER_OF_KIND[self.kind]

    @property
    def dissolved_on(self):
        return self.known and self.known.dissolved_on


@dataclass(frozen=True)
class Fault:
    """Why the Wanted at `place` of the list cannot be, beside its `field`; `twin` is the place of one like it."""

    place: int
    field: str
    words: str
    twin: int | None = None


class BulkRefusal(ValidationError):
    def __init__(self, faults):
        self.faults = faults
        super().__init__([fault.words for fault in faults], code="bulk")


def bulk_faults(wanted, *, actor):
    """Every Fault of the list of Wanted as the tree stands now: what write_organizations would refuse."""
    return Forest(wanted, actor).faults()


@transaction.atomic
def write_organizations(wanted, *, actor, reason="", at=None):
    """Found, correct and move all of the list of Wanted. BulkRefusal, with every Fault, where one of them cannot be.

    Moves hold from today on; corrections have always been so.
    """
    tree_lock()
    forest = Forest(wanted, actor)
    if faults := forest.faults():
        raise BulkRefusal(faults)
    forest.change()
    forest.renumber()
    forest.save()
    forest.record(actor=actor, reason=reason, at=at or timezone.now())


class Forest:
    """The trees that a list of Wanted touches, read now, and what becomes of them."""

    def __init__(self, wanted, actor):
        self.wanted, self.actor = wanted, actor
        rows = [row for each in wanted for row in (each.known, each.parent) if isinstance(row, Organization)]
        touched = Organization.objects.filter(pk__in={row.pk for row in rows}).order_by()
        trees = Organization.objects.filter(tree_id__in=set(touched.values_list("tree_id", flat=True)))
        self.nodes = {node.pk: node for node in trees.order_by("tree_id", "lft")}
        self.addable = self._allowed(trees, "organizations.add_organization")
        self.changeable = self._allowed(trees, "organizations.change_organization")

    def _allowed(self, trees, permission):
        pks = set(trees.allowed(self.actor, permission).order_by().values_list("pk", flat=True))
        try:
            require(self.actor, permission, None)
        except PermissionDenied:
            return pks
        return pks | {None}

    def now(self, row):
        """A row as it is in these trees; a Wanted and None as they are."""
        return self.nodes.get(row.pk) if isinstance(row, Organization) else row

    # --- What cannot be -----------------------------------------------------------------------------------------------
    def faults(self):
        found = [Fault(place, *fault) for place, each in enumerate(self.wanted) for fault in self._faults_of(each)]
        return sorted([*found, *self._namesakes()], key=lambda fault: fault.place)

    def _faults_of(self, each):
        node, parent = self.now(each.known), self.now(each.parent)
        for field, wanted, row in (("name", each.known, node), ("parent", each.parent, parent)):
            if isinstance(wanted, Organization) and (row is None or row.dissolved_on is not None):
                yield field, f"“{wanted}”已撤销。"
                return
        yield from self._out_of_reach(each, node, parent)
        if node is not None and isinstance(parent, Organization) and node.is_ancestor_of(parent, include_self=True):
            yield "parent", "不能移到自己的下级。"
            return
        yield from _told(lambda: tier_under(each.kind, parent))
        yield from _told(lambda: demand_past(each.founded_on))
        probe = Organization(**{name: getattr(each, name) for name in (*CORRECTED, "kind")})
        yield from _told(lambda: probe.clean_fields(exclude=["tier", "parent", *NOT_BY_HAND]))
        if each.trade and each.tier != Organization.Tier.INDUSTRY:
            yield "trade", MESSAGE_OF["organization_trade_is_of_a_root"]

    def _out_of_reach(self, each, node, parent):
        is_moved = node is not None and node.parent_id != _key(parent)
        if node is not None and node.pk not in self.changeable:
            yield "name", "您没有修改这个党组织的权限。"
        if (node is None or is_moved) and not isinstance(parent, Wanted):
            allowed = self.addable if node is None else self.changeable
            if _key(parent) not in allowed:
                yield "parent", "不在您的管辖范围内。"

    def _namesakes(self):
        """Two of one name under one parent: within the list, or with a row that stays as it is."""
        changing = {each.known.pk for each in self.wanted if each.known}
        held = {(node.parent_id, node.name) for node in self._standing() if node.pk not in changing}
        first = {}
        for place, each in enumerate(self.wanted):
            key = (_key(each.parent), each.name)
            twin = first.setdefault(key, place)
            constraint = "name_is_unique_under_its_parent" if key[0] else "root_name_is_unique"
            if key in held:
                yield Fault(place, "name", MESSAGE_OF[f"organization_{constraint}"])
            elif twin != place:
                yield Fault(place, "name", MESSAGE_OF[f"organization_{constraint}"], twin)

    def _standing(self):
        yield from (node for node in self.nodes.values() if node.dissolved_on is None)
        yield from Organization.objects.standing().filter(parent=None).exclude(pk__in=self.nodes)

    # --- What is done -------------------------------------------------------------------------------------------------
    def change(self):
        """Put every Wanted's words into its row, by tier: whoever is under somebody new comes after him."""
        row_of, self.founded, self.corrected, self.moved, self.before = {}, [], {}, {}, {}
        self.above = {id(node): self.nodes.get(node.parent_id) for node in self.nodes.values()}
        for each in sorted(self.wanted, key=lambda each: each.tier):
            parent = row_of[each.parent] if isinstance(each.parent, Wanted) else self.now(each.parent)
            row = row_of[each] = self.now(each.known) or Organization(kind=each.kind, tier=each.tier)
            if each.known is None:
                self.founded.append(row)
            else:
                self.before[row.pk] = copy(row)
                if changes := _changes(row, each):
                    self.corrected[row.pk] = changes
                if self.above[id(row)] is not parent:
                    self.moved[row.pk] = self.above[id(row)]
            for name in CORRECTED:
                setattr(row, name, getattr(each, name))
            row.parent = self.above[id(row)] = parent

    def renumber(self):
        """Walk through every tree: who has moved comes last among the children, then who is new."""
        staying = [node for node in self.nodes.values() if node.pk not in self.moved]
        below = {}
        for node in (*staying, *(self.nodes[pk] for pk in self.moved), *self.founded):
            below.setdefault(id(self.above[id(node)]), []).append(node)
        last_tree = Organization.objects.aggregate(last=Max("tree_id"))["last"] or 0
        self.renumbered = []
        for root in below.get(id(None), []):
            last_tree += root.tree_id is None
            self._walk(root, below, root.tree_id or last_tree)

    def _walk(self, root, below, tree):
        counter, left, path = 1, {id(root): 1}, [(root, iter(below.get(id(root), ())))]
        while path:
            node, children = path[-1]
            counter += 1
            if (child := next(children, None)) is not None:
                left[id(child)] = counter
                path.append((child, iter(below.get(id(child), ()))))
                continue
            path.pop()
            numbers = (tree, left[id(node)], counter, len(path))
            if numbers != (node.tree_id, node.lft, node.rght, node.level):
                node.tree_id, node.lft, node.rght, node.level = numbers
                if node.pk is not None:
                    self.renumbered.append(node)

    def save(self):
        rows = Organization.objects
        changed = [self.nodes[pk] for pk in self.corrected.keys() | self.moved.keys()]
        # Two that exchange their names would meet halfway.
        parked = Concat(Value("#"), Cast("pk", CharField()))
        rows.filter(pk__in=[row.pk for row in changed]).update(name=parked)
        for tier in Organization.Tier:
            rows.bulk_create([row for row in self.founded if row.tier == tier], batch_size=BATCH)
        rows.bulk_update(changed, [*CORRECTED, "parent"], batch_size=BATCH)
        rows.bulk_update(self.renumbered, ["tree_id", "lft", "rght", "level"], batch_size=BATCH)

    # --- What is told of it -------------------------------------------------------------------------------------------
    def record(self, *, actor, reason, at):
        today = timezone.localdate(at)
        OrganizationVersion.objects.bulk_create(
            [open_version(row, row.founded_on) for row in self.founded], batch_size=BATCH
        )
        self._rewrite_versions(today)
        changed = self.corrected.keys() | self.moved.keys()
        pairs = [*((None, row) for row in self.founded), *((self.before[pk], self.nodes[pk]) for pk in changed)]
        audit_rows(Organization, pairs, actor=actor)
        events = [
            *((row, Event.FOUNDED, row.founded_on or today, "", None) for row in self.founded),
            *((self.nodes[pk], Event.CORRECTED, today, "；".join(words), None) for pk, words in self.corrected.items()),
            *((self.nodes[pk], Event.MOVED, today, self._move_words(pk), before) for pk, before in self.moved.items()),
        ]
        OrganizationEvent.objects.bulk_create(
            [
                OrganizationEvent(
                    organization=row, kind=kind, effective_on=on, note=note[:500], other=other,
                    reason=reason, actor=actor, at=at,
                )
                for row, kind, on, note, other in events
            ],
            batch_size=BATCH,
        )  # fmt: skip

    def _move_words(self, pk):
        row = self.nodes[pk]
        return f"{self.moved[pk]} → {row.parent}，连同下级共 {row.get_descendant_count() + 1} 个组织"

    def _rewrite_versions(self, today):
        """As correct_organization and then move_organization do: what was wrong always was otherwise, a move begins."""
        pks = self.corrected.keys() | self.moved.keys()
        versions = OrganizationVersion.objects.filter(organization__in=pks)
        count_of = Counter(versions.values_list("organization", flat=True))
        held, begun = list(versions.open()), []
        for version in held:
            row = self.nodes[version.organization_id]
            if row.pk in self.corrected:
                version.name = row.name
                if count_of[row.pk] == 1:
                    version.starts_on = row.founded_on
            if row.pk in self.moved and version.starts_on == today:
                version.parent = row.parent
            elif row.pk in self.moved:
                version.ends_on = today
                begun.append(open_version(row, today))
        OrganizationVersion.objects.bulk_update(held, ["name", "starts_on", "parent", "ends_on"], batch_size=BATCH)
        OrganizationVersion.objects.bulk_create(begun, batch_size=BATCH)


def _key(parent):
    return parent.pk if isinstance(parent, Organization) else parent


def _changes(row, wanted):
    return [
        f"{row._meta.get_field(name).verbose_name}：{said(getattr(row, name))} → {said(getattr(wanted, name))}"
        for name in CORRECTED
        if getattr(row, name) != getattr(wanted, name)
    ]


def _told(call):
    """(field, words) of the ValidationError that `call` raises."""
    try:
        call()
    except ValidationError as error:
        for field, messages in error.message_dict.items():
            for words in messages:
                yield field, words
