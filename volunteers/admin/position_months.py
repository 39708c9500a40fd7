"""确认岗位时长: a community says month by month who served in a post that has monthly hours."""

from datetime import date, timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Sum
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone

from govern.dates import month_start
from govern.views import number
from grids.models import Community
from volunteers import position_story
from volunteers.models import Holding, HourEntry
from volunteers.services.hours import RIGHT, credit_holding

MONTHS = 12  # so far back a month that was forgotten may be confirmed


class MonthMixin:
    """For the ModelAdmin of 任岗."""

    def get_urls(self):
        month = self.admin_site.admin_view(self.month_view)
        return [path("month/", month, name="volunteers_holding_month"), *super().get_urls()]

    def month_view(self, request):
        """Who was in a post with monthly hours, of one community and one month; the ticked are credited."""
        if not request.user.has_perm(RIGHT):
            raise PermissionDenied
        communities = Community.objects.under_posts(request.user, RIGHT).order_by("code")
        sent = request.POST if request.method == "POST" else request.GET
        community = communities.first()
        if sent.get("community"):
            community = communities.filter(pk=number(sent["community"])).first()
        if community is None:
            raise Http404
        month = month_of(sent.get("month"))
        rows = rows_of(community, month)
        if request.method == "POST":
            self.credit(request, rows, month)
            return HttpResponseRedirect(f"{request.path}?community={community.pk}&month={month:%Y-%m}")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "确认岗位时长",
            "communities": communities[:200],
            "community": community,
            "month": month,
            "months": [month_start(timezone.localdate(), -back) for back in range(1, MONTHS + 1)],
            "rows": rows,
            "open_count": sum(row["credited"] is None for row in rows),
        }
        return TemplateResponse(request, "admin/volunteers/holding/month.html", context)

    def credit(self, request, rows, month):
        chosen, done = {number(key) for key in request.POST.getlist("holding")}, 0
        for row in rows:
            if row["holding"].pk not in chosen or row["credited"] is not None:
                continue
            try:
                credit_holding(row["holding"], month, actor=request.user)
                done += 1
            except (ValidationError, PermissionDenied) as error:
                words = "；".join(error.messages) if isinstance(error, ValidationError) else str(error)
                messages.warning(request, f"{row['holding'].volunteer.masked_name}没有记入：{words}")
        if done:
            messages.success(request, f"已确认 {done} 人 {month:%Y年%m月}的岗位时长，本人会收到消息。")
        elif not chosen:
            messages.warning(request, "没有勾选任何人，什么都没有记入。")


def month_of(words):
    """The first day of "2026-10"; the month that ended last for whatever is no such month."""
    last = month_start(timezone.localdate(), -1)
    try:
        month = date.fromisoformat(f"{words}-01")
    except ValueError:
        return last
    return min(month, last)


def rows_of(community, month):
    """[{holding, credited (minutes, or None), span}] of the posts with monthly hours in that month."""
    last = month_start(month, 1) - timedelta(days=1)
    related = ("position__community", "position__building__quarter", "position__grid", "volunteer", "duty", "household")
    found = Holding.objects.held_between(month, last).filter(
        position__community=community, position__monthly_minutes__gt=0
    )
    holdings = list(found.select_related(*related).order_by("position__kind", "position__title", "pk"))
    sums = HourEntry.objects.filter(holding__in=holdings, served_on__range=(month, last)).order_by()
    credited = dict(sums.values_list("holding").annotate(Sum("minutes")))
    return [{"holding": row, "credited": credited.get(row.pk), "span": position_story.span(row)} for row in holdings]
