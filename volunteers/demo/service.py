"""A year of service: the Tuesdays of every community, its occasions, who signed up, their hours, points and stars."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from govern.codes import CODE_ALPHABET
from volunteers.demo import words
from volunteers.models import HourEntry, PointEntry, Series, Session, Signup
from volunteers.services.certificates import issue_certificate
from volunteers.services.hours import ledger_for
from volunteers.services.points import points_for, rules_of
from volunteers.services.series import TERMS, days_of, red_vest_of, span
from volunteers.services.signups import sign_up
from volunteers.services.stars import award_star, publish_stars_of

WEEKS, AHEAD = 52, 4
REGULARS, COMING = 46, 9  # of a community: who ever comes, and how many of them to one Tuesday
UNSETTLED = 3  # every so manieth community has not confirmed the hours of its last Tuesday yet
DUTY = "duty"
Status, Held = Signup.Status, Session.Status


class Service:
    def __init__(self, district, *, now, rng):
        self.district, self.now, self.rng = district, now, rng
        self.today = timezone.localdate(now)
        self.people = district.volunteers
        self.regulars = {}
        self.rules = {ledger: rules_of(ledger) for ledger in (DUTY, "voluntary")}

    def run(self):
        sessions = [session for place, each in enumerate(self.district.communities) for session in self.of(place, each)]
        Session.objects.bulk_create(sessions, batch_size=1000)
        signups = [signup for session in sessions for signup in self.signups(session)]
        Signup.objects.bulk_create(signups, batch_size=2000)
        self.credit([signup for signup in signups if signup.credited_minutes])
        self.open_sessions = [session for session in sessions if session.status == Held.OPEN]
        self.sign_up()
        self.reward()

    # --- What is held -------------------------------------------------------------------------------------------------
    def of(self, place, community):
        series = red_vest_of(community)
        series.starts_on, series.ledger = self.today - timedelta(weeks=WEEKS + 8), DUTY
        series.team = next(team for team in self.district.teams if team.community == community)
        series.save()
        self.regulars[community] = self.choose(community)
        first, last = self.today - timedelta(weeks=WEEKS), self.today + timedelta(weeks=AHEAD)
        days = days_of(series, first, last, {})
        yield from (self.session(series, *span(day, series.starts_at, series.ends_at), place) for day in days)
        for number, (title, text, where, hours) in enumerate(words.OCCASIONS):
            ago = 20 + number * 80 + self.rng.randrange(50)
            begins = timezone.make_aware(datetime.combine(self.today - timedelta(days=ago), time(14)))
            terms = Session(title=title, text=text, place=where, seats=20, community=community)
            yield self.session(terms, begins, begins + timedelta(hours=hours), place)

    def choose(self, community):
        """Those who come again and again: in post or contacted, and the earliest to report in."""
        people = [row for row in self.people.rows[community] if row.report.contacted_at]
        people.sort(key=lambda row: row.report.registered_at)
        chosen = people[:REGULARS]
        if self.people.guest.community == community and self.people.guest not in chosen:
            chosen.append(self.people.guest)
        return chosen

    def session(self, terms, starts_at, ends_at, place):
        is_over = ends_at <= self.now
        is_fresh = is_over and ends_at > self.now - timedelta(days=8) and place % UNSETTLED == 0
        status = Held.OPEN if not is_over else Held.HELD if is_fresh else Held.SETTLED
        session = Session(
            code="".join(self.rng.choices(CODE_ALPHABET, k=8)),
            community=terms.community,
            team=terms.team,
            starts_at=starts_at,
            ends_at=ends_at,
            status=status,
            **{name: getattr(terms, name) for name in TERMS},
        )
        if isinstance(terms, Series):
            session.series, session.leader = terms, terms.team.leader
        if status == Held.SETTLED:
            session.settled_at = min(ends_at + timedelta(days=1), self.now)
            session.settled_by = self.district.clerks[terms.community]
        return session

    # --- Who came -----------------------------------------------------------------------------------------------------
    def signups(self, session):
        """The first of the regulars who is no member comes every time: that makes a hundred hours in a year."""
        regulars = self.regulars[session.community]
        asked = session.starts_at - timedelta(days=6)
        known = [row for row in regulars if row.report.registered_at < asked] if asked < self.now else regulars
        if not known:
            return
        if session.status == Held.OPEN:
            yield from self.seated(session, known)
            return
        always = next((row for row in regulars if row.kind == "citizen" and row in known), None)
        coming = set(self.rng.sample(known, min(COMING, len(known)))) | ({always} if always else set())
        for person in sorted(coming, key=lambda row: row.pk):
            yield self.past(session, person, is_sure=person is always)

    def seated(self, session, known):
        for person in self.rng.sample(known, min(5, len(known))):
            at = self.now - timedelta(minutes=self.rng.randrange(20, 3000))
            yield Signup(session=session, volunteer=person, status=Status.SEATED, signed_at=at, seated_at=at)

    def past(self, session, person, *, is_sure):
        at = session.starts_at - timedelta(hours=self.rng.randrange(20, 140))
        fate = 1 if is_sure else self.rng.random()
        if fate < 0.06:
            came = {
                "status": Status.CANCELLED,
                "cancelled_at": session.starts_at - timedelta(hours=14),
                "cancelled_reason": self.rng.choice(words.CANCELLED),
            }
        elif fate < 0.1:
            came = {"status": Status.ABSENT}
        else:
            came = self.attendance(session, is_sure)
        signup = Signup(session=session, volunteer=person, signed_at=at, seated_at=at, **came)
        if signup.status == Status.ATTENDED and session.status == Held.SETTLED:
            signup.credited_minutes = signup.actual_minutes
        return signup

    def attendance(self, session, is_sure):
        early, late = (0, 13) if is_sure else (-8, 12)
        return {
            "status": Status.ATTENDED,
            "arrived_at": session.starts_at - timedelta(minutes=self.rng.randrange(early, 13)),
            "arrived_by": self.rng.choice((Signup.Way.QR, Signup.Way.QR, Signup.Way.TABLET, Signup.Way.LEADER)),
            "left_at": session.ends_at + timedelta(minutes=self.rng.randrange(-2, late)),
            "left_by": Signup.Way.QR,
        }

    def credit(self, signups):
        entries = HourEntry.objects.bulk_create(map(self.hours, signups), batch_size=2000)
        earned = ((entry, points_for(entry.minutes, entry.served_on, self.rules[entry.ledger])) for entry in entries)
        PointEntry.objects.bulk_create(
            (
                PointEntry(
                    volunteer_id=entry.volunteer_id,
                    points=points,
                    hour_entry=entry,
                    words=entry.words,
                    entered_at=entry.entered_at,
                )
                for entry, points in earned
                if points
            ),
            batch_size=2000,
        )

    def hours(self, signup):
        session, person = signup.session, signup.volunteer
        served_on = timezone.localdate(session.starts_at)
        return HourEntry(
            volunteer=person,
            ledger=ledger_for(person, session.ledger),
            minutes=signup.credited_minutes,
            served_on=served_on,
            counts_on=served_on,
            signup=signup,
            community=session.community,
            words=session.title,
            entered_by=session.settled_by,
            entered_at=session.settled_at,
        )

    # --- By the services ----------------------------------------------------------------------------------------------
    def sign_up(self):
        """The demonstration's volunteer for the next Tuesday, after those who were quicker."""
        guest = self.people.guest
        coming = [row for row in self.open_sessions if row.community == guest.community and row.starts_at > self.now]
        for session in sorted(coming, key=lambda row: row.starts_at)[:1]:
            for person in [*self.regulars[session.community][:8], guest]:
                sign_up(session, person, actor=self.district.clerks[session.community], at=self.now)

    def reward(self):
        """Stars for those with a hundred hours of their own will, the first of them awarded; certificates for some."""
        ago = self.today - timedelta(days=20)
        for place, community in enumerate(self.district.communities):
            clerk = self.district.clerks[community]
            stars = publish_stars_of(community, on=ago if place % 3 else self.today)
            for star in stars if place % 3 else ():
                award_star(star, on=self.today)
            if place < 6:
                always = next(row for row in self.regulars[community] if row.kind == "citizen")
                starts_on = self.today - timedelta(weeks=WEEKS)
                issue_certificate(always, starts_on=starts_on, ends_on=self.today, actor=clerk, at=self.now)
