"""党员 of every branch: most full, some on probation, some away; a secretary for nearly each branch; transfers."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from checklists.demo.names import ADULTS, ELDERS, EMPLOYERS, SURNAMES
from govern.dates import months_after
from organizations.identities import check_digit
from organizations.models import LeadershipTerm, MemberEvent, Organization, PartyMember, Transfer, TransferEvent

Stage, Employment, Status = PartyMember.Stage, PartyMember.Employment, Transfer.Status
AWAY = (
    "广东省深圳市",
    "广东省东莞市",
    "浙江省杭州市",
    "江苏省苏州市",
    "上海市浦东新区",
    "四川省成都市",
    "陕西省西安市",
)
AREA = "990171"  # of no province: nobody can take these numbers for real ones
SMALL, LARGE = (2, 2, 1), 54  # full members of the branches that the rules have something to say about
LEADERLESS = 24  # every so manieth branch waits for a secretary
REASONS = ("迁入新居", "工作调动", "退休后转到居住地", "随子女居住", "房屋拆迁安置")
# How far each transfer went, and who began it.
TRANSFERS = (
    [(Status.PROPOSED, False)] * 3
    + [(Status.PROPOSED, True)] * 2
    + [(Status.RELEASED, False)] * 3
    + [(Status.RELEASED, True)]
    + [(Status.COMPLETED, False)] * 5
    + [(Status.DECLINED, True), (Status.DECLINED, False), (Status.WITHDRAWN, False), (Status.WITHDRAWN, False)]
)
NOTES = {
    Status.RELEASED: "党费已交清，同意转出",
    Status.COMPLETED: "材料齐全，已编入支部",
    Status.DECLINED: "居住地址核对不上，请补充材料",
    Status.WITHDRAWN: "本人暂不搬家",
}


class Members:
    def __init__(self, district, *, now, rng):
        self.district, self.rng, self.now = district, rng, now
        self.today = timezone.localdate(now)
        self.born = {}
        self.clerks = {community.organization_id: clerk for community, clerk in district.clerks.items()}

    def run(self):
        self.branches = list(Organization.objects.branches().select_related("parent").order_by("pk"))
        groups = {}
        for group in Organization.objects.active().filter(tier=4, parent__in=self.branches).order_by("pk"):
            groups.setdefault(group.parent_id, []).append(group)
        self.members = [
            member for place, branch in enumerate(self.branches) for member in self.fill(place, branch, groups)
        ]
        self.depart()
        PartyMember.objects.bulk_create(self.members)
        self.here = [member for member in self.members if member.is_here]
        self.register()
        self.appoint()
        self.transfer()

    # --- The register -------------------------------------------------------------------------------------------------
    def fill(self, place, branch, groups):
        if place < len(SMALL):
            full, fresh = SMALL[place], 1
        elif place == len(SMALL):
            full, fresh = LARGE, 2
        else:
            full, fresh = self.rng.randrange(12, 37), self.rng.choice((0, 0, 1, 1, 2, 3))
        choices = groups.get(branch.pk, [])
        return [
            self.member(branch, self.rng.choice(choices) if choices else None, is_full=number < full)
            for number in range(full + fresh)
        ]

    def member(self, branch, group, *, is_full):
        rng = self.rng
        age = rng.randrange(24, 86) if is_full else rng.randrange(20, 42)
        born_on = self.today.replace(day=1) - timedelta(days=age * 365 + rng.randrange(365))
        gender = rng.choice(("female", "male"))
        joined_on = self.joined_on(born_on, is_full)
        is_away = age < 55 and rng.random() < 0.06
        retired = age >= 60 if gender == "male" else age >= 55
        return PartyMember(
            branch=branch,
            group=group,
            name=rng.choice(SURNAMES) + rng.choice(ELDERS if age > 62 else ADULTS),
            gender=gender,
            identity_number=self.identity_number(born_on, gender) if rng.random() < 0.97 else "",
            phone=self.district.people.phone() if rng.random() < 0.98 else "",
            stage=Stage.FULL if is_full else Stage.PROBATIONARY,
            joined_on=joined_on,
            full_on=months_after(joined_on, 12) if is_full else None,
            employer="" if retired else rng.choice(EMPLOYERS),
            employment=Employment.RETIRED if retired else Employment.IN_SERVICE,
            is_floating=is_away,
            floating_place=rng.choice(AWAY) if is_away else "",
        )

    def joined_on(self, born_on, is_full):
        if not is_full:
            return self.today - timedelta(days=self.rng.randrange(20, 400))
        first, last = months_after(born_on, 12 * 19), self.today - timedelta(days=800)
        return first + timedelta(days=self.rng.randrange(max((last - first).days, 1)))

    def identity_number(self, born_on, gender):
        """Nobody else's: of those born on one day each has a number in sequence."""
        self.born[born_on] = self.born.get(born_on, -1) + 1
        digits = f"{AREA}{born_on:%Y%m%d}{self.born[born_on] * 2 + (gender == 'male'):03}"
        return digits + check_digit(digits)

    def depart(self):
        """A few have left: the record keeps them."""
        reasons = [PartyMember.Leaving.TRANSFERRED] * 12 + [PartyMember.Leaving.DECEASED] * 6 + ["removed"]
        full = [member for member in self.members[150:] if member.stage == Stage.FULL]
        for leaving, member in zip(reasons, self.rng.sample(full, len(reasons)), strict=True):
            member.leaving = leaving
            member.left_on = self.today - timedelta(days=self.rng.randrange(20, 600))

    def register(self):
        admin, began = self.district.admin, self.district.founded_on
        Kind = MemberEvent.Kind
        rows = [(member, Kind.REGISTERED, began, "") for member in self.members if member.joined_on <= began]
        rows += [(member, Kind.REGISTERED, member.joined_on, "") for member in self.members if member.joined_on > began]
        rows += [(row, Kind.LEFT, row.left_on, row.get_leaving_display()) for row in self.members if row.left_on]
        MemberEvent.objects.bulk_create(
            MemberEvent(member=member, kind=kind, effective_on=on, note=note, actor=admin, at=self.noon(on))
            for member, kind, on, note in rows
        )

    def noon(self, on):
        return min(timezone.make_aware(datetime.combine(on, time(10, 30))), self.now)

    # --- Who leads, who moves -----------------------------------------------------------------------------------------
    def appoint(self):
        """书记 of the branches, from among their full members."""
        own = {}
        for member in self.here:
            if member.stage == Stage.FULL and member.phone:
                own.setdefault(member.branch_id, []).append(member)
        rows = []
        for place, branch in enumerate(self.branches, start=1):
            if place % LEADERLESS and (choices := own.get(branch.pk)):
                member = self.rng.choice(choices)
                since = self.district.founded_on + timedelta(days=self.rng.randrange(700))
                rows.append(
                    LeadershipTerm(
                        organization=branch,
                        member=member,
                        name=member.name,
                        phone=member.phone,
                        position="secretary",
                        starts_on=max(since, member.full_on),
                    )
                )
        self.leaders = {row.member_id for row in LeadershipTerm.objects.bulk_create(rows)}

    def transfer(self):
        movable = [row for row in self.here[100:] if row.pk not in self.leaders and row.stage == Stage.FULL]
        people = self.rng.sample(movable, len(TRANSFERS))
        begun = [self.begin(member, *each) for member, each in zip(people, TRANSFERS, strict=True)]
        Transfer.objects.bulk_create(begun)
        TransferEvent.objects.bulk_create(event for row in begun for event in self.events(row))
        moved = [row.member for row in begun if row.status == Status.COMPLETED]
        PartyMember.objects.bulk_update(moved, ["branch", "group"])

    def begin(self, member, status, is_requested):
        target = self.rng.choice([branch for branch in self.branches if branch.pk != member.branch_id])
        is_done = status == Status.COMPLETED
        at = self.now - timedelta(days=self.rng.randrange(30, 90) if is_done else self.rng.randrange(3, 13))
        transfer = Transfer(
            member=member,
            source=member.branch,
            target=target,
            status=status,
            is_requested=is_requested,
            reason=self.rng.choice(REASONS),
            proposed_at=at,
            proposed_by=self.clerk_of(target if is_requested else member.branch),
            completed_on=timezone.localdate(at + timedelta(days=2)) if is_done else None,
        )
        if is_done:
            member.branch, member.group = target, None
        return transfer

    def clerk_of(self, branch):
        return self.clerks[branch.parent_id]

    def events(self, transfer):
        before, at = Status.PROPOSED, transfer.proposed_at
        yield TransferEvent(
            transfer=transfer, to_status=before, actor=transfer.proposed_by, note=transfer.reason, at=at
        )
        for to, side in self.path(transfer):
            at += timedelta(days=1)
            yield TransferEvent(
                transfer=transfer,
                from_status=before,
                to_status=to,
                actor=self.clerk_of(side),
                note=NOTES[to],
                at=at,
            )
            before = to

    @staticmethod
    def path(transfer):
        """[(status, by which side)] after the beginning."""
        source, target, is_requested = transfer.source, transfer.target, transfer.is_requested
        released = (Status.RELEASED, source)
        return {
            Status.PROPOSED: [],
            Status.RELEASED: [released],
            Status.COMPLETED: [released, (Status.COMPLETED, target)],
            Status.DECLINED: [(Status.DECLINED, source)] if is_requested else [released, (Status.DECLINED, target)],
            Status.WITHDRAWN: [(Status.WITHDRAWN, target if is_requested else source)],
        }[transfer.status]
