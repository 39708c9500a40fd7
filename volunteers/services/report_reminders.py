"""Who waits longer for a first contact than the set days."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.services import notify
from organizations.parameters import parameter
from volunteers.models import Report
from volunteers.services.report_door import clerks_of


def to_remind(at=None):
    """Whom nobody has called in time, and nobody was reminded of within `report_remind_days`."""
    at = at or timezone.now()
    before = at - timedelta(days=int(parameter("report_remind_days")))
    return Report.objects.waiting_for_contact(at).filter(Q(reminded_at=None) | Q(reminded_at__lte=before))


@transaction.atomic
def remind_community(community, *, at=None):
    """Tell the clerks of `community` once of all who wait there too long. Returns how many they are."""
    at = at or timezone.now()
    rows = to_remind(at).filter(community=community).select_for_update(no_key=True, of=("self",), skip_locked=True)
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    if keys:
        Report.objects.filter(pk__in=keys).update(reminded_at=at)
        text = f"{community}有 {len(keys)} 名报到的党员（志愿者）过了期限还没有对接，请尽快联系。"
        link = f"/admin/volunteers/report/?heap=overdue&community={community.pk}"
        notify(clerks_of(community), text=text, link=link)
    return len(keys)
