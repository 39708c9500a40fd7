"""推荐人选: what volunteers.suggesting is fed with. As many queries for ten volunteers as for ten thousand."""

from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, Sum, prefetch_related_objects
from django.utils import timezone

from accounts.models import Notification
from accounts.services import notify_once
from organizations.parameters import parameter, parameters
from volunteers import suggesting
from volunteers.models import HourEntry, Ledger, Training, Volunteer
from volunteers.requirements import shortfalls
from volunteers.services.holdings import lacking
from volunteers.services.people import account_of
from volunteers.services.positions import own_link, permit

YEAR = timedelta(days=365)
PERSON_COLUMNS = (
    "pk",
    "kind",
    "times",
    "building_id",
    "building__grid_id",
    "building__longitude",
    "building__latitude",
    "community_id",
)


@dataclass(frozen=True)
class Suggestion:
    """`lacking`: what the person has to see to first, in words; empty for whoever may begin."""

    volunteer: Volunteer
    fit: suggesting.Fit
    lacking: tuple = ()

    @property
    def bars(self):
        """As _partials/_score.html draws it: x and width in hundredths of all that could be had."""
        x, rows, most = 0, [], sum(part.most for part in self.fit.parts) or 1
        for part in self.fit.parts:
            width = round(100 * part.points / most, 1)
            rows.append({"label": part.label, "value": f"{part.points:g}", "x": x, "width": width, "words": part.words})
            x += width
        return rows


def weights(on=None):
    """The `suggest_` settings as they stand on the date `on` (today)."""
    names = ("skill", "time", "place", "hours")
    bounds = ("suggest_near_metres", "suggest_far_metres", "suggest_busy_hours")
    found = parameters(*bounds, *(f"suggest_{name}_weight" for name in names), on=on)
    near_m, far_m, busy_hours = (found[name] for name in bounds)
    grounds = {name: found[f"suggest_{name}_weight"] for name in names}
    return suggesting.Weights(**grounds, near_m=near_m, far_m=far_m, busy_minutes=60 * busy_hours)


# --- Both sides as the engine reads them ------------------------------------------------------------------------------
def people_of(volunteers, ledger=Ledger.DUTY):
    """Persons of the queryset `volunteers`; their minutes are those of the ledger that the service would go to, and are
    never added up with the other's.
    """
    keys = volunteers.order_by().values("pk")
    skills = _sets(Volunteer.skills.through, "skill_id", keys)
    interests = _sets(Volunteer.interests.through, "positionclass_id", keys)
    minutes = _minutes(keys)
    for pk, kind, times, building, grid, longitude, latitude, community in volunteers.values_list(*PERSON_COLUMNS):
        of = ledger if kind == Volunteer.Kind.MEMBER else Ledger.VOLUNTARY
        yield suggesting.Person(
            key=pk,
            skills=skills.get(pk, frozenset()),
            interests=interests.get(pk, frozenset()),
            times=times,
            building=building,
            grid=grid,
            community=community,
            point=(longitude, latitude) if longitude is not None else None,
            minutes=minutes.get((pk, of), 0),
        )


def _sets(through, column, keys):
    found = {}
    for pk, key in through.objects.filter(volunteer__in=keys).values_list("volunteer_id", column):
        found.setdefault(pk, set()).add(key)
    return found


def _minutes(keys):
    """{(key of the volunteer, ledger): minutes} of the last year."""
    rows = HourEntry.objects.filter(volunteer__in=keys, served_on__gt=timezone.localdate() - YEAR).order_by()
    sums = rows.values_list("volunteer", "ledger").annotate(Sum("minutes"))
    return {(pk, ledger): total for pk, ledger, total in sums}


def wanted_of_position(position):
    """Reads `skills`: prefetch them where many are asked."""
    building = position.building
    return suggesting.Wanted(
        skills={skill.pk: skill.name for skill in position.skills.all()},
        topic=position.position_class_id,
        building=position.building_id,
        grid=position.grid_id or (building and building.grid_id),
        community=position.community_id,
        point=(building.longitude, building.latitude) if building and building.longitude is not None else None,
    )


def wanted_of_session(session):
    """The half days that it touches; one that lasts over noon wants both."""
    starts_at, ends_at = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
    halves = {(at.weekday(), at.hour >= 12) for at in (starts_at, ends_at - timedelta(minutes=1))}
    return suggesting.Wanted(
        skills={skill.pk: skill.name for skill in session.skills.all()},
        times=sum(1 << (2 * day + is_afternoon) for day, is_afternoon in halves),
        community=session.community_id,
        point=(session.longitude, session.latitude) if session.longitude is not None else None,
    )


