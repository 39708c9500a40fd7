"""A person not known yet writes down everything at once: who they are, where they report, what they want to do."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import PrivacyNotice
from volunteers.models import Report
from volunteers.services.holdings import claim
from volunteers.services.people import account_of, register_volunteer
from volunteers.services.reports import submit_report


@transaction.atomic
def file_report(*, community, source, wanted=(), actor=None, at=None, **facts):
    """(report, [refusals]): registered under the notice in force, reported, and each of the `wanted` positions claimed.

    A position that cannot be claimed (full, too young, …) is told of in `refusals` and stops nothing else. `facts` are
    what register_volunteer takes; its errors stand beside the same fields.
    """
    at = at or timezone.now()
    notice = PrivacyNotice.objects.in_force(timezone.localdate(at)).first()
    if notice is None:
        raise ValidationError("还没有生效的隐私告知书，请联系平台管理员。", code="notice")
    volunteer = register_volunteer(community=community, notice=notice, actor=actor, at=at, **facts)
    report = submit_report(volunteer, community=community, source=source, actor=actor, at=at)
    return report, _claim(volunteer, wanted, at) if source == Report.Source.SELF else []


def _claim(volunteer, wanted, at):
    refusals = []
    if wanted:
        volunteer.user = account_of(volunteer)
    for position in wanted:
        try:
            with transaction.atomic():
                claim(position, volunteer, words="报到时认领", actor=volunteer.user, at=at)
        except ValidationError as error:
            refusals.append(f"{position}：{'；'.join(error.messages)}")
    return refusals
