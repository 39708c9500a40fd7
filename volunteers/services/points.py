"""积分, the second append-only ledger: what an hour earns, what is left to spend. Spending never touches hours."""

from django.db.models import Sum

from volunteers.models import PointEntry, PointRule


def rules_of(ledger):
    """The rules of `ledger`, the latest first."""
    return list(PointRule.objects.filter(ledger=ledger).order_by("-effective_on"))


def points_for(minutes, served_on, rules):
    """Whole points of one service of the day `served_on`; 0 where no rule was in force."""
    rule = next((each for each in rules if each.effective_on <= served_on), None)
    if rule is None:
        return 0
    points = minutes * rule.points_per_hour // 60
    return points if rule.most_per_session is None else min(points, rule.most_per_session)


def earn(entries, at):
    """The points of new hour `entries`, each by the rule of its day."""
    rules = {ledger: rules_of(ledger) for ledger in {entry.ledger for entry in entries}}
    earned = [(entry, points_for(entry.minutes, entry.served_on, rules[entry.ledger])) for entry in entries]
    PointEntry.objects.bulk_create(
        PointEntry(volunteer_id=entry.volunteer_id, points=points, hour_entry=entry, words=entry.words, entered_at=at)
        for entry, points in earned
        if points
    )


def take_back(entry, reversal, at):
    """What the hours of `entry` had earned, taken back with them; what was spent meanwhile leaves a debt."""
    earned = PointEntry.objects.filter(hour_entry=entry).first()
    if earned:
        PointEntry.objects.create(
            volunteer_id=entry.volunteer_id,
            points=-earned.points,
            hour_entry=reversal,
            reverses=earned,
            words=reversal.words,
            entered_at=at,
        )


def balance_of(volunteer, on=None):
    """Points that may be spent on the day `on` (today); below 0 after a reversal of what was spent already."""
    rows = PointEntry.objects.filter(volunteer=volunteer).counting(on)
    return rows.aggregate(left=Sum("points", default=0))["left"]
