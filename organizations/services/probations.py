"""转正: who is told in time that a probation ends, and again when it is over. Lock: the member."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from accounts.services import notify_once
from organizations.models import PartyMember
from organizations.parameters import parameters
from organizations.services.terms import offices_of

LADDER = ("probation_reminder_days", "probation_reminder_days_2")


def members_to_remind(at=None):
    """On probation, and on the ladder: its end is near or gone by."""
    today = timezone.localdate(at)
    rules = parameters("probation_months", *LADDER, on=today)
    notice = timedelta(days=max(rules[key] for key in LADDER))
    return PartyMember.objects.here().probation_over(today + notice, int(rules["probation_months"]))


@transaction.atomic
def remind_probation(member, *, at=None):
    """Tell the office that keeps the branch, once on each step of the ladder; once it is over, the one above, too.

    A probation that was extended begins the ladder anew.
    """
    today = timezone.localdate(at)
    rows = PartyMember.objects.select_for_update(no_key=True, of=("self",)).select_related("branch")
    member = rows.get(pk=member.pk)
    if member.stage != PartyMember.Stage.PROBATIONARY or not member.is_here:
        return
    rules = parameters("probation_months", *LADDER, on=today)
    ends_on = member.probation_ends_on(int(rules["probation_months"]))
    left = (ends_on - today).days
    reached = [rules[key] for key in LADDER if left <= rules[key]]
    if not reached:
        return
    who, when = f"{member.branch}预备党员{member.name}", date_format(ends_on, "Y年n月j日")
    if left >= 0:
        text = f"{who}的预备期{when}满，{min(reached):.0f} 天内请准备转正"
    else:
        text = f"{who}的预备期{when}已满，请办理转正或延长"
    link = f"/admin/organizations/partymember/{member.pk}/change/"
    for users in offices_of(member.branch, "change_partymember")[: 1 if left >= 0 else 2]:
        notify_once(users, text=text[:200], link=link)
