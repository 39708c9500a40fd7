"""规则提示: where the tree departs from what the Party's regulations ask for. They warn and list, and block nothing."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from organizations.models import LeadershipTerm, Organization, Parameter
from organizations.parameters import parameters
from organizations.querysets import instructed
from organizations.tree import Tallies

Kind = Organization.Kind
COMMITTEES = (Kind.COMMITTEE, Kind.INDUSTRY_COMMITTEE)
SEATS = ("organization", "publicity", "discipline", "member")  # 委员: without one there is no 支委会


@dataclass(frozen=True)
class Rule:
    """`text` says the rule with its `limit`; `key` names its parameter, "" where it has none."""

    code: str
    label: str
    text: str
    key: str = ""
    source: str = ""
    limit: int = 0


@dataclass(frozen=True)
class Finding:
    """One place that departs from `rule`: an organization, or a quarter by its name."""

    rule: Rule
    name: str
    kind: str
    above: str
    words: str
    url: str


RULES = (
    Rule("few_full", "正式党员不足", "党支部正式党员不少于 {} 名，预备党员不算。", "branch_min_full_members"),
    Rule("crowded", "党员过多", "党支部党员一般不超过 {} 名，可以分设。", "branch_max_members"),
    Rule(
        "no_committee",
        "应设支委会",
        "正式党员 {} 名以上的党支部设支部委员会。没有在任的委员，就算没有设。",
        "branch_committee_full_members",
    ),
    Rule("wide_joint", "联合党支部过大", "联合党支部覆盖的小区一般不超过 {} 个。", "joint_branch_max_quarters"),
    Rule(
        "small_general_branch",
        "党总支党员不足",
        "党员 {} 名以上设党总支；不足的要上级党组织批准。",
        "general_branch_min_members",
    ),
    Rule("small_committee", "党委党员不足", "党员 {} 名以上设党委；不足的要上级党组织批准。", "committee_min_members"),
    Rule(
        "ripe_quarter",
        "条件成熟的小区",
        "没有党支部的小区，居住的正式党员有 {} 名以上的，条件成熟，应成立党支部。",
        "branch_min_full_members",
    ),
    Rule(
        "uncovered_quarter",
        "小区没有覆盖",
        "没有党支部的小区要选派党建指导员。",
        source="党的组织和工作全覆盖的要求",
    ),
)


def rules(on=None):
    """{code: Rule} with the limits of the date `on` (today), in two queries."""
    keys = [rule.key for rule in RULES if rule.key]
    limits = parameters(*keys, on=on)
    sources = dict(Parameter.objects.filter(key__in=keys).values_list("key", "source"))
    return {rule.code: _with_limit(rule, limits, sources) for rule in RULES}


def _with_limit(rule, limits, sources):
    if not rule.key:
        return rule
    limit = int(limits[rule.key])
    return Rule(rule.code, rule.label, rule.text.format(limit), rule.key, sources.get(rule.key, ""), limit)


def check(visible, *, on: date | None = None, tallies=None):
    """The findings among the organizations in use of `visible` on the date `on` (today), in the tree's order within
    each rule. `tallies` where they have been counted already. The number of queries does not grow with the rows.
    """
    on = on or timezone.localdate()
    book = rules(on)
    rows = visible.active().standing()
    return [
        *_branches(rows, book, on),
        *_bodies(rows, book, tallies or Tallies(visible)),
        *_quarters(rows, book, on),
    ]


def _branches(rows, book, on):
    seats = LeadershipTerm.objects.current(on).filter(position__in=SEATS, organization=OuterRef("pk"))
    branches = rows.branches().with_members().annotate(has_committee=Exists(seats))
    branches = list(branches.annotate(quarter_count=Count("quarters", distinct=True)).select_related("parent"))
    for code, departs, words in (
        ("few_full", lambda row, limit: row.full_count < limit, "正式党员 {row.full_count} 名"),
        ("crowded", lambda row, limit: row.full_count + row.probationary_count > limit, "党员 {members} 名"),
        (
            "no_committee",
            lambda row, limit: row.full_count >= limit and not row.has_committee,
            "正式党员 {row.full_count} 名，没有在任的委员",
        ),
        (
            "wide_joint",
            lambda row, limit: row.kind == Kind.JOINT_BRANCH and row.quarter_count > limit,
            "覆盖小区 {row.quarter_count} 个",
        ),
    ):
        for row in branches:
            if departs(row, book[code].limit):
                members = row.full_count + row.probationary_count
                yield _finding(book[code], row, words.format(row=row, members=members))


def _bodies(rows, book, tallies):
    bodies = list(rows.filter(kind__in=[Kind.GENERAL_BRANCH, *COMMITTEES]).select_related("parent"))
    for code, kinds in (("small_general_branch", [Kind.GENERAL_BRANCH]), ("small_committee", COMMITTEES)):
        for row in bodies:
            count = tallies.of(row).members
            if row.kind in kinds and count < book[code].limit:
                yield _finding(book[code], row, f"连同下级共有党员 {count} 名")


def _finding(rule, row, words):
    above = row.parent.name if row.parent_id else ""
    url = reverse("admin:organizations_organization_change", args=[row.pk])
    return Finding(rule, row.name, row.get_kind_display(), above, words, url)


def _quarters(rows, book, on):
    """Of the quarters without a branch: where enough full members live, then where no instructor is in office."""
    quarter = "community__quarters"
    here = Q(**{f"{quarter}__residences__member__left_on": None, f"{quarter}__residences__member__stage": "full"})
    bare = rows.filter(Q(**{f"{quarter}__isnull": False, f"{quarter}__branch": None}))
    bare = bare.order_by("tree_id", "lft", f"{quarter}__name").values_list("name", quarter, f"{quarter}__name")
    bare = bare.annotate(
        living=Count(f"{quarter}__residences", filter=here, distinct=True),
        sent=Count(f"{quarter}__instructors", filter=instructed(quarter, on), distinct=True),
    )
    bare, ripe = list(bare), book["ripe_quarter"]
    for above, pk, name, living, _ in bare:
        if living >= ripe.limit:
            url = reverse("admin:grids_quarter_residents", args=[pk])
            yield Finding(ripe, name, "小区", above, f"居住的正式党员 {living} 名，没有党支部", url)
    for above, pk, name, _, sent in bare:
        if not sent:
            url = reverse("admin:grids_quarter_change", args=[pk])
            yield Finding(book["uncovered_quarter"], name, "小区", above, "既没有党支部，也没有在任的党建指导员", url)
