"""Trees of five hundred organizations, as the tree's measurement and its import plant them."""

from organizations.models import Organization
from organizations.services import Wanted, write_organizations

Kind = Organization.Kind
# Children of each node by the tier of their parent; with the last, 1 + 9 + 54 + 216 + 216 nodes.
BELOW = ((Kind.COMMITTEE, 9), (Kind.QUARTER_BRANCH, 6), (Kind.BUILDING_GROUP, 4), (Kind.MEMBER_HOUSEHOLD, 1))
TREE = 496
PER_STROKE = 20  # trees


def wanted_tree(name):
    """The Wanted of one tree, its root first; no two of a kind have one name, so that any may move anywhere."""
    layer = {name: Wanted(f"行业党委{name}", Kind.INDUSTRY_COMMITTEE, trade="测速")}
    found = list(layer.values())
    for kind, count in BELOW:
        layer = {
            f"{place}.{number}": Wanted(f"{kind.label}{place}.{number}", kind, parent)
            for place, parent in layer.items()
            for number in range(count)
        }
        found += layer.values()
    return found


def plant(nodes, actor):
    """At least `nodes` organizations, through the service."""
    trees = -(-nodes // TREE)
    for start in range(0, trees, PER_STROKE):
        stroke = [each for n in range(start, min(start + PER_STROKE, trees)) for each in wanted_tree(f"{nodes}-{n}")]
        write_organizations(stroke, actor=actor)
    return trees * TREE
