"""矛盾调解 of the demonstration: a committee in every community, ten mediations in the first, three in the second."""

from datetime import timedelta
from io import BytesIO

from django.core.files.base import ContentFile
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from PIL import Image, ImageDraw

from accounts.models import Notification
from deliberations.demo.case_words import PLAINTIFFS, RESPONDENTS, SEATS, STORIES
from deliberations.models import Case, CaseOpening, CasePaper, CaseParty, FollowUp, Mediator
from deliberations.services.cases import (
    accords,
    archive,
    endings,
    follow_ups,
    intake,
    papers,
    people,
    sessions,
    signatures,
)

Status, Side, Kind = Case.Status, CaseParty.Side, CasePaper.Kind
SECOND = (7, 3, 0)  # of the stories, in the second community
WITH_ACCORD = {Status.AGREED, Status.PERFORMED, Status.BREACHED, Status.ARCHIVED}


class Cases:
    def __init__(self, district, *, now, rng):
        self.district, self.now, self.rng = district, now, rng
        self.today = timezone.localdate(now)
        self.lazy_clerks = {
            community: SimpleLazyObject(lambda clerk=clerk: clerk) for community, clerk in district.clerks.items()
        }

    def run(self):
        self.committees()
        known = set(Notification.objects.values_list("pk", flat=True))
        first, second = self.district.communities[:2]
        oldest_first = sorted(range(len(STORIES)), key=lambda place: -STORIES[place].days)  # as numbers are given
        for place in oldest_first:
            self.case(first, place, STORIES[place])
        for place in SECOND:
            self.case(second, place, STORIES[place])
        self.openings()
        # Old news: whoever signs in finds the last few.
        newest = Notification.objects.exclude(pk__in=known).order_by("-pk").values_list("pk", flat=True)
        Notification.objects.filter(pk__in=list(newest)[4:]).delete()

    def committees(self):
        """The community's clerk heads it; in one community a seat for a woman is empty, in another a term ends soon."""
        rows = []
        for place, community in enumerate(self.district.communities):
            starts_on = self.today - timedelta(days=400 + 30 * (place % 5))
            clerk = self.district.clerks[community]
            for number, (is_woman, speciality) in enumerate(SEATS):
                if place % 8 == 5 and is_woman:
                    continue
                is_head = number == 0
                ends_on = self.today + timedelta(days=25 if place % 8 == 6 and is_head else 640)
                rows.append(
                    Mediator(
                        organization=community.organization,
                        user=clerk if is_head else None,
                        name=clerk.name if is_head else self.district.people.draw().name,
                        is_woman=is_woman,
                        is_head=is_head,
                        speciality=speciality,
                        starts_on=starts_on,
                        ends_on=ends_on,
                    )
                )
        Mediator.objects.bulk_create(rows)

    # --- One ----------------------------------------------------------------------------------------------------------
    def ago(self, days):
        """Ten in the morning of that day."""
        day = timezone.localtime(self.now - timedelta(days=days))
        return day.replace(hour=10, minute=self.rng.randrange(60), second=0, microsecond=0)

    def case(self, community, place, story):
        # As a request holds its user: what they may do is asked of the database once, not at every step.
        clerk = self.lazy_clerks[community]
        parties = [self.party(Side.APPLICANT, PLAINTIFFS[place]), self.party(Side.RESPONDENT, RESPONDENTS[place])]
        case = intake.apply_for_case(
            community=community,
            kind=story.kind,
            facts=story.facts,
            demand=story.demand,
            parties=parties,
            source=story.source,
            referred_by=story.referred_by,
            has_risk=story.has_risk,
            actor=None if story.source == Case.Source.APPLICATION else clerk,
            at=self.ago(story.days),
        )
        match story.status:
            case Status.APPLIED:
                return
            case Status.ENDED:
                reason = "欠薪先走劳动仲裁或劳动监察，已告知申请人。"
                intake.decline_case(case, reason=reason, actor=clerk, at=self.ago(story.days - 2))
                return
            case Status.REFUSED:
                self.accept(case, story, clerk)
                party = case.parties.get(side=Side.RESPONDENT)
                intake.refuse(party, reason="家里的事自己商量", actor=clerk, at=self.ago(story.days - 4))
                return
        self.accept(case, story, clerk)
        self.mediate(case, story, clerk)

    def party(self, side, name):
        person = self.district.people.draw()
        address = f"{self.rng.randrange(1, 12)}号楼{self.rng.randrange(2, 7)}0{self.rng.randrange(1, 5)}"
        return {"side": side, "name": name, "phone": person.phone, "address": address}

    def accept(self, case, story, clerk):
        at = self.ago(story.days - 1)
        intake.accept_case(case, actor=clerk, at=at)
        seats = list(Mediator.objects.filter(organization=case.community.organization, user=None).order_by("pk"))
        lead = seats[story.days % len(seats)]
        people.assign_mediator(case, mediator=lead, actor=clerk, at=at)
        if story.terms:
            chosen = next(each for each in seats if each != lead)
            people.assign_mediator(case, mediator=chosen, chosen_by="applicant", actor=clerk, at=at)

    def mediate(self, case, story, clerk):
        for party in case.parties.all():
            intake.consent(party, wants_open=story.open_to_all, actor=clerk, at=self.ago(story.days - 2))
        for days, record in story.sessions:
            at = self.ago(days)
            sessions.hold_session(
                case,
                held_at=at - timedelta(hours=2),
                place=f"{case.community}调解室",
                present="双方当事人、调解员",
                record=record,
                actor=clerk,
                at=at,
            )
        if story.status == Status.FAILED:
            endings.end_case(case, ground=endings.Ground.APART, actor=clerk, at=self.ago(story.sessions[-1][0] - 1))
        elif story.terms:
            self.settle(case, story, clerk, story.sessions[-1][0] - 1)

    def settle(self, case, story, clerk, days):
        at = self.ago(days)
        accord = accords.draft_accord(
            case,
            form=story.form,
            facts=story.facts,
            terms=story.terms,
            manner=story.manner,
            perform_by=timezone.localdate(at) + timedelta(days=30 if story.status == Status.AGREED else 10),
            actor=clerk,
            at=at,
        )
        if story.form == "oral":
            accords.make_effective(accord, actor=clerk, at=at)
        else:
            self.sign(accord, at, everybody=story.status in WITH_ACCORD)
        if story.status in WITH_ACCORD - {Status.AGREED}:
            accord.refresh_from_db()
            self.follow_up(accord, story, clerk, days - 14)

    def sign(self, accord, at, *, everybody):
        parties = list(accord.case.parties.all())
        for party in parties if everybody else parties[:1]:
            signatures.sign(accord, party=party, image=scribble(self.rng), at=at)
        if everybody:
            seat = accord.case.mediators.filter(is_lead=True).get()
            signatures.sign(accord, mediator=seat.mediator, image=scribble(self.rng), at=at)

    def follow_up(self, accord, story, clerk, days):
        at = self.ago(days)
        is_breach = story.status == Status.BREACHED
        follow_ups.visit(
            accord,
            outcome=FollowUp.Outcome.BREACHED if is_breach else FollowUp.Outcome.PERFORMED,
            words="只付了第一期，电话不接。" if is_breach else "上门看过，双方都说已经照办。",
            visited_on=timezone.localdate(at),
            actor=clerk,
            at=at,
        )
        if story.status != Status.ARCHIVED:
            return
        for kind in (Kind.APPLICATION, Kind.RIGHTS, Kind.IDENTITY, Kind.ACCORD):
            papers.add_paper(accord.case, kind=kind, file=sheet(), words="扫描件", actor=clerk, at=at)
        archive.archive_case(accord.case, actor=clerk, at=at + timedelta(days=3))

    def openings(self):
        """Who opened which case when, as the pages write it down."""
        CaseOpening.objects.bulk_create(
            CaseOpening(case=case, user=reader.user, what="案件页", at=at)
            for case in Case.objects.prefetch_related("readers__user")
            for reader in case.readers.all()
            for at in (case.applied_at + timedelta(hours=1), case.applied_at + timedelta(hours=6))
        )


def scribble(rng):
    """A PNG like the ones that phones send: a name in one black line."""
    picture = Image.new("L", (600, 200), "white")
    points = [(60 + 24 * step, rng.randrange(50, 150)) for step in range(20)]
    ImageDraw.Draw(picture).line(points, fill="black", width=6, joint="curve")
    return png(picture)


def sheet():
    """A scanned page, grey lines of writing on it."""
    picture = Image.new("RGB", (420, 594), "white")
    draw = ImageDraw.Draw(picture)
    for line in range(14):
        draw.line([(50, 80 + 34 * line), (370 - 40 * (line % 4), 80 + 34 * line)], fill=(90, 90, 90), width=3)
    return png(picture)


def png(picture):
    out = BytesIO()
    picture.save(out, "PNG")
    return ContentFile(out.getvalue(), name="scan.png")
