"""年度鉴定 that a community has not begun when the year ends."""

from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone

from accounts.services import notify_once
from grids.models import Community
from organizations.parameters import parameter
from volunteers.models import Report, YearReview
from volunteers.services.report_door import clerks_of


def year_to_review(on=None):
    """The year that communities ought to appraise on the date `on` (today): this one from some days before its end,
    the last one in January; else None.
    """
    on = on or timezone.localdate()
    if on.month == 1:
        return on.year - 1
    return on.year if date(on.year, 12, 31) - on < timedelta(days=int(parameter("review_remind_days"))) else None


def communities_to_remind(year):
    """Those with members to review for `year` that have not drafted one sheet."""
    owing = Report.objects.to_review(year).order_by().values("community")
    begun = YearReview.objects.filter(year=year).order_by().values("report__community")
    return Community.objects.filter(pk__in=owing).exclude(pk__in=begun)


def remind_reviews(community, year):
    """Tell the community's staff, each once, that the year's appraisal has not begun."""
    text = f"{community}的报到党员等着做{year}年度鉴定，还没有开始。"
    notify_once(clerks_of(community), text=text, link=reverse("admin:volunteers_yearreview_draft"))
