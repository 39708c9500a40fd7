"""A year of needs by the hundred thousand, each with its whole track: a path through Need.TRANSITIONS, laid in time.

Drawn, not lived: the services would take a day. What they keep true (deadlines in office time, one open dispatch,
places within capacity, events that lead to the status) holds here too; tests/checklists/test_demo_crowd.py says so.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice, pairwise
from typing import NamedTuple

from django.utils import timezone

from accounts.models import PrivacyNotice
from checklists.demo import words
from checklists.demo.city import City
from checklists.demo.names import ADULTS, ELDERS, SURNAMES
from checklists.models import Category, Dispatch, Need, NeedEvent, Resource
from govern.codes import CODE_ALPHABET
from govern.fields import EncryptedTextField, blind_index, grams
from govern.loading import CHUNK, Loading, bulk, first_free_pk
from organizations.parameters import parameter
from organizations.services.calendars import office_calendar
from organizations.workdays import is_working_day

S = Need.Status
Party = NeedEvent.Party
DAYS = 365
CONTACTS = 50_000  # people who share the needs among them: to encrypt each anew would take longer than all the rest
ADDRESSES = 2_000
MINUTE, HOUR, DAY = 60, 3600, 86_400

ACCEPTED = (S.SUBMITTED, S.ACCEPTED)
OFFERED = (*ACCEPTED, S.DISPATCHED)
TAKEN = (*OFFERED, S.TAKEN)
SERVED, OWN = (*TAKEN, S.IN_SERVICE), (*ACCEPTED, S.IN_SERVICE)
DONE, OWN_DONE = (*SERVED, S.DONE), (*OWN, S.DONE)
# How a need that stands there now came there, and how often each way.
PATHS = {
    S.SUBMITTED: (((S.SUBMITTED,), 1),),
    S.ACCEPTED: ((ACCEPTED, 1),),
    S.DISPATCHED: ((OFFERED, 1),),
    S.TAKEN: ((TAKEN, 1),),
    S.IN_SERVICE: ((SERVED, 6), (OWN, 4)),
    S.DONE: ((DONE, 5), (OWN_DONE, 5)),
    S.RATED: (((*DONE, S.RATED), 5), ((*OWN_DONE, S.RATED), 5)),
    S.CLOSED: (((*DONE, S.RATED, S.CLOSED), 3), ((*OWN_DONE, S.RATED, S.CLOSED), 3), ((*OWN_DONE, S.CLOSED), 4)),
    S.REOPENED: (((*DONE, S.REOPENED), 1),),
    S.SUSPENDED: (((*ACCEPTED, S.SUSPENDED), 1),),
    S.ESCALATED: (((*ACCEPTED, S.ESCALATED), 1),),
    S.WITHDRAWN: (((S.SUBMITTED, S.WITHDRAWN), 1), ((*ACCEPTED, S.WITHDRAWN), 1)),
    S.REJECTED: (((S.SUBMITTED, S.REJECTED), 1),),
    S.MERGED: (((S.SUBMITTED, S.MERGED), 1),),
}
# Where the needs of an age (up to so many days) stand, in hundredths.
ENDED = {S.CLOSED: 88, S.WITHDRAWN: 5, S.REJECTED: 4, S.MERGED: 3}
STANDING = (
    (
        2,
        {S.SUBMITTED: 40, S.ACCEPTED: 22, S.DISPATCHED: 14, S.TAKEN: 8, S.IN_SERVICE: 8, S.REJECTED: 4, S.WITHDRAWN: 4},
    ),
    (
        10,
        {
            **{S.SUBMITTED: 3, S.ACCEPTED: 17, S.DISPATCHED: 8, S.TAKEN: 10, S.IN_SERVICE: 16, S.DONE: 20, S.RATED: 8},
            **{S.SUSPENDED: 3, S.ESCALATED: 3, S.REOPENED: 1, S.WITHDRAWN: 4, S.REJECTED: 4, S.MERGED: 3},
        },
    ),
    (
        30,
        {
            **{S.ACCEPTED: 3, S.TAKEN: 2, S.IN_SERVICE: 5, S.SUSPENDED: 1, S.ESCALATED: 1, S.REOPENED: 1, S.DONE: 12},
            **{S.RATED: 10, S.CLOSED: 53, S.WITHDRAWN: 5, S.REJECTED: 4, S.MERGED: 3},
        },
    ),
    (DAYS, ENDED),
)
# Who takes a step; those of BY_UNIT are the unit's where one holds the need, and any other the staff's.
PARTY = {
    S.SUBMITTED: Party.RESIDENT,
    S.WITHDRAWN: Party.RESIDENT,
    S.RATED: Party.RESIDENT,
    S.REOPENED: Party.RESIDENT,
    S.CLOSED: Party.SYSTEM,
}
BY_UNIT = frozenset({S.TAKEN, S.IN_SERVICE, S.DONE})
CHANNELS = {"web": 22, "scan": 34, "matters_desk": 10, "phone": 12, "visit": 6, "hotline": 8, "red_vest": 3, "grid": 5}
NEED = (
    *("id", "code", "status", "category_id", "text", "grams", "community_id", "building_id", "address_detail"),
    *("target_group", "people_count", "urgency", "channel", "external_code", "contact_name", "contact_phone"),
    *("contact_phone_index", "notice_id", "submitted_at", "respond_by", "handle_by", "responded_at", "done_at"),
    *("closed_at", "suspended_at", "suspended_until", "satisfaction", "is_solved", "rated_at", "reopen_count"),
    *("merged_into_id", "match_due_at"),
)
EVENT = ("need_id", "from_status", "to_status", "party", "actor_id", "dispatch_id", "at")
DISPATCH = (
    *("id", "need_id", "resource_id", "status", "people_count", "dispatcher_id", "offered_at", "reply_by"),
    *("answered_at", "finished_at"),
)


class OfficeTime:
    """Deadlines by looking up: office hours laid end to end, as the services count them. Moments are Unix seconds."""

    def __init__(self, first, last):
        schedule, overrides = office_calendar()
        days = (first + timedelta(days=number) for number in range((last - first).days + 1))
        spans = [span for day in days if is_working_day(day, overrides) for span in schedule.spans(day)]
        self.opens = [int(opens.timestamp()) for opens, _ in spans]
        self.worked = [0]
        for opens, closes in spans:
            self.worked.append(self.worked[-1] + int((closes - opens).total_seconds()))

    def deadline(self, start, hours):
        place = bisect_right(self.opens, start) - 1
        before = min(self.worked[place] + start - self.opens[place], self.worked[place + 1]) if place >= 0 else 0
        total = before + hours * HOUR
        place = bisect_left(self.worked, total) - 1
        return self.opens[place] + total - self.worked[place]


class Contact(NamedTuple):
    """A name and a phone, encrypted, and the phone's blind index."""

    name: str
    phone: str
    index: str


