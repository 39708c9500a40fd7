"""服务队: founded and led by who may, joined and left by the volunteer alone, and its pages."""

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.models import Notification
from tests import factories as make
from tests.races import race, won
from tests.volunteers.people import make_volunteer, sign_in
from tests.volunteers.sessions import make_session, make_signup
from tests.volunteers.teams import make_membership, make_team
from volunteers.models import Membership, Team
from volunteers.services import memberships, teams
from volunteers.services.people import account_of

pytestmark = pytest.mark.django_db
Kind, Joining, Status = Team.Kind, Team.Joining, Membership.Status


@pytest.fixture
def community():
    return make.make_community()


@pytest.fixture
def clerk(community):
    return make.make_post(organization=community.organization)


@pytest.fixture
def team(community):
    return make_team(community, leader=True)


@pytest.fixture
def volunteer(community):
    return make_volunteer(community, has_account=True)


def told(volunteer):
    return list(Notification.objects.filter(recipient=account_of(volunteer)).values_list("text", flat=True))


class TestFounding:
    def test_leader_is_its_first_member(self, community, clerk, volunteer):
        team = teams.found_team(
            community=community, name="蓝马甲", kind=Kind.VOLUNTEER, leader=volunteer, actor=clerk, speciality="理发"
        )
        assert team.leader == volunteer and team.memberships.joined().get().volunteer == volunteer
        assert told(volunteer) == ["您是“蓝马甲”的队长，可以邀请队员、发起集结。"]

    def test_not_in_a_foreign_community_nor_twice_by_one_name(self, team, clerk):
        with pytest.raises(PermissionDenied):
            teams.found_team(community=make.make_community(), name="外队", kind=Kind.VOLUNTEER, actor=clerk)
        assert not Team.objects.filter(name="外队").exists()
        with pytest.raises(ValidationError, match="同名"):
            teams.found_team(community=team.community, name=team.name, kind=Kind.VOLUNTEER, actor=clerk)

    def test_leader_has_to_be_a_member(self, team, clerk, volunteer):
        with pytest.raises(ValidationError) as refused:
            teams.name_leader(team, volunteer, actor=clerk)
        assert "leader" in refused.value.error_dict
        make_membership(team, volunteer)
        assert teams.name_leader(team, volunteer, actor=team.leader.user).leader == volunteer
        with pytest.raises(PermissionDenied):
            teams.name_leader(team, volunteer, actor=make.make_user())

    def test_does_not_become_a_party_team_over_the_heads_of_others(self, team, clerk):
        with pytest.raises(ValidationError) as refused:
            teams.edit_team(team, actor=clerk, kind=Kind.PARTY_TASK)
        assert refused.value.message_dict == {"kind": ["队里有 1 名群众，不能改成党员突击队。"]}


class TestJoining:
    @pytest.mark.parametrize(
        ("joining", "status"), [(Joining.OPEN, Status.JOINED), (Joining.APPROVAL, Status.APPLIED), ("invitation", None)]
    )
    def test_as_the_team_says(self, community, volunteer, joining, status):
        team = make_team(community, leader=True, joining=joining)
        if status is None:
            with pytest.raises(ValidationError, match="邀请"):
                memberships.join_team(team, volunteer, actor=volunteer.user)
            return
        row = memberships.join_team(team, volunteer, actor=volunteer.user, words="会修水电")
        assert row.status == status and memberships.join_team(team, volunteer, actor=volunteer.user) == row
        assert len(told(team.leader)) == 1

    def test_only_for_oneself(self, team, volunteer):
        with pytest.raises(PermissionDenied):
            memberships.join_team(team, volunteer, actor=make_volunteer(has_account=True).user)

    def test_a_party_team_takes_members(self, community, volunteer):
        team = make_team(community, kind=Kind.PARTY_TASK, joining=Joining.OPEN)
        with pytest.raises(ValidationError, match="只收党员"):
            memberships.join_team(team, volunteer, actor=volunteer.user)
        member = make_volunteer(community, kind="member", has_account=True)
        assert memberships.join_team(team, member, actor=member.user).status == Status.JOINED

    def test_invited_by_the_number_and_accepted(self, team, volunteer):
        row = memberships.invite_volunteer(team, code=volunteer.code, actor=team.leader.user)
        assert row.status == Status.INVITED
        assert memberships.invite_volunteer(team, code=volunteer.code, actor=team.leader.user) == row
        assert memberships.join_team(team, volunteer, actor=volunteer.user).status == Status.JOINED
        with pytest.raises(ValidationError, match="没有这个编号"):
            memberships.invite_volunteer(team, code="00000000000000", actor=team.leader.user)
        with pytest.raises(PermissionDenied):
            memberships.invite_volunteer(team, code=volunteer.code, actor=volunteer.user)

    def test_who_applied_needs_no_invitation(self, team, volunteer):
        memberships.join_team(team, volunteer, actor=volunteer.user)
        row = memberships.invite_volunteer(team, code=volunteer.code, actor=team.leader.user)
        assert row.status == Status.JOINED
        with pytest.raises(ValidationError, match="已经在队里"):
            memberships.invite_volunteer(team, code=volunteer.code, actor=team.leader.user)

    def test_nobody_is_put_in_by_an_invitation(self, team, volunteer):
        row = memberships.invite_volunteer(team, code=volunteer.code, actor=team.leader.user)
        with pytest.raises(ValidationError):
            memberships.answer_application(row, is_accepted=True, actor=team.leader.user)
        with pytest.raises(PermissionDenied):
            memberships.answer_invitation(row, is_accepted=True, actor=team.leader.user)
        assert memberships.answer_invitation(row, is_accepted=False, actor=volunteer.user).status == Status.DECLINED

    def test_application_is_answered_once(self, team, volunteer):
        row = memberships.join_team(team, volunteer, actor=volunteer.user)
        for _ in range(2):
            assert memberships.answer_application(row, is_accepted=True, actor=team.leader.user).status == Status.JOINED
        with pytest.raises(ValidationError):
            memberships.answer_application(row, is_accepted=False, actor=team.leader.user)

    @pytest.mark.postgres
    @pytest.mark.django_db(transaction=True)
    def test_two_taps_make_one_row(self, team, volunteer):
        rows = won(race(*[lambda: memberships.join_team(team, volunteer, actor=volunteer.user)] * 4))
        assert len(rows) == 4 and team.memberships.filter(volunteer=volunteer).count() == 1


