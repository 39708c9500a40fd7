"""志愿者: registered, found again, given an account. One person is one row, told from another by keyed hashes."""

import secrets

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import User
from govern.dates import whole_years
from govern.fields import blind_index
from grids.models import Community
from organizations.identities import born_on
from organizations.models import PartyMember, Post, Unit
from organizations.parameters import parameter
from volunteers.models import Volunteer

TAKEN = {
    "phone": "这个手机号已经登记过志愿者。",
    "identity_number": "这个身份证号已经登记过志愿者。",
}


# --- Found again ------------------------------------------------------------------------------------------------------
def find_known(*, phone="", identity_number=""):
    """The volunteer who is here with this phone, or else with this identity number; None for nobody."""
    rows = Volunteer.objects.here().select_related("community", "user")
    for column, value in (("phone_index", phone), ("identity_index", identity_number)):
        if value and (found := rows.filter(**{column: blind_index(value)}).first()):
            return found
    return None


def taken_by_others(volunteer):
    """{field: words} of the phone and the identity number that somebody else here has."""
    others = Volunteer.objects.here().exclude(pk=volunteer.pk)
    return {
        name: TAKEN[name]
        for name, column in (("phone", "phone_index"), ("identity_number", "identity_index"))
        if (index := blind_index(getattr(volunteer, name))) and others.filter(**{column: index}).exists()
    }


def party_member_of(volunteer):
    """The row of the Party register that is this person: the same identity number, or the same phone and name."""
    free = PartyMember.objects.here().filter(volunteer=None)
    index = blind_index(volunteer.identity_number)
    if index and (found := free.filter(identity_index=index).first()):
        return found
    same = free.filter(phone_index=blind_index(volunteer.phone), name=volunteer.name)
    return next((each for each in same if not (each.identity_number and volunteer.identity_number)), None)


# --- Registered -------------------------------------------------------------------------------------------------------
def new_number(community):
    """志愿者编号: the district's six digits and eight of chance, so that nobody counts others by the own one."""
    while True:
        number = f"{community.street.district.code}{secrets.randbelow(10**8):08}"
        if not Volunteer.objects.filter(code=number).exists():
            return number


def check_reach(actor, community, unit):
    """Staff write down people of their communities, a liaison those of the own unit; None is the person itself."""
    if actor is None:
        return
    right = "volunteers.add_report"
    mine = Community.objects.under_posts(actor, right).filter(pk=community.pk).exists()
    liaised = unit is not None and Unit.objects.of_liaison(actor, right).filter(pk=unit.pk).exists()
    if not (actor.is_superuser or mine or liaised):
        raise PermissionDenied("您不能在这个社区登记志愿者。")


def faults_of(volunteer, on):
    """{field: words} of what is wrong with a row, saved or not, on the day `on`."""
    try:
        volunteer.clean_fields(exclude=["code", "user", "member", "notice"])
        faults = {}
    except ValidationError as error:
        faults = error.message_dict
    told = born_on(volunteer.identity_number) if volunteer.identity_number and "identity_number" not in faults else None
    if told and volunteer.born_on and volunteer.born_on != told:
        faults["born_on"] = ["出生日期和身份证号对不上。"]
    volunteer.born_on = volunteer.born_on or told
    if volunteer.born_on and volunteer.born_on > on:
        faults["born_on"] = ["出生日期不能晚于今天。"]
    faults |= {name: [words] for name, words in taken_by_others(volunteer).items()}
    if is_minor(volunteer, on):
        age = int(parameter("volunteer_adult_age", on))
        for name, what in (("guardian_name", "监护人姓名"), ("guardian_phone", "监护人手机号")):
            if not getattr(volunteer, name):
                faults.setdefault(name, [f"不满 {age} 周岁，请填{what}，要监护人同意。"])
    return faults


def is_minor(volunteer, on):
    """Under the age at which one decides alone; somebody whose birthday nobody gave is taken for an adult."""
    born = volunteer.born_on
    return born is not None and whole_years(born, on) < parameter("volunteer_adult_age", on)


