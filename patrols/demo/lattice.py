"""The map of the city at scale: every grid a cell of one lattice with corners that stray a little."""

import json
from math import cos, radians

import numpy as np

from patrols.demo.ground import METRE

STREETS_PER_DISTRICT, PER_STREET = 15, 20  # communities in a street
QUARTERS, GRIDS_HIGH = 5, 2  # grids side by side in a community, and one above the other
WEST, NORTH = 105.0, 35.0  # degrees
WIDE, HIGH = 0.0024, 0.0045  # of a grid
JITTER = 0.12


def cell_of(number):
    """(column, row) of a community: five by four of them make a street, five by three streets a district, five by two
    districts the city.
    """
    street, place = divmod(number, PER_STREET)
    district, street = divmod(street, STREETS_PER_DISTRICT)
    return (
        district % 5 * 25 + street % 5 * 5 + place % 5,
        district // 5 * 12 + street // 5 * 4 + place // 5,
    )


class Lattice:
    """Corners and middles of the sides of the grids of communities at `places`: two lines to each grid."""

    def __init__(self, places, *, rng):
        columns, rows = (max(each) + 1 for each in zip(*places, strict=True))
        shape = (2 * columns * QUARTERS + 1, 2 * rows * GRIDS_HIGH + 1)
        dice = np.random.default_rng(rng.randrange(2**32))
        east, south = dice.uniform(-JITTER, JITTER, (2, *shape))
        self.lon = (WEST + (np.arange(shape[0])[:, None] / 2 + east) * WIDE).round(6)
        self.lat = (NORTH - (np.arange(shape[1])[None, :] / 2 + south) * HIGH).round(6)

    def point(self, column, row):
        return round(WEST + column * WIDE, 6), round(NORTH - row * HIGH, 6)

    def ring(self, west, north, wide, high):
        """`wide` by `high` grids from that north-western one on: geometry, west, south, east, north and area in m2."""
        left, top, right, bottom = 2 * west, 2 * north, 2 * (west + wide), 2 * (north + high)
        path = [(x, top) for x in range(left, right)] + [(right, y) for y in range(top, bottom)]
        path += [(x, bottom) for x in range(right, left, -1)] + [(left, y) for y in range(bottom, top, -1)]
        xs, ys = (list(each) for each in zip(*path, strict=True))
        lon, lat = self.lon[xs, ys], self.lat[xs, ys]
        area = abs(np.dot(lon, np.roll(lat, 1)) - np.dot(lat, np.roll(lon, 1))) / 2
        points = list(zip(lon.tolist(), lat.tolist(), strict=True))[::-1]  # against the clock
        shape = json.dumps({"type": "Polygon", "coordinates": [[*points, points[0]]]}, separators=(",", ":"))
        return (
            *(shape, lon.min().item(), lat.min().item(), lon.max().item(), lat.max().item()),
            round(area.item() / METRE**2 * cos(radians(NORTH))),
        )
