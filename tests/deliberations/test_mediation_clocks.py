"""What runs out in mediation: shown, reminded of once, extended once, and what a visit finds."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import channels
from accounts.models import Notification
from deliberations.models import Accord, Case
from deliberations.services.cases import accords, clocks, endings, follow_ups, reminding
from deliberations.tasks import mediation
from tests.deliberations.accords import PHONES, TODAY, code_of, make_accord, make_draft, make_open_case, parties_of

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def empty_outbox():
    channels.outbox.clear()


def told(case):
    return list(Notification.objects.filter(recipient=case.clerk).order_by("pk").values_list("text", flat=True))


@pytest.mark.django_db
class TestClocks:
    @pytest.mark.parametrize(
        ("days", "words", "tone"),
        [(10, "还剩 20 天", "ok"), (26, "还剩 4 天", "warn"), (30, "今天到期", "warn"), (33, "已过 3 天", "bad")],
    )
    def test_period_of_mediation(self, days, words, tone):
        (clock,) = clocks.clocks_of(make_open_case(days=days), None)
        assert (clock.words, clock.tone) == (words, tone)
        assert clock.percent == min(round(100 * days / 30), 100)

    def test_court_and_performance_of_an_accord(self):
        accord = make_accord(in_days=14)
        found = clocks.clocks_of(accord.case, accord)
        assert [(each.label, each.left_days) for each in found] == [("履行期限", 14), ("申请司法确认", 30)]

    def test_court_asked_in_time_has_no_clock_any_more(self):
        accord = make_accord()
        accord = accords.apply_for_confirmation(accord, applied_on=TODAY(), actor=accord.case.clerk)
        assert [each.label for each in clocks.clocks_of(accord.case, accord)] == ["履行期限"]
        assert not clocks.may_be_confirmed(accord)

    def test_last_day_counts_and_the_next_does_not(self):
        accord = make_accord(at=timezone.now() - 5 * DAY)
        assert clocks.may_be_confirmed(accord, on=accord.confirm_by)
        assert not clocks.may_be_confirmed(accord, on=accord.confirm_by + DAY)

    @pytest.mark.parametrize(("kind", "word"), [("family", "婚姻"), ("housing", "物权"), ("contract", "知识产权")])
    def test_what_a_court_would_not_confirm_is_hinted_by_kind(self, kind, word):
        assert word in clocks.exclusion_of(Case(kind=kind))


@pytest.mark.django_db
class TestExtension:
    def test_both_and_once(self):
        case = make_open_case()
        due, (first, second) = case.due_on, parties_of(case)
        extend = {"reason": "等检测报告", "actor": case.clerk}
        assert code_of(clocks.extend_case, case, agreed=[first], **extend) == "agreed"
        assert code_of(clocks.extend_case, case, agreed=[], **extend) == "agreed"
        extended = clocks.extend_case(case, agreed=[first, second], **extend)
        assert extended.due_on == due + 30 * DAY
        assert all(case.parties.values_list("agrees_to_extend", flat=True))
        assert not clocks.may_extend(extended)
        assert code_of(clocks.extend_case, case, agreed=[first, second], **extend) == "once"

    def test_stranger_does_not_agree_for_a_party(self):
        case, other = make_open_case(), make_open_case()
        extend = {"reason": "等报告", "actor": case.clerk, "agreed": parties_of(other)}
        assert code_of(clocks.extend_case, case, **extend) == "agreed"


@pytest.mark.django_db
class TestEnding:
    @pytest.mark.parametrize(
        ("ground", "status", "to"),
        [
            ("apart", "mediating", "failed"),
            ("period", "mediating", "failed"),
            ("absent", "mediating", "ended"),
            ("period", "accepted", "ended"),
        ],
    )
    def test_without_accord(self, ground, status, to):
        case = make_open_case(status=status)
        for words in ("已告知双方", "再点一次"):
            ended = endings.end_case(case, ground=ground, words=words, actor=case.clerk)
            assert (ended.status, bool(ended.ended_at)) == (to, True)
            assert ended.ending == f"{endings.Ground(ground).label}。已告知双方"
        assert case.events.filter(to_status=to).count() == 1

    def test_other_ground_is_said_in_words(self):
        case = make_open_case()
        assert code_of(endings.end_case, case, ground="other", actor=case.clerk) == "words"

    def test_what_is_agreed_is_not_ended(self):
        accord = make_accord()
        assert code_of(endings.end_case, accord.case, ground="apart", actor=accord.case.clerk) == "transition"

    @pytest.mark.parametrize("kind", Case.Kind.values)
    def test_the_court_is_always_among_the_other_ways(self, kind):
        assert endings.COURT in endings.other_ways(Case(kind=kind))


@pytest.mark.django_db
class TestVisits:
    def visit(self, accord, outcome, *, at=None, **kwargs):
        day = timezone.localdate(at) if at else TODAY()
        actor = accord.case.clerk
        return follow_ups.visit(
            accord, outcome=outcome, words="电话里说的", visited_on=day, actor=actor, at=at, **kwargs
        )

    def test_performed_ends_it_and_drops_the_visit_still_planned(self):
        accord = make_accord()
        row = self.visit(accord, "performed")
        assert (row.visited_by, list(accord.follow_ups.all())) == (accord.case.clerk, [row])
        assert Case.objects.get().status == "performed"

    def test_partly_leaves_the_next_visit(self):
        accord = make_accord()
        self.visit(accord, "partly")
        assert follow_ups.next_follow_up(accord) is not None
        self.visit(accord, "partly")
        assert follow_ups.next_follow_up(accord).due_on == accord.perform_by + 7 * DAY
        assert Case.objects.get().status == "agreed"

    def test_not_yet_owed_is_no_breach(self):
        accord = make_accord(in_days=5)
        self.visit(accord, "breached")
        assert Case.objects.get().status == "agreed"
        self.visit(accord, "breached", at=timezone.now() + 6 * DAY)
        assert Case.objects.get().status == "breached"
        self.visit(accord, "performed", at=timezone.now() + 8 * DAY)
        assert Case.objects.get().status == "performed"

    def test_next_way_depends_on_the_court(self):
        accord = make_accord()
        assert "提起诉讼" in follow_ups.next_ways(accord)
        accord.confirmed_on, accord.court = TODAY(), "吴中区人民法院"
        assert "强制执行" in follow_ups.next_ways(accord)

    def test_day_ahead_is_refused_and_a_visit_twice_is_one(self):
        accord = make_accord()
        actor = accord.case.clerk
        ask = {"outcome": "partly", "words": "还差一半", "actor": actor}
        assert code_of(follow_ups.visit, accord, visited_on=TODAY() + DAY, **ask) == "visited_on"
        row = follow_ups.next_follow_up(accord)
        follow_ups.visit(row, visited_on=TODAY(), **ask)
        follow_ups.visit(row, visited_on=TODAY(), **{**ask, "outcome": "performed"})
        assert Case.objects.get().status == "agreed"


@pytest.mark.django_db
class TestReminding:
    def test_sweep_finds_what_a_clock_calls_and_nothing_else(self):
        near, over, far = (make_open_case(days=days) for days in (26, 40, 3))
        waiting = make_open_case(status="applied", accept_by=TODAY())
        court = make_accord(at=timezone.now() - 25 * DAY, in_days=300).case
        visit = make_accord(at=timezone.now() - 8 * DAY).case
        make_accord(in_days=300)
        assert set(reminding.to_remind()) == {near, over, waiting, court, visit}
        assert far.status == "mediating"

    def test_each_line_is_said_once(self, django_capture_on_commit_callbacks):
        case = make_open_case(days=26)
        for _ in range(2):
            with django_capture_on_commit_callbacks(execute=True):
                mediation.remind_case(case.pk)
        (line,) = told(case)
        assert line.startswith(f"{case}：调解期限 {reminding.spoken(case.due_on)} 到")

    def test_over_tells_of_the_notice(self):
        case = make_open_case(days=31)
        reminding.remind_case(case)
        assert "终止调解通知书" in told(case)[0]

    def test_who_reads_the_case_no_longer_is_not_told(self):
        case = make_open_case(days=26)
        case.readers.update(ended_at=timezone.now())
        reminding.remind_case(case)
        assert told(case) == []

    def test_parties_are_told_once_on_their_phones_without_the_matter(self):
        case = make_accord(at=timezone.now() - 25 * DAY).case
        for _ in range(2):
            for pk in reminding.parties_to_tell(case):
                mediation.text_party(pk)
        assert sorted(phone for phone, _ in channels.outbox) == list(PHONES)
        assert all("漏水" not in text and "吴" not in text for _, text in channels.outbox)

    def test_parties_hear_nothing_early_or_once_they_have_asked(self, settings):
        early = make_accord()
        asked = make_accord(at=timezone.now() - 25 * DAY)
        accords.apply_for_confirmation(asked, applied_on=TODAY(), actor=asked.case.clerk)
        assert reminding.parties_to_tell(early.case) == reminding.parties_to_tell(asked.case) == []
        settings.MESSAGE_CHANNEL = ""
        mute = make_accord(at=timezone.now() - 25 * DAY)
        assert reminding.parties_to_tell(mute.case) == []
        assert Accord.objects.get(pk=mute.pk).parties_reminded_at is None

    def test_draft_has_no_clock_of_a_court(self):
        case = make_open_case(days=2)
        make_draft(case)
        reminding.remind_case(case)
        assert told(case) == []
