"""Calling a meeting: notice, invitations, seats, moves, and the door."""

from datetime import timedelta
from functools import partial
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.channels import outbox
from deliberations.models import Attendee, Hearing, Issue
from deliberations.services.hearings import attendance, calling, door, people
from govern.celery import app
from organizations.models import Parameter
from tests import factories as make
from tests.deliberations.hearings import make_attendee, make_clerk, make_hearing, make_issue, new_phone
from tests.races import race, won

pytestmark = pytest.mark.django_db
Status, Way = Hearing.Status, Attendee.Way
DAY = timedelta(days=1)


@pytest.fixture
def community():
    return make.make_community()


@pytest.fixture
def clerk(community):
    return make_clerk(community)


@pytest.fixture
def eager():
    """Tasks run where they are asked for."""
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


def refused(call, *args, **kwargs):
    with pytest.raises(ValidationError) as error:
        call(*args, **kwargs)
    return error.value


class TestDoor:
    def test_all_pairs(self, community, clerk):
        hearing = make_hearing(community=community)
        for before, after in product(Status, Status):
            Hearing.objects.filter(pk=hearing.pk).update(status=before)
            count = hearing.events.count()
            if after in Hearing.TRANSITIONS[before]:
                assert door.change_status(hearing, after, actor=clerk, note="试").status == after
                event = hearing.events.last()
                assert (event.from_status, event.to_status, event.actor) == (before, after, clerk)
            elif after == before:
                door.change_status(hearing, after, actor=clerk)
                assert hearing.events.count() == count
            else:
                assert refused(door.change_status, hearing, after, actor=clerk).code == "transition"
                assert hearing.events.count() == count

    def test_a_foreign_clerk_may_not(self, community):
        with pytest.raises(PermissionDenied):
            door.change_status(
                make_hearing(community=community), Status.CANCELLED, actor=make_clerk(make.make_community())
            )


class TestDrafting:
    FACTS = {
        "kind": "hearing",
        "title": "装电梯",
        "background": "方案",
        "place": "活动室",
        "host": "赵",
        "recorder": "钱",
    }

    def draft(self, community, clerk, **more):
        starts_at = timezone.now() + 20 * DAY
        return calling.draft_hearing(community=community, actor=clerk, starts_at=starts_at, **self.FACTS, **more)

    def test_schedules_its_issues_and_gives_them_back(self, community, clerk):
        issue = make_issue(Issue.Status.LISTED, community=community)
        hearing = self.draft(community, clerk, issues=[issue], agenda=[("介绍", 5), ("表决", 10)])
        issue.refresh_from_db()
        assert issue.status == Issue.Status.SCHEDULED
        assert [item.minutes for item in hearing.agenda.all()] == [5, 10]
        calling.change_draft(hearing, actor=clerk, issues=[])
        issue.refresh_from_db()
        assert issue.status == Issue.Status.LISTED

    def test_refuses_what_is_not_listed(self, community, clerk):
        raised = make_issue(community=community)
        assert "issues" in refused(self.draft, community, clerk, issues=[raised]).error_dict

    def test_not_outside_ones_reach(self, community, clerk):
        with pytest.raises(PermissionDenied):
            self.draft(make.make_community(), clerk)

    def test_is_fixed_once_announced(self, community, clerk):
        hearing = make_hearing(Status.ANNOUNCED, community=community)
        assert refused(calling.change_draft, hearing, actor=clerk, place="别处").code == "transition"


