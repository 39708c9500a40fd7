"""The photos of a need."""

from checklists.models import NeedPhoto


def add_photos(need, photos, stage="reported"):
    """Attach files that `clean_photo` returned."""
    for photo in photos:
        row = NeedPhoto(need=need, stage=stage)
        row.image.save(photo.name, photo, save=True)
