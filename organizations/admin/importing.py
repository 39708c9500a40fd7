from govern.imports.admin import ImportAdminMixin
from organizations.imports import MemberFilling, OrganizationFilling


class OrganizationImportMixin(ImportAdminMixin):
    """党组织 by sheet: what the export writes, edited, comes back."""

    def make_filling(self, user):
        return OrganizationFilling(user)


class MemberImportMixin(ImportAdminMixin):
    """党员 by sheet: whoever is not there yet is entered."""

    import_export_change_list_template = "admin/imports/change_list.html"

    def make_filling(self, user):
        return MemberFilling(user)
