"""Incidents of the demonstration: two months of them in bulk, and some lived through the public services in the grid of
the worker whose account is told, one in every status.
"""

from datetime import timedelta
from uuid import UUID

from django.db.models import Value
from django.db.models.functions import Concat, Substr
from django.utils import timezone

from accounts.models import Notification
from checklists.demo.offices import Office
from checklists.demo.pictures import picture
from govern.codes import CODE_ALPHABET
from govern.loading import bulk
from grids.models import Duty
from organizations.photos import clean_photo
from patrols.demo import words
from patrols.demo.crowd import Crowd, Spot, fill_in
from patrols.models import Incident, IncidentEvent, Matter
from patrols.services import incidents

S = Incident.Status
COUNT, DAYS = 620, 60
# Which drawn scene shows what.
SCENES = {
    "楼道堆物": "楼道堆物",
    "飞线充电": "飞线充电",
    "暴露垃圾": "垃圾清运",
    "堵塞消防通道": "停车秩序",
    "路灯不亮": "楼道照明",
    "道路积水积雪": "积水结冰",
}
# What is told: the matter, where it ends, and how many working hours ago it was found.
STORIES = (
    ("楼道堆物", "on_spot", 1.2),
    ("飞线充电", S.REPORTED, 0.6),
    ("堵塞消防通道", S.REPORTED, 3.4),
    ("暴露垃圾", S.ACCEPTED, 2.5),
    ("路灯不亮", S.ASSIGNED, 9),
    ("消防设施失效", S.ASSIGNED, 5),
    ("垃圾收集点", S.ASSIGNED, 26),
    ("道路积水积雪", S.HANDLED, 7),
    ("楼道堆物", "rework", 21),
    ("健身器材", "handed_back", 12),
    ("暴露垃圾", S.CLOSED, 30),
    ("路灯不亮", S.CLOSED, 44),
    ("私搭乱建", S.ESCALATED, 16),
    ("路面破损", "taken_up", 28),
    ("绿地损毁", S.SUSPENDED, 14),
    ("噪声扰民", S.RETURNED, 18),
    ("暴露垃圾", S.MERGED, 2),
)


