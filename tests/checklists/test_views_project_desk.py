"""项目 on a unit's desk."""

import pytest

from checklists.models import Bid
from checklists.services import bids, projects
from tests import factories as make
from tests.checklists.projects import S, bring, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def community():
    return make.make_community()


@pytest.fixture
def liaison(community, client):
    user = make.make_liaison(make.make_unit(community.organization))
    client.force_login(user)
    return user


@pytest.fixture
def open_project(community):
    return bids.open_bidding(bring(S.PROPOSED, community, unit=None), actor=make.make_superuser())


def led_by(liaison, community):
    return bring(S.IMPLEMENTING, community, unit=liaison.liaised_units.get())


def post(client, project, verb, **fields):
    return client.post(f"/desk/projects/{project.pk}/{verb}/", fields)


class TestBidding:
    def test_from_the_list_to_the_bid_and_back(self, client, liaison, open_project):
        assert open_project.name in client.get("/desk/projects/").content.decode()
        unit = liaison.liaised_units.get()
        answer = post(client, open_project, "submit-bid", unit=unit.pk, plan="派人去做", budget="800.50")
        assert answer.status_code == 302
        bid = Bid.objects.get()
        assert (bid.unit, bid.budget, bid.submitted_by) == (unit, 800.5, liaison)
        page = client.get("/desk/projects/")
        assert page.context["open_cards"] == [] and "派人去做" not in page.content.decode()
        post(client, open_project, "withdraw-bid", bid=bid.pk)
        bid.refresh_from_db()
        assert bid.status == Bid.Status.WITHDRAWN
        assert len(client.get("/desk/projects/").context["open_cards"]) == 1

    def test_errors_keep_what_was_typed(self, client, liaison, open_project):
        unit = liaison.liaised_units.get()
        answer = post(client, open_project, "submit-bid", unit=unit.pk, plan="派人去做", budget="很多")
        page = answer.content.decode()
        assert answer.status_code == 422 and "经费填数字" in page and "派人去做" in page

    def test_second_click_is_kindly_answered(self, client, liaison, open_project):
        unit = liaison.liaised_units.get()
        for _ in range(2):
            answer = post(client, open_project, "submit-bid", unit=unit.pk, plan="做", budget="0")
            assert answer.status_code == 302
        assert Bid.objects.count() == 1

    def test_a_rivals_bid_is_not_shown(self, client, liaison, open_project):
        rival = make.make_liaison(make.make_unit(open_project.community.organization, name="对手单位"))
        bids.submit_bid(open_project, unit=rival.liaised_units.get(), actor=rival, plan="秘密方案", budget=1)
        page = client.get(f"/desk/projects/{open_project.pk}/").content.decode()
        assert "秘密方案" not in page and "对手单位" not in page
        foreign = Bid.objects.get()
        post(client, open_project, "withdraw-bid", bid=foreign.pk)
        foreign.refresh_from_db()
        assert foreign.status == Bid.Status.SUBMITTED


class TestLeading:
    def test_reports_with_a_photo_and_submits(self, client, liaison, community):
        project = led_by(liaison, community)
        answer = post(client, project, "report-progress", progress="100", note="完工", photos=upload())
        assert answer.status_code == 302
        assert "提交验收" in client.get(f"/desk/projects/{project.pk}/").content.decode()
        fields = {"outcome": "灯都亮了。", "beneficiaries": "120"}
        early = post(client, project, "submit-for-inspection", **fields)
        assert early.status_code == 422 and "完成后" in early.content.decode()
        post(client, project, "add-evidence", stage="after", photos=upload())
        post(client, project, "submit-for-inspection", **fields)
        project.refresh_from_db()
        assert (project.status, project.beneficiaries) == (S.INSPECTING, 120)
        assert sorted(project.evidence.values_list("stage", flat=True)) == ["after", "during"]

    def test_finishes_a_milestone(self, client, liaison, community):
        project = led_by(liaison, community)
        dates = {"starts_on": project.starts_on, "due_on": project.due_on}
        milestone = projects.add_milestone(project, actor=make.make_superuser(), name="摸底", **dates)
        post(client, project, "finish-milestone", milestone=milestone.pk)
        milestone.refresh_from_db()
        assert milestone.done_on

    @pytest.mark.parametrize("verb", ["stop", "record-expense", "choose-bid", "nonsense"])
    def test_staffs_verbs_are_not_here(self, client, liaison, community, verb):
        assert post(client, led_by(liaison, community), verb).status_code == 404

    def test_joint_unit_reads_only(self, client, liaison, community):
        project = bring(S.IMPLEMENTING, community)
        project.joint_units.add(liaison.liaised_units.get())
        assert client.get(f"/desk/projects/{project.pk}/").context["forms"] == {}
        post(client, project, "report-progress", progress="50")
        project.refresh_from_db()
        assert project.progress == 0


class TestScope:
    def test_others_projects_are_not_there(self, client, liaison):
        project = bring(S.IMPLEMENTING)
        row = projects.add_evidence(project, actor=make.make_superuser(), photos=[upload()], stage="during")[0]
        for path in (f"{project.pk}/", f"{project.pk}/report-progress/", f"photos/{row.pk}/"):
            assert client.get(f"/desk/projects/{path}").status_code == 404

    def test_staff_without_a_unit_finds_no_desk(self, client, community):
        project = bring(S.IMPLEMENTING, community)
        client.force_login(make.make_post(role="community_staff", organization=community.organization))
        assert client.get(f"/desk/projects/{project.pk}/").status_code == 404
        assert client.get("/desk/projects/").status_code == 200

    def test_queries_do_not_grow(self, client, liaison, community, django_assert_max_num_queries):
        led_by(liaison, community)
        client.get("/desk/projects/")
        with django_assert_max_num_queries(20) as few:
            client.get("/desk/projects/")
        for _ in range(4):
            led_by(liaison, community)
        with django_assert_max_num_queries(len(few)):
            client.get("/desk/projects/")
