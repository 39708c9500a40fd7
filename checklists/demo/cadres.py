"""Community workers of the demonstration: people in posts, their years, the ledger, and the next 1 January."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from cadres import ladder
from cadres.models import (
    Appraisal,
    CommunityWorker,
    GradeEntry,
    Placement,
    Qualification,
    Scheme,
    Track,
    WorkerEvent,
)
from cadres.services import Book, prepare_simulation
from checklists.demo.names import DISTRICT_CODE
from govern.dates import month_start
from organizations.identities import check_digit
from organizations.models import LeadershipTerm

HEAD, DEPUTY, CLERK = "社区正职", "社区副职", "工作人员"
DEGREES = (None, None, "college", "college", "bachelor", "bachelor", "bachelor", "master")
LICENCES = (None, None, None, None, "assistant", "assistant", "social_worker", "senior")
GRADES = ("excellent",) * 3 + ("competent",) * 16 + ("basic",)
AUTUMN = 10  # from this month on the year is being appraised, and the next 1 January worked out
EVIDENCE = "年度级别调整会议纪要"


class Cadres:
    def __init__(self, district, *, now, rng):
        self.district, self.now, self.rng = district, now, rng
        self.today = timezone.localdate(now)
        self.year = self.today.year + (self.today.month >= AUTUMN)  # whose 1 January is worked out
        self.scheme = Scheme.objects.get(name="三岗十八级")
        self.tracks = {track.name: track for track in Track.objects.filter(scheme=self.scheme)}
        self.book = Book(self.scheme, self.today)
        self.rows = {Placement: [], Qualification: [], Appraisal: [], WorkerEvent: [], GradeEntry: []}

    def run(self):
        people = [each for community in self.district.communities for each in self.people_of(community)]
        CommunityWorker.objects.bulk_create(worker for worker, _ in people)
        for worker, track in people:
            self.add_career(worker, track)
        for model, rows in self.rows.items():
            model.objects.bulk_create(rows, batch_size=500)
        prepare_simulation(self.scheme, year=self.year, actor=self.district.admin, at=self.now)

    def people_of(self, community):
        """The body's secretary and deputy are its first two; the others are new names."""
        body = community.organization
        leaders = LeadershipTerm.objects.filter(organization=body, position__in=["secretary", "deputy_secretary"])
        known = {term.position: term for term in leaders}
        for place, name in enumerate([HEAD, DEPUTY, DEPUTY, *[CLERK] * self.rng.choice((5, 6, 7))]):
            term = known.get(("secretary", "deputy_secretary")[place]) if place < 2 else None
            yield self.person(body, term or self.district.people.draw(), name), name

    def person(self, body, somebody, track):
        years = {HEAD: (8, 20), DEPUTY: (4, 14), CLERK: (0, 12)}[track]
        hired_on = self.today - timedelta(days=self.rng.randrange(years[0] * 365 + 20, years[1] * 365 + 200))
        gender = self.rng.choice(["female", "female", "male"])
        born = hired_on - timedelta(days=self.rng.randrange(23 * 365, 34 * 365))
        digits = (
            f"{DISTRICT_CODE}{born:%Y%m%d}{self.rng.randrange(50):02}{self.rng.randrange(5) * 2 + (gender == 'male')}"
        )
        return CommunityWorker(
            organization=body,
            name=somebody.name,
            phone=somebody.phone,
            gender=gender,
            identity_number=digits + check_digit(digits),
            hired_on=hired_on,
        )

    def add_career(self, worker, name):
        """From the day of entry on: posts, titles, appraisals, and what the rules made of them each 1 January."""
        posts = self.posts_of(worker, name)
        titles = self.titles_of(worker)
        grades = {year: self.rng.choice(GRADES) for year in range(max(worker.hired_on.year, 2018), self.year)}
        if self.rng.random() < 0.07:
            grades.pop(self.year - 1, None)  # not yet written down
        self.rows[Qualification] += [
            Qualification(worker=worker, title=title, obtained_on=day) for title, day in titles
        ]
        self.rows[Appraisal] += [Appraisal(worker=worker, year=year, grade=grade) for year, grade in grades.items()]
        self.event(worker, "hired", worker.hired_on, f"{worker.organization} {posts[0][1]}")
        record = ladder.Record(worker.hired_on, tuple((day, track.pk) for day, track in posts), grades, tuple(titles))
        self.add_ledger(worker, record, posts)

    def posts_of(self, worker, name):
        """[(first day, track)]: heads and deputies of long standing began further down."""
        track, since = self.tracks[name], date(2021, 1, 1)
        years = (self.today - max(worker.hired_on, since)).days // 365
        if name == CLERK or worker.hired_on >= since or years < 2 or self.rng.random() < 0.5:
            self.rows[Placement].append(
                Placement(worker=worker, track=track, starts_on=worker.hired_on, effective_on=worker.hired_on)
            )
            return [(worker.hired_on, track)]
        before = self.tracks[CLERK if name == DEPUTY else DEPUTY]
        moved_on = date(self.rng.randrange(2021, self.today.year), self.rng.randrange(1, 13), self.rng.randrange(2, 28))
        effective_on = month_start(moved_on, 1)
        self.rows[Placement] += [
            Placement(
                worker=worker,
                track=before,
                starts_on=worker.hired_on,
                effective_on=worker.hired_on,
                ends_on=moved_on - timedelta(days=1),
            ),
            Placement(worker=worker, track=track, starts_on=moved_on, effective_on=effective_on),
        ]
        self.event(worker, "moved", moved_on, f"{before} → {track}：社区“两委”换届当选")
        return [(worker.hired_on, before), (effective_on, track)]

    def titles_of(self, worker):
        degree, licence = self.rng.choice(DEGREES), self.rng.choice(LICENCES)
        held = [(degree, worker.hired_on.replace(month=6, day=30) - timedelta(days=365))] if degree else []
        if licence:
            span = max((self.today - worker.hired_on).days, 2)
            held.append((licence, worker.hired_on + timedelta(days=self.rng.randrange(1, span))))
        return held

    def add_ledger(self, worker, record, posts):
        start = max(worker.hired_on, self.book.first_day(self.scheme))
        days = [(start, "initial", "套改定级" if start > worker.hired_on else "入职定级")]
        days += [(date(year, 1, 1), "yearly", "晋级") for year in range(start.year + 1, self.year)]
        days += [(day, "post", "社区“两委”换届当选") for day, _ in posts[1:]]
        held = None
        for day, kind, reason in sorted(days, key=lambda each: each[0]):
            placing = ladder.place(record, self.book.rules, day)
            if (placing.level, placing.post.key) != held:
                self.entry(worker, record, placing, kind, reason)
            held = placing.level, placing.post.key

    def entry(self, worker, record, placing, kind, reason):
        gains = "；".join(term.words for term in placing.terms if term.name != "post" and term.levels)
        row = GradeEntry(
            worker=worker,
            kind=kind,
            effective_on=placing.on,
            track_id=placing.post.key,
            level=placing.level,
            pay=ladder.pay(record, placing, self.book.table).total,
            reason=f"{reason}：{gains}"[:300] if kind == "yearly" else reason,
            evidence=f"{placing.on.year}年{EVIDENCE}" if kind == "yearly" else "",
            terms=[[term.name, term.levels, term.words] for term in placing.terms],
            rulebook=self.book.rulebook,
            approved_by=self.district.admin,
            at=self.noon(placing.on),
        )
        self.rows[GradeEntry].append(row)

    def event(self, worker, kind, on, note):
        row = WorkerEvent(
            worker=worker, kind=kind, effective_on=on, note=note, actor=self.district.admin, at=self.noon(on)
        )
        self.rows[WorkerEvent].append(row)

    def noon(self, day):
        return timezone.make_aware(datetime.combine(day, time(12)))
