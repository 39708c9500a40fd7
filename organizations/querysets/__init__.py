from organizations.querysets.hanging import BelowOrganizationQuerySet, HandedOverQuerySet, organizations
from organizations.querysets.members import MemberEventQuerySet, MemberQuerySet, TransferEventQuerySet, TransferQuerySet
from organizations.querysets.parameters import ParameterValueQuerySet, ReferenceQuerySet
from organizations.querysets.posts import PostQuerySet
from organizations.querysets.terms import (
    CandidacyQuerySet,
    ElectionEventQuerySet,
    ElectionQuerySet,
    LeadershipTermQuerySet,
    OfElectionQuerySet,
    TermQuerySet,
)
from organizations.querysets.tree import (
    OrganizationEventQuerySet,
    OrganizationManager,
    OrganizationQuerySet,
    OrganizationVersionQuerySet,
    instructed,
)
from organizations.querysets.units import AgreementQuerySet, UnitQuerySet

__all__ = [
    "AgreementQuerySet",
    "BelowOrganizationQuerySet",
    "CandidacyQuerySet",
    "ElectionEventQuerySet",
    "ElectionQuerySet",
    "HandedOverQuerySet",
    "LeadershipTermQuerySet",
    "MemberEventQuerySet",
    "MemberQuerySet",
    "OfElectionQuerySet",
    "OrganizationEventQuerySet",
    "OrganizationManager",
    "OrganizationQuerySet",
    "OrganizationVersionQuerySet",
    "ParameterValueQuerySet",
    "PostQuerySet",
    "ReferenceQuerySet",
    "TermQuerySet",
    "TransferEventQuerySet",
    "TransferQuerySet",
    "UnitQuerySet",
    "instructed",
    "organizations",
]
