"""What the platform remembers of an anonymous resident, in the session and nowhere else: the place chosen, the receipts
that may be opened, the forms handed out, and the photos of a form that still has an error elsewhere.
"""

import secrets
from contextlib import suppress
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from grids.models import Building, Community

RECEIPTS = 30
DRAFTS = "drafts"
DRAFT_HOURS = 3


# --- The place -------------------------------------------------------------------------------------------------------
def scanned_building(request):
    """(the building of ?building=CODE or None, whether a code came that nobody knows)."""
    code = request.GET.get("building", "").strip()
    if not code:
        return None, False
    known = len(code) == 17 and code.isascii() and code.isdigit()
    building = (
        Building.objects.active().select_related("quarter__community", "grid").filter(code=code).first()
        if known
        else None
    )
    return building, building is None


def remember_place(request, *, community=None, building=None):
    request.session["place"] = {
        "community": building.quarter.community_id if building else community.pk,
        "building": building.pk if building else None,
    }


def place(request):
    """(community, building) that the resident scanned or chose; each may be None."""
    building, _ = scanned_building(request)
    if building:
        remember_place(request, building=building)
        return building.quarter.community, building
    kept = request.session.get("place") or {}
    if kept.get("building"):
        building = (
            Building.objects.active().select_related("quarter__community", "grid").filter(pk=kept["building"]).first()
        )
        if building:
            return building.quarter.community, building
    return Community.objects.filter(pk=kept.get("community")).first(), None


# --- Receipts --------------------------------------------------------------------------------------------------------
def open_receipt(request, need):
    """From now on this session may see `need`."""
    codes = [code for code in request.session.get("receipts", []) if code != need.code]
    request.session["receipts"] = [*codes, need.code][-RECEIPTS:]


def holds_receipt(request, code):
    return code in receipts(request)


def receipts(request):
    """The codes of the needs that this session may see."""
    return request.session.get("receipts", [])


# --- Photos of a form that comes back --------------------------------------------------------------------------------
def keep_photos(request, token, photos):
    """Put the cleaned `photos` aside for the form `token` for some hours; forms that were left are swept here."""
    if not photos:
        return
    _sweep_drafts()
    drafts = dict(request.session.get("drafts", {}))
    for photo in photos:
        photo.seek(0)
        name = default_storage.save(f"{DRAFTS}/{secrets.token_hex(16)}.jpg", ContentFile(photo.read()))
        drafts[token] = [*drafts.get(token, []), name]
    request.session["drafts"] = {key: names for key, names in drafts.items() if names}


def kept_photos(request, token):
    """[(name, file)] put aside for the form `token` and still there."""
    found = []
    for name in request.session.get("drafts", {}).get(token, []):
        with suppress(OSError), default_storage.open(name) as file:
            found.append((name, ContentFile(file.read(), name="photo.jpg")))
    return found


def drop_photos(request, token, names=None):
    """Forget the photos of the form `token`: all, or those of `names`."""
    drafts = dict(request.session.get("drafts", {}))
    held = drafts.pop(token, [])
    gone = [name for name in held if names is None or name in names]
    for name in gone:
        default_storage.delete(name)
    left = [name for name in held if name not in gone]
    if left:
        drafts[token] = left
    request.session["drafts"] = drafts


def _sweep_drafts():
    with suppress(OSError):
        _, names = default_storage.listdir(DRAFTS)
        for name in names:
            path = f"{DRAFTS}/{name}"
            with suppress(OSError):
                if default_storage.get_modified_time(path) < timezone.now() - timedelta(hours=DRAFT_HOURS):
                    default_storage.delete(path)
