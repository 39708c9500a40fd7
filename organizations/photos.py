"""Photos from strangers: what is not a picture is refused, what is one is made anew without its hidden data."""

import struct
from io import BytesIO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.http import FileResponse, Http404
from PIL import Image, ImageOps, UnidentifiedImageError

from organizations.parameters import parameters

# A phone's MPO opens as the JPEG that it begins with; Pillow has no opener of that name to ask for.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
LONGEST_SIDE = 2048
THUMB_SIDE = 240


def clean_photo(upload):
    """`upload` (a file) re-encoded as a JPEG of at most 2048 px without EXIF, as a ContentFile.

    ValidationError in Chinese: too large in bytes, not a picture by its content, or more pixels than the set limit
    (told from the header, before anything is unpacked: a few kilobytes can claim gigabytes of pixels).
    """
    limits = parameters("photo_max_mb", "photo_max_megapixels")
    if upload.size > limits["photo_max_mb"] * 1024 * 1024:
        raise ValidationError(
            f"“{upload.name}”有 {upload.size / 1024 / 1024:.1f} MB，每张照片不超过 {limits['photo_max_mb']:.0f} MB。",
            code="size",
        )
    try:
        upload.seek(0)
        with Image.open(upload, formats=FORMATS) as picture:
            if picture.width * picture.height > limits["photo_max_megapixels"] * 1_000_000:
                raise Image.DecompressionBombError
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            picture = ImageOps.exif_transpose(picture).convert("RGB")
            picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            out = BytesIO()
            picture.save(out, "JPEG", quality=82, optimize=True)
    except Image.DecompressionBombError as error:
        raise ValidationError(f"“{upload.name}”的尺寸太大，请用手机拍的普通照片。", code="pixels") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, struct.error) as error:
        raise ValidationError(f"“{upload.name}”不是能打开的照片，请换 JPG 或 PNG 格式。", code="not_a_photo") from error
    return ContentFile(out.getvalue(), name="photo.jpg")


def thumb(file):
    """The bytes of a small JPEG of one of our own photos."""
    with Image.open(file) as picture:
        picture.draft("RGB", (THUMB_SIDE, THUMB_SIDE))
        picture.thumbnail((THUMB_SIDE, THUMB_SIDE))
        out = BytesIO()
        picture.convert("RGB").save(out, "JPEG", quality=75)
    return out.getvalue()


def photo_file(photo):
    """The answer that sends the row's picture to whoever may see the row."""
    try:
        response = FileResponse(photo.image.open("rb"), content_type="image/jpeg")
    except FileNotFoundError as error:
        raise Http404 from error
    response["Cache-Control"] = "private, max-age=3600"
    return response
