from grids.admin.instructors import InstructorAdmin
from grids.admin.places import (
    BuildingAdmin,
    CommunityAdmin,
    DistrictAdmin,
    DutyAdmin,
    GridAdmin,
    QuarterAdmin,
    StreetAdmin,
)
from grids.admin.residences import ResidenceAdmin

__all__ = [
    "BuildingAdmin",
    "CommunityAdmin",
    "DistrictAdmin",
    "DutyAdmin",
    "GridAdmin",
    "InstructorAdmin",
    "QuarterAdmin",
    "ResidenceAdmin",
    "StreetAdmin",
]
