"""The other ways in: 小事办, 移动办公桌 and 民情日记 of the demonstration."""

from datetime import time, timedelta
from uuid import UUID

from django.utils import timezone

from checklists.models import Need
from patrols.demo import words
from patrols.models import CareHousehold, FieldDesk, Note, Ticket
from patrols.models.counters import SIGNS
from patrols.services.notes import file_note, plan_visit, suggest_topic

WITH_DESKS = 6  # communities
NOTES, WEEKS = 150, 5
TODAY = ("served", "served", "served", "served", "left", "served", "called", "waiting", "waiting", "waiting")
YESTERDAY = ("served",) * 7 + ("left",) + ("served",) * 6


class Channels:
    def __init__(self, district, *, now, rng):
        self.district, self.rng, self.now = district, rng, now
        self.today = timezone.localdate(now)

    def run(self):
        self.add_desks()
        self.add_tickets()
        self.add_notes()
        self.act_on_notes()

    def add_desks(self):
        FieldDesk.objects.bulk_create(
            FieldDesk(
                community=community,
                code="".join(self.rng.choice(SIGNS) for _ in range(8)),
                place=f"{self.district.quarters[community][0]}{place}",
                weekday=weekday,
                starts_at=time(starts),
                ends_at=time(ends),
                offers=offers,
                host=f"社区书记、{self.district.clerks[community].name}",
                is_active=community != self.district.communities[WITH_DESKS - 1],
            )
            for number, community in enumerate(self.district.communities[:WITH_DESKS])
            for place, weekday, starts, ends, offers in words.DESKS[: 1 + number % 3]
        )

    # --- 小事办 -----------------------------------------------------------------------------------------------------
    def add_tickets(self):
        evening = timezone.localtime(self.now).replace(hour=17, minute=20) - timedelta(days=1)
        rows = []
        for community in self.district.communities[:3]:
            rows += self.queue(community, YESTERDAY, evening)
            rows += self.queue(community, TODAY, timezone.localtime(self.now))
        Ticket.objects.bulk_create(rows)
        for community in self.district.communities[:3]:
            filed = Need.objects.filter(community=community, channel=Need.Channel.MATTERS_DESK).order_by(
                "-submitted_at"
            )
            served = [row for row in rows if row.community == community and row.status == Ticket.Status.SERVED]
            for ticket, need in zip(served, filed[:3], strict=False):
                ticket.need = need
        Ticket.objects.bulk_update([row for row in rows if row.need_id], ["need"])

    def queue(self, community, statuses, last):
        """One day's numbers, taken a quarter of an hour apart, the last one just before `last`."""
        day, midnight = last.date(), last.replace(hour=0, minute=0, second=0, microsecond=0)
        rows = []
        for place, status in enumerate(statuses):
            taken_at = max(last - timedelta(minutes=15 * (len(statuses) - place)), midnight)
            called_at = taken_at + timedelta(minutes=self.rng.randrange(2, 8))
            is_called, is_ended = status != "waiting", status in ("served", "left")
            rows.append(
                Ticket(
                    community=community,
                    day=day,
                    number=place + 1,
                    errand=self.rng.choice(words.ERRANDS),
                    status=status,
                    taken_at=taken_at,
                    called_at=called_at if is_called else None,
                    ended_at=called_at + timedelta(minutes=self.rng.randrange(2, 6)) if is_ended else None,
                    clerk=self.district.clerks[community] if is_called else None,
                )
            )
        return rows

    # --- 民情日记 ---------------------------------------------------------------------------------------------------
    def add_notes(self):
        head, shares = self.district.head, [4, *[1] * (len(self.district.grids) - 1)]
        topics = [topic for topic, said in words.NOTES.items() for _ in said]
        rows = []
        for number in range(NOTES):
            grid = self.rng.choices(self.district.grids, shares)[0]
            community = self.rng.choice(list(grid.communities.all()))
            building = self.rng.choice(self.district.buildings[community])
            topic = self.rng.choice(topics)
            by_head = grid == self.district.grids[0] and number % 3 == 0
            heard_at = self.now - timedelta(minutes=self.rng.randrange(60, WEEKS * 7 * 24 * 60))
            if timezone.localtime(heard_at).hour < 7:
                heard_at += timedelta(hours=7)
            heard_at = min(heard_at, self.now - timedelta(minutes=20))
            rows.append(
                Note(
                    author=head.user if by_head else self.district.workers[grid],
                    community=community,
                    grid=grid,
                    building=head.building if by_head else building,
                    topic=topic,
                    text=self.rng.choice(words.NOTES[topic]),
                    heard_at=heard_at,
                    client_key=UUID(int=self.rng.getrandbits(128)),
                    saved_at=heard_at + timedelta(minutes=10),
                )
            )
        Note.objects.bulk_create(rows)

    def act_on_notes(self):
        """A few of the first community became something."""
        community = self.district.communities[0]
        clerk, worker = self.district.clerks[community], self.district.grid_worker
        notes = list(Note.objects.filter(community=community).order_by("heard_at", "pk"))
        needs = Need.objects.filter(community=community).order_by("-submitted_at", "pk")
        for note, need in zip(notes[::5], needs[:3], strict=False):
            file_note(note, need, actor=clerk)
        households = CareHousehold.objects.filter(building__quarter__community=community).order_by("-due_on", "pk")
        for note, household in zip(notes[1::7], households[:2], strict=False):
            plan_visit(note, household, actor=worker, at=self.now)
        for note in notes[2::6][:4]:
            suggest_topic(note, actor=clerk, at=note.heard_at + timedelta(hours=3))
