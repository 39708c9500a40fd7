from datetime import timedelta

from django.utils import timezone

from organizations.services.calendars import office_calendar
from organizations.workdays import is_working_day

HORIZON = 75  # days of history


class Office:
    """Time measured in working hours before now."""

    def __init__(self, now):
        self.now = now
        schedule, overrides = office_calendar()
        self.spans = []  # the latest first
        for back in range(HORIZON * 2):
            day = timezone.localdate(now) - timedelta(days=back)
            if is_working_day(day, overrides):
                spans = [(opens, min(closes, now)) for opens, closes in schedule.spans(day) if opens < now]
                self.spans += reversed(spans)

    def ago(self, hours):
        """The moment `hours` working hours before now."""
        left = timedelta(hours=max(hours, 0))
        for opens, closes in self.spans:
            if left <= closes - opens:
                return (closes - left).replace(microsecond=0)
            left -= closes - opens
        raise ValueError("too long ago")

    def age(self, moment):
        """How many working hours ago `moment` was."""
        spans = [closes - max(opens, moment) for opens, closes in self.spans if closes > moment]
        return sum(spans, timedelta()) / timedelta(hours=1)
