"""The ladder as a picture: steps that rise from left to right, the posts as bands below them, somebody's own way up."""

BASE = 2.7  # em: the lowest step, high enough for a year written upwards
RISE = 0.55  # em from step to step
HEAD = 2.4  # em above the highest step, for the words on one's own place
NUMBERS = 1.7  # em below the steps
BAND = 1.9  # em for each post


def picture_of(posts, top, *, own, level, reached):
    """What the template draws, x and widths in percent, y and heights in em.

    `posts`: ladder.Post from the highest down; `own`: the key of the post held; `level`: where somebody stands, or
    None; `reached`: {level: year in which it was first stood on}.
    """
    top = max([top, *(post.highest for post in posts)])
    width = 100 / top
    held = next((post for post in posts if post.key == own), None)
    floor = HEAD + BASE + RISE * (top - 1)
    steps = [_step(each, width, floor, held, level, reached, top) for each in range(1, top + 1)]
    bands = [
        {
            "x": (post.lowest - 1) * width,
            "width": (post.highest - post.lowest + 1) * width,
            "y": floor + NUMBERS + BAND * place,
            "words": f"{post.name} {post.lowest}–{post.highest} 级",
            "is_own": post.key == own,
        }
        for place, post in enumerate(posts)
    ]
    return {
        "steps": steps,
        "bands": bands,
        "floor": floor,
        "numbers_y": floor + 1.2,
        "height": floor + NUMBERS + BAND * len(posts),
        "mark": _mark(level, width, floor),
    }


def _step(level, width, floor, held, now, reached, top):
    height = BASE + RISE * (level - 1)
    inside = held is not None and held.lowest <= level <= held.highest
    tone = "now" if level == now else "done" if now and inside and level < now else "open" if inside else "out"
    return {
        "level": level,
        "x": (level - 1) * width,
        "centre": (level - 0.5) * width,
        "width": width,
        "y": floor - height,
        "height": height,
        "tone": tone,
        "year": reached.get(level, ""),
        "is_minor": level % 2 != top % 2,  # its number makes room for the others on a phone
    }


def _mark(level, width, floor):
    """The words above one's own step, anchored so that they stay inside the picture."""
    if not level:
        return None
    centre = (level - 0.5) * width
    anchor = "start" if centre < 15 else "end" if centre > 85 else "middle"
    return {"x": centre, "y": floor - BASE - RISE * (level - 1), "anchor": anchor, "words": f"现在 {level} 级"}
