from organizations.models.agreements import Agreement
from organizations.models.leadership import LeadershipTerm
from organizations.models.organizations import Organization
from organizations.models.parameters import Parameter, ParameterValue
from organizations.models.posts import Post, Role
from organizations.models.units import Unit

__all__ = ["Agreement", "LeadershipTerm", "Organization", "Parameter", "ParameterValue", "Post", "Role", "Unit"]