@cache
def moment(seconds):
    """As both databases read it."""
    return str(datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None))


def codes(taken):
    """Receipt codes without end, none twice and none of `taken`: a walk through all 31**8 by a stride prime to it."""
    number, base = 0, len(CODE_ALPHABET)
    while True:
        number = (number + 568_741_236_377) % base**8
        code, rest = "", number
        for _ in range(8):
            rest, digit = divmod(rest, base)
            code += CODE_ALPHABET[digit]
        if code not in taken:
            yield code


def crowd_in(district, *, count, now, rng, report=lambda count: None):
    """Add `count` needs, and a tenth as many resources, in communities of their own to the demonstration's district.

    `report` is called with how many needs more there are.
    """
    with bulk(Need, NeedEvent, Dispatch, Resource):
        city = City(district, rng=rng, resources=count // 10)
        Crowd(city, count=count, now=now, rng=rng).run(report)
        city.reserve()


class Crowd:
    """`count` needs in the communities of `city`, filed in the year before `now`."""

    def __init__(self, city, *, count, now, rng):
        self.city = city
        self.count = count
        self.now = int(now.timestamp()) // MINUTE * MINUTE
        self.rng = rng
        self.office = OfficeTime(
            timezone.localdate(now) - timedelta(days=DAYS + 10), timezone.localdate(now) + timedelta(days=60)
        )
        self.kinds = list(Category.objects.kinds().filter(emergency_notice="").select_related("parent").order_by("pk"))
        crowded = Counter(kind.parent_id for kind in self.kinds)
        self.weights = [words.FREQUENCY[kind.parent.name] / crowded[kind.parent_id] for kind in self.kinds]
        self.texts = {kind.pk: self.write(kind) for kind in self.kinds}
        self.contacts = self.meet(min(count, CONTACTS))
        secret = EncryptedTextField()
        self.addresses = [
            secret.get_prep_value(f"{stair}单元{floor}0{door}")
            for stair, floor, door in (
                (rng.randrange(1, 4), rng.randrange(2, 18), rng.randrange(1, 5)) for _ in range(min(count, ADDRESSES))
            )
        ]
        self.notice = PrivacyNotice.objects.in_force(timezone.localdate(now)).get().pk
        self.reply_hours = parameter("reply_hours")
        self.clerk = city.district.admin.pk
        self.needs = Loading(Need, *NEED)
        self.events = Loading(NeedEvent, *EVENT)
        self.dispatches = Loading(Dispatch, *DISPATCH)
        self.latest = {}  # (community, category): a need that another may repeat

    def write(self, kind):
        """[(text, its grams)]: the sentences of the kind with what may stand in their slots."""
        rng, found = self.rng, {}
        for _ in range(60):
            slots = {name: rng.choice(values) for name, values in words.SLOTS.items()}
            text = rng.choice(words.NEEDS[kind.name]).format(u=rng.randrange(1, 5), f=rng.randrange(2, 19), **slots)
            found[text] = " ".join(sorted(grams(text)))
        return list(found.items())

    def meet(self, count):
        rng, secret = self.rng, EncryptedTextField()
        people = []
        for number in range(count):
            phone = f"19{number % 10}{rng.randrange(10**8):08}"
            name = rng.choice(SURNAMES) + rng.choice(rng.choice((ELDERS, ADULTS)))
            people.append(Contact(secret.get_prep_value(name), secret.get_prep_value(phone), blind_index(phone)))
        return people

    def run(self, report):
        taken = set(Need.objects.values_list("code", flat=True))
        first, self.next_dispatch = first_free_pk(Need), first_free_pk(Dispatch)
        communities = [community.pk for community in self.city.communities]
        # The oldest first, as they would have come: the primary key and the day go up together.
        for number, code in enumerate(islice(codes(taken), self.count)):
            age = DAYS * DAY * (self.count - number) // (self.count + 1)
            start = (self.now - age) // MINUTE * MINUTE
            self.add(first + number, code, self.rng.choice(communities), start)
            if number % CHUNK == CHUNK - 1:
                report(CHUNK)
        report(self.count % CHUNK)
        for loading in (self.needs, self.events, self.dispatches):
            loading.flush()

    def add(self, pk, code, community, start):
        rng = self.rng
        kind = rng.choices(self.kinds, self.weights)[0]
        status, path = self.draw_path(start)
        twin = self.latest.get((community, kind.pk))
        if status == S.MERGED and twin is None:
            status, path = S.REJECTED, (S.SUBMITTED, S.REJECTED)
        people = 1 if rng.random() < 0.9 else 2
        handle_by = self.office.deadline(start, kind.handling_hours)
        times = self.pace(path, start, handle_by)
        dispatch = None
        if S.DISPATCHED in path:
            resource = self.city.find(community, kind.pk, people, times[path.index(S.DISPATCHED)])
            if resource is None:
                status, path, times = S.ACCEPTED, ACCEPTED, times[:2]
            else:
                dispatch = self.offer(pk, path, times, resource, people)
        self.tell(pk, path, times, dispatch)
        when = {step: moment(at) for step, at in zip(path, times, strict=True)}
        channel = rng.choices(list(CHANNELS), CHANNELS.values())[0]
        text, pieces = rng.choice(self.texts[kind.pk])
        mood = rng.choices(Need.Satisfaction.values, (78, 16, 6))[0] if S.RATED in when else ""
        self.needs.add(
            *(pk, code, status.value, kind.pk, text, pieces, community, rng.choice(self.city.buildings[community])),
            *(rng.choice(self.addresses), rng.choice((1, 1, 1, 2, 4, 4, 8)), people, rng.choice((1, 1, 1, 3, 5))),
            *(channel, f"JK{pk:010}" if channel == "hotline" else "", *rng.choice(self.contacts), self.notice),
            *(when[S.SUBMITTED], moment(self.office.deadline(start, kind.response_hours)), moment(handle_by)),
            None if len(path) == 1 or path[1] == S.WITHDRAWN else moment(times[1]),
            when.get(S.DONE),
            when.get(S.CLOSED) or when.get(S.REJECTED),
            when.get(S.SUSPENDED),
            moment(self.now + DAY * rng.randrange(3, 20))[:10] if status == S.SUSPENDED else None,
            *(mood, mood != "dissatisfied" if mood else None, when.get(S.RATED), int(status == S.REOPENED)),
            *(twin if status == S.MERGED else None, when[S.ACCEPTED] if status == S.ACCEPTED else None),
        )
        if status not in ENDED or status == S.CLOSED:
            self.latest[community, kind.pk] = pk

    def draw_path(self, start):
        """(status, how it came there) of a need filed then."""
        shares = next(shares for days, shares in STANDING if self.now - start <= days * DAY)
        status = self.rng.choices(list(shares), shares.values())[0]
        ways = PATHS[status]
        return status, self.rng.choices([way for way, _ in ways], [weight for _, weight in ways])[0]

    def pace(self, path, start, handle_by):
        """When each step of `path` was taken: evenly until the need was served, mostly in time; none after now."""
        rng = self.rng
        share = 0.15 + 0.8 * rng.random() if rng.random() < 0.88 else 1.1 + 0.4 * rng.random()
        whole = min((handle_by - start) * share, self.now - start)
        times = [start + int(whole * place / max(len(path) - 1, 1)) // MINUTE * MINUTE for place in range(len(path))]
        if path[-1] == S.DISPATCHED:
            times[-1] = max(times[-2], self.now - rng.randrange(2 * HOUR))  # or the sweep would return them all at once
        return times

    def offer(self, pk, path, times, resource, people):
        """A dispatch as it stands at the end of `path`; returns its key."""
        when = {step: moment(at) for step, at in zip(path, times, strict=True)}
        status = "finished" if S.DONE in when else "taken" if S.TAKEN in when else "offered"
        offered_at = times[path.index(S.DISPATCHED)]
        key = self.next_dispatch
        self.next_dispatch += 1
        self.dispatches.add(
            *(key, pk, resource, status, people, self.clerk, moment(offered_at)),
            moment(self.office.deadline(offered_at, self.reply_hours)),
            *(when.get(S.TAKEN), when.get(S.DONE)),
        )
        return key

    def tell(self, pk, path, times, dispatch):
        """The events of `path`."""
        for (before, to), at in zip(pairwise(("", *path)), times, strict=True):
            party = PARTY.get(to) or (Party.STAFF if dispatch is None or to not in BY_UNIT else Party.UNIT)
            is_its = dispatch if dispatch and (to in BY_UNIT or to == S.DISPATCHED) else None
            self.events.add(pk, before, to, party, self.clerk if party == Party.STAFF else None, is_its, moment(at))