class TestAnnouncing:
    @pytest.fixture
    def hearing(self, community):
        hearing = make_hearing(community=community)
        make_attendee(hearing, phone="13700007777")
        return hearing

    @pytest.mark.parametrize(("kind", "days"), [("hearing", 10), ("coordination", 3), ("review", 7)])
    def test_too_short_a_notice_is_refused_beside_the_date(self, hearing, clerk, kind, days):
        now = timezone.now()
        for lead, is_long_enough in ((days, True), (days - 1, False)):
            starts_at = now + lead * DAY + timedelta(minutes=1 if is_long_enough else 0)
            Hearing.objects.filter(pk=hearing.pk).update(kind=kind, starts_at=starts_at, status=Status.DRAFTED)
            if is_long_enough:
                assert calling.announce_hearing(hearing, actor=clerk, at=now).status == Status.ANNOUNCED
            else:
                assert "starts_at" in refused(calling.announce_hearing, hearing, actor=clerk, at=now).error_dict

    def test_freezes_the_shares(self, hearing, clerk):
        hearing = calling.announce_hearing(hearing, actor=clerk)
        Parameter.objects.get(key="hearing_quorum_percent").values.create(value=66, effective_on=timezone.localdate())
        hearing.refresh_from_db()
        assert (hearing.quorum_percent, hearing.pass_percent) == (50, 50)

    @pytest.mark.usefixtures("eager")
    def test_tells_each_with_a_personal_link(self, hearing, clerk, django_capture_on_commit_callbacks, client):
        outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            calling.announce_hearing(hearing, actor=clerk)
        ((phone, text),) = outbox
        attendee = hearing.attendees.get()
        assert phone == "13700007777" and attendee.invited_at
        address = text[text.index("/hearings/i/") :]
        assert "您有表决权" in client.get(address).content.decode()
        assert client.get(address[:-3] + "xx/").status_code == 404

    def test_wants_an_agenda_and_somebody_entitled(self, hearing, clerk):
        hearing.attendees.update(is_entitled=False)
        assert refused(calling.announce_hearing, hearing, actor=clerk).code == "people"
        hearing.agenda.all().delete()
        assert refused(calling.announce_hearing, hearing, actor=clerk).code == "agenda"

    def test_twice_is_once(self, hearing, clerk):
        calling.announce_hearing(hearing, actor=clerk)
        calling.announce_hearing(hearing, actor=clerk)
        assert hearing.events.filter(to_status="announced").count() == 1


class TestChanging:
    @pytest.mark.usefixtures("eager")
    def test_a_new_time_is_announced_anew_and_told(self, community, clerk, django_capture_on_commit_callbacks):
        hearing = make_hearing(Status.ANNOUNCED, community=community)
        make_attendee(hearing, invited_at=timezone.now())
        outbox.clear()
        soon = refused(calling.announce_again, hearing, starts_at=timezone.now() + 2 * DAY, place="新址", actor=clerk)
        assert "starts_at" in soon.error_dict
        with django_capture_on_commit_callbacks(execute=True):
            moved = calling.announce_again(
                hearing, starts_at=timezone.now() + 30 * DAY, place="新址", reason="停电", actor=clerk
            )
        assert moved.place == "新址" and "停电" in moved.events.last().note
        assert len(outbox) == 1 and "时间地点有变" in outbox[0][1]

    def test_after_too_few_came_the_signatures_begin_anew_and_the_try_is_kept(self, community, clerk):
        hearing = make_hearing(Status.POSTPONED, community=community)
        for _ in range(2):
            make_attendee(hearing, signed_in_at=timezone.now(), signed_in_by="qr")
        make_attendee(hearing)
        again = calling.announce_again(hearing, starts_at=timezone.now() + 15 * DAY, place="活动室", actor=clerk)
        assert again.status == Status.ANNOUNCED
        assert not again.attendees.exclude(signed_in_at=None).exists()
        event = again.events.last()
        assert (event.from_status, event.to_status) == ("postponed", "announced")
        assert "上一次到会 2 人（应到 3 人）" in event.note

    @pytest.mark.usefixtures("eager")
    def test_cancelling_gives_the_issues_back_and_says_why(self, community, clerk, django_capture_on_commit_callbacks):
        hearing = make_hearing(Status.ANNOUNCED, community=community)
        issue = make_issue(Issue.Status.SCHEDULED, community=community)
        hearing.issues.add(issue)
        make_attendee(hearing)
        outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            calling.cancel_hearing(hearing, reason="业主撤回", actor=clerk)
        issue.refresh_from_db()
        assert issue.status == Issue.Status.LISTED
        assert any("业主撤回" in text for _, text in outbox)

    def test_withdrawn_it_is_a_draft_again(self, community, clerk):
        hearing = calling.withdraw_announcement(
            make_hearing(Status.ANNOUNCED, community=community), reason="方案有误", actor=clerk
        )
        assert (hearing.status, hearing.quorum_percent) == (Status.DRAFTED, None)