class TestLeaving:
    def test_leader_who_leaves_leaves_no_leader(self, team):
        row = team.memberships.get()
        assert memberships.leave_team(row, actor=team.leader.user).status == Status.LEFT
        team.refresh_from_db()
        assert team.leader is None

    def test_by_oneself_or_the_leader(self, team, volunteer):
        row = make_membership(team, volunteer)
        with pytest.raises(PermissionDenied):
            memberships.leave_team(row, actor=make_volunteer(has_account=True).user)
        memberships.leave_team(row, actor=team.leader.user)
        assert told(volunteer)[0].startswith("您已不在")
        assert memberships.join_team(team, volunteer, actor=volunteer.user).status == Status.APPLIED  # may come back

    def test_who_leaves_the_platform_leaves_every_team(self, team, volunteer):
        make_membership(team, volunteer)
        other = make_team(leader=volunteer)
        memberships.leave_teams(volunteer)
        other.refresh_from_db()
        assert not volunteer.memberships.open().exists() and other.leader is None

    def test_dissolved_without_sessions_to_come(self, team, clerk, volunteer):
        make_membership(team, volunteer)
        session = make_session(team.community, team=team)
        with pytest.raises(ValidationError, match="1 场活动"):
            teams.dissolve_team(team, actor=clerk)
        session.delete()
        team = teams.dissolve_team(team, actor=clerk)
        assert team.dissolved_on and team.leader is None and not team.memberships.open().exists()
        assert told(volunteer) == [f"“{team}”已解散，您的服务记录都保留。"]
        with pytest.raises(ValidationError, match="已解散"):
            memberships.join_team(team, volunteer, actor=volunteer.user)


class TestPublicPages:
    def test_names_nobody_but_a_leader_who_agreed(self, client, team):
        page = reverse("volunteers:team", args=[team.pk])
        held = make_session(team.community, team=team, status="settled")
        make_signup(held, status="attended")
        text = client.get(page).content.decode()
        assert team.leader.name not in text and "办过 <b" in text and "登录后加入" in text
        team.leader.is_honoured = True
        team.leader.save()
        text = client.get(page).content.decode()
        assert team.leader.name in text and team.leader.phone not in text

    def test_list_is_narrowed_and_cheap(self, client, team, django_assert_num_queries):
        party = make_team(kind=Kind.PARTY_TASK)
        page = reverse("volunteers:teams")
        client.get(page)
        with django_assert_num_queries(3):
            text = client.get(page).content.decode()
        assert team.name in text and party.name in text
        text = client.get(page, {"kind": "party_task", "community": "x"}).content.decode()
        assert team.name not in text and party.name in text

    def test_dissolved_is_gone(self, client, team, clerk):
        teams.dissolve_team(team, actor=clerk)
        assert client.get(reverse("volunteers:team", args=[team.pk])).status_code == 404


