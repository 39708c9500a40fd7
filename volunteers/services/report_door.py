"""The one door through which a report's status changes: its lock, the table, the right and the event."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from accounts.services import notify
from grids.models import Community
from organizations.models import Post
from volunteers.models import Report, ReportEvent, Volunteer

RIGHT = "volunteers.change_report"
FORBIDDEN = "您没有办理这份报到的权限。"


def is_clerk(user, community, right=RIGHT):
    """Whether `user` works for `community`: a unit's liaison, who may change the own people's reports, does not."""
    if not (isinstance(user, User) and user.is_active):
        return False
    return Community.objects.under_posts(user, right).filter(pk=community.pk).exists()


def clerks_of(community):
    """Whoever holds a post that handles reports at this community itself, not above it."""
    posts = Post.objects.current().filter(
        organization=community.organization_id,
        role__permissions__content_type__app_label="volunteers",
        role__permissions__codename="change_report",
    )
    return User.objects.filter(posts__in=posts, is_active=True).distinct()


def lock_volunteer(volunteer):
    return Volunteer.objects.select_for_update(no_key=True, of=("self",)).get(pk=volunteer.pk)


def lock_report(report):
    rows = Report.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("community", "volunteer__user").get(pk=report.pk)


def stale(report):
    """The error of somebody who acts on an old page: who did what, when."""
    event = report.events.exclude(from_status=F("to_status")).select_related("actor").last()
    who = str(event.actor or "本人") if event else "有人"
    when = timezone.localtime(event.at).strftime("%m月%d日 %H:%M") if event else ""
    words = f"这份报到已由{who}在{when}改为“{report.get_status_display()}”，您看到的是旧页面，请刷新后再办。"
    return ValidationError(words, code="transition")


def demand(value, field, message):
    """ValidationError beside `field` for words that are owed and missing; the words without spaces around them."""
    words = (value or "").strip()
    if not words:
        raise ValidationError({field: message}, code="required")
    return words


def permit_clerk(report, actor):
    if not is_clerk(actor, report.community):
        raise PermissionDenied(FORBIDDEN)


def permit_own(report, actor):
    """The person (None: known by the code and the phone), the unit's liaison, or a clerk."""
    if actor is None or actor.pk == report.volunteer.user_id:
        return
    if not Report.objects.editable_by(actor).filter(pk=report.pk).exists():
        raise PermissionDenied(FORBIDDEN)


def move(report, to, *, actor, note="", at=None, **columns):
    """The door, for a verb that has locked `report` and asked for the right. Already there: nothing happens.

    ValidationError(code="transition") where the table has no such edge, with who moved it and when.
    """
    if report.status == to:
        return report
    if to not in report.next_statuses:
        raise stale(report)
    before, report.status = report.status, to
    for name, value in columns.items():
        setattr(report, name, value)
    report.save(update_fields=["status", *columns])
    append(report, before, actor=actor, note=note, at=at)
    return report


def append(report, before="", *, actor, note="", at=None):
    return ReportEvent.objects.create(
        report=report,
        from_status=before,
        to_status=report.status,
        actor=actor,
        note=note.strip()[:200],
        at=at or timezone.now(),
    )


def tell(report, text):
    """A line to the person, where there is an account to read it."""
    if report.volunteer.user_id:
        notify([report.volunteer.user], text=text[:200], link="/me/report/")
