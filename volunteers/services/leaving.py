"""注销: somebody serves no more, and what need not be kept is forgotten (个人信息保护法 art. 47).

What was served stays, without a name: hours, certificates and the story of the report hang on the number alone, for the
community owes a record of them (志愿服务条例 art. 19).
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from volunteers.models import Session
from volunteers.services import holdings, memberships, reports, signups
from volunteers.services.people import check_acting, lock_volunteer

GONE = "已注销"
FORGOTTEN = {
    "name": GONE,
    "phone": "",
    "identity_number": "",
    "guardian_name": "",
    "guardian_phone": "",
    "employer": "",
    "born_on": None,
    "building": None,
    "unit": None,
    "member": None,
    "insured_until": None,
    "times": 0,
    "is_honoured": False,
    "user": None,
}
HASHES = ["phone_index", "identity_index"]


def what_holds(volunteer):
    """The posts that have to be handed over first, in words; empty where one may leave."""
    return [str(holding.position) for holding in volunteer.holdings.standing().select_related("position")]


@transaction.atomic
def leave(volunteer, *, reason, actor, at=None):
    """注销 by the person or by staff: claims, sign-ups, teams and the report end with it. Left already: nothing.

    ValidationError(code="posted") while in a post: a building must not lose its head unnoticed.
    """
    at = at or timezone.now()
    check_acting(actor, volunteer)
    volunteer = lock_volunteer(volunteer)
    if not volunteer.is_here:
        return volunteer
    if not reason.strip():
        raise ValidationError({"reason": "请写明注销的原因。"}, code="required")
    if held := what_holds(volunteer):
        raise ValidationError(f"还在岗：{'、'.join(held)}。请先办离岗或交接。", code="posted")
    give_up(volunteer, reason=reason, actor=actor, at=at)
    volunteer.left_on, volunteer.leaving_reason = timezone.localdate(at), reason.strip()[:100]
    volunteer.save(update_fields=["left_on", "leaving_reason"])
    User.objects.filter(pk=volunteer.user_id, username=volunteer.code).update(is_active=False)
    return volunteer


def give_up(volunteer, *, reason, actor, at):
    """Everything that others still count on."""
    for holding in volunteer.holdings.filter(status__in=["claimed", "waiting"]):
        holdings.withdraw(holding, actor=actor, at=at)
    coming = volunteer.signups.filter(status__in=["seated", "waiting"], session__starts_at__gt=at)
    for signup in coming.select_related("session", "volunteer"):
        signups.cancel_signup(signup, reason=reason, actor=actor, at=at)
    memberships.leave_teams(volunteer, at=at)
    Session.objects.filter(leader=volunteer, ends_at__gt=at).update(leader=None)
    volunteer.kept_stations.clear()
    if report := volunteer.reports.open().first():
        reports.end_report(report, reason=reason, actor=actor, at=at)


@transaction.atomic
def erase(volunteer, *, actor, at=None):
    """Forget who it was: of somebody who has left, or who leaves by this (撤回同意). Done already: nothing."""
    user = volunteer.user
    volunteer = leave(volunteer, reason="本人要求删除个人信息", actor=actor, at=at)
    if volunteer.name == GONE:
        return volunteer
    if user and user.username == volunteer.code:
        user.notifications.all().delete()
        User.objects.filter(pk=user.pk).update(name=GONE)
    volunteer.skills.clear()
    volunteer.interests.clear()
    volunteer.corrections.all().delete()
    for name, value in FORGOTTEN.items():
        setattr(volunteer, name, value)
    volunteer.save(update_fields=[*FORGOTTEN, *HASHES])
    return volunteer
