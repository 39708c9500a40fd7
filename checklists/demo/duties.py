"""共驻共建 of the demonstration: agreements, a rota for each community, its swaps and handovers, twenty activities.

Like the stories of needs, all of it goes through the public services with the clock of its moment.
"""

from collections import defaultdict
from datetime import datetime, time, timedelta

from django.utils import timezone

from accounts.models import Notification
from checklists.demo import joint_words as words
from checklists.demo.names import SURNAMES
from checklists.demo.pictures import picture
from checklists.models import Activity, NeedEvent, Turn
from checklists.services import activities, enrolments, rotas
from govern.dates import month_start
from organizations.models import Agreement, Unit
from organizations.photos import clean_photo

SYSTEM = NeedEvent.Party.SYSTEM
PARTNERS = 4  # at least so many for a community; the first two have
MORE = 6
SCENES = {"tidy": "楼道堆物", "safety": "飞线充电"}  # of the pictures there are, what such an activity might show


class Duties:
    def __init__(self, district, *, now, rng):
        self.district, self.now, self.rng = district, now, rng
        self.today = timezone.localdate(now)

    def run(self):
        known = list(Notification.objects.values_list("pk", flat=True))
        self.sign_agreements()
        self.make_rotas()
        self.hold_activities()
        self.swap()
        self.hand_over()
        self.date_messages(known)

    # --- Agreements ---------------------------------------------------------------------------------------------------
    def sign_agreements(self):
        units = list(Unit.objects.order_by("pk"))
        home = defaultdict(list)
        for unit in units:
            home[unit.organization_id].append(unit)
        rows = []
        for place, community in enumerate(self.district.communities):
            wanted = MORE if place < 2 else PARTNERS
            partners = list(home[community.organization_id])
            others = [unit for unit in units if unit not in partners]
            partners += self.rng.sample(others, max(wanted - len(partners), 0))
            rows += [self.agreement(community, unit, number) for number, unit in enumerate(partners, start=1)]
        rows += self.ended(rows)
        Agreement.objects.bulk_create(rows)

    def agreement(self, community, unit, number, *, signed_ago=None, years=3):
        signed = self.today - timedelta(days=signed_ago or self.rng.randrange(430, 700))
        return Agreement(
            number=f"GJ{signed.year}-{community.code[-6:]}-{number:02}",
            organization=community.organization,
            unit=unit,
            signed_on=signed,
            starts_on=signed,
            ends_on=signed.replace(year=signed.year + years, day=1) - timedelta(days=1),
            community_head=self.rng.choice(words.LEADERS),
            unit_head=f"{self.rng.choice(SURNAMES)}主任",
            community_duties=words.COMMUNITY_DUTIES,
            unit_duties=words.UNIT_DUTIES,
            deeds="\n".join(words.DEEDS[unit.kind]),
        )

    def ended(self, rows):
        """In the first community: one about to end, one that has ended, one terminated."""
        first = self.district.communities[0]
        taken = {row.unit_id for row in rows if row.organization_id == first.organization_id}
        spare = list(Unit.objects.exclude(pk__in=taken).order_by("pk")[:3])
        soon, over, broken = (
            self.agreement(first, unit, number, signed_ago=340) for number, unit in enumerate(spare, start=21)
        )
        soon.ends_on = self.today + timedelta(days=20)
        over.ends_on = self.today - timedelta(days=15)
        broken.terminated_on, broken.termination_reason = self.today - timedelta(days=60), "单位迁出本街道"
        return [soon, over, broken]

    # --- Rotas --------------------------------------------------------------------------------------------------------
    def make_rotas(self):
        """Half a year back and as far ahead: by month in the first community, by quarter in the others."""
        quarter = month_start(self.today, -(self.today.month - 1) % 3 - 3 if (self.today.month - 1) % 3 else 0)
        for place, community in enumerate(self.district.communities):
            clerk = self.district.clerks[community]
            if place == 0:
                plan = {"period": "month", "starts_on": month_start(self.today, -5), "count": 12}
            else:
                plan = {"period": "quarter", "starts_on": month_start(quarter, -6), "count": 5}
            rotas.make_rota(community, actor=clerk, **plan)
            made_at = self.moment(plan["starts_on"] - timedelta(days=12), 10)
            community.rotas.update(made_at=made_at)

    def moment(self, day, hour):
        return timezone.make_aware(datetime.combine(day, time(hour)))

    def swap(self):
        """One agreed in the second community, one that waits for the first account's unit."""
        one, other = self.pair(self.district.communities[1])
        proposed = self.now - timedelta(days=9)
        row = rotas.propose_swap(one, other, actor=self.liaison(one.unit), reason=words.SWAP_REASON, at=proposed)
        rotas.agree_swap(row, actor=self.liaison(other.unit), at=proposed + timedelta(days=1, hours=3))
        mine = Unit.objects.order_by("pk").first()
        one, other = self.pair(self.district.communities[0], mine)
        rotas.propose_swap(
            one, other, actor=self.liaison(one.unit), reason=words.SWAP_REASON, at=self.now - timedelta(days=1)
        )

    def pair(self, community, wanted=None):
        """Two turns ahead of different units; the second one is `wanted`'s."""
        ahead = list(Turn.objects.of_community(community).upcoming(self.today).select_related("unit"))
        other = next((turn for turn in ahead if turn.unit == wanted), ahead[-1])
        return next(turn for turn in ahead if turn.unit_id != other.unit_id), other

    def liaison(self, unit):
        return self.district.liaisons[unit.pk]

    def hand_over(self):
        for turn in Turn.objects.ended(self.today).select_related("unit", "rota__community").order_by("starts_on"):
            at = self.moment(turn.ends_on, 16)
            if self.rng.random() < 0.7:
                note = f"{rotas.draft_handover(turn)}\n{words.HANDOVER_TAIL}"
                rotas.hand_over(turn, actor=self.liaison(turn.unit), note=note, at=at)
            else:
                rotas.hand_over(turn, actor=SYSTEM, at=self.moment(turn.ends_on + timedelta(days=1), 1))

    # --- Activities ---------------------------------------------------------------------------------------------------
    def hold_activities(self):
        for number, row in enumerate(words.ACTIVITIES):
            self.tell(number, *row)

    def tell(self, number, days, hour, name, kind, place, seats, plan):
        # The accounts that the start-up prints see most of them; others show that a sister community has its own.
        community = self.district.communities[(0, 0, 1, 0, 2)[number % 5]]
        clerk = self.district.clerks[community]
        starts_at = self.moment(self.today + timedelta(days=days), hour)
        filed = min(starts_at - timedelta(days=15), self.now - timedelta(days=2))
        activity = activities.plan_activity(
            Activity(
                community=community,
                name=name,
                kind=kind,
                place=place,
                seats=seats,
                plan=plan,
                leader=f"{self.rng.choice(SURNAMES)}老师",
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=2),
            ),
            actor=clerk,
            at=filed,
        )
        partners = Unit.objects.filter(agreements__organization=community.organization).exclude(pk=activity.unit_id)
        activity.joint_units.set(self.rng.sample(list(partners.distinct().order_by("pk")), 2))
        if days > 22:
            return
        activities.announce(activity, actor=clerk, at=filed + timedelta(days=1))
        if days == 9:
            activities.cancel(activity, actor=clerk, reason=words.REASON_RAIN, at=self.now - timedelta(hours=20))
            return
        came = self.enrol(activity, seats, filed + timedelta(days=1))
        if days < 0:
            self.hold(activity, came, is_concluded=days < -5)

    def enrol(self, activity, seats, since):
        """As many as there are seats for the small ones, a good part of the others."""
        until = min(activity.starts_at, self.now)
        left, rows = (seats if seats <= 10 else min(seats * 6 // 10, 15)) if seats else 6, []
        while left > 0:
            people = min(self.rng.choice((1, 1, 1, 2, 3)), left)
            left -= people
            rows.append(
                enrolments.enrol(
                    activity,
                    name=f"{self.rng.choice(SURNAMES)}{self.rng.choice(('阿姨', '大爷', '女士', '先生'))}",
                    phone=f"13{self.rng.randrange(10**9):09}",
                    people_count=people,
                    at=since + (until - since) * self.rng.random() * 0.95,
                )
            )
        if len(rows) > 6:
            gone = rows.pop()
            enrolments.cancel_enrolment(gone, at=gone.enrolled_at + (until - gone.enrolled_at) * 0.5)
        return rows

    def hold(self, activity, came, *, is_concluded):
        after = activity.ends_at + timedelta(hours=1)
        actor = self.liaison(activity.unit) if activity.unit_id else self.district.clerks[activity.community]
        present = [row for row in came if self.rng.random() < 0.88]
        reached = sum(row.people_count for row in present) + self.rng.randrange(4, 25)
        scene = SCENES.get(activity.kind)
        photos = [clean_photo(picture(scene, self.rng, mended=True))] if scene and is_concluded else []
        activities.hold(activity, actor=actor, reached_count=reached, photos=photos, are_public=True, at=after)
        activities.check_attendance(activity, actor=self.district.clerks[activity.community], attended=present)
        for row in present:
            if self.rng.random() < 0.6:
                verdict = self.rng.choice(("satisfied",) * 6 + ("mostly",) * 2 + ("dissatisfied",))
                at = after + timedelta(hours=self.rng.randrange(1, 40))
                if at < self.now:
                    note = self.rng.choice(words.PRAISE) if verdict == "satisfied" else ""
                    enrolments.rate_enrolment(row, satisfaction=verdict, note=note, at=at)
        if is_concluded:
            summary = self.rng.choice(words.SUMMARIES)
            activities.conclude(activity, actor=actor, summary=summary, at=after + timedelta(days=1))

    # --- Messages -----------------------------------------------------------------------------------------------------
    def date_messages(self, known):
        """Only what still waits for an answer is news; the rest came long ago and was read."""
        fresh = Notification.objects.exclude(pk__in=known)
        fresh.exclude(text__contains="想和").update(
            created_at=self.now - timedelta(days=6), read_at=self.now - timedelta(days=5)
        )
        fresh.filter(text__contains="想和").update(created_at=self.now - timedelta(days=1))
