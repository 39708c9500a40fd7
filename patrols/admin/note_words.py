"""高频词 of the 民情日记: the page of a week, and the filters that lead from a count to its notes."""

from datetime import date, timedelta
from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from govern.views import number
from grids.models import Community
from patrols.models import Note
from patrols.services import recurring


class WordFilter(admin.SimpleListFilter):
    """`?word=`: a word that came back; offered only while it is chosen, so that it can be seen and taken off."""

    title = "提到的词"
    parameter_name = "word"

    def lookups(self, request, model_admin):
        word = request.GET.get("word", "").strip()
        return [(word, word)] if word else []

    def has_output(self):
        return bool(self.value())

    def queryset(self, request, queryset):
        return queryset.filter(text__contains=self.value()) if self.value() else queryset


class WeekFilter(admin.SimpleListFilter):
    title = "哪一周"
    parameter_name = "week"

    def lookups(self, request, model_admin):
        this = recurring.monday_of(timezone.localdate())
        known = {this - recurring.WEEK * each for each in range(6)}
        if asked := week_of(request.GET.get("week")):
            known.add(asked)
        return [(f"{each:%Y-%m-%d}", f"{each.month}月{each.day}日起") for each in sorted(known, reverse=True)]

    def queryset(self, request, queryset):
        if monday := week_of(self.value()):
            start, end = recurring.span(monday)
            return queryset.filter(heard_at__gte=start, heard_at__lt=end)
        return queryset


def week_of(text):
    """The Monday of the week that holds the day `text`; None for what is no day."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return recurring.monday_of(day) if 2000 <= day.year <= 2100 else None


class WordsPageMixin:
    """For the ModelAdmin of notes."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.words_view)
        return [path("words/", view, name="patrols_note_words"), *super().get_urls()]

    def words_view(self, request):
        """`?community=` (one's first), `?week=` any day of it (last week). Each count leads to its notes."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        communities = list(Community.objects.allowed(request.user, "patrols.view_note").order_by("code")[:200])
        if not communities:
            raise PermissionDenied
        asked = number(request.GET.get("community"))
        community = next((each for each in communities if each.pk == asked), None)
        if community is None and asked is not None:
            raise Http404
        community = community or communities[0]
        last = recurring.monday_of(timezone.localdate()) - recurring.WEEK
        monday = week_of(request.GET.get("week")) or last
        rows = Note.objects.visible_to(request.user).filter(community=community)
        words, count = recurring.recurring_words(rows, monday)
        listed = reverse("admin:patrols_note_changelist")
        chosen = {"community__id__exact": community.pk, "week": f"{monday:%Y-%m-%d}"}
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"民情高频词 · {community}",
            "community": community,
            "communities": communities,
            "monday": monday,
            "sunday": monday + timedelta(days=6),
            "earlier": monday - recurring.WEEK,
            "later": monday + recurring.WEEK if monday <= last else None,
            "words": [(word, f"{listed}?{urlencode({**chosen, 'word': word.text})}") for word in words],
            "note_count": count,
            "all_url": f"{listed}?{urlencode(chosen)}",
        }
        return TemplateResponse(request, "admin/patrols/note/words.html", context)
