"""What the public does not see: letters covered in a text, boxes covered in a picture. No database here."""

from io import BytesIO
from math import isfinite

from django.core.exceptions import ValidationError
from PIL import Image, ImageDraw

COVER = "■"
MOST_AREAS = 20


def covered(text, pieces):
    """`text` with each of `pieces` covered wherever it stands, letter for letter."""
    places = set()
    for piece in filter(None, pieces):
        start = text.find(piece)
        while start >= 0:
            places.update(range(start, start + len(piece)))
            start = text.find(piece, start + 1)
    return "".join(COVER if at in places and not letter.isspace() else letter for at, letter in enumerate(text))


def covers(shown, text):
    """Whether `shown` is `text` with nothing done to it but letters covered."""
    return len(shown) == len(text) and all(now in (COVER, was) for now, was in zip(shown, text, strict=True))


def covered_pieces(shown, text):
    """The pieces of `text` that `shown` covers, as they were written, each once."""
    pieces, piece = [], ""
    for now, was in [*zip(shown, text, strict=False), ("", "")]:
        if now == COVER != was:
            piece += was
        elif piece:
            pieces.append(piece)
            piece = ""
    return list(dict.fromkeys(pieces))


def clean_areas(areas):
    """[[x, y, width, height]] as shares of the picture, four decimals, cut at its edges.

    ValidationError beside "areas" for what is no box, has no size, or is more than MOST_AREAS.
    """
    if not isinstance(areas, list | tuple) or len(areas) > MOST_AREAS:
        raise ValidationError({"areas": ValidationError(f"最多遮盖 {MOST_AREAS} 处。", code="count")})
    return [_clean_area(area) for area in areas]


def _clean_area(area):
    try:
        x, y, width, height = (float(share) for share in area)
    except (TypeError, ValueError):
        x = y = width = height = float("nan")
    left, top, right, bottom = max(x, 0.0), max(y, 0.0), min(x + width, 1.0), min(y + height, 1.0)
    if not all(map(isfinite, (x, y, width, height))) or right - left < 0.005 or bottom - top < 0.005:
        raise ValidationError({"areas": ValidationError("遮盖的地方要在照片里面，并且有大小。", code="area")})
    return [round(share, 4) for share in (left, top, right - left, bottom - top)]


def blackened(file, areas):
    """The bytes of the JPEG in `file` with `areas` painted black."""
    with Image.open(file) as picture:
        picture = picture.convert("RGB")
        wide, high = picture.size
        brush = ImageDraw.Draw(picture)
        for x, y, width, height in areas:
            brush.rectangle((x * wide, y * high, (x + width) * wide, (y + height) * high), fill="black")
        out = BytesIO()
        picture.save(out, "JPEG", quality=82)
    return out.getvalue()
