from grids.admin.duties import DutyAdmin
from grids.admin.grids import GridAdmin
from grids.admin.instructors import InstructorAdmin
from grids.admin.leaves import LeaveAdmin
from grids.admin.outlines import OutlineAdmin
from grids.admin.places import (
    BuildingAdmin,
    CommunityAdmin,
    DistrictAdmin,
    QuarterAdmin,
    StreetAdmin,
)
from grids.admin.residences import ResidenceAdmin
from grids.admin.routes import RouteAdmin

__all__ = [
    "BuildingAdmin",
    "CommunityAdmin",
    "DistrictAdmin",
    "DutyAdmin",
    "GridAdmin",
    "InstructorAdmin",
    "LeaveAdmin",
    "OutlineAdmin",
    "QuarterAdmin",
    "ResidenceAdmin",
    "RouteAdmin",
    "StreetAdmin",
]
