from grids.models.duties import Duty, Leave
from grids.models.grids import BuildingStay, Grid, GridEvent
from grids.models.instructors import Instructor, InstructorReview
from grids.models.outlines import Outline
from grids.models.places import Building, Community, District, Quarter, Street
from grids.models.residences import Residence
from grids.models.routes import Route

__all__ = [
    "Building",
    "BuildingStay",
    "Community",
    "District",
    "Duty",
    "Grid",
    "GridEvent",
    "Instructor",
    "InstructorReview",
    "Leave",
    "Outline",
    "Quarter",
    "Residence",
    "Route",
    "Street",
]
