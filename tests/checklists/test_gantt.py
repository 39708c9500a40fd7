"""横道图: numbers for a picture."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from checklists import gantt


def milestone(start, due, done=None, name="节点"):
    return SimpleNamespace(name=name, starts_on=start, due_on=due, done_on=done)


MAY = date(2026, 5, 1)
JUNE = date(2026, 6, 30)


class TestWords:
    @pytest.mark.parametrize(
        ("done", "today", "words"),
        [
            (None, date(2026, 4, 30), ("未开始", "plain")),
            (None, date(2026, 5, 1), ("还剩 10 天", "info")),
            (None, date(2026, 5, 10), ("还剩 1 天", "info")),
            (None, date(2026, 5, 12), ("已超期 2 天", "bad")),
            (date(2026, 5, 9), date(2026, 6, 1), ("已完成", "ok")),
            (date(2026, 5, 13), date(2026, 6, 1), ("已完成，晚 3 天", "warn")),
        ],
    )
    def test_say_how_it_stands(self, done, today, words):
        assert gantt.words(milestone(MAY, date(2026, 5, 10), done), today) == words


class TestDrawing:
    def test_bars_lie_inside_the_picture(self):
        rows = [
            milestone(MAY, date(2026, 5, 31)),
            milestone(date(2026, 6, 1), JUNE, date(2026, 7, 10)),
            milestone(date(2026, 4, 20), date(2026, 4, 30)),
        ]
        drawn = gantt.draw(rows, starts_on=MAY, due_on=JUNE, today=date(2026, 6, 15))
        assert len(drawn.bars) == drawn.rows == 3
        for bar in drawn.bars:
            assert bar.x >= 0 and bar.x + bar.width <= 100.01
            assert bar.done_x is None or 0 <= bar.done_x <= 100
        assert drawn.bars[2].x == 0 and 0 < drawn.today_x < 100

    def test_today_far_away_is_not_drawn(self):
        for today in (MAY - timedelta(days=1), JUNE + timedelta(days=400)):
            assert gantt.draw([], starts_on=MAY, due_on=JUNE, today=today).today_x is None

    def test_months_have_room_for_their_names(self):
        drawn = gantt.draw([], starts_on=date(2025, 10, 28), due_on=date(2027, 3, 5), today=MAY)
        places = [tick.x for tick in drawn.ticks]
        assert all(after - before >= gantt.ROOM for before, after in zip(places, places[1:], strict=False))
        assert drawn.ticks[0].label == "2025年10月" and any(tick.label.startswith("2026年") for tick in drawn.ticks)

    def test_one_day_is_a_picture_too(self):
        drawn = gantt.draw([milestone(MAY, MAY)], starts_on=MAY, due_on=MAY, today=MAY)
        assert (drawn.bars[0].x, drawn.bars[0].width, drawn.today_x) == (0, 100, 0)

    def test_for_ever_is_a_picture_too(self):
        drawn = gantt.draw([milestone(date.min, date.max)], starts_on=MAY, due_on=date.max, today=MAY)
        assert drawn.bars[0].width == 100 and drawn.ticks
