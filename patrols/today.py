"""今天: what a grid worker has to do, by kind, what is late or due first. Each group is a count and its first rows."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Count, F, Q, Window
from django.urls import reverse
from django.utils import timezone

from checklists.models import Need
from grids.models import Duty
from patrols.models import CareHousehold, Check, ErrandShare, Incident
from patrols.services.rounds import items_due

FIRST = 5
MENDED_DAYS = 7


@dataclass
class Group:
    slug: str
    label: str
    icon: str
    url: str
    count: int = 0
    rows: list = field(default_factory=list)

    @property
    def late_count(self):
        return sum(row["tone"] == "bad" for row in self.rows)


class Today:
    """The groups of `user` in `grids` (a list) at the time of `clock` (checklists.views.cards.Clock).

    `is_one`: one grid of several was chosen, and what came to one's own hands from elsewhere is left out.
    """

    def __init__(self, user, grids, clock, *, is_one=False):
        self.user, self.grids, self.clock = user, grids, clock
        self.day = timezone.localdate(clock.at)
        self.duties = Duty.objects.none() if is_one else Duty.objects.current().held_by(user)

    def groups(self):
        found = [self.incidents(), self.needs(), self.visits(), self.rounds(), self.errands(), self.messages()]
        return [group for group in found if group.count]

    def incidents(self):
        rows = my_incidents(self.user, self.grids, self.duties).with_deadline()
        rows = rows.select_related("matter", "community", "building__quarter")
        rows = rows.order_by(F("due_at").asc(nulls_last=True), "pk")
        count, rows = first_of(rows)
        return Group(
            "incidents", "巡查事件", "alert", reverse("patrol_desk:incident_list"), count, [*map(self._incident, rows)]
        )

    def _incident(self, row):
        deadline = self._deadline(row.reported_at, row.due_at)
        return {
            "title": row.matter.name,
            "text": row.summary,
            "place": row.spot,
            "badge": row.get_status_display(),
            **deadline,
            "url": reverse("patrol_desk:incident_detail", args=[row.pk]),
        }

    def needs(self):
        rows = my_needs(self.user, self.grids, self.duties).with_deadline()
        rows = rows.select_related("category", "community", "building__quarter")
        rows = rows.order_by(F("due_at").asc(nulls_last=True), "pk")
        count, rows = first_of(rows)
        return Group(
            "needs", "居民需求", "clipboard", reverse("patrol_desk:need_list"), count, [*map(self._need, rows)]
        )

    def _need(self, row):
        return {
            "title": row.category.name,
            "text": row.summary,
            "place": row.place,
            "badge": row.get_status_display(),
            **self._deadline(row.submitted_at, row.due_at),
            "url": reverse("patrol_desk:need_detail", args=[row.pk]),
        }

    def visits(self):
        rows = my_households(self.user, self.grids).due(self.day).select_related("building__quarter")
        rows = rows.order_by("due_on", "pk")
        count, rows = first_of(rows)
        rows = [household_row(row, self.day) for row in rows]
        return Group("visits", "该走访", "door", reverse("patrol_desk:household_list"), count, rows)

    def rounds(self):
        group = Group("rounds", "该巡查", "clipboard-check", reverse("patrol_desk:round_create"))
        group.rows = [
            {
                "title": f"{grid}巡查",
                "text": "、".join(item.text for item in items[:2]) + ("等" if len(items) > 2 else ""),
                "place": "",
                "badge": f"{len(items)} 项",
                "tone": "",
                "words": "",
                "url": f"{reverse('patrol_desk:round_create')}?grid={grid.pk}",
            }
            for grid, items in items_due(self.grids, self.day).items()
            if items
        ] + self._unreported()
        group.count = len(group.rows)
        return group

    def _unreported(self):
        """What one's own rounds of this week found and nobody reported."""
        since = self.clock.at - timedelta(days=MENDED_DAYS)
        checks = Check.objects.filter(
            is_fine=False,
            incident=None,
            round__walker=self.user,
            round__walked_at__gte=since,
            round__grid__in=self.grids,
        ).select_related("item", "round__grid")
        return [
            {
                "title": f"补报：{check.item}",
                "text": "巡查时发现有问题，还没有上报。",
                "place": str(check.round.grid),
                "badge": "未上报",
                "tone": "warn",
                "words": "",
                "url": reverse("patrol_desk:round_detail", args=[check.round_id]),
            }
            for check in checks[:FIRST]
        ]

    def errands(self):
        rows = ErrandShare.objects.visible_to(self.user).filter(grid__in=self.grids).open()
        rows = rows.select_related("errand", "grid").order_by("errand__due_on", "pk")
        count, rows = first_of(rows)
        rows = [errand_row(row, self.day) for row in rows]
        return Group("errands", "交办任务", "send", reverse("patrol_desk:errand_list"), count, rows)

    def messages(self):
        count, url = self.user.unread_count, reverse("accounts:notification_list")
        row = {
            "title": f"{count} 条没看的消息",
            "text": "",
            "place": "",
            "badge": "",
            "tone": "",
            "words": "",
            "url": url,
        }
        return Group("messages", "消息", "bell", url, count, [row] if count else [])

    def _deadline(self, since, until):
        if until is None:
            return {"tone": "", "words": "不计时"}
        deadline = self.clock.deadline(since, until, soon=8)
        return {"tone": deadline["tone"], "words": deadline["words"]}


def first_of(rows):
    """(how many there are, the first of them), in one query."""
    found = list(rows.annotate(total=Window(Count("pk")))[:FIRST])
    return (found[0].total if found else 0), found


def my_incidents(user, grids, duties):
    """Open, in one's grids or in one's own hands."""
    mine = duties.order_by().values("pk")
    return (
        Incident.objects.visible_to(user).open().filter(Q(grid__in=grids) | Q(handler__in=mine) | Q(receiver__in=mine))
    )


def my_needs(user, grids, duties):
    mine = duties.order_by().values("pk")
    return Need.objects.visible_to(user).open().filter(Q(building__grid__in=grids) | Q(receiver__in=mine))


def my_households(user, grids):
    return CareHousehold.objects.visible_to(user).current().filter(building__grid__in=grids)


def due_words(due_on, day):
    """(tone, words) of something that is to be done by the date `due_on`, seen on `day`."""
    days = (due_on - day).days
    if days < 0:
        return "bad", f"已超期 {-days} 天"
    if days == 0:
        return "warn", "今天到期"
    return "ok", f"还有 {days} 天"


def household_row(row, day):
    tone, words = due_words(row.due_on, day)
    return {
        "title": f"{row.building} {row.masked_name}",
        "text": "",
        "place": f"上次走访 {timezone.localtime(row.last_visit_at):%-m月%-d日}"
        if row.last_visit_at
        else "还没有走访过",
        "badge": row.get_group_display(),
        "tone": tone,
        "words": words,
        "url": reverse("patrol_desk:household_detail", args=[row.pk]),
    }


def errand_row(row, day):
    tone, words = due_words(row.errand.due_on, day)
    return {
        "title": row.errand.title,
        "text": "",
        "place": str(row.grid),
        "badge": "交办",
        "tone": tone,
        "words": words,
        "url": reverse("patrol_desk:errand_detail", args=[row.pk]),
    }
