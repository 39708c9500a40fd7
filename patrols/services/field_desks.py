"""移动办公桌: what came in by a desk's code."""

from django.utils import timezone

from patrols.models import Intake


def take_in(desk, need, *, at=None):
    """Count `need` for the desk whose code was scanned; once. By the resident: no right is asked."""
    intake, _ = Intake.objects.get_or_create(need=need, defaults={"desk": desk, "at": at or timezone.now()})
    return intake
