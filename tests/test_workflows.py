"""The workflow tables, whole: every pair of states, every verb, the double click and the stale page."""

from datetime import date, timedelta
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from cadres.models import CommunityWorker, SimulationLine
from checklists.models import Activity, Bid, Claim, Dispatch, Need, NeedEvent, Project, Run, TurnSwap
from checklists.services import needs, runs
from deliberations.models import Case, Hearing, Issue, Message, Outcome, Survey
from organizations.models import Councillor, LeagueMeeting, Meeting, Resolution, Transfer
from organizations.services import councillors, league_meetings
from patrols.models import Admission, Incident, Ticket
from patrols.services import admissions, incidents, tickets
from tests import factories as make
from volunteers.models import (
    Correction,
    Holding,
    Membership,
    Position,
    Report,
    Session,
    Signup,
    Star,
    UnitReport,
    YearReview,
)

pytestmark = pytest.mark.django_db
S, D, Party = Need.Status, Dispatch.Status, NeedEvent.Party
OPEN_DISPATCHES = {D.OFFERED, D.TAKEN}
WORKFLOWS = [
    Need,
    Incident,
    Dispatch,
    Project,
    Bid,
    Run,
    Activity,
    TurnSwap,
    Transfer,
    Meeting,
    CommunityWorker,
    SimulationLine,
    Councillor,
    LeagueMeeting,
    Resolution,
    Ticket,
    Admission,
    UnitReport,
    Report,
    YearReview,
    Correction,
    Membership,
    Position,
    Holding,
    Session,
    Signup,
    Star,
    Claim,
    Message,
    Case,
    Issue,
    Hearing,
    Outcome,
    Survey,
]
# Those that may begin in more than one way.
BEGINNINGS = {
    Membership: {"invited", "applied", "joined"},
    Holding: {"claimed", "waiting"},
    Signup: {"seated", "waiting"},
    Claim: {"offered", "claimed"},
}


def row_of(instance):
    return type(instance).objects.filter(pk=instance.pk).values().get()


class TestTables:
    @pytest.mark.parametrize("model", WORKFLOWS)
    def test_every_status_is_a_key(self, model):
        assert set(model.TRANSITIONS) == set(model.Status)
        assert all(nexts <= set(model.Status) for nexts in model.TRANSITIONS.values())
        assert all(status not in nexts for status, nexts in model.TRANSITIONS.items())

    @pytest.mark.parametrize("model", WORKFLOWS)
    def test_constraint_lists_every_status(self, model):
        constraint = next(each for each in model._meta.constraints if each.name.endswith("_status_is_known"))
        ((lookup, values),) = constraint.condition.children
        assert lookup == "status__in" and sorted(values) == sorted(model.Status.values)

    def test_database_refuses_an_unknown_status(self):
        need = make.make_need(S.DISPATCHED)
        for rows in (Need.objects.filter(pk=need.pk), need.dispatches.all()):
            with pytest.raises(IntegrityError), transaction.atomic():
                rows.update(status="lost")

    @pytest.mark.parametrize("model", WORKFLOWS)
    def test_every_status_can_be_reached(self, model):
        reached, ahead = set(), BEGINNINGS.get(model) or {model._meta.get_field("status").default}
        while ahead:
            reached |= ahead
            ahead = set().union(*(model.TRANSITIONS[status] for status in ahead)) - reached
        assert reached == set(model.Status)


class TestRunDoor:
    def test_all_pairs(self):
        run = Run.objects.create(district=make.make_district(), queued_at=timezone.now())
        for before, after in product(Run.Status, Run.Status):
            Run.objects.filter(pk=run.pk).update(status=before)
            if after in Run.TRANSITIONS[before] or after == before:
                assert runs.change_status(run, after).status == after
                continue
            with pytest.raises(ValidationError) as refusal:
                runs.change_status(run, after)
            assert refusal.value.code == "transition"
            assert Run.objects.get(pk=run.pk).status == before