@transaction.atomic
def register_volunteer(
    *, kind, name, phone, community, notice, actor=None, at=None, skills=(), interests=(), **facts
) -> Volunteer:
    """Write somebody down who agreed to `notice`; `facts` are further columns. `actor` None: the person itself.

    ValidationError beside the fields (known already, under age without a guardian); PermissionDenied out of reach.
    """
    at = at or timezone.now()
    check_reach(actor, community, facts.get("unit"))
    volunteer = Volunteer(
        kind=kind, name=name.strip(), phone=phone, community=community, notice=notice, registered_at=at, agreed_at=at,
        **facts,
    )  # fmt: skip
    if faults := faults_of(volunteer, timezone.localdate(at)):
        raise ValidationError(faults, code="volunteer")
    if volunteer.guardian_name and volunteer.guardian_agreed_at is None:
        volunteer.guardian_agreed_at = at
    volunteer.member = volunteer.member or party_member_of(volunteer)
    if volunteer.member:
        volunteer.kind = Volunteer.Kind.MEMBER
    volunteer.code = new_number(community)
    save_once(volunteer)
    volunteer.skills.set(skills)
    volunteer.interests.set(interests)
    return volunteer


def save_once(volunteer, **options):
    """Save; of two who write the same phone at one moment the later one is told so, beside the field."""
    try:
        with transaction.atomic():
            volunteer.save(**options)
    except IntegrityError:
        if taken := taken_by_others(volunteer):
            raise ValidationError(taken, code="unique") from None
        raise


# --- The account ------------------------------------------------------------------------------------------------------
def is_staff_account(user):
    """Whoever holds a post, or a right by any other way, signs in by password alone."""
    posts = Post.objects.current().filter(user=OuterRef("pk"))
    rights = Q(is_superuser=True) | Exists(posts) | Q(user_permissions__isnull=False) | Q(groups__isnull=False)
    return User.objects.filter(rights, pk=user.pk).exists()


def account_with_phone(phone):
    """The active account that staff wrote this phone down for; None for nobody's."""
    return User.objects.filter(phone_index=blind_index(phone), is_active=True).first() if phone else None


@transaction.atomic
def account_of(volunteer, *, is_proven=False) -> User:
    """The account of `volunteer`, made on first use: without a password, named by the code and the masked name.

    Where the person has just proven the phone (`is_proven`), an account of that phone without any post is taken for the
    person's own. That of staff never is: it is joined only from inside, by `link_account`.
    """
    volunteer = lock_volunteer(volunteer)
    if volunteer.user_id:
        return volunteer.user
    user = account_with_phone(volunteer.phone) if is_proven else None
    if user is None or is_staff_account(user) or Volunteer.objects.filter(user=user).exists():
        user = User.objects.create_user(volunteer.code, name=volunteer.masked_name)
    volunteer.user = user
    volunteer.save(update_fields=["user"])
    return user


@transaction.atomic
def link_account(volunteer, user):
    """Whoever is signed in as `user` has proven the phone of `volunteer`: from now on that account serves as theirs."""
    volunteer = lock_volunteer(volunteer)
    if volunteer.user_id == user.pk:
        return volunteer
    if Volunteer.objects.filter(user=user).exists():
        raise ValidationError("这个账号已经关联另一位志愿者。", code="linked")
    before, volunteer.user = volunteer.user, User.objects.get(pk=user.pk)
    if before and is_staff_account(before):
        raise ValidationError("这位志愿者已经关联另一个工作账号，请联系社区更正。", code="linked")
    volunteer.save(update_fields=["user"])
    if before and before.username == volunteer.code:
        before.notifications.update(recipient=user)
        User.objects.filter(pk=before.pk).update(is_active=False)
    return volunteer


def lock_volunteer(volunteer):
    return Volunteer.objects.select_for_update(no_key=True, of=("self",)).get(pk=volunteer.pk)


def may_act_for(actor, volunteer) -> bool:
    """The person itself, or staff who may change this row."""
    if actor is None or not actor.is_active:
        return False
    if volunteer.user_id is not None and volunteer.user_id == actor.pk:
        return volunteer.is_here
    return Volunteer.objects.editable_by(actor).filter(pk=volunteer.pk).exists()


def check_acting(actor, volunteer):
    if not may_act_for(actor, volunteer):
        raise PermissionDenied("您不能替这位志愿者办理。")