class Incidents:
    def __init__(self, district, *, now, rng):
        self.district, self.rng, self.now = district, rng, now
        self.office = Office(now)
        self.community, self.grid = district.communities[0], district.grids[0]
        self.worker, self.clerk = district.grid_worker, district.clerks[self.community]
        self.director = district.directors[self.community.street]
        self.matters = {matter.name: matter for matter in Matter.objects.kinds().select_related("parent")}
        duties = Duty.objects.current(timezone.localdate(now)).filter(grid=self.grid).select_related("user")
        self.own = duties.get(kind=Duty.Kind.WORKER)
        self.company = duties.get(kind=Duty.Kind.PROPERTY)

    def run(self):
        with bulk(Incident, IncidentEvent):
            Crowd(self.spots(), count=COUNT, days=DAYS, now=self.now, rng=self.rng).run()
        for name, ending, hours in STORIES:
            self.tell(name, ending, hours)
        for hours, (reason, arrivals, note) in zip((20, 6, 0.4), words.WHISTLES, strict=True):
            self.call(hours, reason, arrivals, note)

    def spots(self):
        workers = {duty.grid_id: duty.pk for duty in self.district.duties if duty.kind == Duty.Kind.WORKER}
        return [
            Spot(
                community=community.pk,
                grid=building.grid_id,
                building=building.pk,
                longitude=building.longitude,
                latitude=building.latitude,
                worker=self.district.workers[building.grid].pk,
                duty=workers[building.grid_id],
                clerk=self.district.clerks[community].pk,
            )
            for community, buildings in self.district.buildings.items()
            for building in buildings
        ]

    def found(self, name, hours, **columns):
        """Reported so many working hours ago; the same code every time."""
        building = self.rng.choice(self.district.buildings[self.community])
        at = self.office.ago(hours)
        incident = incidents.report(
            matter=self.matters[name],
            text=self.rng.choice(fill_in(words.FOUND[name][1], self.rng)),
            community=self.community,
            building=building,
            longitude=building.longitude,
            latitude=building.latitude,
            noticed_at=at - timedelta(minutes=self.rng.randrange(1, 8)),
            client_key=UUID(int=self.rng.getrandbits(128)),
            photos=self.photos(name),
            actor=self.worker,
            at=at,
            **columns,
        )
        told = Notification.objects.filter(text__startswith=incident.spoken_code)
        incident.code = "".join(self.rng.choice(CODE_ALPHABET) for _ in range(8))
        incident.save(update_fields=["code"])
        told.update(text=Concat(Value(incident.spoken_code), Substr("text", len(incident.spoken_code) + 1)))
        return incident

    def photos(self, name, *, mended=False):
        scene = SCENES.get(name)
        return [clean_photo(picture(scene, self.rng, mended=mended))] if scene else []

    def tell(self, name, ending, hours):
        result = self.rng.choice(words.FOUND[name][2])
        if ending == "on_spot":
            self.found(name, hours, solved_note=result)
            return
        incident = self.found(name, hours)
        if ending == S.REPORTED:
            return
        if ending == S.RETURNED:
            incidents.return_incident(incident, reason=words.RETURNED[1], actor=self.clerk, at=self.at(hours, 0.9))
            return
        if ending == S.MERGED:
            into = Incident.objects.open().filter(community=self.community, matter=incident.matter)
            into = into.exclude(pk=incident.pk).order_by("pk").last()
            incidents.merge(incident, into=into, actor=self.clerk, at=self.at(hours, 0.9))
            return
        incident = incidents.accept(incident, actor=self.clerk, at=self.at(hours, 0.95))
        if ending == S.ACCEPTED:
            return
        if ending in (S.ESCALATED, "taken_up"):
            self.send_up(incident, ending, hours)
            return
        duty = self.company if name in ("垃圾收集点", "健身器材") else self.own
        incident = incidents.assign(incident, duty=duty, actor=self.clerk, at=self.at(hours, 0.9))
        self.handle(incident, ending, hours, result)

    def at(self, hours, share):
        """The moment when `share` of those working hours was still to come."""
        return self.office.ago(hours * share)

    def send_up(self, incident, ending, hours):
        reason = self.rng.choice(words.ESCALATED)
        incident = incidents.escalate(incident, reason=reason, actor=self.clerk, at=self.at(hours, 0.8))
        if ending == "taken_up":
            at = self.at(hours, 0.5)
            incidents.take_up(
                incident, department=words.DEPARTMENTS[1], note=words.DIRECTED[0], actor=self.director, at=at
            )

    def handle(self, incident, ending, hours, result):
        name = incident.matter.name
        if ending == S.ASSIGNED:
            return
        if ending == S.SUSPENDED:
            until = timezone.localdate(self.now) + timedelta(days=5)
            incidents.suspend(
                incident, until=until, reason=words.SUSPENDED[1], actor=self.clerk, at=self.at(hours, 0.7)
            )
            return
        if ending == "handed_back":
            incidents.hand_back(incident, reason=words.HANDED_BACK[0], actor=self.clerk, at=self.at(hours, 0.6))
            return
        photos = self.photos(name, mended=True)
        incident = incidents.handle(incident, result=result, photos=photos, actor=self.worker, at=self.at(hours, 0.4))
        if ending != S.HANDLED:
            is_done = ending == S.CLOSED
            note = "" if is_done else words.REWORK[1]
            incidents.check(incident, passed=is_done, note=note, actor=self.clerk, at=self.at(hours, 0.2))

    def call(self, hours, reason, arrivals, note):
        """A whistle for which one department comes late, or has not come yet."""
        name = {"enforcement": "占道经营", "salient": "道路积水积雪", "emergency": "管道破裂"}[reason]
        incident = incidents.accept(self.found(name, hours + 0.3), actor=self.clerk, at=self.office.ago(hours + 0.1))
        called_at = self.office.ago(hours)
        whistle = incidents.whistle(
            incident,
            reason=reason,
            departments=[department for department, _ in arrivals],
            note=note,
            actor=self.clerk,
            at=called_at,
        )
        for department, minutes in arrivals:
            if minutes is not None:
                at = called_at + timedelta(minutes=minutes)
                incidents.arrive(whistle, department=department, arrived_at=at, actor=self.clerk, at=at)
        if all(minutes is not None for _, minutes in arrivals):
            at = called_at + timedelta(minutes=95)
            incidents.end_whistle(whistle, outcome="现场处置完毕，各部门留人看守到晚上。", actor=self.clerk, at=at)