class TestIncidentDoor:
    @pytest.mark.parametrize("before", Incident.Status)
    def test_all_pairs(self, before):
        chief, row = make.make_superuser(), make.make_incident()
        merged, target = Incident.Status.MERGED, make.make_incident(community=row.community, matter=row.matter)
        ends = timezone.now() + timedelta(days=1)
        for after in Incident.Status:
            into = target if before == merged else None
            Incident.objects.filter(pk=row.pk).update(
                status=before, merged_into=into, handle_by=ends, closed_at=ends, level=1, suspended_at=None
            )
            row = Incident.objects.get(pk=row.pk)
            columns = {"merged_into": target} if after == merged else {}
            rows, events = row_of(row), row.events.count()
            if after in Incident.TRANSITIONS[before]:
                changed = incidents.change_status(row, after, actor=chief, note="试", **columns)
                event = row.events.last()
                assert changed.status == row_of(row)["status"] == after
                assert row.events.count() == events + 1, (before, after)
                assert (event.from_status, event.to_status, event.actor, event.note) == (before, after, chief, "试")
            elif after == before:
                incidents.change_status(row, after, actor=chief, **columns)
                assert (row_of(row), row.events.count()) == (rows, events)
            else:
                with pytest.raises(ValidationError) as refusal:
                    incidents.change_status(row, after, actor=chief, **columns)
                assert refusal.value.code == "transition"
                assert (row_of(row), row.events.count()) == (rows, events), (before, after)

    def test_stranger_and_time_reach_only_what_is_theirs(self):
        stranger = make.make_post(organization=make.make_organization())
        for before, after in product(Incident.Status, Incident.Status):
            if after not in Incident.TRANSITIONS[before]:
                continue
            row = make.make_incident()
            Incident.objects.filter(pk=row.pk).exclude(status=before).update(
                status=before, handle_by=timezone.now(), suspended_at=None
            )
            with pytest.raises(PermissionDenied):
                incidents.change_status(row, after, actor=stranger)
            if after not in {"accepted", "assigned", "escalated"}:
                with pytest.raises(PermissionDenied):
                    incidents.change_status(row, after, actor=None)


class TestOtherVerbs:
    def test_resume_goes_back_to_where_it_was(self):
        chief, until = make.make_superuser(), timezone.localdate() + timedelta(days=3)
        for status in (S.ACCEPTED, S.TAKEN, S.IN_SERVICE):
            need = make.make_need(status)
            needs.suspend(need, actor=chief, reason="等配件", until=until)
            needs.supplement(need, actor=Party.RESIDENT, note="不急")  # a remark is not where it was
            assert needs.resume(need, actor=chief).status == status
            with pytest.raises(ValidationError):
                needs.resume(need, actor=chief)

    def test_finish_is_the_units_while_it_holds_the_need(self):
        chief = make.make_superuser()
        with pytest.raises(ValidationError, match="在单位手里"):
            needs.finish(make.make_need(S.TAKEN), actor=chief, note="办好了")
        need = needs.start_own_service(make.make_need(S.ACCEPTED), actor=chief)
        for _ in range(2):
            assert needs.finish(need, actor=chief, note="办好了").status == S.DONE
        assert need.events.filter(to_status=S.DONE).count() == 1

    def test_merge(self):
        chief, need = make.make_superuser(), make.make_need()
        into = make.make_need(S.TAKEN, community=need.community, category=need.category)
        child = make.make_need(community=need.community, category=need.category)
        needs.merge(child, into=need, actor=chief)
        for _ in range(2):
            merged = needs.merge(need, into=into, actor=chief)
        child.refresh_from_db()
        assert (merged.status, merged.merged_into, child.merged_into) == (S.MERGED, into, into)
        assert need.events.filter(to_status=S.MERGED).count() == 1
        for bad in (merged, into, make.make_need(), make.make_need(S.CLOSED, community=into.community)):
            with pytest.raises(ValidationError):
                needs.merge(make.make_need(community=into.community) if bad != into else into, into=bad, actor=chief)

    def test_reopen_once_and_in_time(self):
        need = make.make_need(S.DONE)
        late = need.done_at + timedelta(days=15)
        with pytest.raises(ValidationError, match="15 天内"):
            needs.reopen(need, actor=Party.RESIDENT, reason="又坏了", at=late)
        need = needs.reopen(need, actor=Party.RESIDENT, reason="又坏了", at=late - timedelta(seconds=1))
        need = needs.accept_reopening(need, actor=make.make_superuser())
        assert (need.done_at, need.satisfaction, need.is_solved, need.rated_at) == (None, "", None, None)
        Need.objects.filter(pk=need.pk).update(status=S.DONE, done_at=late)
        with pytest.raises(ValidationError, match="已经再次反映过一次"):
            needs.reopen(need, actor=Party.RESIDENT, reason="又坏了", at=late)

    def test_reopening_is_not_closed_without_a_word(self):
        need = make.make_need(S.RATED)
        old_page = Need.objects.get(pk=need.pk)
        needs.reopen(need, actor=Party.RESIDENT, reason="又坏了")
        with pytest.raises(ValidationError):
            needs.close(old_page, actor=Party.SYSTEM)
        assert row_of(need)["status"] == S.REOPENED

    @pytest.mark.parametrize(
        ("verb", "options"),
        [
            ("reject", {"reason": " "}),
            ("escalate", {"note": ""}),
            ("suspend", {"reason": "", "until": date(2099, 1, 1)}),
            ("suspend", {"reason": "等", "until": None}),
            ("suspend", {"reason": "等", "until": date(2020, 1, 1)}),
            ("finish", {"note": " "}),
            ("reopen", {"reason": ""}),
            ("rate", {"satisfaction": "great", "is_solved": True}),
            ("rate", {"satisfaction": "satisfied", "is_solved": None}),
        ],
    )
    def test_what_is_owed_is_demanded(self, verb, options):
        need, chief = make.make_need(), make.make_superuser()
        rows = row_of(need)
        with pytest.raises(ValidationError) as refusal:
            getattr(needs, verb)(need, actor=chief, **options)
        assert set(refusal.value.error_dict) <= {"reason", "note", "until", "satisfaction", "is_solved"}
        assert row_of(need) == rows

    def test_nobody_may_change_a_need_by_its_form(self):
        assert not Need._meta.get_field("status").editable and not Dispatch._meta.get_field("status").editable


