"""What is done to a Party organization: founded, renamed, upgraded, moved, merged, dissolved. Each holds the tree lock,
writes the node, its version (the tree as of any day) and its event in one transaction.
"""

from organizations.services.changes.ending import dissolve_organization, hanging, merge_organizations, move_organization
from organizations.services.changes.founding import found_organization, found_subtree
from organizations.services.changes.renaming import convert_organization, correct_organization, rename_organization

__all__ = [
    "convert_organization",
    "correct_organization",
    "dissolve_organization",
    "found_organization",
    "found_subtree",
    "hanging",
    "merge_organizations",
    "move_organization",
    "rename_organization",
]
