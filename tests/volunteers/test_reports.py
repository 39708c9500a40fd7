from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import Notification
from govern.celery import app
from tests.factories import make_community, make_liaison, make_unit
from tests.races import race, won
from tests.volunteers.people import make_volunteer
from tests.volunteers.positions import make_clerk, make_holding, make_position
from tests.volunteers.reporting import WORDS, make_report
from volunteers.models import Report
from volunteers.services import report_reminders, reports
from volunteers.tasks import remind_all_reports

S, DAY = Report.Status, timedelta(days=1)
pytestmark = pytest.mark.django_db


def refused(what, call, *args, **kwargs):
    """`what`: the field that the error stands beside, or its code."""
    with pytest.raises(ValidationError) as caught:
        call(*args, **kwargs)
    error = caught.value
    assert what in (error.error_dict if hasattr(error, "error_dict") else [error.code])
    return error


class TestSubmitting:
    def test_the_person_a_clerk_and_the_liaison_of_the_unit_may(self):
        community, unit = make_community(), make_unit()
        liaison, clerk = make_liaison(unit), make_clerk(community)
        for source, actor in (("self", None), ("unit", liaison), ("community", clerk)):
            report = reports.submit_report(
                make_volunteer(community, unit=unit), community=community, source=source, actor=actor
            )
            assert (report.status, report.events.get().actor) == (S.SUBMITTED, actor)
            assert len(report.code) == 8

    def test_nobody_else_may(self):
        community, foreign = make_community(), make_clerk(make_community())
        volunteer = make_volunteer(community)
        other = make_volunteer(has_account=True)
        for source, actor in (("self", other.user), ("community", foreign), ("unit", make_liaison(make_unit()))):
            with pytest.raises(PermissionDenied):
                reports.submit_report(volunteer, community=community, source=source, actor=actor)

    def test_one_open_report_each(self):
        report = make_report()
        error = refused(
            "open", reports.submit_report, report.volunteer, community=make_community(), source=Report.Source.SELF
        )
        assert report.community.name in error.messages[0]

    def test_anew_after_an_ended_one(self):
        ended = make_report(S.ENDED)
        again = reports.submit_report(ended.volunteer, community=ended.community, source=Report.Source.SELF)
        assert again.status == S.SUBMITTED


class TestReceiving:
    def test_registers_and_owes_a_contact(self):
        at = timezone.now()
        report = make_report(S.REGISTERED, at=at, has_account=True)
        assert (report.registered_at, report.contact_by) == (at, at + 7 * DAY)
        told = Notification.objects.get(recipient=report.volunteer.user)
        assert "7 天内" in told.text

    def test_twice_is_once(self):
        report, clerk = make_report(), None
        clerk = make_clerk(report.community)
        for _ in "ab":
            reports.receive_report(report, actor=clerk)
        assert report.events.filter(to_status=S.REGISTERED).count() == 1

    def test_neither_a_foreign_clerk_nor_the_own_liaison(self):
        unit = make_unit()
        report = make_report(unit=unit)
        for actor in (make_clerk(make_community()), make_liaison(unit)):
            with pytest.raises(PermissionDenied):
                reports.receive_report(report, actor=actor)

    def test_an_old_page_is_told_who_was_quicker(self):
        report = make_report(S.CONTACTED)
        clerk = make_clerk(report.community)
        error = refused("transition", reports.receive_report, report, actor=clerk)
        assert "王莉" in error.messages[0] and "已对接" in error.messages[0]

    @pytest.mark.postgres
    @pytest.mark.django_db(transaction=True)
    def test_two_clerks_at_once(self):
        report = make_report()
        clerks = [make_clerk(report.community) for _ in "ab"]
        results = race(*[lambda clerk=clerk: reports.receive_report(report, actor=clerk) for clerk in clerks])
        assert len(won(results)) == 2
        assert report.events.filter(to_status=S.REGISTERED).count() == 1

    @pytest.mark.postgres
    @pytest.mark.django_db(transaction=True)
    def test_received_and_returned_at_once_is_one_of_both(self):
        report = make_report()
        clerk = make_clerk(report.community)
        results = race(
            lambda: reports.receive_report(report, actor=clerk),
            lambda: reports.return_report(report, reason="请补正", actor=clerk),
        )
        assert len(won(results)) == 1 and report.events.count() == 2


class TestReturning:
    def test_needs_words(self):
        report = make_report()
        refused("reason", reports.return_report, report, reason=" ", actor=make_clerk(report.community))

    def test_corrected_and_sent_again_to_the_right_community(self):
        report, right = make_report(S.RETURNED), make_community()
        changes = {"name": "陈改正", "employer": "第一机床厂", "skills": []}
        report = reports.resubmit_report(report, community=right, changes=changes)
        volunteer = report.volunteer
        volunteer.refresh_from_db()
        assert (report.status, report.community, volunteer.community) == (S.SUBMITTED, right, right)
        assert (volunteer.name, volunteer.employer) == ("陈改正", "第一机床厂")

    def test_what_is_wrong_changes_nothing(self):
        report, other = make_report(S.RETURNED), make_volunteer(identity_number="110101199003070038")
        taken = {"identity_number": other.identity_number}
        refused("identity_number", reports.resubmit_report, report, changes=taken)
        report.refresh_from_db()
        assert report.status == S.RETURNED and not report.volunteer.identity_number


