"""轮值: the rota saved as it was shown, turns given to others, swapped, handed over and reminded of."""

from datetime import date, timedelta

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import Notification
from checklists.models import NeedEvent, Rota, Turn, TurnSwap
from checklists.services import rotas
from checklists.tasks import hand_over_turns, remind_turns
from govern.celery import app
from govern.dates import month_start
from organizations.models import Organization
from tests import factories as make
from tests.races import race, won

pytestmark = pytest.mark.django_db
S = TurnSwap.Status
SYSTEM = NeedEvent.Party.SYSTEM


@pytest.fixture
def community():
    return make.make_community()


@pytest.fixture
def clerk(community):
    return make.make_post(organization=community.organization)


@pytest.fixture
def units(community):
    units = [make.make_unit(community.organization) for _ in range(3)]
    for unit in units:
        make.make_liaison(unit)
        make.make_agreement(unit)
    return units


@pytest.fixture
def turns(units):
    return make.make_turns(*units, units[0])


@pytest.fixture
def at_once():
    """What a sweep queues is run where it stands."""
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


def next_month():
    return month_start(timezone.localdate(), 1)


def plan(community, count=6, starts_on=None):
    return rotas.plan_rota(community, period="month", starts_on=starts_on or next_month(), count=count)


def told(user):
    return [row.text for row in Notification.objects.filter(recipient=user)]


class TestPlan:
    def test_slots_are_whole_months_and_quarters(self):
        assert rotas.slots_of("month", date(2027, 12, 1), 3) == [
            (date(2027, 12, 1), date(2027, 12, 31)),
            (date(2028, 1, 1), date(2028, 1, 31)),
            (date(2028, 2, 1), date(2028, 2, 29)),
        ]
        assert rotas.slots_of("quarter", date(2027, 10, 1), 2)[1] == (date(2028, 1, 1), date(2028, 3, 31))
        for period, day in (("month", date(2027, 1, 2)), ("quarter", date(2027, 2, 1))):
            with pytest.raises(ValidationError, match="开始"):
                rotas.slots_of(period, day, 1)

    def test_unit_serves_only_while_its_agreement_runs(self, community, units):
        agreement = units[0].agreements.get()
        agreement.ends_on = month_start(next_month(), 2) - timedelta(days=1)
        agreement.save()
        served = [slot.unit for slot in plan(community).slots]
        assert units[0] in served[:2] and units[0] not in served[2:]

    def test_terminated_agreements_and_units_out_of_use_do_not_serve(self, community, units):
        units[0].agreements.update(terminated_on=timezone.localdate(), termination_reason="搬走")
        type(units[1]).objects.filter(pk=units[1].pk).update(is_active=False)
        assert {slot.unit for slot in plan(community).slots} == {units[2]}

    def test_past_turns_count_and_the_last_one_does_not_come_first(self, community, units):
        start = month_start(next_month(), -2)
        make.make_turns(units[0], units[1], starts_on=start)
        shown = plan(community, count=4)
        assert shown.slots[0].unit == units[2]
        assert [slot.unit for slot in shown.slots].count(units[2]) == 2
        assert sorted((before for _, _, before in shown.shares), reverse=True) == [1, 1, 0]

    def test_another_communitys_units_do_not_serve(self, community, units):
        make.make_agreement()
        assert len(plan(community).shares) == 3


class TestMaking:
    def make(self, community, clerk, **options):
        options = {"period": "month", "starts_on": next_month(), "count": 6, "actor": clerk, **options}
        return rotas.make_rota(community, **options)

    def test_saves_what_was_shown_and_tells_the_units(self, community, clerk, units):
        shown = plan(community)
        rota = self.make(community, clerk, shown=shown.fingerprint)
        rows = list(rota.turns.all())
        assert [(row.starts_on, row.unit, row.agreement) for row in rows] == [
            (slot.starts_on, slot.unit, slot.agreement) for slot in shown.slots
        ]
        assert (rota.ends_on, rota.made_by) == (rows[-1].ends_on, clerk)
        assert all(len(told(unit.liaison)) == 1 for unit in units)

    def test_refuses_what_overlaps(self, community, clerk, units):
        self.make(community, clerk)
        with pytest.raises(ValidationError, match="重叠") as refused:
            self.make(community, clerk, starts_on=month_start(next_month(), 5))
        assert "starts_on" in refused.value.error_dict
        self.make(community, clerk, starts_on=month_start(next_month(), 6))
        assert Rota.objects.count() == 2

    def test_refuses_a_gap_and_an_old_picture(self, community, clerk, units):
        shown = plan(community).fingerprint
        units[0].agreements.update(terminated_on=timezone.localdate(), termination_reason="搬走")
        with pytest.raises(ValidationError) as refused:
            self.make(community, clerk, shown=shown)
        assert refused.value.code == "changed"
        for unit in units[1:]:
            unit.agreements.update(ends_on=next_month())
        with pytest.raises(ValidationError) as refused:
            self.make(community, clerk)
        assert refused.value.code == "gap" and not Rota.objects.exists()

    def test_the_sister_communitys_clerk_may_not(self, community, units):
        with pytest.raises(PermissionDenied):
            self.make(community, make.make_post(organization=make.make_organization()))


