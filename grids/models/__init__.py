from grids.models.duties import Duty
from grids.models.grids import Grid
from grids.models.instructors import Instructor, InstructorReview
from grids.models.places import Building, Community, District, Quarter, Street
from grids.models.residences import Residence

__all__ = [
    "Building",
    "Community",
    "District",
    "Duty",
    "Grid",
    "Instructor",
    "InstructorReview",
    "Quarter",
    "Residence",
    "Street",
]
