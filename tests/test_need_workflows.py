"""The doors and the verbs of needs and dispatches: every pair of states, the double click and the stale page."""

import re
from datetime import timedelta
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from checklists.models import Dispatch, Need, NeedEvent
from checklists.services import dispatches, needs
from tests import factories as make

pytestmark = pytest.mark.django_db
S, D, Party = Need.Status, Dispatch.Status, NeedEvent.Party
OPEN_DISPATCHES = {D.OFFERED, D.TAKEN}


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
