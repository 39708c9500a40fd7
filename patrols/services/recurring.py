"""高频词: what comes back in a community's notes of a week, and who is told. A week is named by its Monday."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notification
from accounts.services import notify
from checklists.services.needs import staff_of
from grids.models import Community
from organizations.parameters import parameters
from patrols.models import Note
from patrols.words import recurring

WEEK = timedelta(days=7)


def monday_of(day):
    return day - timedelta(days=day.weekday())


def span(monday, weeks=1):
    """(first moment, first moment after) of so many weeks from `monday` on."""
    start = timezone.make_aware(datetime.combine(monday, time()))
    return start, timezone.make_aware(datetime.combine(monday + weeks * WEEK, time()))


def recurring_words(notes, monday):
    """The Words of `notes` (a queryset) in the week of `monday`, compared with the weeks before; and how many notes."""
    wanted = parameters("word_least_notes", "word_weeks_before")
    weeks = int(wanted["word_weeks_before"])
    start, end = span(monday)
    before, _ = span(monday - weeks * WEEK)
    rows = list(notes.filter(heard_at__gte=before, heard_at__lt=end).order_by().values_list("heard_at", "text"))
    texts = [text for at, text in rows if at >= start]
    texts_before = [text for at, text in rows if at < start]
    found = recurring(texts, texts_before, weeks_before=weeks, least=int(wanted["word_least_notes"]))
    return found, len(texts)


@transaction.atomic
def tell_recurring_words(community, monday):
    """A line to the community's staff about the week of `monday`; one a community and week. How many were told."""
    community = Community.objects.select_for_update(no_key=True).get(pk=community.pk)
    link = f"{reverse('admin:patrols_note_words')}?community={community.pk}&week={monday:%Y-%m-%d}"
    if Notification.objects.filter(link=link).exists():
        return 0
    words, count = recurring_words(Note.objects.filter(community=community), monday)
    if not words:
        return 0
    named = "、".join(f"{word.text} {word.count} 条" for word in words[:3])
    sunday = monday + timedelta(days=6)
    text = f"{community} {monday:%m月%d日}至{sunday:%m月%d日}记了 {count} 条民情日记，反复提到：{named}。"
    return len(notify(staff_of(community), text=text[:200], link=link))


def communities_with_notes(monday):
    start, end = span(monday)
    rows = Note.objects.filter(heard_at__gte=start, heard_at__lt=end).order_by()
    return Community.objects.filter(pk__in=rows.values("community"))
