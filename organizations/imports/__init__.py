from organizations.imports.members import MemberFilling
from organizations.imports.organizations import OrganizationFilling

__all__ = ["MemberFilling", "OrganizationFilling"]
