"""The meeting itself: quorum at its opening, agenda and speakers, its end; and who is reminded of it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts import channels
from deliberations.models import Speech
from deliberations.services.hearings import reminders, running, speeches
from deliberations.services.hearings.quorum import quorum_of
from deliberations.tasks.hearings import tell_attendee
from tests import factories as make
from tests.deliberations.meetings import add_person, make_clerk, make_meeting, open_meeting, open_vote

pytestmark = pytest.mark.django_db


@pytest.fixture
def community():
    return make.make_community()


@pytest.fixture
def clerk(community):
    return make_clerk(community)


@pytest.fixture
def hearing(clerk, community):
    return open_meeting(clerk, community)


class TestOpening:
    def test_half_is_not_enough_and_one_more_is(self, clerk, community):
        hearing = make_meeting(clerk, community, entitled=4, present=2)
        with pytest.raises(ValidationError, match="还差 1 人") as refused:
            running.open_hearing(hearing, actor=clerk)
        assert refused.value.code == "quorum" and hearing.events.count() == 0
        add_person(hearing, is_entitled=False)
        assert quorum_of(hearing).present == 2, "whoever only looks on does not count"
        hearing.attendees.filter(signed_in_at=None).update(signed_in_at=timezone.now())
        hearing = running.open_hearing(hearing, actor=clerk)
        assert hearing.status == "opened" and hearing.opened_at
        assert "实到 4 人" in hearing.events.get().note

    def test_twice_is_once(self, clerk, hearing):
        assert running.open_hearing(hearing, actor=clerk).status == "opened"
        assert hearing.events.count() == 1

    def test_a_foreign_clerk_may_not(self, clerk, community):
        with pytest.raises(PermissionDenied):
            running.open_hearing(make_meeting(clerk, community), actor=make_clerk(make.make_community()))

    def test_the_announced_share_holds(self, clerk, community):
        hearing = make_meeting(clerk, community, entitled=6, present=4, quorum_percent=66)
        with pytest.raises(ValidationError, match="法定人数 4 人|还差"):
            running.open_hearing(make_meeting(clerk, community, entitled=6, present=3, quorum_percent=66), actor=clerk)
        assert running.open_hearing(hearing, actor=clerk).status == "opened"


class TestPostponing:
    def test_the_count_stays_in_the_event(self, clerk, community):
        hearing = make_meeting(clerk, community, entitled=5, present=2)
        hearing = running.postpone_hearing(hearing, actor=clerk)
        assert hearing.status == "postponed"
        assert "应到 5 人，实到 2 人" in hearing.events.get().note

    def test_not_before_it_is_time_nor_with_enough(self, clerk, community):
        early = make_meeting(clerk, community, present=0, starts_at=timezone.now() + timedelta(hours=1))
        with pytest.raises(ValidationError) as refused:
            running.postpone_hearing(early, actor=clerk)
        assert refused.value.code == "early"
        with pytest.raises(ValidationError) as refused:
            running.postpone_hearing(make_meeting(clerk, community), actor=clerk)
        assert refused.value.code == "quorum"


class TestAgenda:
    def test_one_item_at_a_time(self, clerk, hearing):
        first, second, _ = hearing.agenda.all()
        running.start_item(first, actor=clerk)
        running.start_item(second, actor=clerk)
        assert list(hearing.agenda.running()) == [second]
        running.end_item(second, actor=clerk)
        assert not hearing.agenda.running().exists()
        running.start_item(first, actor=clerk)
        assert list(hearing.agenda.running()) == [first], "an item that was ended goes on"

    def test_not_before_the_meeting(self, clerk, community):
        item = make_meeting(clerk, community).agenda.first()
        with pytest.raises(ValidationError) as refused:
            running.start_item(item, actor=clerk)
        assert refused.value.code == "transition"


class TestSpeeches:
    def test_in_the_order_of_hands_one_at_a_time(self, clerk, hearing):
        one, two = hearing.attendees.filter(signed_in_at__isnull=False)[:2]
        with pytest.raises(ValidationError, match="先开始一项议程"):
            speeches.ask_to_speak(one, actor=clerk)
        running.start_item(hearing.agenda.first(), actor=clerk)
        first, second = (speeches.ask_to_speak(each, actor=clerk) for each in (one, two))
        assert speeches.ask_to_speak(one, actor=clerk) == first, "on the list once"
        speeches.start_speech(first, actor=clerk)
        speeches.start_speech(second, actor=clerk)
        assert list(Speech.objects.running()) == [second]
        with pytest.raises(ValidationError, match="已经结束"):
            speeches.start_speech(first, actor=clerk)

    def test_neither_the_absent_nor_those_who_look_on(self, clerk, hearing):
        running.start_item(hearing.agenda.first(), actor=clerk)
        for person in (add_person(hearing, is_here=False), add_person(hearing, role="observer")):
            with pytest.raises(ValidationError):
                speeches.ask_to_speak(person, actor=clerk)

    def test_all_ends_with_the_item(self, clerk, hearing):
        running.start_item(hearing.agenda.first(), actor=clerk)
        speech = speeches.ask_to_speak(hearing.attendees.first(), actor=clerk)
        speeches.start_speech(speech, actor=clerk)
        running.start_item(hearing.agenda.last(), actor=clerk)
        assert not Speech.objects.filter(ended_at=None).exists()


class TestClosing:
    def test_drafts_the_minutes_without_names(self, clerk, hearing):
        running.start_item(hearing.agenda.first(), actor=clerk)
        hearing = running.close_hearing(hearing, actor=clerk)
        assert hearing.status == "closed" and hearing.closed_at
        assert "应到 5 人，实到 4 人" in hearing.minutes and "主持人：赵主任" in hearing.minutes
        assert "孙居民" not in hearing.minutes
        assert not hearing.agenda.running().exists()

    def test_not_while_a_vote_is_open(self, clerk, hearing):
        open_vote(hearing, clerk)
        with pytest.raises(ValidationError) as refused:
            running.close_hearing(hearing, actor=clerk)
        assert refused.value.code == "voting"

    def test_minutes_are_edited_until_published(self, clerk, hearing):
        hearing = running.close_hearing(hearing, actor=clerk)
        assert running.write_minutes(hearing, text=" 改过的纪要 ", actor=clerk).minutes == "改过的纪要"
        with pytest.raises(ValidationError):
            running.write_minutes(hearing, text=" ", actor=clerk)


class TestReminders:
    def test_each_person_once_before_each_try(self, clerk, community):
        hearing = make_meeting(clerk, community, present=1, starts_at=timezone.now() + timedelta(hours=20))
        assert list(reminders.to_remind()) == [hearing]
        absent = sorted(hearing.attendees.filter(signed_in_at=None).values_list("pk", flat=True))
        assert reminders.claim_reminder(hearing) == absent
        assert reminders.claim_reminder(hearing) == []
        channels.outbox.clear()
        tell_attendee(absent[0])
        ((phone, words),) = channels.outbox
        assert phone == hearing.attendees.get(pk=absent[0]).phone and "加装电梯听证会" in words
        hearing.announced_at = timezone.now()
        hearing.save()
        assert len(reminders.claim_reminder(hearing)) == 4, "the next announcement is reminded of anew"

    def test_not_days_ahead(self, clerk, community):
        hearing = make_meeting(clerk, community, starts_at=timezone.now() + timedelta(days=3))
        assert reminders.claim_reminder(hearing) == []
