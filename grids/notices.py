"""What the public notice of a grid says of its people, on the page and on paper."""

from dataclasses import dataclass

from django.utils import timezone

from grids.models import Duty
from grids.services.duties import stand_ins

Kind = Duty.Kind
ON_GRID = (Kind.WORKER, Kind.LEADER, Kind.ADVISER, Kind.PROPERTY)


@dataclass(frozen=True)
class Line:
    """One person on the notice; `acting` is the line of who stands in today."""

    label: str
    name: str
    phone: str
    area: str = ""
    acting: object = None


def lines(duties, on=None, *, is_lasting=False):
    """{pk of a duty: Line} of all `duties`, with the stand-ins of the day `on` (today) in one query.

    `is_lasting`: on paper, which hangs longer than anybody is away, nobody stands in.
    """
    duties = list(duties)
    acting = stand_ins(duties, on or timezone.localdate()) if duties and not is_lasting else {}
    return {duty.pk: _line(duty, acting.get(duty.pk)) for duty in duties}


def _line(duty, stand_in):
    return Line(
        label=duty.get_kind_display(),
        name=duty.notice_name,
        phone=duty.notice_phone,
        area=duty.employer if duty.kind == Kind.PROPERTY else duty.area,
        acting=_line(stand_in, None) if stand_in else None,
    )


def of_grid(duties):
    """Those that a grid's notice names, in its order: the 网格员 first, full time before part time."""
    rows = [duty for duty in duties if duty.kind in ON_GRID]
    return sorted(rows, key=lambda duty: (ON_GRID.index(duty.kind), duty.employment != "full_time", duty.pk))
