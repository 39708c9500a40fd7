"""What all verbs of a rota do with a turn: lock it, name its days, tell those whom it concerns."""

from accounts.services import notify
from checklists.models import Turn
from checklists.services.needs import staff_of


def lock_turn(turn):
    """The turn as it now is, locked. Without its unit: where another transaction just exchanged it, PostgreSQL looks
    at the locked row again but at the joined one of before, finds that they no longer meet, and returns nothing.
    """
    rows = Turn.objects.select_for_update(of=("self",), no_key=True).select_related("rota__community")
    return rows.get(pk=turn.pk)


def span(row):
    """2026年11月, 2026年10月—12月, or down to the day where it is no whole months; of anything with two dates."""
    one, other = row.starts_on, row.ends_on
    if one.year != other.year:
        return f"{one.year}年{one.month}月—{other.year}年{other.month}月"
    return f"{one.year}年{one.month}月" if one.month == other.month else f"{one.year}年{one.month}月—{other.month}月"


def tell(turns, *, text, link, actor=None, also=()):
    """One line to the liaisons of the turns' units, and of the units `also`, but not to whoever did it."""
    liaisons = {turn.unit.liaison_id: turn.unit.liaison for turn in turns}
    liaisons |= {unit.liaison_id: unit.liaison for unit in also}
    notify([user for pk, user in liaisons.items() if user and user != actor], text=text[:200], link=link)


def tell_staff(rota, *, text, actor=None):
    staff = [user for user in staff_of(rota.community) if user != actor]
    notify(staff, text=text[:200], link=f"/admin/checklists/rota/{rota.pk}/change/")
