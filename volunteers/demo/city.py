"""A city's volunteers at scale, on PostgreSQL: everybody's report and post, a year of Tuesdays in every community with
who signed up, and the hours of those, by COPY; points are not kept for them.
"""

from datetime import time, timedelta

from django.db import connection
from django.utils import timezone

from accounts.models import PrivacyNotice
from govern.codes import CODE_ALPHABET
from govern.fields import EncryptedTextField, blind_index
from govern.loading import Loading, bulk, first_free_pk, stamp
from volunteers.models import Holding, HourEntry, Position, PositionClass, Report, Series, Session, Signup, Volunteer
from volunteers.services.series import TERMS, red_vest_of, span

VOLUNTEERS, SIGNUPS, WEEKS = 500_000, 5_000_000, 52
NAMES = 5_000  # that people share: each is encrypted once
SEATS, AHEAD = 40, 2  # of a Tuesday; weeks that are open
CODE_START = "92"  # of no community's code: nobody's number is drawn twice
# Of ten people: how many are in post, how many were only contacted.
POSTED, CONTACTED = 4, 7
COLUMNS = {
    Volunteer: (
        *("id", "code", "kind", "name", "phone", "phone_index", "community_id", "is_from_office", "notice_id"),
        *("registered_at", "agreed_at"),
    ),
    Report: (
        *("id", "code", "volunteer_id", "community_id", "status", "submitted_at", "registered_at", "contact_by"),
        *("contacted_at", "contacted_by_id", "posted_at"),
    ),
    Holding: ("position_id", "volunteer_id", "status", "claimed_at", "confirmed_at", "confirmed_by_id", "starts_on"),
    Session: (
        *("id", "code", "community_id", "series_id", "status", "starts_at", "ends_at", "secret"),
        *("settled_at", "settled_by_id", *TERMS),
    ),
    Signup: (
        *("id", "session_id", "volunteer_id", "status", "signed_at", "seated_at", "arrived_at", "arrived_by"),
        *("left_at", "left_by", "credited_minutes"),
    ),
}
MODELS = (*COLUMNS, HourEntry)
# Every settled sign-up, where the ledger is the member's or nobody's: see services.hours.
HOURS = """
    INSERT INTO volunteers_hourentry
        (volunteer_id, ledger, minutes, served_on, counts_on, signup_id, community_id, words, entered_by_id, entered_at)
    SELECT signup.volunteer_id, CASE volunteer.kind WHEN 'member' THEN session.ledger ELSE 'voluntary' END,
        signup.credited_minutes, day, day, signup.id, session.community_id, session.title, session.settled_by_id,
        session.settled_at
    FROM volunteers_signup signup
    JOIN volunteers_session session ON session.id = signup.session_id
    JOIN volunteers_volunteer volunteer ON volunteer.id = signup.volunteer_id
    CROSS JOIN LATERAL (SELECT (session.starts_at AT TIME ZONE 'Asia/Shanghai')::date AS day) AS served
    WHERE signup.id >= %s AND signup.credited_minutes > 0
"""


def volunteers_in(district, communities, *, share, now, rng, report=lambda count: None):
    """Add the volunteers of the city cut to `share` (0 to 1) to its `communities`; `report` is told how many more."""
    with bulk(*MODELS):
        Crowd(district, communities, share=share, now=now, rng=rng).run(report)


