"""结果公开: refused until opinions are answered, resolutions have their doer and date, and issues their end."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from deliberations.models import Hearing, Issue
from deliberations.services import issues
from deliberations.services.hearings import door
from deliberations.services.hearings.quorum import lock

Status = Hearing.Status


def missing_for_publishing(hearing):
    """[what is still owed], in words; [] when it may be published."""
    unanswered = hearing.opinions.filter(answer="").count()
    unowned = sum(1 for outcome in hearing.outcomes.all() if not outcome.owner.strip())
    undecided = hearing.issues.filter(status=Issue.Status.SCHEDULED).count()
    owed = [
        (not hearing.minutes.strip(), "会议纪要还没有写"),
        (unanswered, f"{unanswered} 条意见还没有答复"),
        (unowned, f"{unowned} 件决议事项没有写谁来落实"),
        (undecided, f"{undecided} 个议题还没有定是否形成结果"),
    ]
    return [words for is_owed, words in owed if is_owed]


@transaction.atomic
def publish_hearing(hearing, *, actor, at=None):
    """ValidationError (`incomplete`) with all that is owed. From then on only the resolutions go on."""
    at = at or timezone.now()
    hearing = lock(hearing, actor, Status.CLOSED, Status.PUBLISHED)
    if hearing.status == Status.PUBLISHED:
        return hearing
    if owed := missing_for_publishing(hearing):
        raise ValidationError(f"还不能公开：{'；'.join(owed)}。", code="incomplete")
    return door.move(hearing, Status.PUBLISHED, actor=actor, at=at, published_at=at)


@transaction.atomic
def settle_issue(hearing, issue, *, is_settled, actor, note="", at=None):
    """What the meeting came to in one of its issues: 已形成结果, or 未达成一致, which may then go one level up."""
    hearing = lock(hearing, actor, Status.CLOSED)
    issue = hearing.issues.get(pk=issue.pk)
    settle = issues.settle_issue if is_settled else issues.leave_issue_unsettled
    return settle(issue, actor=actor, note=note or str(hearing), at=at)
