"""One row of every model of the organizations, for the scope matrix."""

from datetime import date, timedelta

from django.utils import timezone

from organizations.models import LeadershipTerm
from organizations.services.elections import nominate, prepare_election
from organizations.services.terms import begin_term
from organizations.services.transfers import propose_transfer
from tests import factories


def organization_rows(place):
    body, now = place.body, timezone.now()
    election = prepare_election(body, planned_on=now.date(), seats=3, actor=place.chief)
    return [
        body,
        body.versions.get(),
        body.events.create(kind="founded", effective_on=now.date(), at=now),
        place.unit,
        factories.make_agreement(place.unit),
        LeadershipTerm.objects.create(organization=body, name="周书记", position="secretary"),
        begin_term(body, starts_on=now.date()),
        election,
        election.events.get(),
        nominate(election, name="周候选", actor=place.chief),
        *_member_rows(place, now),
        *_league_rows(place),
    ]


def _member_rows(place, now):
    branch = place.branch
    member = factories.make_member(branch)
    meeting = branch.meetings.create(
        kind="theme_day", topic="学党章", place="中心", host="周", starts_at=now, ends_at=now + timedelta(hours=1)
    )
    transfer = propose_transfer(member, target=factories.make_branch(place.body), reason="搬家", actor=place.chief)
    talk = {"partner": member, "talker_name": "周", "partner_name": "李", "recorded_by": place.chief}
    return [
        member,
        place.quarter.residences.create(member=member),
        member.events.create(kind="registered", effective_on=now.date(), at=now),
        meeting,
        meeting.events.create(to_status="planned", at=now),
        meeting.attendances.create(member=member, way="door"),
        meeting.photos.create(image="x.jpg"),
        meeting.grades.create(member=member, grade="qualified"),
        branch.talks.create(kind="members", **talk),
        transfer,
        transfer.events.get(),
    ]


def _league_rows(place):
    league = factories.make_league(place.body)
    councillor = factories.make_councillor(league)
    resolution = factories.make_resolution(league)
    appraisal = league.appraisals.create(unit=place.unit, year=2026, total=90, grade="good")
    return [
        league,
        league.members.create(unit=place.unit, joined_on=league.founded_on),
        league.events.create(what="成立"),
        league.items.create(year=2026, heading="service", name="走访", due_on=date(2026, 12, 1)),
        councillor,
        resolution,
        resolution.meeting,
        resolution.meeting.attendances.create(councillor=councillor, way="door"),
        appraisal,
        appraisal.evidence.create(item="study", points=10, words="学了"),
    ]