# --- Suggested --------------------------------------------------------------------------------------------------------
def suggest_for_position(position, limit=10):
    """The best Suggestions among the volunteers of its community who neither hold nor have claimed it: those who may
    begin, then those who lack what can be had yet (insurance, a training).
    """
    prefetch_related_objects([position], "skills")
    known = position.holdings.open().order_by().values("volunteer")
    rows = Volunteer.objects.exclude(pk__in=known)
    if position.is_members_only:
        rows = rows.filter(kind=Volunteer.Kind.MEMBER)
    on = timezone.localdate()
    return _suggest(rows, wanted_of_position(position), position, lacking, limit=limit, on=on)


def suggest_for_session(session, limit=10):
    """The same for a session: nobody who has signed up, nor has a seat elsewhere at that time."""
    prefetch_related_objects([session], "skills")
    on = timezone.localdate(session.starts_at)
    signups = session.signups.model.objects
    known = signups.filter(session=session).open().order_by().values("volunteer")
    busy = signups.filter(status="seated", session__status="open").overlapping(session.starts_at, session.ends_at)
    rows = Volunteer.objects.exclude(pk__in=known).exclude(pk__in=busy.order_by().values("volunteer"))
    wanted = wanted_of_session(session)
    return _suggest(rows, wanted, session, shortfalls, limit=limit, on=on, ledger=session.ledger)


def _suitable(rows, terms, on):
    """Of the community, and kept out neither by the age nor by what they can do."""
    rows = rows.here().filter(community=terms.community_id)
    if terms.least_age:
        rows = rows.filter(Q(born_on=None) | Q(born_on__lte=_years_before(on, terms.least_age)))
    if terms.most_age:
        rows = rows.filter(Q(born_on=None) | Q(born_on__gt=_years_before(on, terms.most_age + 1)))
    if skills := list(terms.skills.all()):
        rows = rows.filter(pk__in=Volunteer.skills.through.objects.filter(skill__in=skills).values("volunteer"))
    return rows


def _ready(rows, terms, on):
    """Those with the insurance and the training that are asked for."""
    if terms.needs_insurance:
        rows = rows.filter(insured_until__gte=on)
    if terms.needs_training:
        valid = Training.objects.filter(Q(valid_until=None) | Q(valid_until__gte=on), on__lte=on)
        if skills := list(terms.skills.all()):
            valid = valid.filter(skill__in=skills)
        rows = rows.filter(pk__in=valid.order_by().values("volunteer"))
    return rows


def _years_before(day, years):
    return day.replace(year=day.year - years, day=min(day.day, 28) if day.month == 2 else day.day)


def _suggest(rows, wanted, terms, ask, *, limit, on, ledger=Ledger.DUTY):
    suitable, held = _suitable(rows, terms, on), weights()
    fits = suggesting.rank(people_of(_ready(suitable, terms, on), ledger), wanted, held, limit)
    if len(fits) < limit and (terms.needs_insurance or terms.needs_training):
        others = suitable.exclude(pk__in=[each.key for each in fits])
        fits += suggesting.rank(people_of(others, ledger), wanted, held, limit - len(fits))
    chosen = Volunteer.objects.filter(pk__in=[each.key for each in fits])
    chosen = chosen.select_related("community", "building__quarter", "user").prefetch_related("skills", "trainings")
    people, age = {row.pk: row for row in chosen}, parameter("volunteer_adult_age", on=on)
    found = [
        Suggestion(people[each.key], each, tuple(ask(people[each.key], terms, on=on, adult_age=age))) for each in fits
    ]
    return sorted(found, key=lambda each: bool(each.lacking))


# --- The other way round, and asked -----------------------------------------------------------------------------------
def fits_for(volunteer, positions):
    """{key of the position: Fit} of the one `volunteer`; `positions` come with `building`, `grid` and `skills`."""
    (person,) = people_of(Volunteer.objects.filter(pk=volunteer.pk))
    held = weights()
    return {row.pk: suggesting.fit(person, wanted_of_position(row), held) for row in positions}


@transaction.atomic
def invite(position, volunteer, *, actor):
    """邀请: a line in the volunteer's inbox; whether to claim is theirs to say (志愿服务条例 art. 25). Once."""
    permit(position, actor)
    if position.status != position.Status.OPEN:
        raise ValidationError("岗位还没有发布，发布以后再邀请。", code="closed")
    if not Volunteer.objects.here().visible_to(actor).filter(pk=volunteer.pk).exists():
        raise ValidationError("这个人不在您的管辖范围内，或已经注销。", code="reach")
    text = f"{position.community}邀请您担任“{position.called}”，愿意的请打开认领。"
    return notify_once([account_of(volunteer)], text=text[:200], link=own_link(position))


def invited(position, volunteers):
    """Keys of those of `volunteers` who were invited to it."""
    users = {row.user_id: row.pk for row in volunteers if row.user_id}
    told = Notification.objects.filter(recipient__in=users, link=own_link(position), text__contains="邀请您担任")
    return {users[key] for key in told.values_list("recipient", flat=True)}
