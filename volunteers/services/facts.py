"""What is known of a volunteer, put right: by the person, within OWN, and by staff, the rest."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from volunteers.models import Volunteer
from volunteers.services.grounds import follow_person
from volunteers.services.people import check_acting, faults_of, lock_volunteer, save_once

OWN = {"employer", "times", "is_honoured", "guardian_name", "guardian_phone"}
OF_STAFF = {
    "kind",
    "name",
    "phone",
    "identity_number",
    "born_on",
    "building",
    "unit",
    "employer",
    "is_from_office",
    "insured_until",
    "guardian_name",
    "guardian_phone",
}
HASHES = {"phone": "phone_index", "identity_number": "identity_index"}


@transaction.atomic
def correct_own_facts(volunteer, *, actor, skills=None, interests=None, at=None, **facts):
    """Write `facts` (of OWN), skills and interests. ValidationError beside the fields."""
    check_acting(actor, volunteer)
    volunteer = _write(volunteer, facts, OWN, at)
    for relation, chosen in (("skills", skills), ("interests", interests)):
        if chosen is not None:
            getattr(volunteer, relation).set(chosen)
    return volunteer


@transaction.atomic
def change_phone(volunteer, phone, *, actor, at=None):
    """Another phone, proven by a code before. ValidationError beside "phone": somebody else here has it."""
    check_acting(actor, volunteer)
    return _write(volunteer, {"phone": phone}, {"phone"}, at)


@transaction.atomic
def correct_facts(volunteer, *, actor, skills=None, at=None, **facts):
    """更正 by staff, who have seen the papers: `facts` (of OF_STAFF) and skills. Whoever has left stays as recorded."""
    if not Volunteer.objects.editable_by(actor).filter(pk=volunteer.pk).exists():
        raise PermissionDenied("您不能更正这位志愿者的信息。")
    if not volunteer.is_here:
        raise ValidationError("已注销的不再更正。", code="gone")
    volunteer = _write(volunteer, facts, OF_STAFF, at)
    if skills is not None:
        volunteer.skills.set(skills)
    if volunteer.user and volunteer.user.username == volunteer.code and volunteer.user.name != volunteer.masked_name:
        volunteer.user.name = volunteer.masked_name
        volunteer.user.save(update_fields=["name"])
    return volunteer


def _write(volunteer, facts, allowed, at):
    if strange := set(facts) - allowed:
        raise TypeError(f"not to be changed here: {', '.join(sorted(strange))}")
    volunteer = lock_volunteer(volunteer)
    for name, value in facts.items():
        setattr(volunteer, name, value)
    faults = faults_of(volunteer, timezone.localdate(at))
    # Only what was asked for: an old row may lack what was not asked for then.
    if mine := {name: words for name, words in faults.items() if name in facts}:
        raise ValidationError(mine, code="volunteer")
    hashes = [HASHES[name] for name in facts if name in HASHES]
    save_once(volunteer, update_fields=[*facts, *hashes])
    if {"name", "phone"} & facts.keys():
        follow_person(volunteer)
    return volunteer
