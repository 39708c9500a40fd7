"""Messages that wait for a look or for an official reply: the community's staff are told once a day."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from deliberations.models import Message
from deliberations.services.messages.telling import tell_community
from grids.models import Community
from organizations.services.calendars import office_calendar
from organizations.workdays import is_working_day

Status = Message.Status
LOOKED_AT_WITHIN = timedelta(days=1)
WORDS = {"late": "超过期限没有答复", "due": "今天到期要答复", "waiting": "等了一天以上没有审核"}


def to_remind(at=None):
    """The messages that somebody has to do something about by the end of today, or had to."""
    at = at or timezone.now()
    return Message.objects.filter(
        Q(pk__in=Message.objects.unanswered().filter(reply_by__lt=_midnight(at))) | _waiting(at)
    )


def _waiting(at):
    return Q(status=Status.PENDING, written_at__lt=at - LOOKED_AT_WITHIN)


def _midnight(at):
    day = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    return day + timedelta(days=1)


@transaction.atomic
def remind_community(community, *, at=None):
    """Tell the staff of its book once a day; how many were told. On a day off nobody is."""
    at = at or timezone.now()
    day = timezone.localdate(at)
    if not is_working_day(day, office_calendar()[1]):
        return 0
    community = Community.objects.select_for_update(no_key=True).get(pk=community.pk)
    owed = Q(status=Status.PUBLISHED)
    counts = (
        to_remind(at)
        .filter(community=community)
        .order_by()
        .aggregate(
            late=Count("pk", filter=owed & Q(reply_by__lt=at)),
            due=Count("pk", filter=owed & Q(reply_by__gte=at)),
            waiting=Count("pk", filter=_waiting(at)),
        )
    )
    words = [f"{counts[key]} 条{what}" for key, what in WORDS.items() if counts[key]]
    if not words:
        return 0
    return len(tell_community(community, f"{day:%m月%d日}{community}留言簿：", f"{'，'.join(words)}。"))
