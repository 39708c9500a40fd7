from organizations.services.agreements import expiry_words, remind_expiry, terminate_agreement
from organizations.services.bulk import BulkRefusal, Fault, Wanted, bulk_faults, write_organizations
from organizations.services.changes import (
    convert_organization,
    correct_organization,
    dissolve_organization,
    found_organization,
    found_subtree,
    hanging,
    merge_organizations,
    move_organization,
    rename_organization,
)
from organizations.services.trees import TreeFault, mend_tree, tree_faults

__all__ = [
    "BulkRefusal",
    "Fault",
    "TreeFault",
    "Wanted",
    "bulk_faults",
    "convert_organization",
    "correct_organization",
    "dissolve_organization",
    "expiry_words",
    "found_organization",
    "found_subtree",
    "hanging",
    "mend_tree",
    "merge_organizations",
    "move_organization",
    "remind_expiry",
    "rename_organization",
    "terminate_agreement",
    "tree_faults",
    "write_organizations",
]
