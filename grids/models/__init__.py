from grids.models.duties import Duty, Instructor
from grids.models.grids import Grid
from grids.models.places import Building, Community, District, Quarter, Street

__all__ = ["Building", "Community", "District", "Duty", "Grid", "Instructor", "Quarter", "Street"]