class TestPeople:
    def test_the_same_phone_once(self, community, clerk):
        hearing = make_hearing(community=community)
        row = {"name": "周女士", "phone": "13700008888", "role": "resident", "is_entitled": True}
        assert len(people.invite(hearing, rows=[row, row], actor=clerk)) == 1
        assert people.invite(hearing, rows=[{**row, "name": "别人"}], actor=clerk) == []

    def test_open_seats_are_one_each_and_end(self, community):
        hearing = make_hearing(Status.ANNOUNCED, community=community, open_seats=1)
        seated = people.take_seat(hearing, name="吴先生", phone="13700006666")
        assert seated.is_open_seat and not seated.is_entitled
        assert "phone" in refused(people.take_seat, hearing, name="吴", phone="13700006666").error_dict
        assert refused(people.take_seat, hearing, name="郑", phone=new_phone()).code == "full"
        people.give_seat_back(seated)
        assert people.take_seat(hearing, name="郑", phone=new_phone())

    @pytest.mark.postgres
    @pytest.mark.django_db(transaction=True)
    def test_twenty_at_once_for_five_seats(self):
        hearing = make_hearing(Status.ANNOUNCED, open_seats=5)
        results = race(*(partial(people.take_seat, hearing, name="抢座", phone=new_phone()) for _ in range(20)))
        assert len(won(results)) == 5
        assert hearing.attendees.filter(is_open_seat=True).count() == 5


class TestSigningIn:
    @pytest.fixture
    def hearing(self, community):
        return make_hearing(Status.ANNOUNCED, community=community, starts_at=timezone.now() + timedelta(minutes=30))

    def test_by_name_and_digits_and_twice_is_harmless(self, hearing):
        row = make_attendee(hearing, name="周女士", phone="13700001111")
        signed = attendance.sign_in(hearing, way=Way.QR, name="周女士", digits="1111")
        assert signed == row and signed.signed_in_by == "qr"
        again = attendance.sign_in(hearing, way=Way.QR, name="周女士", digits="1111", at=timezone.now() + DAY / 48)
        assert again.signed_in_at == signed.signed_in_at
        assert refused(attendance.sign_in, hearing, way=Way.QR, name="周女士", digits="2222").code == "no_match"

    def test_only_within_the_window(self, hearing):
        row = make_attendee(hearing)
        early = hearing.starts_at - timedelta(minutes=61)
        assert refused(attendance.sign_in, hearing, way=Way.QR, attendee=row, at=early).code == "early"
        for status in (Status.CLOSED, Status.POSTPONED, Status.CANCELLED):
            Hearing.objects.filter(pk=hearing.pk).update(status=status)
            assert refused(attendance.sign_in, hearing, way=Way.QR, attendee=row).code == "late"

    def test_at_the_door_by_staff_of_the_place(self, hearing, clerk):
        row = make_attendee(hearing)
        with pytest.raises(PermissionDenied):
            attendance.sign_in(hearing, way=Way.DOOR, attendee=row, actor=make_clerk(make.make_community()))
        assert attendance.sign_in(hearing, way=Way.DOOR, attendee=row, actor=clerk).signed_in_by == "door"
        assert attendance.undo_sign_in(row, actor=clerk).signed_in_at is None

    def test_the_page_behind_the_code(self, hearing, client):
        make_attendee(hearing, name="周女士", phone="13700001111")
        page = reverse("hearings:sign_in", args=[attendance.door_token(hearing)])
        assert client.post(page, {"name": "周女士", "digits": "9999"}).status_code == 422
        assert client.post(page, {"name": "周女士", "digits": "1111"}, follow=True).status_code == 200
        assert "签到成功" in client.get(page).content.decode()
        assert client.get(reverse("hearings:sign_in", args=["x:y"])).status_code == 404

    def test_a_code_of_another_day_opens_nothing(self, hearing, client):
        page = reverse("hearings:sign_in", args=[attendance.door_token(hearing)])
        Hearing.objects.filter(pk=hearing.pk).update(starts_at=hearing.starts_at + 3 * DAY)
        assert client.get(page).status_code == 404
