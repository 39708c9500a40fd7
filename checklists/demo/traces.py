"""What stories leave behind that no service dates by itself."""

from accounts.models import Notification
from checklists.demo.pictures import picture
from checklists.models import Dispatch, NeedPhoto
from checklists.services.photos import add_photos
from organizations.photos import clean_photo


def hang_photos(album, rng):
    """Last of all, so that a run that is cut short leaves few files behind."""
    for need, stage, at in album:
        mended = stage == NeedPhoto.Stage.FINISHED
        add_photos(need, [clean_photo(picture(need.category.name, rng, mended=mended))], stage=stage)
        need.photos.filter(stage=stage).update(added_at=at)


def date_notifications():
    """Messages of long ago came then and have been read since."""
    offers = {f"/desk/dispatches/{row.pk}/": row for row in Dispatch.objects.all()}
    rows = [row for row in Notification.objects.all() if row.link in offers]
    for row in rows:
        offer = offers[row.link]
        row.created_at = offer.offered_at
        row.read_at = None if offer.status == Dispatch.Status.OFFERED else offer.answered_at or offer.reply_by
    Notification.objects.bulk_update(rows, ["created_at", "read_at"])


def date_latest(now):
    """Whatever nobody has dated came at the last moment that is told of, not when the seed happened to run."""
    Notification.objects.filter(created_at__gt=now).update(created_at=now)
