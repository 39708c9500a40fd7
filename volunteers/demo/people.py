"""Whoever reported in: the roster's members, heads of buildings, 党员中心户, people from offices, neighbours."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from accounts.models import PrivacyNotice
from govern.codes import CODE_ALPHABET
from govern.loading import Loading, stamp
from grids.models import Duty
from organizations.models import Organization, PartyMember, Unit
from volunteers.models import PositionClass, Report, ReportEvent, Skill, Volunteer
from volunteers.services.people import account_of

REGISTERED, FROM_OFFICES, CONTACTED, POSTED = 8723, 2512, 6542, 3271
SUBMITTED, RETURNED, MOVED, ENDED = 24, 8, 14, 6  # beside them
OFFICES = (Unit.Kind.GOVERNMENT,)
EARLY = 420  # days: nobody reported in before
S, Kind = Report.Status, Volunteer.Kind


class Volunteers:
    """`rows` {community: [volunteer]} of those registered; `heads` and `households` are in post by another row."""

    def __init__(self, district, *, now, rng):
        self.district, self.now, self.rng = district, now, rng
        self.today = timezone.localdate(now)
        self.notice = PrivacyNotice.objects.in_force(self.today)[0]
        self.numbers = iter(rng.sample(range(10**8), REGISTERED + 100))
        self.of_body = {community.organization_id: community for community in district.communities}
        self.heads, self.households = {}, {}  # volunteer's place in `people`: the duty, the tier-5 organization
        self.people = []

    def run(self):
        self.meet()
        self.place_posts()
        self.write()
        self.add_account()
        self.district.volunteers = self

    # --- Who ----------------------------------------------------------------------------------------------------------
    def meet(self):
        self.meet_heads()
        self.meet_households()
        self.meet_roster()
        offices = sum(person.is_from_office for person in self.people)
        for _ in range(FROM_OFFICES - offices):
            self.meet_official()
        while len(self.people) < REGISTERED:
            self.add(self.somewhere(), kind=Kind.CITIZEN)
        self.count = len(self.people)
        for _ in range(SUBMITTED + RETURNED + MOVED + ENDED):
            self.add(self.somewhere(), kind=Kind.CITIZEN)

    def add(self, community, *, name="", phone="", **columns):
        names, rng = self.district.names, self.rng
        given = names.ELDERS if rng.random() < 0.25 else names.ADULTS
        self.people.append(
            Volunteer(
                code=f"{community.code[:6]}{next(self.numbers):08}",
                name=name or rng.choice(names.SURNAMES) + rng.choice(given),
                phone=phone or self.district.people.phone(),
                community=community,
                times=rng.choice((0, 0, 1 << 2, 1 << 3, (1 << 10) + (1 << 11), 0b111111 << 8)),
                notice=self.notice,
                born_on=self.today.replace(day=1) - timedelta(days=rng.randrange(20 * 365, 74 * 365)),
                is_honoured=rng.random() < 0.3,
                insured_until=self.today + timedelta(days=rng.randrange(10, 360)) if rng.random() < 0.3 else None,
                **{"building": rng.choice(self.district.buildings[community]), **columns},
            )
        )

    def somewhere(self):
        return self.rng.choice(self.district.communities)

    def meet_heads(self):
        duties = Duty.objects.current(self.today).filter(kind=Duty.Kind.BUILDING_HEAD).order_by("pk")
        for duty in duties.select_related("building__quarter__community"):
            self.heads[len(self.people)] = duty
            building = duty.building
            where = {"building": building, "name": duty.name, "phone": duty.phone}
            self.add(building.quarter.community, kind=Kind.CITIZEN, **where)

    def meet_households(self):
        rows = Organization.objects.active().filter(kind=Organization.Kind.MEMBER_HOUSEHOLD)
        for row in rows.order_by("pk").select_related("parent__parent__parent"):
            self.households[len(self.people)] = row
            self.add(self.of_body[row.parent.parent.parent_id], kind=Kind.MEMBER, name=row.name.removesuffix("户"))

    def meet_roster(self):
        taken = {person.phone for person in self.people}
        members = PartyMember.objects.here().filter(is_floating=False, stage=PartyMember.Stage.FULL).order_by("pk")
        for member in members.select_related("branch"):
            if not member.phone or member.phone in taken:
                continue
            works = member.employment == PartyMember.Employment.IN_SERVICE
            self.add(
                self.of_body[member.branch.parent_id],
                kind=Kind.MEMBER,
                name=member.name,
                phone=member.phone,
                member=member,
                employer=member.employer,
                is_from_office=works,
            )

    def meet_official(self):
        if not hasattr(self, "offices"):
            self.offices = list(Unit.objects.filter(kind__in=OFFICES).order_by("pk"))
        unit = self.rng.choice(self.offices) if self.rng.random() < 0.2 else None
        employer = "" if unit else self.rng.choice(self.district.names.EMPLOYERS)
        self.add(self.somewhere(), kind=Kind.MEMBER, unit=unit, employer=employer, is_from_office=True)

    # --- How far ------------------------------------------------------------------------------------------------------
    def place_posts(self):
        """Who is in post: all heads and households, and others up to the figure; as many again were contacted."""
        others = [place for place in range(self.count) if place not in self.heads and place not in self.households]
        drawn = self.rng.sample(others, CONTACTED - len(self.heads) - len(self.households))
        general = POSTED - len(self.heads) - len(self.households)
        self.general, contacted = set(drawn[:general]), set(drawn[general:])
        self.statuses = [
            S.CONTACTED
            if place in contacted
            else S.REGISTERED
            if place not in self.general and place not in self.heads and place not in self.households
            else S.POSTED
            for place in range(self.count)
        ]
        rest = ((S.SUBMITTED, SUBMITTED), (S.RETURNED, RETURNED), (S.MOVED, MOVED), (S.ENDED, ENDED))
        self.statuses += [status for status, times in rest for _ in range(times)]

    def moment(self, day, first=8, last=19):
        """On the date `day`, by daylight, never after now."""
        clock = time(self.rng.randrange(first, last), self.rng.randrange(60))
        return min(timezone.make_aware(datetime.combine(day, clock)), self.now)

    def submitted_at(self, status):
        low, high = {S.POSTED: (60, EARLY), S.CONTACTED: (15, EARLY), S.REGISTERED: (1, 40)}.get(status, (0, 6))
        if status in (S.MOVED, S.ENDED):
            low, high = 90, EARLY
        return self.moment(self.today - timedelta(days=self.rng.randrange(low, high)))

    def path(self, status, at):
        """[(status, when)] of a report from its beginning."""
        rng, steps = self.rng, [(S.SUBMITTED, at)]
        if status == S.SUBMITTED:
            return steps
        at = min(at + timedelta(hours=rng.randrange(1, 40)), self.now)
        if status == S.RETURNED:
            return [*steps, (S.RETURNED, at)]
        steps.append((S.REGISTERED, at))
        if status in (S.CONTACTED, S.POSTED):
            at = min(at + timedelta(hours=rng.randrange(4, 240)), self.now)
            steps.append((S.CONTACTED, at))
        if status == S.POSTED:
            at = min(at + timedelta(hours=rng.randrange(20, 700)), self.now)
            steps.append((S.POSTED, at))
        if status in (S.MOVED, S.ENDED):
            steps.append((status, min(at + timedelta(days=rng.randrange(10, 80)), self.now)))
        return steps

    # --- Written ------------------------------------------------------------------------------------------------------
    def write(self):
        paths = [self.path(status, self.submitted_at(status)) for status in self.statuses]
        for person, path, status in zip(self.people, paths, self.statuses, strict=True):
            person.registered_at = person.agreed_at = path[0][1]
            if status == S.ENDED:
                person.left_on, person.leaving_reason = timezone.localdate(path[-1][1]), "搬离本市"
        Volunteer.objects.bulk_create(self.people, batch_size=2000)
        self.reports = Report.objects.bulk_create(
            map(self.report, self.people, paths, self.statuses, self.codes()), batch_size=2000
        )
        events = Loading(ReportEvent, "report_id", "from_status", "to_status", "actor_id", "note", "at")
        for row, path in zip(self.reports, paths, strict=True):
            self.tell(events, row, path)
        events.flush()
        self.rows = {community: [] for community in self.district.communities}
        for place, person in enumerate(self.people[: self.count]):
            person.place, person.report = place, self.reports[place]
            self.rows[person.community].append(person)
        self.write_skills()

    def codes(self):
        found = set()
        while True:
            code = "".join(self.rng.choices(CODE_ALPHABET, k=8))
            if code not in found:
                found.add(code)
                yield code

    def report(self, person, path, status, code):
        when, clerk = dict(path), self.district.clerks[person.community]
        registered, contacted = when.get(S.REGISTERED), when.get(S.CONTACTED)
        sources = (Report.Source.SELF, Report.Source.UNIT, Report.Source.COMMUNITY)
        return Report(
            code=code,
            volunteer=person,
            community=person.community,
            status=status,
            source=self.rng.choices(sources, (6, 3, 1) if person.is_from_office else (7, 0, 3))[0],
            submitted_at=when[S.SUBMITTED],
            registered_at=registered,
            contact_by=registered + timedelta(days=7) if registered else None,
            contacted_at=contacted,
            contacted_by=clerk if contacted else None,
            posted_at=when.get(S.POSTED),
            ended_at=when.get(S.MOVED) or when.get(S.ENDED),
        )

    def tell(self, events, report, path):
        before, clerk = "", self.district.clerks[report.community].pk
        for status, at in path:
            note = "请补填联系方式。" if status == S.RETURNED else ""
            actor = clerk if before or report.source == Report.Source.COMMUNITY else None
            events.add(report.pk, before, status, actor, note, stamp(at))
            before = status

    def write_skills(self):
        """What some of them can do, and what they would like to."""
        for model, through, column, share in (
            (Skill, Volunteer.skills.through, "skill_id", 0.45),
            (PositionClass, Volunteer.interests.through, "positionclass_id", 0.3),
        ):
            keys = list(model.objects.values_list("pk", flat=True))
            load = Loading(through, "volunteer_id", column)
            for person in self.people:
                if self.rng.random() < share:
                    for key in self.rng.sample(keys, self.rng.choice((1, 1, 2))):
                        load.add(person.pk, key)
            load.flush()

    def add_account(self):
        """One who serves signs in by phone; the start-up tells whose phone."""
        community = self.district.communities[0]
        self.guest = next(
            person for person in self.rows[community] if person.kind == Kind.MEMBER and person.place in self.general
        )
        user = account_of(self.guest)
        self.guest.user = user
        self.district.accounts.append(
            {
                "username": user.username,
                "phone": self.guest.phone,
                "name": self.guest.name,
                "role": "志愿者",
                "start": "/me/",
            }
        )
