"""The workflow tables, whole: every pair of states, every verb, the double click and the stale page."""

import re
from datetime import date, timedelta
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from cadres.models import CommunityWorker, SimulationLine
from checklists.models import Activity, Bid, Claim, Dispatch, Need, NeedEvent, Project, Run, TurnSwap
from checklists.services import dispatches, needs, runs
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


def put(need, status):
    """Bring the row to `status` without asking anybody; a merged one needs its target."""
    into = make.make_need(community=need.community, category=need.category).pk if status == S.MERGED else None
    to = "区供电公司" if status == S.HANDED_OFF else ""
    Need.objects.filter(pk=need.pk).update(status=status, merged_into=into, suspended_at=None, handed_to=to)
    return Need.objects.get(pk=need.pk)


def columns_for(after, target):
    """What a need in the state `after` must have besides."""
    return {S.MERGED: {"merged_into": target}, S.HANDED_OFF: {"handed_to": "区供电公司"}}.get(after, {})


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


class TestNeedDoor:
    @pytest.mark.parametrize("before", S)
    def test_all_pairs(self, before):
        chief = make.make_superuser()
        need = make.make_need()
        target = make.make_need(community=need.community, category=need.category)
        for after in S:
            need = put(need, before)
            columns = columns_for(after, target)
            rows, events = row_of(need), need.events.count()
            if after in Need.TRANSITIONS[before]:
                changed = needs.change_status(need, after, actor=chief, note="试", **columns)
                event = need.events.last()
                assert changed.status == row_of(need)["status"] == after
                assert need.events.count() == events + 1, (before, after)
                assert (event.from_status, event.to_status, event.actor, event.note) == (before, after, chief, "试")
                assert row_of(need)["match_due_at"] == (event.at if after == S.ACCEPTED else None)
            elif after == before:
                needs.change_status(need, after, actor=chief, **columns)
                assert (row_of(need), need.events.count()) == (rows, events)
            else:
                with pytest.raises(ValidationError) as refusal:
                    needs.change_status(need, after, actor=chief, **columns)
                assert refusal.value.code == "transition"
                assert (row_of(need), need.events.count()) == (rows, events), (before, after)

    @pytest.mark.parametrize("party", [Party.RESIDENT, Party.UNIT, Party.SYSTEM])
    def test_parties_reach_only_what_is_theirs(self, party):
        need = make.make_need()
        target = make.make_need(community=need.community, category=need.category)
        for before, after in product(S, S):
            if after not in Need.TRANSITIONS[before]:
                continue
            need = put(need, before)
            columns = columns_for(after, target)
            if after in needs.PARTY_MAY[party]:
                assert needs.change_status(need, after, actor=party, **columns).status == after
            else:
                with pytest.raises(PermissionDenied):
                    needs.change_status(need, after, actor=party, **columns)
                assert row_of(need)["status"] == before

    def test_staff_of_the_sister_community_are_refused(self):
        need, sister = make.make_need(), make.make_community()
        stranger = make.make_post(organization=sister.organization)
        own = make.make_post(organization=need.community.organization)
        with pytest.raises(PermissionDenied):
            needs.accept(need, actor=stranger)
        assert needs.accept(need, actor=own).status == S.ACCEPTED

    def test_community_does_not_decide_what_it_sent_up(self):
        need = make.make_need(S.ESCALATED)
        community = make.make_post(organization=need.community.organization)
        street = make.make_post(role="street_staff", organization=need.community.organization.parent)
        with pytest.raises(PermissionDenied):
            needs.accept(need, actor=community)
        assert needs.accept(need, actor=street).status == S.ACCEPTED

    @pytest.mark.parametrize("status", [S.DISPATCHED, S.TAKEN, S.IN_SERVICE])
    def test_need_leaves_a_units_hands_only_with_its_dispatch(self, status):
        chief, need = make.make_superuser(), make.make_need(status)
        for after in Need.TRANSITIONS[status] - needs.HELD_STATUSES:
            with pytest.raises(ValidationError):
                needs.change_status(need, after, actor=chief)
        assert row_of(need)["status"] == status

    def test_first_answer_is_written_once(self):
        need, chief, later = make.make_need(), make.make_superuser(), timezone.now() + timedelta(hours=1)
        need = needs.escalate(need, actor=chief, note="社区办不了", at=later)
        assert need.responded_at == later
        need = needs.finish(need, actor=chief, note="街道已办", at=later + timedelta(hours=1))
        assert need.responded_at == later

    def test_withdrawn_before_an_answer_has_none(self):
        assert make.make_need(S.WITHDRAWN).responded_at is None


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