class TestContacting:
    def test_says_who_and_what(self):
        report = make_report(S.REGISTERED)
        clerk = make_clerk(report.community)
        refused("note", reports.contact_report, report, note="", actor=clerk)
        report = reports.contact_report(report, note=WORDS, actor=clerk)
        assert (report.contacted_by, report.events.last().note) == (clerk, WORDS)

    def test_more_talks_are_noted_once_each(self):
        report = make_report(S.CONTACTED)
        clerk = make_clerk(report.community)
        for note in ("改到周六上午", "改到周六上午", "愿意带队"):
            reports.note_contact(report, note=note, actor=clerk)
        assert list(report.events.values_list("note", flat=True))[-2:] == ["改到周六上午", "愿意带队"]
        assert report.events.count() == 5

    def test_nothing_is_noted_of_one_not_received(self):
        report = make_report()
        refused("transition", reports.note_contact, report, note=WORDS, actor=make_clerk(report.community))


class TestPosts:
    def test_a_post_contacts_who_was_only_registered(self):
        report = make_report(S.REGISTERED)
        report = reports.mark_posted(report, actor=make_clerk(report.community))
        assert report.status == S.POSTED and report.contacted_at == report.posted_at
        assert [event.to_status for event in report.events.all()][-2:] == [S.CONTACTED, S.POSTED]

    def test_first_post_counts_for_good(self):
        report = make_report(S.POSTED, at=timezone.now() - DAY)
        first, clerk = report.posted_at, make_clerk(report.community)
        report = reports.mark_unposted(report, actor=clerk)
        assert report.status == S.CONTACTED
        assert reports.mark_posted(report, actor=clerk).posted_at == first

    def test_another_post_keeps_it_posted(self):
        report = make_report(S.CONTACTED, has_account=True)
        make_holding(make_position(report.community), report.volunteer)
        report.refresh_from_db()
        assert report.status == S.POSTED
        assert reports.mark_unposted(report, actor=None).status == S.POSTED


class TestLeaving:
    def test_moves_to_a_new_report_there(self):
        report, to = make_report(S.CONTACTED), make_community()
        moved = reports.move_report(report, to=to, reason="搬家", actor=make_clerk(report.community))
        report.refresh_from_db()
        assert (report.status, moved.status, moved.community) == (S.MOVED, S.SUBMITTED, to)
        assert moved.volunteer.community == to and moved.code != report.code
        assert report.ended_at is not None and "搬家" in report.events.last().note

    def test_not_to_where_one_is(self):
        report = make_report(S.REGISTERED)
        refused("to", reports.move_report, report, to=report.community, actor=make_clerk(report.community))

    def test_not_out_of_a_post(self):
        report = make_report(S.CONTACTED, has_account=True)
        make_holding(make_position(report.community), report.volunteer)
        clerk = make_clerk(report.community)
        refused("posted", reports.end_report, report, reason="搬离", actor=clerk)
        refused("posted", reports.move_report, report, to=make_community(), actor=clerk)

    def test_the_person_may_end_it_and_nobody_foreign(self):
        report = make_report(S.REGISTERED, has_account=True)
        with pytest.raises(PermissionDenied):
            reports.end_report(report, reason="搬离", actor=make_clerk(make_community()))
        assert reports.end_report(report, reason="搬离", actor=report.volunteer.user).status == S.ENDED


class TestReminding:
    @pytest.fixture
    def late(self):
        now = timezone.now()
        return make_report(S.REGISTERED, at=now - 9 * DAY)

    def test_once_within_the_days_and_again_after(self, late):
        clerk, now = make_clerk(late.community), timezone.now()
        for at, told in ((now, 1), (now + DAY, 1), (now + 8 * DAY, 2)):
            report_reminders.remind_community(late.community, at=at)
            assert Notification.objects.filter(recipient=clerk, text__contains="没有对接").count() == told

    def test_only_who_waits_and_only_the_own_clerks(self, late):
        make_report(S.CONTACTED, community=late.community, at=timezone.now() - 9 * DAY)
        make_report(S.REGISTERED, community=late.community)
        foreign = make_clerk(make_community())
        assert report_reminders.remind_community(late.community) == 1
        assert not foreign.notifications.exists()

    @pytest.fixture
    def eager(self):
        """What is queued runs at once."""
        app.conf.task_always_eager = True
        yield
        app.conf.task_always_eager = False

    @pytest.mark.usefixtures("eager")
    def test_the_sweep_finds_the_communities(self, late):
        clerk = make_clerk(late.community)
        remind_all_reports()
        remind_all_reports()
        assert clerk.notifications.filter(text__contains="没有对接").count() == 1
