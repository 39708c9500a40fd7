"""意见 answered, 决议事项 followed, the result published: and nothing is published before all of it is there."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import Notification
from deliberations.models import Issue, Outcome
from deliberations.services.hearings import opinions, outcomes, publishing, reminders, running
from tests import factories as make
from tests.deliberations.meetings import make_clerk, open_meeting

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def community():
    return make.make_community()


@pytest.fixture
def clerk(community):
    return make_clerk(community)


@pytest.fixture
def hearing(clerk, community):
    return open_meeting(clerk, community)


@pytest.fixture
def outcome(clerk, hearing):
    return outcomes.add_outcome(hearing, text="挪球桌", owner="居委会", due_on=TODAY() + timedelta(days=9), actor=clerk)


class TestOpinions:
    def test_once_however_often_it_is_sent(self, clerk, hearing):
        one = opinions.record_opinion(hearing, text=" 路面不平 ", actor=clerk)
        assert opinions.record_opinion(hearing, text="路面不平", actor=clerk) == one
        person = hearing.attendees.first()
        assert opinions.record_opinion(hearing, text="路面不平", attendee=person, actor=clerk) != one

    def test_answered_with_a_reason_and_anew_until_published(self, clerk, hearing):
        opinion = opinions.record_opinion(hearing, text="路面不平", actor=clerk)
        for answer, reason in (("", "因为"), ("adopted", " "), ("perhaps", "因为")):
            with pytest.raises(ValidationError):
                opinions.answer_opinion(opinion, answer=answer, reason=reason, actor=clerk)
        opinions.answer_opinion(opinion, answer="adopted", reason="已报修", actor=clerk)
        assert opinions.answer_opinion(opinion, answer="partly", reason="先铺一半", actor=clerk).answer == "partly"

    def test_not_of_somebody_from_another_meeting(self, clerk, hearing, community):
        stranger = open_meeting(clerk, community, title="别的会").attendees.first()
        with pytest.raises(ValidationError):
            opinions.record_opinion(hearing, text="路面不平", attendee=stranger, actor=clerk)


class TestOutcomes:
    def test_every_step_is_kept(self, clerk, outcome):
        assert outcome.events.count() == 1
        for _ in range(2):
            outcomes.progress_outcome(outcome, note="买了材料", actor=clerk)
        for _ in range(2):
            row = outcomes.finish_outcome(outcome, note="挪好了", actor=clerk)
        assert (row.status, row.progress, row.closed_on) == ("done", "挪好了", TODAY())
        assert [event.note for event in outcome.events.all()] == ["居委会负责", "买了材料", "挪好了"]

    def test_what_has_ended_has_ended(self, clerk, outcome):
        outcomes.drop_outcome(outcome, reason="活动室要拆", actor=clerk)
        for act in (
            lambda: outcomes.finish_outcome(outcome, note="挪好了", actor=clerk),
            lambda: outcomes.progress_outcome(outcome, note="再看看", actor=clerk),
        ):
            with pytest.raises(ValidationError):
                act()

    def test_words_are_owed(self, clerk, outcome):
        for act in (outcomes.finish_outcome, outcomes.progress_outcome):
            with pytest.raises(ValidationError):
                act(outcome, note=" ", actor=clerk)

    def test_not_due_before_the_meeting_nor_without_a_doer(self, clerk, hearing):
        for fields in ({"due_on": TODAY() - timedelta(days=1)}, {"owner": " "}):
            with pytest.raises(ValidationError):
                outcomes.add_outcome(
                    hearing, **{"text": "挪", "owner": "居委会", "due_on": TODAY(), **fields}, actor=clerk
                )

    def test_a_foreign_clerk_may_not(self, outcome):
        with pytest.raises(PermissionDenied):
            outcomes.finish_outcome(outcome, note="挪好了", actor=make_clerk(make.make_community()))

    def test_late_and_soon(self, outcome):
        assert not Outcome.objects.overdue(outcome.due_on).exists()
        assert Outcome.objects.overdue(outcome.due_on + timedelta(days=1)).exists()
        assert Outcome.objects.due_within(9).exists() and not Outcome.objects.due_within(8).exists()


class TestPublishing:
    def test_refused_until_all_is_there(self, clerk, hearing, community, outcome):
        issue = Issue.objects.create(community=community, title="球桌", text="太吵", status="scheduled")
        hearing.issues.add(issue)
        opinion = opinions.record_opinion(hearing, text="太吵", actor=clerk)
        hearing = running.close_hearing(hearing, actor=clerk)
        type(hearing).objects.filter(pk=hearing.pk).update(minutes="")
        with pytest.raises(ValidationError, match="纪要.*1 条意见.*1 个议题") as refused:
            publishing.publish_hearing(hearing, actor=clerk)
        assert refused.value.code == "incomplete"
        running.write_minutes(hearing, text="纪要", actor=clerk)
        opinions.answer_opinion(opinion, answer="adopted", reason="挪走", actor=clerk)
        publishing.settle_issue(hearing, issue, is_settled=False, actor=clerk)
        hearing = publishing.publish_hearing(hearing, actor=clerk)
        assert hearing.status == "published" and hearing.published_at
        assert Issue.objects.get(pk=issue.pk).status == "unsettled"
        assert publishing.publish_hearing(hearing, actor=clerk).published_at == hearing.published_at

    def test_then_only_the_resolutions_go_on(self, clerk, hearing, outcome):
        opinion = opinions.record_opinion(hearing, text="太吵", actor=clerk)
        opinions.answer_opinion(opinion, answer="adopted", reason="挪走", actor=clerk)
        hearing = publishing.publish_hearing(running.close_hearing(hearing, actor=clerk), actor=clerk)
        with pytest.raises(ValidationError):
            opinions.answer_opinion(opinion, answer="refused", reason="不挪了", actor=clerk)
        with pytest.raises(ValidationError):
            running.write_minutes(hearing, text="改", actor=clerk)
        assert outcomes.finish_outcome(outcome, note="挪好了", actor=clerk).status == "done"

    def test_not_while_it_runs(self, clerk, hearing):
        with pytest.raises(ValidationError):
            publishing.publish_hearing(hearing, actor=clerk)


class TestReminders:
    def test_opinions_left_unanswered(self, clerk, hearing):
        opinions.record_opinion(hearing, text="太吵", actor=clerk)
        hearing = running.close_hearing(hearing, actor=clerk)
        assert list(reminders.with_unanswered()) == [hearing]
        assert reminders.remind_answers(hearing) == 0
        late = timezone.now() + timedelta(days=40)
        assert reminders.remind_answers(hearing, at=late) == 1
        assert reminders.remind_answers(hearing, at=late) == 0
        assert "没有答复完" in Notification.objects.get(recipient=clerk).text

    def test_resolutions_once_before_and_once_after_they_are_due(self, clerk, outcome):
        assert not reminders.due_outcomes().exists()
        assert reminders.due_outcomes(outcome.due_on - timedelta(days=7)).exists()
        for days, told in ((-3, 1), (-2, 0), (2, 1), (3, 0)):
            at = timezone.now() + timedelta(days=9 + days)
            assert reminders.remind_outcome(outcome, at=at) == told
        words = list(Notification.objects.filter(recipient=clerk).values_list("text", flat=True))
        assert any("快到完成时限" in each for each in words) and any("已过完成时限" in each for each in words)