class TestMyPages:
    def test_join_from_the_public_page(self, client, team, volunteer):
        page = reverse("me:team_join", args=[team.pk])
        assert client.post(page).status_code == 302 and not Membership.objects.filter(volunteer=volunteer).exists()
        sign_in(client, volunteer)
        assert "申请加入" in client.get(reverse("volunteers:team", args=[team.pk])).content.decode()
        assert client.post(page, {"words": "周末有空"}).url == reverse("me:teams")
        assert "等队长答复" in client.get(reverse("me:teams")).content.decode()
        client.post(page, {"words": "长" * 101})
        assert Membership.objects.filter(volunteer=volunteer).count() == 1
        for _ in range(2):
            assert client.post(reverse("me:team_leave", args=[team.pk])).url == reverse("me:teams")
        assert Membership.objects.get(volunteer=volunteer).status == Status.DECLINED

    def test_leader_answers_and_invites(self, client, team, volunteer):
        row = make_membership(team, volunteer, status="applied", words="周末有空")
        page = reverse("me:team", args=[team.pk])
        text = sign_in(client, team.leader).get(page).content.decode()
        assert "周末有空" in text and volunteer.name in text
        act = reverse("me:team_act", args=[team.pk, "accept"])
        assert client.post(act, {"membership": row.pk}).url == page
        row.refresh_from_db()
        assert row.status == Status.JOINED
        answer = client.post(reverse("me:team_act", args=[team.pk, "invite"]), {"code": "123"})
        assert answer.status_code == 422 and "您填了 3 位" in answer.content.decode()
        invited = make_volunteer(name="欧阳志愿")
        client.post(reverse("me:team_act", args=[team.pk, "invite"]), {"code": invited.code})
        text = client.get(page).content.decode()
        assert invited.code in text and invited.name not in text  # a number is no way to a name

    def test_members_and_strangers_do_not_lead(self, client, team, volunteer):
        page, act = reverse("me:team", args=[team.pk]), reverse("me:team_act", args=[team.pk, "invite"])
        sign_in(client, volunteer)
        assert client.get(page).url == reverse("volunteers:team", args=[team.pk])
        assert client.post(act, {"code": volunteer.code}).status_code == 404
        make_membership(team, volunteer)
        text = client.get(page).content.decode()
        assert team.leader.masked_phone not in text and "邀请队员" not in text
        assert client.post(act, {"code": volunteer.code}).status_code == 404

    def test_a_phone_is_shown_to_the_leader_and_written_down(self, client, team, volunteer):
        row = make_membership(team, volunteer)
        page = reverse("me:team_phone", args=[team.pk, row.pk])
        sign_in(client, volunteer)
        assert client.post(page).status_code == 404
        text = sign_in(client, team.leader).get(reverse("me:team", args=[team.pk])).content.decode()
        assert volunteer.masked_phone in text and volunteer.phone not in text
        assert volunteer.phone in client.post(page).content.decode()
        entry = LogEntry.objects.get(action=LogEntry.Action.ACCESS, object_pk=str(volunteer.pk))
        assert entry.actor == team.leader.user and entry.additional_data == {"field": "phone", "team": team.pk}
        memberships.leave_team(row, actor=volunteer.user)
        assert client.post(page).status_code == 404

    def test_team_page_of_many_costs_no_more(self, client, team, django_assert_max_num_queries):
        for _ in range(12):
            make_membership(team)
        sign_in(client, team.leader).get(reverse("me:team", args=[team.pk]))
        with django_assert_max_num_queries(20):
            client.get(reverse("me:team", args=[team.pk]))


class TestWorkplace:
    def test_founded_put_right_and_worked_on_its_page(self, client, clerk, community, volunteer):
        client.force_login(clerk)
        new = {"community": community.pk, "kind": "volunteer", "name": "红马甲", "joining": "open"}
        new |= {"founded_on": "2026-01-05", "leader_code": volunteer.code}
        answer = client.post(reverse("admin:volunteers_team_add"), {**new, "leader_code": "12345678901234"})
        assert "没有这个编号" in answer.content.decode()
        team_page = client.post(reverse("admin:volunteers_team_add"), new).url
        team = Team.objects.get(name="红马甲")
        assert team.leader == volunteer and volunteer.masked_name in client.get(team_page).content.decode()
        edit = reverse("admin:volunteers_team_edit", args=[team.pk])
        assert client.get(edit).status_code == 200
        client.post(edit, {**new, "name": "周二红马甲"})
        team.refresh_from_db()
        assert team.name == "周二红马甲"
        answer = client.post(reverse("admin:volunteers_team_act", args=[team.pk, "dissolve"]), {"on": ""})
        assert answer.status_code == 422 and "请填解散日期" in answer.content.decode()

    def test_list_poster_and_export_hold_the_own_rows(self, client, clerk, team, django_assert_max_num_queries):
        foreign = make_team()
        client.force_login(clerk)
        page = reverse("admin:volunteers_team_changelist")
        client.get(page)
        with django_assert_max_num_queries(20):
            text = client.get(page).content.decode()
        assert team.name in text and foreign.name not in text
        posters = reverse("admin:volunteers_team_posters")
        text = client.get(posters, {"pk": team.pk}).content.decode()
        assert team.name in text and "data:image/svg+xml" in text
        assert client.get(posters, {"pk": [team.pk, foreign.pk]}).status_code == 404
        for name in ("team", "membership"):
            assert client.get(reverse(f"admin:volunteers_{name}_export")).status_code == 200
        assert client.get(reverse("admin:volunteers_team_change", args=[foreign.pk])).status_code == 404