class TestDispatchTable:
    @pytest.mark.parametrize("before", D)
    def test_all_pairs(self, before):
        for after in D:
            need = make.make_need(S.DISPATCHED)
            row = need.dispatches.get()
            reason = "no_time" if D.DECLINED in (before, after) else ""
            Dispatch.objects.filter(pk=row.pk).update(status=before, reason=reason)
            row = Dispatch.objects.get(pk=row.pk)
            if after in Dispatch.TRANSITIONS[before]:
                assert dispatches.settle(row, after, at=timezone.now()).status == after
                row.resource.refresh_from_db()
                assert row.resource.reserved == (after in {D.TAKEN, D.FINISHED})
            else:
                kept = row_of(row)
                with pytest.raises(ValidationError) as refusal:
                    dispatches.settle(row, after, at=timezone.now())
                assert refusal.value.code == "transition" and row_of(row) == kept
            assert row_of(row)["status"] == (after if after in Dispatch.TRANSITIONS[before] else before)


# verb: (the states it starts from, the state it ends in, how it is called)
IN_THREE_DAYS = timedelta(days=3)
NEED_VERBS = {
    "accept": ({S.SUBMITTED, S.ESCALATED}, S.ACCEPTED, {}),
    "reject": ({S.SUBMITTED, S.ACCEPTED, S.ESCALATED}, S.REJECTED, {"reason": "不属于社区"}),
    "start_own_service": ({S.ACCEPTED}, S.IN_SERVICE, {}),
    "suspend": ({S.ACCEPTED, S.TAKEN, S.IN_SERVICE}, S.SUSPENDED, {"reason": "等配件", "until": IN_THREE_DAYS}),
    "escalate": ({S.SUBMITTED, S.ACCEPTED}, S.ESCALATED, {"note": "办不了"}),
    "hand_down": ({S.ESCALATED}, S.ACCEPTED, {"note": "已约产权单位"}),
    "hand_off": ({S.SUBMITTED, S.ACCEPTED, S.ESCALATED}, S.HANDED_OFF, {"to": "区供电公司", "note": "线路归他们管"}),
    "take_back": ({S.HANDED_OFF}, S.ACCEPTED, {"note": "他们不管"}),
    "rate": ({S.DONE}, S.RATED, {"satisfaction": "satisfied", "is_solved": True}),
    "accept_reopening": ({S.REOPENED}, S.ACCEPTED, {}),
    "close": ({S.DONE, S.RATED, S.REOPENED}, S.CLOSED, {"reason": "已解释"}),
    "withdraw": (
        {
            S.SUBMITTED,
            S.ACCEPTED,
            S.DISPATCHED,
            S.TAKEN,
            S.IN_SERVICE,
            S.SUSPENDED,
            S.ESCALATED,
            S.SPLIT,
            S.HANDED_OFF,
        },
        S.WITHDRAWN,
        {},
    ),
}


def call(verb, need, actor):
    options = dict(NEED_VERBS[verb][2])
    if "until" in options:
        options["until"] += timezone.localdate()
    return getattr(needs, verb)(need, actor=actor, **options)


@pytest.mark.parametrize("verb", NEED_VERBS)
class TestNeedVerbs:
    @pytest.mark.parametrize("before", S)
    def test_from_every_state(self, verb, before):
        starts, end, _ = NEED_VERBS[verb]
        need = make.make_need(before)
        chief, rows, events = make.make_superuser(), row_of(need), need.events.count()
        if before in starts:
            assert call(verb, need, chief).status == end
            assert need.events.count() == events + 1
            rows = row_of(need)
            assert call(verb, need, chief).status == end  # the double click, with the page as it was
            assert (row_of(need), need.events.count()) == (rows, events + 1)
            held = need.dispatches.open().exists()
            assert held == (Need.objects.get(pk=need.pk).status in needs.HELD_STATUSES and before != S.ACCEPTED)
        elif before == end and not need.dispatches.open().exists():
            assert call(verb, need, chief).status == end
            assert (row_of(need), need.events.count()) == (rows, events)
        else:
            with pytest.raises(ValidationError):
                call(verb, need, chief)
            assert (row_of(need), need.events.count()) == (rows, events)

    def test_stranger_changes_nothing(self, verb):
        starts, _, _ = NEED_VERBS[verb]
        need = make.make_need(sorted(starts)[0])
        rows = row_of(need)
        with pytest.raises(PermissionDenied):
            call(verb, need, make.make_post(organization=make.make_organization()))
        assert row_of(need) == rows


