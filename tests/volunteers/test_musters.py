"""集结: everybody is told, answers by one tap and may change it, until it ends."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts import channels
from accounts.models import Notification
from tests import factories as make
from tests.races import race
from tests.volunteers.people import make_volunteer, sign_in
from tests.volunteers.teams import make_membership, make_muster, make_team
from volunteers.models import Muster, MusterAnswer
from volunteers.services import musters
from volunteers.services.people import account_of
from volunteers.tasks import call_by_phone

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    team = make_team(leader=True)
    for _ in range(3):
        make_membership(team, make_volunteer(team.community, has_account=True))
    return team


@pytest.fixture
def member(team):
    return team.memberships.exclude(volunteer=team.leader).first().volunteer


@pytest.fixture
def muster(team):
    return make_muster(team)


class TestCalling:
    def test_tells_every_member_in_the_inbox_and_by_phone(self, team, member, django_capture_on_commit_callbacks):
        channels.outbox.clear()
        make_membership(team, status="applied")
        with django_capture_on_commit_callbacks() as queued:
            muster = make_muster(team)
        assert len(queued) == 4
        for row in team.memberships.all():
            call_by_phone(muster.pk, row.pk)
        link = reverse("me:muster", args=[muster.pk])
        lines = Notification.objects.filter(link=link)
        assert lines.count() == 4 and lines.filter(recipient=account_of(member)).exists()
        assert sorted(phone for phone, _ in channels.outbox) == sorted(
            row.volunteer.phone for row in team.memberships.joined()
        )
        assert channels.outbox[0][1].endswith(link)

    def test_nothing_is_sent_for_what_ended(self, muster):
        musters.end_muster(muster, actor=muster.called_by)
        channels.outbox.clear()
        call_by_phone(muster.pk, muster.team.memberships.first().pk)
        assert channels.outbox == []

    def test_the_second_tap_is_the_first_call(self, team):
        meet_at = timezone.now() + timedelta(hours=1)
        first = make_muster(team, meet_at=meet_at)
        assert make_muster(team, meet_at=meet_at) == first
        assert Notification.objects.filter(link=reverse("me:muster", args=[first.pk])).count() == 4
        with pytest.raises(ValidationError, match="还没有结束"):
            make_muster(team, text="另一件事")

    def test_not_for_the_past_nor_by_members(self, team, member):
        with pytest.raises(ValidationError, match="已经过了"):
            make_muster(team, meet_at=timezone.now() - timedelta(minutes=1))
        told = {"text": "清积水", "place": "楼前", "meet_at": timezone.now() + timedelta(hours=1), "wanted_count": 5}
        with pytest.raises(PermissionDenied):
            musters.call_muster(team, **told, actor=member.user)
        assert musters.call_muster(team, **told, actor=team.leader.user).called_by == team.leader.user

    def test_words_fit_the_inbox(self, team):
        assert len(make_muster(team, text="事" * 200, place="地" * 80).call_words) <= 200


class TestAnswering:
    def test_counted_and_changed_by_saying_it_again(self, muster, member):
        answer = {"actor": member.user}
        musters.answer_muster(muster, member, answer="coming", **answer)
        row = musters.answer_muster(muster, member, answer="late", words="晚十分钟", **answer)
        assert MusterAnswer.objects.get() == row
        assert musters.tally(muster) == musters.Tally(coming=0, late=1, unable=0, silent=3)
        assert musters.tally(muster).expected == 1

    def test_late_answers_are_refused(self, muster, member):
        later = muster.meet_at + Muster.ANSWERED_FOR
        with pytest.raises(ValidationError, match="已经结束"):
            musters.answer_muster(muster, member, answer="coming", actor=member.user, at=later)
        musters.end_muster(muster, actor=muster.team.leader.user)
        with pytest.raises(ValidationError, match="已经结束"):
            musters.answer_muster(muster, member, answer="coming", actor=member.user)
        assert not muster.answers.exists()

    def test_by_members_for_themselves(self, muster, member):
        stranger = make_volunteer(has_account=True)
        for volunteer, actor in ((stranger, stranger.user), (member, stranger.user)):
            with pytest.raises(PermissionDenied):
                musters.answer_muster(muster, volunteer, answer="coming", actor=actor)

    def test_ended_by_who_leads(self, muster, member):
        with pytest.raises(PermissionDenied):
            musters.end_muster(muster, actor=member.user)
        ended = musters.end_muster(muster, actor=muster.called_by)
        assert musters.end_muster(muster, actor=muster.team.leader.user).ended_at == ended.ended_at
        assert make_muster(muster.team) != muster

    @pytest.mark.postgres
    @pytest.mark.django_db(transaction=True)
    def test_taps_at_once_leave_one_row(self, muster, member):
        answers = ["coming", "late", "unable", "coming"]
        results = race(
            *[
                lambda answer=answer: musters.answer_muster(muster, member, answer=answer, actor=member.user)
                for answer in answers
            ]
        )
        assert not any(isinstance(each, ValidationError) for each in results)
        assert muster.answers.count() == 1

    @pytest.mark.postgres
    @pytest.mark.django_db(transaction=True)
    def test_nobody_answers_what_is_being_ended(self, muster, member):
        leader = muster.team.leader.user
        race(
            lambda: musters.end_muster(muster, actor=leader),
            lambda: musters.answer_muster(muster, member, answer="coming", actor=member.user),
        )
        muster.refresh_from_db()
        assert all(row.at <= muster.ended_at for row in muster.answers.all())

    @pytest.mark.postgres
    @pytest.mark.django_db(transaction=True)
    def test_two_taps_call_once(self, team):
        actor, meet_at = make.make_superuser(), timezone.now() + timedelta(hours=1)
        told = {"text": "清积水", "place": "楼前", "meet_at": meet_at, "wanted_count": 5}
        rows = race(*[lambda: musters.call_muster(team, **told, actor=actor)] * 3)
        assert len(set(rows)) == 1 and team.musters.count() == 1


class TestPages:
    def test_answered_by_one_button(self, client, muster, member):
        page = reverse("me:muster", args=[muster.pk])
        text = sign_in(client, member).get(page).content.decode()
        assert 'name="answer" value="late"' in text and "没答复" in text
        assert client.post(page, {"answer": "late"}).url == page
        text = client.get(page).content.decode()
        assert "您答复的是“晚点到”" in text and muster.team.leader.phone not in text
        assert client.post(page, {"answer": "nonsense"}).status_code == 422

    def test_too_late_is_said(self, client, muster, member):
        musters.end_muster(muster, actor=muster.called_by)
        answer = sign_in(client, member).post(reverse("me:muster", args=[muster.pk]), {"answer": "coming"})
        assert answer.status_code == 422 and "这次集结已经结束，不用再答复。" in answer.content.decode()

    def test_names_are_for_the_leader(self, client, team, muster, member):
        member.name = "欧阳队员"
        member.save()
        page = reverse("me:muster", args=[muster.pk])
        other = team.memberships.exclude(volunteer__in=[team.leader, member]).first().volunteer
        assert "欧阳队员" not in sign_in(client, other).get(page).content.decode()
        text = sign_in(client, team.leader).get(page).content.decode()
        assert "欧阳队员" in text and 'hx-trigger="every 4s"' in text
        client.post(reverse("me:muster_end", args=[muster.pk]))
        assert "hx-trigger" not in client.get(page).content.decode()

    def test_strangers_find_nothing(self, client, muster, member):
        sign_in(client, make_volunteer())
        for name in ("muster", "muster_end"):
            assert client.post(reverse(f"me:{name}", args=[muster.pk]), {"answer": "coming"}).status_code == 404
        assert sign_in(client, member).post(reverse("me:muster_end", args=[muster.pk])).status_code == 404

    def test_leader_calls_from_the_team_page(self, client, team):
        act = reverse("me:team_act", args=[team.pk, "muster"])
        sign_in(client, team.leader)
        told = {"text": "清积水", "place": "楼前", "meet_at": "2020-01-01T08:00", "wanted_count": 5}
        answer = client.post(act, told)
        assert answer.status_code == 422 and "集合时间已经过了" in answer.content.decode()
        meet_at = timezone.localtime() + timedelta(hours=2)
        answer = client.post(act, {**told, "meet_at": f"{meet_at:%Y-%m-%dT%H:%M}"})
        assert answer.url == reverse("me:muster", args=[team.musters.get().pk])

    def test_staff_call_and_watch(self, client, team, django_assert_max_num_queries):
        client.force_login(make.make_post(organization=team.community.organization))
        meet_at = timezone.localtime() + timedelta(hours=2)
        told = {"text": "清积水", "place": "楼前", "meet_at": f"{meet_at:%Y-%m-%dT%H:%M}", "wanted_count": 5}
        page = client.post(reverse("admin:volunteers_team_act", args=[team.pk, "muster"]), told).url
        assert page == reverse("admin:volunteers_muster_change", args=[team.musters.get().pk])
        assert "没答复" in client.get(page).content.decode()
        with django_assert_max_num_queries(20):
            client.get(reverse("admin:volunteers_muster_changelist"))
        client.post(reverse("admin:volunteers_muster_act", args=[team.musters.get().pk, "end"]))
        assert team.musters.get().ended_at
        foreign = make_muster()
        assert client.get(reverse("admin:volunteers_muster_change", args=[foreign.pk])).status_code == 404
