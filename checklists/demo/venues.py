"""What units and residents do beside the needs: half days of venues, needs to be grabbed, feedback, dates of expiry."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from checklists.models import Category, Dispatch, Need, NeedEvent, Resource, TargetGroup
from checklists.services import bookings, grabs, matching, needs
from checklists.services.feedback import give_feedback
from checklists.services.resources import change_resource

PURPOSES = ("家长会", "职工例会", "消防演练", "设备检修前的清场", "合唱排练", "业务培训", "读书会", "篮球友谊赛")
CLOSINGS = ("期末考试", "设备检修", "单位活动", "假期关闭")
GRAB_WORDS = (
    "一位居民想请人帮忙，半天以内能办完，时间可以商量。",
    "居民在家等，来一位熟手就行，社区可以派人陪同。",
    "事情不急，这周内办好就行，社区提供材料。",
)
FEEDBACK = (
    ("smooth", "居民提前在楼下等，很顺利。"),
    ("smooth", ""),
    ("smooth", "说得清楚，一次就办好了。"),
    ("fair", "电话打了两次才接。"),
    ("fair", ""),
    ("hard", "地址写错了一栋，多跑了一趟。"),
)
WEEKS = timedelta(weeks=3)


class Venues:
    def __init__(self, district, *, now, rng):
        self.district = district
        self.now = now
        self.today = timezone.localdate(now)
        self.rng = rng

    def run(self):
        for venue in Resource.objects.filter(kind=Resource.Kind.VENUE).select_related("unit").order_by("pk"):
            self.fill(venue)
        self.meet()
        self.judge()
        self.offer()
        self.run_out()

    def fill(self, venue):
        """Exceptions to come, and bookings of the weeks before and after."""
        liaison = self.district.liaisons[venue.unit_id]
        opened = sorted(bookings.open_half_days_of(venue, self.today + timedelta(days=3), self.today + WEEKS))
        day, half = self.rng.choice(opened)
        note = self.rng.choice(CLOSINGS)
        bookings.add_exceptions(venue, day, [half], is_open=False, note=note, actor=liaison, at=self.now)
        around = sorted(bookings.open_half_days_of(venue, self.today - WEEKS, self.today + WEEKS))
        for day, half in self.rng.sample(around, min(6, len(around) // 2)):
            if (day, half) >= (self.today, 0):
                at = self.now - timedelta(hours=1)
            else:
                at = timezone.make_aware(datetime.combine(day - timedelta(days=2), time(10)))
            if day != self.today:
                bookings.book(venue, day, half, actor=liaison, note=self.rng.choice(PURPOSES), at=at)

    def meet(self):
        """A half day for every dispatch that has a venue in hand."""
        rows = Dispatch.objects.open().filter(resource__kind=Resource.Kind.VENUE).select_related("resource")
        for row in rows.order_by("pk"):
            free = bookings.free_half_days(
                row.resource, self.today + timedelta(days=1), self.today + WEEKS, at=self.now
            )
            if free:
                liaison = self.district.liaisons[row.resource.unit_id]
                bookings.book(row.resource, *self.rng.choice(free), actor=liaison, dispatch=row, at=self.now)

    def judge(self):
        """What units said of the other side."""
        rows = Dispatch.objects.filter(status=Dispatch.Status.FINISHED).select_related("resource__unit")
        for row in rows.order_by("pk"):
            if self.rng.random() < 0.4:
                feedback, note = self.rng.choice(FEEDBACK)
                is_no_show = feedback == "hard" and self.rng.random() < 0.5
                give_feedback(
                    row,
                    actor=NeedEvent.Party.UNIT,
                    feedback=feedback,
                    note="约好的时间家里没人，改天又去了一趟。" if is_no_show else note,
                    is_no_show=is_no_show,
                    at=min(row.finished_at + timedelta(hours=2), self.now),
                )

    def offer(self):
        """A few needs to be grabbed: one that the unit of the account can serve, and one that is grabbed already."""
        waiting = Need.objects.filter(status=Need.Status.ACCEPTED, proposals__rank=1).select_related("community")
        for place, need in enumerate([self.file_errand(), *waiting.order_by("code")[:3]]):
            clerk = self.district.clerks[need.community]
            words = GRAB_WORDS[place % len(GRAB_WORDS)]
            grabs.open_to_grab(need, actor=clerk, note=words, at=self.now - timedelta(hours=3))
            if place == 1:
                best = need.proposals.select_related("resource").get(rank=1).resource
                liaison = self.district.liaisons[best.unit_id]
                grabs.grab(need, best, actor=liaison, at=self.now - timedelta(hours=2))

    def file_errand(self):
        """An accepted need that the unit of the account “danwei” can serve."""
        community, at = self.district.communities[0], self.now - timedelta(hours=5)
        clerk, person = self.district.clerks[community], self.district.people.draw()
        errand = Need(
            community=community,
            category=Category.objects.kinds().get(name="陪同就医"),
            building=self.district.buildings[community][0],
            text="老人后天上午要去医院复查，家里人都在外地，想找人陪着挂号、取药。",
            target_group=TargetGroup.ELDERLY,
            channel=Need.Channel.PHONE,
            contact_name=person.name,
            contact_phone=person.phone,
        )
        need = needs.accept(needs.submit_need(errand, actor=clerk, at=at), actor=clerk, at=at)
        matching.propose(need, at=at)
        return Need.objects.select_related("community").get(pk=need.pk)

    def run_out(self):
        """Some resources end soon; one that somebody ordered and waits for has ended. Who waits is ranked anew."""
        wanted = Need.objects.filter(status=Need.Status.ACCEPTED, wanted_resource__isnull=False).order_by(
            "community", "code"
        )
        rows = [*Resource.objects.filter(pk__in=wanted.values("wanted_resource")[:1]), *Resource.objects.all()[3::29]]
        for resource, days in zip(rows, (-5, 12, 20, 27), strict=False):
            liaison = self.district.liaisons[resource.unit_id]
            change_resource(resource, actor=liaison, at=self.now, valid_until=self.today + timedelta(days=days))
        for need in Need.objects.match_due(self.today).order_by("code"):
            matching.propose(need, at=self.now)
