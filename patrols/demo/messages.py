"""Messages about incidents and needs came when these last moved, and what is older than two days has been read."""

import re
from datetime import timedelta

from django.db.models import Max

from accounts.models import Notification
from checklists.models import Need
from patrols.models import IncidentEvent

CODE = re.compile(r"([0-9A-Z]{4})-([0-9A-Z]{4}) ")
READ_AFTER = timedelta(days=2)


class Messages:
    def __init__(self, district, *, now, rng):
        self.now = now

    def run(self):
        rows = {row: match for row in Notification.objects.filter(read_at=None) if (match := CODE.match(row.text))}
        codes = {"".join(match.groups()) for match in rows.values()}
        events = IncidentEvent.objects.filter(incident__code__in=codes).order_by()
        dates = dict(events.values_list("incident__code").annotate(Max("at")))
        # The first receiver of a need is told as it is filed.
        dates |= dict(Need.objects.filter(code__in=codes).values_list("code", "submitted_at"))
        for row, match in rows.items():
            row.created_at = dates.get("".join(match.groups()), row.created_at)
            if row.created_at < self.now - READ_AFTER:
                row.read_at = row.created_at + timedelta(hours=3)
        Notification.objects.bulk_update(rows, ["created_at", "read_at"], batch_size=500)
