from checklists.columns import LISTS
from govern.imports.fillings import Filling
from organizations.parameters import parameter


class ListFilling(Filling):
    """One of the four lists: its columns are the sheet's."""

    siblings = tuple(LISTS.values())

    @property
    def most(self):
        return int(parameter("import_max_rows"))
