"""Who is told what about an incident: whoever it came to, whoever handles it, whoever reported it."""

from django.utils import timezone

from accounts.models import User
from accounts.services import notify, notify_once
from grids.models import Duty
from grids.services.duties import on_duty
from organizations.models import Post
from patrols.models import Incident
from patrols.services.incidents.door import DIRECTING

Level = Incident.Level


def page_of(incident, user):
    """Where `user` opens it: the workplace, or the phone."""
    return f"/admin/patrols/incident/{incident.pk}/change/" if user.is_staff else f"/desk/incidents/{incident.pk}/"


def tell(incident, users, words, *, once=False):
    """`words` to each of `users` (None among them is nobody), with the page that each of them can open."""
    send = notify_once if once else notify
    text = f"{incident.spoken_code} {incident.matter} {words}"[:200]
    people = {user.pk: user for user in users if user is not None and user.is_active}
    for user in people.values():
        send([user], text=text, link=page_of(incident, user))


def holder(duty, on=None):
    """[whoever does `duty` today], the stand-in while they are away; nobody where they have no account."""
    if duty is None:
        return []
    user = on_duty(duty, on).user
    return [user] if user else []


def leaders_of(incident, on=None):
    """The leaders of its grid, as of today."""
    if incident.grid_id is None:
        return []
    duties = Duty.objects.current(on).filter(grid=incident.grid_id, kind=Duty.Kind.LEADER).select_related("user")
    return [user for duty in duties for user in holder(duty, on)]


def directors_of(incident):
    """Whoever decides on it at its level, by a post with that level's right: in the community, those of that body
    alone; above it, those who have not the right of a level higher still.
    """
    body = incident.community.organization
    above = body.get_ancestors(include_self=True) if incident.level > Level.COMMUNITY else [body]
    posts = Post.objects.current().filter(
        organization__in=above,
        role__permissions__content_type__app_label="patrols",
        role__permissions__codename=DIRECTING[incident.level].split(".")[1],
    )
    if incident.level == Level.STREET:
        higher = DIRECTING[Level.DISTRICT].split(".")[1]
        posts = posts.exclude(role__in=posts.filter(role__permissions__codename=higher).values("role"))
    return User.objects.filter(posts__in=posts, is_active=True).distinct()


def tell_reporters(incident, words, *, but=None):
    """Whoever reported it, or what was merged into it; not `but`, who did it."""
    keys = [incident.reporter_id, *incident.merged_incidents.values_list("reporter", flat=True)]
    tell(incident, User.objects.filter(pk__in=keys).exclude(pk=but.pk if but else None), words)


def spoken(moment):
    return timezone.localtime(moment).strftime("%m月%d日 %H:%M")
