"""Shapes: what is read, measured, compared and divided."""

import numpy as np
import pytest

from grids import geometry
from grids.geometry import NoShape


def box(west, south, width=0.01, height=None):
    east, north = west + width, south + (height or width)
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def shapes(*boxes):
    return np.array([geometry.read(each) for each in boxes], dtype=object)


class TestReading:
    @pytest.mark.parametrize(
        ("bad", "words"),
        [
            (None, "没有图形"),
            ({"type": "Point", "coordinates": [116, 39]}, "要是多边形"),
            ({"type": "Polygon"}, "没有坐标"),
            ({"type": "Polygon", "coordinates": [[[116, 39], [117, 39], [116, 39]]]}, "点太少"),
            ({"type": "Polygon", "coordinates": [[[116, 39], [116.1, 39], [116.1, 39.1], [116, 39.1]]]}, "没有闭合"),
            ({"type": "Polygon", "coordinates": [[["a", 1]] * 4]}, "两个数字"),
            ({"type": "Polygon", "coordinates": [[[True, 39]] * 4]}, "两个数字"),
            ({"type": "Polygon", "coordinates": [[[float("nan"), 39]] * 4]}, "两个数字"),
            (
                {"type": "Polygon", "coordinates": [[[116, 39], [116.1, 39.1], [116.1, 39], [116, 39.1], [116, 39]]]},
                "边界自己交叉，在经度 116.05、纬度 39.05 处",
            ),
            (box(39, 116), "经度和纬度写反了"),
            (box(500000, 4000000, 100), "以米为单位"),
            (box(0, 51), "中国以外"),
            ({"type": "MultiPolygon", "coordinates": [[[[116, 39]] * 4]]}, ""),
        ],
    )
    def test_what_is_no_place_says_why(self, bad, words):
        with pytest.raises(NoShape, match=words):
            geometry.read(bad)

    def test_too_many_points_and_endless_nesting_are_told_at_once(self):
        many = [[116 + place / 1e6, 39] for place in range(geometry.MOST_POINTS + 1)]
        with pytest.raises(NoShape, match="点超过"):
            geometry.read({"type": "Polygon", "coordinates": [many]})
        deep = []
        for _ in range(100_000):
            deep = [deep]
        with pytest.raises(NoShape):
            geometry.read({"type": "Polygon", "coordinates": deep})

    def test_the_outer_ring_turns_against_the_clock_and_heights_are_left_out(self):
        ring = [[116, 39, 5], [116, 39.01, 5], [116.01, 39.01, 5], [116.01, 39, 5], [116, 39, 5]]
        [written] = geometry.written(geometry.read({"type": "Polygon", "coordinates": [ring]}))["coordinates"]
        turned = sum((bx - ax) * (by + ay) for (ax, ay), (bx, by) in zip(written, written[1:], strict=False))
        assert turned < 0 and {len(point) for point in written} == {2}

    def test_what_is_written_is_read_again_the_same(self):
        shape = geometry.read(box(116.1234567, 39.7654321))
        again = geometry.read(geometry.written(shape))
        assert geometry.written(again) == geometry.written(shape)


class TestComparing:
    def test_area_in_square_metres(self):
        # One hundredth of a degree at 40° north: 1113.2 m by 1113.2 × cos 40° m.
        assert geometry.area_m2(geometry.read(box(116, 39.995))) == pytest.approx(1113.2 * 1113.2 * 0.76604, rel=1e-4)

    def test_overlaps_above_what_is_asked_for(self):
        three = shapes(box(116, 39), box(116.009, 39), box(116.02, 39))
        [found] = geometry.overlaps(three, 100)
        assert (found.one, found.other) == (0, 1)
        assert found.area_m2 == pytest.approx(geometry.area_m2(three[0]) / 10, rel=1e-3)
        assert geometry.overlaps(three, 1e6) == [] and geometry.overlaps(three[:1], 1) == []

    def test_neighbours_that_touch_do_not_overlap(self):
        assert geometry.overlaps(shapes(box(116, 39), box(116.01, 39)), 1) == []

    def test_gaps(self):
        [whole] = shapes(box(116, 39, 0.03, 0.01))
        [(piece, size)] = geometry.gaps(whole, shapes(box(116, 39), box(116.01, 39)), 100)
        assert size == pytest.approx(geometry.area_m2(whole) / 3, rel=1e-3) and piece.bounds[0] == pytest.approx(116.02)
        assert len(geometry.gaps(whole, np.array([], dtype=object), 100)) == 1

    def test_points_outside(self):
        [shape] = shapes(box(116, 39))
        assert geometry.strays(shape, [(116.005, 39.005), (117, 39), (116, 39)]) == [1]
        assert geometry.strays(shape, []) == []


class TestRedrawing:
    def test_divided_by_the_nearest_point(self):
        [whole] = shapes(box(116, 39))
        west, east = geometry.divided(whole, [(116.0025, 39.005)], [(116.0075, 39.005)])
        assert west.bounds[2] == pytest.approx(116.005, abs=1e-6) == east.bounds[0]
        assert geometry.divided(whole, [], [(116, 39)]) is None
        assert geometry.divided(whole, [(116, 39)], [(116, 39)]) is None

    def test_joined_without_slivers(self):
        found = geometry.joined(shapes(box(116, 39), box(116.010001, 39)))
        assert found.geom_type == "Polygon" and not found.interiors

    def test_read_from_west_to_east_and_from_north_to_south(self):
        assert geometry.reading_order([(2, 1), (1, 2.01), (2, 2), (1, 1.01)]) == [1, 2, 3, 0]
        assert geometry.reading_order([]) == [] and geometry.reading_order([(1, 1)]) == [0]

    def test_a_drawing_has_north_above(self):
        drawn = geometry.drawing(shapes(box(116, 39)), [(116.0, 39.01)])
        assert drawn.dots == [(8.0, 8.0)] and drawn.paths[0].startswith("M") and drawn.height > drawn.width
        assert geometry.drawing([], [(116, 39)]).paths == []