class TestReplacing:
    def test_gives_a_turn_ahead_to_another_unit_with_its_own_agreement(self, turns, units, clerk):
        swap = rotas.propose_swap(turns[0], turns[1], actor=units[0].liaison, reason="评估")
        turn = rotas.replace_unit(turns[0], units[2], actor=clerk, reason="单位搬迁")
        assert (turn.unit, turn.agreement) == (units[2], units[2].agreements.get())
        swap.refresh_from_db()
        assert swap.status == S.WITHDRAWN
        assert "单位搬迁" in told(units[0].liaison)[-1] or "单位搬迁" in told(units[0].liaison)[0]
        assert LogEntry.objects.get_for_object(turn).filter(changes__has_key="换单位的原因").exists()

    @pytest.mark.parametrize("fault", ["reason", "past", "agreement", "stranger", "liaison"])
    def test_refuses(self, fault, turns, units, clerk):
        turn, unit, actor, reason, error = turns[1], units[2], clerk, "搬迁", ValidationError
        match fault:
            case "reason":
                reason = " "
            case "past":
                Turn.objects.filter(pk=turn.pk).update(starts_on=timezone.localdate())
            case "agreement":
                unit = make.make_unit(units[0].organization)
            case "stranger":
                actor, error = make.make_post(organization=make.make_organization()), PermissionDenied
            case "liaison":
                actor, error = units[1].liaison, PermissionDenied
        with pytest.raises(error):
            rotas.replace_unit(turn, unit, actor=actor, reason=reason)
        assert Turn.objects.get(pk=turn.pk).unit == units[1]


class TestSwapping:
    def test_own_proposal_needs_the_other_sides_yes(self, turns, units, clerk):
        swap = rotas.propose_swap(turns[0], turns[1], actor=units[0].liaison, reason="期末考试")
        assert swap.agreed_at and not swap.other_agreed_at
        assert told(units[1].liaison) and told(clerk) and not told(units[0].liaison)
        swap = rotas.agree_swap(swap, actor=units[1].liaison)
        assert swap.status == S.AGREED
        rows = [Turn.objects.get(pk=turn.pk) for turn in turns[:2]]
        assert [row.unit for row in rows] == [units[1], units[0]]
        assert [row.agreement for row in rows] == [units[1].agreements.get(), units[0].agreements.get()]
        assert rotas.agree_swap(swap, actor=units[1].liaison).status == S.AGREED  # the double click
        assert [Turn.objects.get(pk=turn.pk).unit for turn in turns[:2]] == [units[1], units[0]]

    def test_the_communitys_proposal_needs_both(self, turns, units, clerk):
        swap = rotas.propose_swap(turns[0], turns[1], actor=clerk, reason="节庆")
        assert (swap.agreed_at, swap.other_agreed_at) == (None, None)
        with pytest.raises(PermissionDenied):
            rotas.agree_swap(swap, actor=clerk)
        assert rotas.agree_swap(swap, actor=units[1].liaison).status == S.PROPOSED
        assert rotas.agree_swap(swap, actor=units[1].liaison).status == S.PROPOSED
        assert rotas.agree_swap(swap, actor=units[0].liaison).status == S.AGREED

    def test_each_unit_needs_an_agreement_for_its_new_days(self, turns, units):
        units[1].agreements.update(starts_on=turns[1].starts_on)
        with pytest.raises(ValidationError, match="协议不覆盖"):
            rotas.propose_swap(turns[0], turns[1], actor=units[0].liaison, reason="x")

    def test_refuses_same_unit_foreign_community_begun_and_second_proposals(self, turns, units):
        liaison = units[0].liaison
        foreign = make.make_turns(make.make_unit())[0]
        for other in (turns[0], turns[3], foreign):
            with pytest.raises(ValidationError):
                rotas.propose_swap(turns[0], other, actor=liaison, reason="x")
        rotas.propose_swap(turns[0], turns[1], actor=liaison, reason="x")
        for pair in ((turns[0], turns[2]), (turns[3], turns[1])):
            with pytest.raises(ValidationError, match="待同意"):
                rotas.propose_swap(*pair, actor=liaison, reason="x")
        later = timezone.now() + timedelta(days=70)
        with pytest.raises(ValidationError, match="已经开始"):
            rotas.propose_swap(turns[1], turns[2], actor=units[1].liaison, reason="x", at=later)

    def test_agreeing_too_late_changes_nothing(self, turns, units):
        swap = rotas.propose_swap(turns[0], turns[1], actor=units[0].liaison, reason="x")
        with pytest.raises(ValidationError, match="已经开始"):
            rotas.agree_swap(swap, actor=units[1].liaison, at=timezone.now() + timedelta(days=40))
        swap.refresh_from_db()
        assert (swap.status, swap.other_agreed_at) == (S.PROPOSED, None)

    def test_strangers_neither_propose_nor_answer(self, turns, units):
        third, foreign = units[2].liaison, make.make_post(organization=make.make_organization())
        for actor in (third, foreign):
            with pytest.raises(PermissionDenied):
                rotas.propose_swap(turns[0], turns[1], actor=actor, reason="x")
        swap = rotas.propose_swap(turns[0], turns[1], actor=units[0].liaison, reason="x")
        for actor in (third, foreign):
            for verb in (rotas.agree_swap, rotas.refuse_swap, rotas.withdraw_swap):
                with pytest.raises(PermissionDenied):
                    verb(swap, actor=actor)

    @pytest.mark.parametrize("end", [S.AGREED, S.REFUSED, S.WITHDRAWN])
    def test_what_ended_stays_ended(self, end, turns, units):
        one, other = units[0].liaison, units[1].liaison
        verbs = {
            S.AGREED: lambda swap: rotas.agree_swap(swap, actor=other),
            S.REFUSED: lambda swap: rotas.refuse_swap(swap, actor=other, note="那月停业"),
            S.WITHDRAWN: lambda swap: rotas.withdraw_swap(swap, actor=one),
        }
        swap = rotas.propose_swap(turns[0], turns[1], actor=one, reason="x")
        assert verbs[end](swap).status == end
        assert verbs[end](swap).status == end
        for name, verb in verbs.items():
            if name != end:
                with pytest.raises(ValidationError) as refused:
                    verb(swap)
                assert refused.value.code == "transition"
        assert TurnSwap.objects.get().status == end

    @pytest.mark.postgres
    @pytest.mark.django_db(transaction=True)
    def test_two_who_answer_at_once(self, units):
        """One yes and one withdrawal: whichever was first stands, and the turns say the same."""
        for _ in range(8):
            Rota.objects.all().delete()
            turns = make.make_turns(*units[:2])
            swap = rotas.propose_swap(turns[0], turns[1], actor=units[0].liaison, reason="x")
            results = race(
                lambda swap=swap: rotas.agree_swap(swap, actor=units[1].liaison),
                lambda swap=swap: rotas.withdraw_swap(swap, actor=units[0].liaison),
            )
            assert len(won(results)) == 1
            swap.refresh_from_db()
            now = [Turn.objects.get(pk=turn.pk).unit for turn in turns]
            assert now == (units[1::-1] if swap.status == S.AGREED else units[:2])


