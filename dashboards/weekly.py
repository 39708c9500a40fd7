"""每周小结: one line to each leader on Monday, with what the week before brought and where to read on."""

from datetime import datetime, time, timedelta

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from dashboards import patrolling
from dashboards.outlook import INCIDENTS, PERMISSION, Outlook
from govern.scoping import keys
from grids.gaps import GAPS
from organizations.models import Post

HOUR = 8  # of Monday morning, Beijing time
TOLD_GAPS = ("worker", "building-head")


def last_week(at):
    """The Monday of the week that has ended."""
    today = timezone.localdate(at)
    return today - timedelta(days=today.weekday() + 7)


def is_time(at):
    """From Monday morning on: who could not be told then is told later in the week."""
    this_monday = last_week(at) + timedelta(days=7)
    return at >= timezone.make_aware(datetime.combine(this_monday, time(HOUR)))


def leaders():
    """Who supervises a part of the tree (not the whole installation) and may see what the line counts."""
    posts = Post.objects.current().filter(organization__isnull=False, role__reach="subtree")
    for permission in (PERMISSION, INCIDENTS):
        app_label, codename = permission.split(".")
        posts = posts.filter(role__permissions__content_type__app_label=app_label, role__permissions__codename=codename)
    return User.objects.filter(is_active=True, pk__in=posts.order_by().values("user"))


def link(monday):
    """The page of the week: that it stands in an inbox says that its reader has been told."""
    days = f"from={monday:%Y-%m-%d}&to={monday + timedelta(days=6):%Y-%m-%d}"
    return f"{reverse('dashboards:grid_list')}?{days}&by=grid"


def summary(user, monday, at):
    """The line for `user`; "" where nothing lies within their reach."""
    outlook = Outlook(user, None, monday, monday + timedelta(days=6), at)
    if not outlook.ground:
        return ""
    within = outlook.ground, outlook.starts_at, outlook.ends_at
    counts = patrolling.counts(outlook.incidents(), at)[""]
    visited, missed = patrolling.visited(*within).count(), patrolling.missed(*within).count()
    sunday = outlook.ends_on
    parts = [
        f"上周（{monday.month}月{monday.day}日至{sunday.month}月{sunday.day}日）上报巡查事件 {counts['reported']} 件，"
        f"其中 {counts['overdue']} 件现在超期",
        f"应走访 {visited + missed} 户，已走访 {visited} 户",
    ]
    parts.append("，".join(filter(None, (_gap(GAPS[code], user) for code in TOLD_GAPS))) or "网格员和楼栋长没有空缺")
    return "；".join(parts) + "。点开看各网格，高频词在页面里。"


def _gap(gap, user):
    count = gap.rows(user).order_by().values("pk").distinct().count()
    return f"{count} {gap.unit}{'网格' if gap.unit == '个' else '楼'}{gap.label}" if count else ""


def untold(monday):
    """The keys of the leaders whose inbox has no line of that week yet."""
    return keys(leaders().exclude(notifications__link=link(monday)))
