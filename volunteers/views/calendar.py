"""What one has signed up for, in the phone's own calendar (RFC 5545): one file, or an address to subscribe to."""

from datetime import UTC, timedelta

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView, View

from volunteers.models import Session, Signup, Volunteer
from volunteers.views.signing import VolunteerRequiredMixin

SALT = "volunteers.views.calendar"
KEPT_DAYS = 90
LINE_BYTES = 73  # RFC 5545 folds after 75, the break counted


def address_of(volunteer):
    """The private address of the feed: whoever has it reads it, so nobody else is told."""
    token = signing.Signer(salt=SALT).sign_object(volunteer.pk)
    return settings.PUBLIC_URL + reverse("me:calendar_feed", args=[token])


def volunteer_behind(token):
    try:
        pk = signing.Signer(salt=SALT).unsign_object(token)
    except signing.BadSignature as error:
        raise Http404 from error
    return get_object_or_404(Volunteer.objects.here(), pk=pk)


class CalendarView(VolunteerRequiredMixin, TemplateView):
    template_name = "me/session_calendar.html"

    def get_context_data(self, **kwargs):
        address = address_of(self.volunteer)
        webcal = address.replace("https://", "webcal://", 1).replace("http://", "webcal://", 1)
        return super().get_context_data(address=address, webcal=webcal, **kwargs)


class CalendarFeedView(View):
    def get(self, request, token):
        volunteer = volunteer_behind(token)
        since = timezone.now() - timedelta(days=KEPT_DAYS)
        rows = volunteer.signups.open().filter(session__starts_at__gt=since).select_related("session__community")
        events = [event(row.session, row.status) for row in rows.order_by("session__starts_at")]
        return calendar(events, "my-sessions")


class SessionCalendarView(View):
    def get(self, request, code):
        rows = Session.objects.published().select_related("community")
        session = get_object_or_404(rows, code=code.upper())
        return calendar([event(session)], f"session-{session.code}")


def calendar(events, name):
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//govern//sessions//ZH", "CALSCALE:GREGORIAN"]
    lines = [*head, *(line for each in events for line in each), "END:VCALENDAR"]
    body = "".join(f"{folded(line)}\r\n" for line in lines)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    response["X-Robots-Tag"] = "noindex"
    return response


def event(session, status=""):
    waiting = status == Signup.Status.WAITING
    state = "CANCELLED" if session.status == Session.Status.CANCELLED else "TENTATIVE" if waiting else "CONFIRMED"
    title = f"{session.title}（候补）" if waiting else session.title
    host = settings.PUBLIC_URL.split("//", 1)[-1]
    page = settings.PUBLIC_URL + reverse("volunteers:session", args=[session.code])
    return [
        "BEGIN:VEVENT",
        f"UID:{session.code}@{host}",
        f"DTSTAMP:{stamp(timezone.now())}",
        f"DTSTART:{stamp(session.starts_at)}",
        f"DTEND:{stamp(session.ends_at)}",
        f"SUMMARY:{escaped(title)}",
        f"LOCATION:{escaped(f'{session.community} {session.place}')}",
        f"DESCRIPTION:{escaped(session.text)}",
        f"URL:{page}",
        f"STATUS:{state}",
        "END:VEVENT",
    ]


def stamp(moment):
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def escaped(words):
    return words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n").replace("\r", "")


def folded(line):
    """Cut between letters, never inside one."""
    parts, size = [""], 0
    for letter in line:
        width = len(letter.encode())
        if size + width > LINE_BYTES:
            parts.append("")
            size = 0
        parts[-1] += letter
        size += width
    return "\r\n ".join(parts)
