"""活动系列: 周二“红马甲” by one click, others in the form; one with its coming sessions and its exceptions."""

from datetime import timedelta

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from unfold.admin import ModelAdmin

from govern.act_pages import ActPagesMixin, badge
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from govern.views import number
from grids.models import Community
from organizations.services.calendars import named_days
from organizations.workdays import holiday_on
from volunteers.forms.series import SERIES_ACTS, SeriesForm
from volunteers.models import Series, Session
from volunteers.services.series import start_red_vest
from volunteers.session_story import TONES, seats_of

SHOWN = 12


@admin.register(Series)
class SeriesAdmin(ActPagesMixin, ScopedAdminMixin, ModelAdmin):
    form = SeriesForm
    acts = SERIES_ACTS
    page_template = "admin/volunteers/series/page.html"
    page_related = ("community__street", "team")
    has_edit_page = True
    change_list_template = "admin/volunteers/series/change_list.html"
    autocomplete_fields = ["community", "team"]
    list_display = ["title", "state", "community", "weekday", "hours", "place", "seats", "team"]
    list_select_related = ["community", "team"]
    list_filter = ["is_red_vest", "is_active", "weekday", ("community", ScopedRelatedFilter)]
    list_per_page = 50
    search_fields = ["title", "place", "community__name"]
    search_help_text = "名称、地点、社区"
    actions = None

    @admin.display(description="状态", ordering="is_active")
    def state(self, series):
        return badge("ok", "在办") if series.is_active else badge("plain", "已停办")

    @admin.display(description="时间", ordering="starts_at")
    def hours(self, series):
        return f"{series.starts_at:%H:%M} 至 {series.ends_at:%H:%M}"

    # --- The form -----------------------------------------------------------------------------------------------------
    def get_fields(self, request, obj=None):
        fields = list(SeriesForm.Meta.fields)
        return [*fields, "includes_taken"] if obj else fields

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), *(["community"] if obj else [])]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.actor = request.user
        return form

    def get_changeform_initial_data(self, request):
        own = list(Community.objects.under_posts(request.user, "volunteers.add_series")[:2])
        return {
            **({"community": own[0].pk} if len(own) == 1 else {}),
            **super().get_changeform_initial_data(request),
        }

    def save_model(self, request, obj, form, change):
        """The form's service has saved it."""

    def save_related(self, request, form, formsets, change):
        """And its skills."""

    def response_add(self, request, obj, post_url_continue=None):
        messages.success(request, "已建好，近几周的场次已经排出，志愿者可以报名。")
        return HttpResponseRedirect(self.page_url(obj))

    def response_change(self, request, obj):
        messages.success(request, "已保存。")
        return HttpResponseRedirect(self.page_url(obj))

    def page_url(self, series):
        return reverse("admin:volunteers_series_change", args=[series.pk])

    # --- Red vests ----------------------------------------------------------------------------------------------------
    def get_urls(self):
        view = self.admin_site.admin_view(self.red_vest_view)
        return [path("red-vest/", view, name="volunteers_series_red_vest"), *super().get_urls()]

    def red_vest_view(self, request):
        """The communities within reach, those without it first; a POST begins it in one."""
        mine = Community.objects.allowed(request.user, "volunteers.add_series").order_by("name")
        if request.method == "POST":
            community = get_object_or_404(mine, pk=number(request.POST.get("community")))
            return self.begin(request, community)
        running = dict(Series.objects.running().filter(is_red_vest=True).values_list("community", "pk"))
        rows = [{"community": each, "series": running.get(each.pk)} for each in mine]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "周二“红马甲”在行动",
            "rows": sorted(rows, key=lambda row: row["series"] is not None),
        }
        return TemplateResponse(request, "admin/volunteers/series/red_vest.html", context)

    def begin(self, request, community):
        try:
            series = start_red_vest(community, actor=request.user)
        except ValidationError as error:
            messages.error(request, "；".join(error.messages))
            return HttpResponseRedirect(reverse("admin:volunteers_series_red_vest"))
        messages.success(request, f"{community}的周二“红马甲”已建好。时间、地点、名额可以再改。")
        return HttpResponseRedirect(self.page_url(series))

    # --- One ----------------------------------------------------------------------------------------------------------
    def context_of(self, series):
        now, today = timezone.now(), timezone.localdate()
        rows = series.sessions.filter(ends_at__gt=now).with_seats().order_by("starts_at")
        calendar = named_days()
        return {
            "series": series,
            "sessions": [{"session": row, "seats": seats_of(row), "tone": TONES[row.status]} for row in rows[:SHOWN]],
            "held_count": series.sessions.filter(status__in=[Session.Status.HELD, Session.Status.SETTLED]).count(),
            "exceptions": series.exceptions.filter(day__gte=today).order_by("day"),
            "skipped": skipped(series, today, calendar),
            "skills": series.skills.all(),
        }


def skipped(series, today, calendar):
    """[(day, the holiday)] of the next three months on which it is not held for a holiday."""
    if not (series.skips_holidays and series.is_active):
        return []
    first = today + timedelta(days=(series.weekday - today.weekday()) % 7)
    days = [first + timedelta(weeks=week) for week in range(13)]
    return [(day, name) for day in days if (name := holiday_on(day, calendar))]
