from organizations.admin.agreements import AgreementAdmin
from organizations.admin.organizations import LeadershipTermAdmin, OrganizationAdmin
from organizations.admin.parameters import ParameterAdmin
from organizations.admin.posts import AccountAdmin, PostAdmin, RoleAdmin
from organizations.admin.units import UnitAdmin

__all__ = [
    "AccountAdmin",
    "AgreementAdmin",
    "LeadershipTermAdmin",
    "OrganizationAdmin",
    "ParameterAdmin",
    "PostAdmin",
    "RoleAdmin",
    "UnitAdmin",
]