class TestLeagueDoors:
    """Councillors, meetings and resolutions of a 大党委: each has one door, and its events lie in the league."""

    @pytest.mark.parametrize(
        ("model", "maker", "door"),
        [
            (Councillor, make.make_councillor, councillors.change_status),
            (LeagueMeeting, make.make_league_meeting, league_meetings.change_status),
            (Resolution, make.make_resolution, league_meetings.close_resolution),
        ],
    )
    def test_all_pairs(self, model, maker, door):
        league, chief, today = make.make_league(), make.make_superuser(), timezone.localdate()
        columns = {
            LeagueMeeting: {"minutes": "都同意", "cancel_reason": "停电"},
            Resolution: {"closed_on": today, "outcome": "换好了"},
        }.get(model, {})
        for before, after in product(model.Status, model.Status):
            row = maker(league, before)
            kept, events = row_of(row), row.events.count()
            if after in model.TRANSITIONS[before]:
                assert door(row, after, actor=chief, **columns).status == after
                event = row.events.last()
                assert (event.from_status, event.to_status, event.league) == (before, after, league)
                door(row, after, actor=chief, **columns)  # the double click, with the page as it was
                assert row.events.count() == events + 1
            elif after == before:
                door(row, after, actor=chief, **columns)
                assert (row_of(row), row.events.count()) == (kept, events)
            else:
                with pytest.raises(ValidationError) as refusal:
                    door(row, after, actor=chief, **columns)
                assert refusal.value.code == "transition" and row_of(row) == kept, (before, after)


class TestChannelDoors:
    """Numbers of the walk-in desk, and what is admitted to be pushed to grid workers."""

    def test_all_pairs_of_a_ticket(self):
        community, chief = make.make_community(), make.make_superuser()
        for before, after in product(Ticket.Status, Ticket.Status):
            ticket = make.make_ticket(community, before)
            kept = row_of(ticket)
            if after in Ticket.TRANSITIONS[before] or after == before:
                assert tickets.change_status(ticket, after, actor=chief).status == after
                continue
            with pytest.raises(ValidationError) as refusal:
                tickets.change_status(ticket, after, actor=chief)
            assert refusal.value.code == "transition" and row_of(ticket) == kept, (before, after)

    def test_all_pairs_of_an_admission(self):
        body, chief = make.make_organization(), make.make_superuser()
        for before, after in product(Admission.Status, Admission.Status):
            row = make.make_admission(body, before)
            kept = row_of(row)
            if after in Admission.TRANSITIONS[before]:
                for _ in range(2):  # the double click, with the page as it was
                    assert admissions.change_status(row, after, actor=chief, decided_by=chief).status == after
                event = row.events.get()
                assert (event.from_status, event.to_status, event.actor) == (before, after, chief)
            elif after == before:
                admissions.change_status(row, after, actor=chief)
                assert row_of(row) == kept and not row.events.exists()
            else:
                with pytest.raises(ValidationError) as refusal:
                    admissions.change_status(row, after, actor=chief)
                assert refusal.value.code == "transition" and row_of(row) == kept, (before, after)
