"""What a unit's liaison does for its own members: reports them to where they live, completes what was left open. The
person confirms at the first sign-in what the unit vouched for (个人信息保护法 art. 13, 14).
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from organizations.identities import born_on
from organizations.models import Unit
from volunteers.models import Report, Volunteer
from volunteers.services.people import (
    check_acting,
    lock_volunteer,
    party_member_of,
    register_volunteer,
    taken_by_others,
)
from volunteers.services.reports import submit_report

RIGHT = "volunteers.add_report"


@transaction.atomic
def report_member(*, unit, community, actor, at=None, **facts) -> Report:
    """Register somebody of `unit` and report them to `community`. ValidationError beside the fields."""
    volunteer = register_volunteer(unit=unit, community=community, has_confirmed=False, actor=actor, at=at, **facts)
    return submit_report(volunteer, community=community, source=Report.Source.UNIT, actor=actor, at=at)


def lacking(volunteer, **facts):
    """What of `facts` somebody who is registered has not said yet: nothing that a person said is overwritten."""
    new = {
        name: facts[name] for name in ("identity_number", "times") if facts.get(name) and not getattr(volunteer, name)
    }
    for name in ("skills", "interests"):
        held = set(getattr(volunteer, name).all())
        if more := [row for row in facts.get(name, ()) if row not in held]:
            new[name] = more
    return new


@transaction.atomic
def complete_member(volunteer, *, community, actor, at=None, **facts):
    """Write down what is `lacking`, and report to `community` again whoever has no open report.

    ValidationError beside "identity_number" when somebody else is here with it.
    """
    volunteer = lock_volunteer(volunteer)
    if not Unit.objects.of_liaison(actor, RIGHT).filter(pk=volunteer.unit_id).exists():
        raise PermissionDenied("您只能登记本单位的人员。")
    for name, value in lacking(volunteer, **facts).items():
        if name in ("skills", "interests"):
            getattr(volunteer, name).add(*value)
        else:
            setattr(volunteer, name, value)
    if taken := taken_by_others(volunteer):
        raise ValidationError(taken)
    volunteer.member = volunteer.member or party_member_of(volunteer)
    if volunteer.member:
        volunteer.kind = Volunteer.Kind.MEMBER
    if volunteer.identity_number and volunteer.born_on is None:
        volunteer.born_on = born_on(volunteer.identity_number)
    volunteer.save(update_fields=["identity_number", "identity_index", "born_on", "times", "member", "kind"])
    if not volunteer.reports.open().exists():
        submit_report(volunteer, community=community, source=Report.Source.UNIT, actor=actor, at=at)
    return volunteer


@transaction.atomic
def confirm_notice(volunteer, *, notice, actor, at=None):
    """本人确认: the person agrees to `notice` with the own hand. Confirmed already: nothing happens."""
    check_acting(actor, volunteer)
    volunteer = lock_volunteer(volunteer)
    if not volunteer.has_confirmed:
        volunteer.has_confirmed, volunteer.notice, volunteer.agreed_at = True, notice, at or timezone.now()
        volunteer.save(update_fields=["has_confirmed", "notice", "agreed_at"])
    return volunteer
