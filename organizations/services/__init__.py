from organizations.services.agreements import expiry_words, remind_expiry, terminate_agreement
from organizations.services.trees import (
    TreeFault,
    change_organization,
    dissolve_organization,
    found_organization,
    found_subtree,
    mend_tree,
    move_organization,
    tree_faults,
)

__all__ = [
    "TreeFault",
    "change_organization",
    "dissolve_organization",
    "expiry_words",
    "found_organization",
    "found_subtree",
    "mend_tree",
    "move_organization",
    "remind_expiry",
    "terminate_agreement",
    "tree_faults",
]
