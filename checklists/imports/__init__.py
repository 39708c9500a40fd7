"""The four lists out of Excel: what may stand in a row of each."""

from checklists.imports.activities import ActivityFilling
from checklists.imports.needs import NeedFilling
from checklists.imports.projects import ProjectFilling
from checklists.imports.resources import ResourceFilling

FILLINGS = {filling.sheet.key: filling for filling in (NeedFilling, ResourceFilling, ActivityFilling, ProjectFilling)}

__all__ = ["FILLINGS"]