DISPATCH_VERBS = {
    "take": (dispatches.take, D.TAKEN, {}),
    "decline": (dispatches.decline, D.DECLINED, {"reason": "no_time"}),
    "recall": (dispatches.recall, D.RECALLED, {}),
    "finish": (dispatches.finish_dispatch, D.FINISHED, {"note": "换好了"}),
}


class TestDispatchVerbs:
    @pytest.mark.parametrize("verb", DISPATCH_VERBS)
    def test_double_click_is_one_event(self, verb):
        act, end, options = DISPATCH_VERBS[verb]
        need = make.make_need(S.TAKEN if verb == "finish" else S.DISPATCHED)
        row, chief, events = need.dispatches.get(), make.make_superuser(), need.events.count()
        assert act(row, actor=chief, **options).status == end
        assert act(row, actor=chief, **options).status == end
        assert need.events.count() == events + 1

    @pytest.mark.parametrize(
        ("verb", "ended"),
        [pair for pair in product(DISPATCH_VERBS, ["declined", "recalled", "expired"]) if pair[0][:6] != pair[1][:6]],
    )
    def test_ended_dispatch_stays_ended(self, verb, ended):
        act, _, options = DISPATCH_VERBS[verb]
        need, chief = make.make_need(S.DISPATCHED), make.make_superuser()
        row = need.dispatches.get()
        if ended == "declined":
            dispatches.decline(row, actor=chief, reason="no_time")
        elif ended == "recalled":
            dispatches.recall(row, actor=chief)
        else:
            dispatches.expire(row, at=row.reply_by + timedelta(seconds=1))
        kept = row_of(need), row_of(row), row_of(row.resource)
        with pytest.raises(ValidationError) as refusal:
            act(row, actor=chief, **options)
        assert refusal.value.code == "transition"
        assert (row_of(need), row_of(row), row_of(row.resource)) == kept

    def test_second_clerk_is_told_who_was_quicker_and_when(self):
        at = make.at("2026-11-20 09:05")
        need = make.make_need(S.ACCEPTED, clock=at - timedelta(hours=1))
        unit = make.make_unit(need.community.organization, name="实验小学")
        one, other = (make.make_resource(unit, need.category) for _ in "ab")
        wang, zhao = (
            make.make_post(make.make_user(name), organization=need.community.organization) for name in ("王莉", "赵敏")
        )
        dispatches.dispatch(need, one, actor=wang, at=at)
        with pytest.raises(ValidationError) as refusal:
            dispatches.dispatch(need, other, actor=zhao, at=at + timedelta(minutes=1))
        assert refusal.value.messages == [
            "这件事已由王莉在11月20日 09:05派给实验小学，您看到的是旧页面，请刷新后再办。"
        ]
        assert need.dispatches.count() == 1
        other.refresh_from_db()
        assert other.reserved == 0

    def test_stale_sentence_names_the_last_change_not_the_last_remark(self):
        need, chief = make.make_need(S.DISPATCHED), make.make_superuser()
        needs.supplement(need, actor=Party.RESIDENT, note="下午在家")
        with pytest.raises(ValidationError) as refusal:
            needs.accept(need, actor=chief)
        assert re.fullmatch(r"这件事已由超级管理员在\d\d月\d\d日 \d\d:\d\d派给单位\d+，.*", refusal.value.messages[0])

    def test_take_again_after_service_began_changes_nothing(self):
        need = make.make_need(S.IN_SERVICE)
        events = need.events.count()
        dispatches.take(need.dispatches.get(), actor=Party.UNIT)
        assert (row_of(need)["status"], need.events.count()) == (S.IN_SERVICE, events)

    def test_expiry_waits_for_the_limit_and_runs_once(self):
        need = make.make_need(S.DISPATCHED)
        row, events = need.dispatches.get(), need.events.count()
        dispatches.expire(row, at=row.reply_by)
        assert row_of(row)["status"] == D.OFFERED
        for _ in range(2):
            dispatches.expire(row, at=row.reply_by + timedelta(seconds=1))
        assert (row_of(row)["status"], row_of(need)["status"]) == (D.EXPIRED, S.ACCEPTED)
        assert need.events.count() == events + 1
        assert row_of(row.resource)["reserved"] == 0


class TestOtherVerbs:
    def test_resume_goes_back_to_where_it_was(self):
        chief, until = make.make_superuser(), timezone.localdate() + IN_THREE_DAYS
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
