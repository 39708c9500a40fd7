"""Photos from strangers: what is not a picture is refused, what is one is made anew without its hidden data."""

import struct
from io import BytesIO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image, ImageOps, UnidentifiedImageError

from checklists.models import NeedPhoto
from organizations.parameters import parameters

# A phone's MPO opens as the JPEG that it begins with; Pillow has no opener of that name to ask for.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
LONGEST_SIDE = 2048


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


def add_photos(need, photos, stage="reported"):
    """Attach files that `clean_photo` returned."""
    for photo in photos:
        row = NeedPhoto(need=need, stage=stage)
        row.image.save(photo.name, photo, save=True)
