from volunteers.imports.members import MemberFilling

__all__ = ["MemberFilling"]