class Crowd:
    def __init__(self, district, communities, *, share, now, rng):
        self.communities, self.rng, self.now = communities, rng, now
        self.today, self.clerk, names = timezone.localdate(now), district.admin.pk, district.names
        self.people = max(round(VOLUNTEERS * share) // len(communities), 10)
        self.seated = max(round(SIGNUPS * share) // (len(communities) * WEEKS), 1)
        self.seal = EncryptedTextField().get_prep_value
        self.sealed = [self.seal(rng.choice(names.SURNAMES) + rng.choice(names.ADULTS)) for _ in range(NAMES)]
        self.notice = PrivacyNotice.objects.in_force(self.today)[0].pk
        self.load = {model: Loading(model, *columns) for model, columns in COLUMNS.items()}
        keyed = (Volunteer, Report, Session, Signup)
        self.next = {model: first_free_pk(model) for model in keyed}
        self.first_signup = self.next[Signup]
        self.codes, self.kind = 0, PositionClass.objects.first()

    def run(self, report):
        self.series = Series.objects.bulk_create((self.begin(each) for each in self.communities), batch_size=1000)
        self.positions = Position.objects.bulk_create(map(self.post, self.communities), batch_size=1000)
        self.tuesdays = self.weeks()
        for place, community in enumerate(self.communities):
            first = self.next[Volunteer]
            self.register(community, self.positions[place])
            keys = range(first, self.next[Volunteer])
            for week in self.tuesdays:
                self.hold(community, self.series[place], week, keys)
            report(self.people)
        for loading in self.load.values():
            loading.flush()
        with connection.cursor() as cursor:
            cursor.execute(HOURS, [self.first_signup])

    def key(self, model):
        self.next[model] += 1
        return self.next[model] - 1

    def code(self):
        """Eight letters, each once: a place in a sequence written with the alphabet of the codes."""
        self.codes += 1
        letters, number = [], self.codes * 6_364_136_223 % 31**7
        for _ in range(7):
            number, digit = divmod(number, 31)
            letters.append(CODE_ALPHABET[digit])
        return "Z" + "".join(letters)

    def begin(self, community):
        series = red_vest_of(community)
        series.seats, series.starts_on, series.ledger = SEATS, self.today - timedelta(weeks=WEEKS), "duty"
        return series

    def post(self, community):
        return Position(
            community=community,
            position_class=self.kind,
            title="平安巡逻员",
            text="傍晚巡楼院，看消防通道和飞线充电",
            headcount=self.people,
            starts_on=self.today - timedelta(days=900),
            status=Position.Status.OPEN,
        )

    # --- Who ----------------------------------------------------------------------------------------------------------
    def register(self, community, position):
        for number in range(self.people):
            key, ago = self.key(Volunteer), self.rng.randrange(400, 900)
            submitted = self.now - timedelta(days=ago, minutes=self.rng.randrange(600))
            at = [stamp(submitted + timedelta(days=days)) for days in (0, 1, 4, 9)]
            phone = f"19{key:09}"
            is_member = number % 3 > 0
            self.load[Volunteer].add(
                *(key, f"{CODE_START}{key:012}", "member" if is_member else "citizen", self.rng.choice(self.sealed)),
                *(self.seal(phone), blind_index(phone), community.pk, is_member and number % 2 == 0, self.notice),
                *(at[0], at[0]),
            )
            posted, contacted = number % 10 < POSTED, number % 10 < CONTACTED
            status = "posted" if posted else "contacted" if contacted else "registered"
            self.load[Report].add(
                *(self.key(Report), self.code(), key, community.pk, status, at[0], at[1], at[3]),
                *((at[2], self.clerk) if contacted else (None, None)),
                at[3] if posted else None,
            )
            if posted:
                began = str(timezone.localdate(submitted + timedelta(days=9)))
                self.load[Holding].add(position.pk, key, "held", at[2], at[3], self.clerk, began)

    # --- What they did ------------------------------------------------------------------------------------------------
    def weeks(self):
        """[(is it over, starts, ends, settled, arrives, leaves)] of every Tuesday, the moments as texts."""
        first = self.today - timedelta(weeks=WEEKS)
        first += timedelta(days=(1 - first.weekday()) % 7)
        rows = []
        for number in range(WEEKS + AHEAD):
            starts_at, ends_at = span(first + timedelta(weeks=number), time(9), time(11))
            moments = (starts_at, ends_at, ends_at + timedelta(days=1), starts_at, ends_at + timedelta(minutes=5))
            rows.append((ends_at < self.now, *map(stamp, moments), stamp(min(starts_at, self.now) - timedelta(days=3))))
        return rows

    def hold(self, community, series, week, keys):
        is_over, starts, ends, settled, arrives, leaves, signed = week
        session = self.key(Session)
        terms = [getattr(series, name) for name in TERMS]
        told = ("settled", settled, self.clerk) if is_over else ("open", None, None)
        secret = f"{session:032x}"
        self.load[Session].add(
            session, self.code(), community.pk, series.pk, told[0], starts, ends, secret, *told[1:], *terms
        )
        for person in self.rng.sample(keys, min(self.seated, len(keys), SEATS)):
            came = is_over and person % 10 > 0
            status = "attended" if came else "absent" if is_over else "seated"
            self.load[Signup].add(
                *(self.key(Signup), session, person, status, signed, signed),
                *((arrives, "qr", leaves, "qr", 125) if came else (None, "", None, "", None)),
            )