class TestHandingOver:
    @pytest.fixture
    def ended(self, units):
        return make.make_turns(*units, starts_on=month_start(timezone.localdate(), -1))

    def test_draft_tells_what_was_done_and_who_is_next(self, ended, units):
        turn = ended[0]
        activity = make.make_activity(
            "held", community=turn.rota.community, unit=turn.unit, turn=turn, name="义诊", reached_count=46
        )
        make.make_activity("planned", community=turn.rota.community, unit=turn.unit, turn=turn, name="书法课")
        make.make_project("implementing", community=turn.rota.community, unit=turn.unit, name="加装扶手")
        draft = rotas.draft_handover(turn)
        for words in ("办了 1 场", "46 人", activity.name, "还要办", "书法课", "加装扶手", units[1].name):
            assert words in draft

    def test_the_unit_hands_over_what_it_wrote_once(self, ended, units, clerk):
        turn = rotas.hand_over(ended[0], actor=units[0].liaison, note="钥匙在门卫。")
        assert turn.handover_note == "钥匙在门卫。" and turn.handed_over_at
        assert any("交接" in text for text in told(units[1].liaison)) and told(clerk)
        again = rotas.hand_over(ended[0], actor=units[0].liaison, note="别的")
        assert again.handover_note == "钥匙在门卫。"
        assert len(told(units[1].liaison)) == 1

    def test_not_before_the_last_days_and_not_by_others(self, ended, turns, units):
        with pytest.raises(ValidationError, match="起可以交接"):
            rotas.hand_over(turns[1], actor=units[1].liaison, note="x")
        for actor in (units[1].liaison, make.make_post(organization=make.make_organization())):
            with pytest.raises(PermissionDenied):
                rotas.hand_over(ended[0], actor=actor, note="x")

    def test_sweep_hands_over_what_nobody_did(self, ended, at_once):
        hand_over_turns()
        rows = [Turn.objects.get(pk=turn.pk) for turn in ended]
        assert [row.handed_over_at is not None for row in rows] == [row.ends_on < timezone.localdate() for row in rows]
        assert "办了 0 场" in rows[0].handover_note

    def test_sweep_reminds_once(self, turns, units, at_once):
        Turn.objects.filter(pk=turns[0].pk).update(starts_on=timezone.localdate() + timedelta(days=3))
        for _ in range(2):
            remind_turns()
        assert len(told(units[0].liaison)) == 1 and not told(units[1].liaison)


def test_scope_of_rotas(turns, units, clerk):
    sister = make.make_post(organization=make.make_organization(Organization.Kind.COMMITTEE))
    other_unit = make.make_liaison(make.make_unit())
    for user, count in ((clerk, 4), (units[0].liaison, 4), (sister, 0), (other_unit, 0)):
        assert Turn.objects.visible_to(user).count() == count
    assert Turn.objects.editable_by(clerk).count() == 4
    assert not Turn.objects.editable_by(units[0].liaison).exists()
