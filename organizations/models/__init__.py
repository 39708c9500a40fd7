from organizations.models.agreements import Agreement
from organizations.models.history import OrganizationEvent, OrganizationVersion
from organizations.models.leadership import LeadershipTerm
from organizations.models.members import PartyMember, Transfer, TransferEvent
from organizations.models.organizations import Organization
from organizations.models.parameters import Parameter, ParameterValue
from organizations.models.posts import Post, Role
from organizations.models.units import Unit

__all__ = [
    "Agreement",
    "LeadershipTerm",
    "Organization",
    "OrganizationEvent",
    "OrganizationVersion",
    "Parameter",
    "ParameterValue",
    "PartyMember",
    "Post",
    "Role",
    "Transfer",
    "TransferEvent",
    "Unit",
]
