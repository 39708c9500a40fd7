"""星级: who has served long enough is published for some working days, then awarded; taken back with a reason.

By voluntary hours alone: Party duty is another ledger. Lock: the volunteer, then the star.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone

from accounts.services import notify
from govern.dates import months_after
from organizations.parameters import parameter, parameters
from volunteers.models import HourEntry, Ledger, Star, Volunteer
from volunteers.services.hours import publicity_end, totals_of

Status = Star.Status
LEVELS = range(1, 6)


def thresholds(on=None):
    """{level: minutes of voluntary service}."""
    values = parameters(*(f"star_hours_{level}" for level in LEVELS), on=on)
    return {level: int(values[f"star_hours_{level}"] * 60) for level in LEVELS}


def level_of(minutes, steps):
    """The highest level that `minutes` reach; 0 for none."""
    return max((level for level, needed in steps.items() if minutes >= needed), default=0)


def reaching(community, on):
    """{key of the volunteer: minutes} of who has reached any star in `community` by the day `on`."""
    people = Volunteer.objects.here().filter(community=community)
    rows = HourEntry.objects.filter(volunteer__in=people, ledger=Ledger.VOLUNTARY).counting(on).order_by()
    sums = rows.values("volunteer").annotate(total=Sum("minutes")).filter(total__gte=min(thresholds(on).values()))
    return dict(sums.values_list("volunteer", "total"))


def publish_stars_of(community, *, on=None):
    """公示 of everybody in `community` who reached a higher level than they have; [Star]."""
    on = on or timezone.localdate()
    steps, until = thresholds(on), publicity_end(on, parameter("star_publicity_days", on))
    found = reaching(community, on)
    held = {}
    for volunteer, level in Star.objects.standing().filter(volunteer__in=found).values_list("volunteer", "level"):
        held[volunteer] = max(level, held.get(volunteer, 0))
    rising = [pk for pk, minutes in found.items() if level_of(minutes, steps) > held.get(pk, 0)]
    stars = [publish_star(volunteer, on=on, until=until) for volunteer in Volunteer.objects.filter(pk__in=rising)]
    return [star for star in stars if star]


@transaction.atomic
def publish_star(volunteer, *, on, until):
    """The highest level that the hours reach; None where there is nothing higher, or a star was taken back lately."""
    volunteer = Volunteer.objects.select_for_update(of=("self",), no_key=True).get(pk=volunteer.pk)
    minutes = totals_of(volunteer, on).voluntary_minutes
    level = level_of(minutes, thresholds(on))
    stars = volunteer.stars.all()
    if not level or stars.standing().filter(level__gte=level).exists() or is_barred(volunteer, on):
        return None
    star = Star(volunteer=volunteer, level=level, minutes=minutes, published_on=on, published_until=until)
    star.full_clean()
    star.save()
    _tell(star, f"您的志愿服务时长达到 {level} 星级，公示到 {until.month}月{until.day}日。")
    return star


def is_barred(volunteer, on):
    """Whether a star was taken back by somebody within the set years."""
    since = months_after(on, -12 * int(parameter("star_barred_years", on)))
    return volunteer.stars.filter(withdrawn_by__isnull=False, withdrawn_on__gt=since).exists()


@transaction.atomic
def award_star(star, *, on=None):
    """认定 after the publicity; where the hours were reversed meanwhile it lapses. Done already: nothing happens."""
    on = on or timezone.localdate()
    star = _locked(star)
    if star.status != Status.PUBLISHED or star.published_until >= on:
        return star
    if totals_of(star.volunteer, on).voluntary_minutes < thresholds(star.published_on)[star.level]:
        return _change(star, Status.WITHDRAWN, withdrawn_on=on, note="公示期间时长有冲销，未达到标准")
    star = _change(star, Status.AWARDED, awarded_on=on)
    _tell(star, f"您已认定为 {star.level} 星级志愿者。")
    return star


@transaction.atomic
def withdraw_star(star, *, reason, actor, at=None):
    """取消 with its reason, while it is published or later. Withdrawn already: nothing happens."""
    if not Star.objects.editable_by(actor).filter(pk=star.pk).exists():
        raise PermissionDenied("您没有取消这个星级的权限。")
    if not reason.strip():
        raise ValidationError({"reason": "请写明取消的原因。"}, code="required")
    star = _locked(star)
    if star.status == Status.WITHDRAWN:
        return star
    on = timezone.localdate(at)
    star = _change(star, Status.WITHDRAWN, withdrawn_on=on, withdrawn_by=actor, note=reason.strip()[:100])
    _tell(star, f"您的 {star.level} 星级已取消：{reason.strip()}。有异议可以向社区提出。")
    return star


def _locked(star):
    Volunteer.objects.select_for_update(of=("self",), no_key=True).get(pk=star.volunteer_id)
    return Star.objects.select_for_update(of=("self",)).select_related("volunteer__user").get(pk=star.pk)


def _change(star, to, **columns):
    if to not in Star.TRANSITIONS[star.status]:
        raise ValidationError("这个星级已经办过了，您看到的是旧页面。", code="transition")
    star.status = to
    for name, value in columns.items():
        setattr(star, name, value)
    star.save(update_fields=["status", *columns])
    return star


def _tell(star, text):
    if star.volunteer.user_id:
        notify([star.volunteer.user], text=text[:200], link=reverse("me:record"))
