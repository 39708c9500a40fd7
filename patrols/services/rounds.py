"""巡查: a round of a grid along its checklist; what was found becomes a report of its own, linked to the item."""

from collections import defaultdict
from datetime import datetime, time, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from grids.models import Grid
from patrols.models import Check, CheckItem, Round
from patrols.services.keys import already_sent, when


@transaction.atomic
def record_round(grid, *, results, note="", walked_at=None, client_key=None, actor, at=None):
    """The round with a check for each of `results`, {CheckItem: whether it is fine}; one row for one `client_key`.

    Locks the grid. ValidationError: nothing checked, an item that is not this grid's, a time that cannot be, somebody
    else's key. PermissionDenied out of reach.
    """
    at = at or timezone.now()
    sender = {"walker": actor, "grid": grid}
    if known := already_sent(Round, client_key, by=sender):
        return known
    grid = Grid.objects.select_for_update(no_key=True).get(pk=grid.pk)
    if known := already_sent(Round, client_key, by=sender):  # the same one, sent twice at once
        return known
    if not Grid.objects.allowed(actor, "patrols.add_round").filter(pk=grid.pk).exists():
        raise PermissionDenied("这个网格不由您巡查。")
    if not results:
        raise ValidationError("请至少查一项再提交。", code="empty")
    keys = {item.pk for item in results}
    # One that was put out of use since the phone took the list was checked all the same.
    here = CheckItem.objects.filter(Q(community=None) | Q(community__grids=grid), pk__in=keys)
    if here.distinct().count() != len(keys):
        raise ValidationError("检查清单已经更新，请刷新后重新勾选。", code="stale")
    walked = Round(grid=grid, walker=actor, walked_at=when(walked_at, at, "walked_at"), note=note.strip(), saved_at=at)
    if client_key:
        walked.client_key = client_key
    walked.full_clean(exclude=["grid", "walker"])
    walked.save()
    Check.objects.bulk_create(Check(round=walked, item=item, is_fine=is_fine) for item, is_fine in results.items())
    return walked


def link_check(incident, *, client_key, item, actor):
    """Tie a report to the item of the actor's own round that found it; a round that never came is no error."""
    checks = Check.objects.filter(
        round__client_key=client_key, round__walker=actor, item=item, is_fine=False, incident=None
    )
    return checks.update(incident=incident)


def items_due(grids, on=None):
    """{grid: [items due on the day `on` (today)]} of the list `grids`, in four queries for all of them."""
    on = on or timezone.localdate()
    keys = [grid.pk for grid in grids]
    communities = defaultdict(set)
    for grid, community in Grid.communities.through.objects.filter(grid__in=keys).values_list("grid", "community"):
        communities[grid].add(community)
    anywhere = set().union(*communities.values())
    items = CheckItem.objects.filter(Q(community=None) | Q(community__in=anywhere), is_active=True)
    items = list(items.select_related("matter__parent"))
    last = _last_checks(keys, max((item.every_days for item in items), default=1), on)
    return {grid: [item for item in items if _is_due(item, grid, communities, last, on)] for grid in grids}


def _is_due(item, grid, communities, last, on):
    if item.community_id is not None and item.community_id not in communities[grid.pk]:
        return False
    checked_on = last.get((grid.pk, item.pk))
    return checked_on is None or checked_on + timedelta(days=item.every_days) <= on


def _last_checks(grids, days, on):
    """{(grid, item): the day of its last check} within the last `days`: what is older is due anyhow."""
    since = timezone.make_aware(datetime.combine(on - timedelta(days=days), time.min))
    rows = Check.objects.filter(round__grid__in=grids, round__walked_at__gte=since)
    rows = rows.values_list("round__grid", "item").annotate(last=Max("round__walked_at")).order_by()
    return {(grid, item): timezone.localdate(last) for grid, item, last in rows}
