"""What is done to a grid: founded, renamed, numbered, its buildings moved, split, merged, dissolved.

Each locks the grids by key and writes rows, stays (what a grid held as of any day) and events in one
transaction. `Building.grid` is written here alone.
"""

from grids.services.grids.buildings import move_buildings, open_stays, out_of_step, settle_buildings
from grids.services.grids.door import hanging
from grids.services.grids.founding import change_grid, found_grid, free_code, number_grids
from grids.services.grids.reshaping import Share, dissolve_grid, merge_grids, split_grid

__all__ = [
    "Share",
    "change_grid",
    "dissolve_grid",
    "found_grid",
    "free_code",
    "hanging",
    "merge_grids",
    "move_buildings",
    "number_grids",
    "open_stays",
    "out_of_step",
    "settle_buildings",
    "split_grid",
]
