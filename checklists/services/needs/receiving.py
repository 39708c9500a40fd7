"""首接: whoever the rules of the grids send a need to first is written at the need and told."""

from django.utils import timezone

from accounts.services import notify
from grids.models import Route
from grids.services.duties import on_duty
from grids.services.routes import first_receiver


def route(need, at):
    """Set `receiver` of the unsaved change to `need`: the holder of the duty, also while a stand-in acts for them, so
    that it is theirs again when they are back.
    """
    found = first_receiver(
        Route.Subject.NEED,
        code=need.category.code,
        community=need.community,
        building=need.building,
        on=timezone.localdate(at),
    )
    need.receiver = (found.away or found.duty) if found else None


def tell_receiver(need, *, actor, at):
    """The receiver, or who stands in that day, reads of it; not whoever filed it."""
    if need.receiver is None:
        return
    user = on_duty(need.receiver, timezone.localdate(at)).user
    if user is not None and user != actor:
        notify([user], text=f"{need.spoken_code} {need.category}：由您首接，请先去看看。{need.place}", link="/desk/")
