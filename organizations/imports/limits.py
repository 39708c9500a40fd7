from django.utils.functional import cached_property

from govern.imports.fillings import Filling
from organizations.parameters import parameter


class LongFilling(Filling):
    """For sheets of a whole district, whose longest is a dated setting."""

    @cached_property
    def most(self):
        return int(parameter("import_organizations_max_rows"))
