from grids.models.duties import Duty, Instructor
from grids.models.grids import Grid
from grids.models.places import Building, Community, Quarter, Street

__all__ = ["Building", "Community", "Duty", "Grid", "Instructor", "Quarter", "Street"]
