"""项目 in the workplace: the list, the form, the page with its next steps."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from checklists.admin.project_story import STEPS
from checklists.models import Project
from checklists.services import bids, projects
from tests import factories as make
from tests.checklists.projects import S, bring, day, upload

pytestmark = pytest.mark.django_db
LIST = "/admin/checklists/project/"


@pytest.fixture
def community():
    return make.make_community()


@pytest.fixture
def clerk(client, community):
    user = make.make_post(role="community_staff", organization=community.organization)
    client.force_login(user)
    return user


def page_of(project):
    return reverse("admin:checklists_project_change", args=[project.pk])


def post(client, project, verb, **fields):
    return client.post(reverse("admin:checklists_project_step", args=[project.pk, verb]), fields)


def facts(community, **fields):
    today = timezone.localdate()
    return {
        "community": community.pk,
        "name": "楼道照明改造",
        "goal": "夜里看不清。",
        "budget": "36800.50",
        "starts_on": today,
        "due_on": today + timedelta(days=30),
        "beneficiaries": 0,
        **fields,
    }


class TestList:
    def test_shows_own_projects_with_their_state(self, client, clerk, community):
        late = bring(S.IMPLEMENTING, community, name="晚了的项目")
        Project.objects.filter(pk=late.pk).update(due_on=timezone.localdate() - timedelta(days=3))
        projects.record_expense(late, actor=make.make_superuser(), amount=1500, purpose="灯具")
        bring(S.IMPLEMENTING, name="别处的项目")
        page = client.get(LIST).content.decode()
        assert "晚了的项目" in page and "别处的项目" not in page
        assert "已超期 3 天" in page and "超预算" in page and "1,500 / 1,000" in page

    def test_filters_and_search(self, client, clerk, community):
        bring(S.CLOSED, community, name="甲项目")
        late = bring(S.IMPLEMENTING, community, name="乙项目")
        Project.objects.filter(pk=late.pk).update(due_on="2026-09-08")
        for query, shown in [
            ("status__exact=closed", "甲"),
            ("overdue=1", "乙"),
            ("q=乙项", "乙"),
            ("overdue=x", "甲"),
        ]:
            page = client.get(f"{LIST}?{query}").content.decode()
            assert f"{shown}项目" in page

    def test_queries_do_not_grow(self, client, clerk, community, django_assert_max_num_queries):
        bring(S.IMPLEMENTING, community)
        client.get(LIST)
        with django_assert_max_num_queries(30) as few:
            client.get(LIST)
        for _ in range(5):
            bring(S.IMPLEMENTING, community)
        with django_assert_max_num_queries(len(few)):
            client.get(LIST)


class TestForm:
    def test_proposes_from_needs(self, client, clerk, community):
        rows = [make.make_need("accepted", community=community) for _ in range(2)]
        answer = client.post(
            reverse("admin:checklists_need_changelist"),
            {"action": "propose_project", "_selected_action": [need.pk for need in rows]},
        )
        keys = ",".join(str(need.pk) for need in reversed(rows))
        assert answer.url in (f"{LIST}add/?needs={keys.replace(',', '%2C')}", f"{LIST}add/?needs={keys}")
        form = client.get(answer.url).context["adminform"].form
        assert set(form.initial["needs"]) == {need.pk for need in rows} and form.initial["community"] == community.pk
        answer = client.post(answer.url, facts(community, needs=[need.pk for need in rows]))
        project = Project.objects.get()
        assert answer.url == page_of(project)
        assert set(project.needs.all()) == set(rows) and str(project.budget) == "36800.50"
        assert project.number == f"{community.code}-{timezone.localdate().year}-001"
        assert project.events.get().actor == clerk

    def test_second_click_makes_no_second_project(self, client, clerk, community):
        assert client.post(f"{LIST}add/", facts(community)).status_code == 302
        again = client.post(f"{LIST}add/", facts(community))
        assert "已有同名的在办项目" in again.content.decode() and Project.objects.count() == 1

    def test_needs_of_two_communities_are_not_one_project(self, client):
        client.force_login(make.make_superuser())
        rows = [make.make_need("accepted") for _ in range(2)]
        answer = client.post(
            reverse("admin:checklists_need_changelist"),
            {"action": "propose_project", "_selected_action": [need.pk for need in rows]},
            follow=True,
        )
        assert "不在同一个社区" in answer.content.decode()

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"name": ""}, "请填写项目名称"),
            ({"budget": "很多"}, "预算填数字"),
            ({"budget": "-1"}, "0"),
            ({"due_on": "2020-01-01"}, "完成时限不能早于开始日期"),
            ({"starts_on": "昨天"}, "请填写日期"),
        ],
    )
    def test_errors_are_chinese(self, client, clerk, community, wrong, words):
        answer = client.post(f"{LIST}add/", facts(community, **wrong))
        assert answer.status_code == 200 and words in answer.content.decode()
        assert not Project.objects.exists()

    def test_foreign_rows_are_no_choice(self, client, clerk, community):
        foreign = make.make_community()
        for wrong in (
            {"community": foreign.pk},
            {"unit": make.make_unit(foreign.organization).pk},
            {"needs": [make.make_need().pk]},
        ):
            client.post(f"{LIST}add/", {**facts(community), **wrong})
        assert not Project.objects.exists()

    def test_corrects_with_an_event_and_keeps_what_was_posted(self, client, clerk, community):
        project = bring(S.PUBLICIZED, community)
        url = reverse("admin:checklists_project_edit", args=[project.pk])
        held = client.get(url).context["adminform"].form.initial
        typed = {
            **{name: held[name] for name in ("name", "goal", "budget", "starts_on", "due_on", "beneficiaries")},
            "unit": project.unit_id,
        }
        refused = client.post(url, {**typed, "budget": "5"})
        assert "公示期间不能改" in refused.content.decode()
        assert client.post(url, {**typed, "leader": "王主任"}).url == page_of(project)
        project.refresh_from_db()
        assert project.leader == "王主任" and str(project.budget) == "1000.00"
        assert project.events.last().note == "更正信息：责任人：无 → 王主任"


class TestPage:
    @pytest.mark.parametrize("status", S)
    def test_offers_the_next_steps_of_the_table(self, client, clerk, community, status):
        project = bring(status, community)
        page = client.get(page_of(project)).content.decode()
        offered = set(re.findall(rf"/project/{project.pk}/([a-z-]+)/do/", page))
        assert offered <= {step.verb for step in STEPS if status in step.from_statuses}
        main = {
            S.PROPOSED: "publicize",
            S.PUBLICIZED: "start",
            S.IMPLEMENTING: "report-progress",
            S.INSPECTING: "pass-inspection",
        }
        assert main[status] in offered if status in main else not offered

    def test_walks_from_publicity_to_the_end(self, client, clerk, community):
        need = make.make_need("accepted", community=community)
        project = bring(S.PROPOSED, community, needs=[need])
        post(client, project, "publicize")
        early = post(client, project, "start")
        assert early.status_code == 422 and "期满后才能启动" in early.content.decode()
        Project.objects.update(publicity_ends_on="2026-09-09")
        post(client, project, "start")
        today = timezone.localdate()
        post(client, project, "add-milestone", name="摸底", starts_on=today, due_on=today)
        post(client, project, "finish-milestone", milestone=project.milestones.get().pk)
        answer = client.post(
            reverse("admin:checklists_project_step", args=[project.pk, "record-expense"]),
            {"amount": "1200.5", "purpose": "灯具"},
            follow=True,
        )
        assert "超出预算 200.50 元" in answer.content.decode()
        post(client, project, "add-evidence", stage="after", photos=upload())
        post(client, project, "report-progress", progress="100")
        post(client, project, "submit-for-inspection", outcome="亮了", beneficiaries="9")
        assert post(client, project, "pass-inspection", needs=[need.pk]).status_code == 302
        project.refresh_from_db()
        need.refresh_from_db()
        assert (project.status, need.status) == (S.CLOSED, "done")
        page = client.get(page_of(project)).content.decode()
        assert "1,200.50 元" in page and "已超预算 200.50 元" in page and "没有下一步" in page

    def test_errors_keep_what_was_typed(self, client, clerk, community):
        project = bring(S.IMPLEMENTING, community)
        answer = post(client, project, "report-progress", progress="200", note="完成了一大半")
        page = answer.content.decode()
        assert answer.status_code == 422 and "进度不能大于 100" in page and "完成了一大半" in page

    def test_old_page_is_answered_with_who_and_when(self, client, clerk, community):
        project = bring(S.CLOSED, community)
        answer = post(client, project, "stop", reason="不做了")
        assert answer.status_code == 422 and "您看到的是旧页面" in answer.content.decode()

    def test_chooses_a_bid_with_a_reason(self, client, clerk, community):
        project = bring(S.PROPOSED, community, unit=None)
        bids.open_bidding(project, actor=make.make_superuser(), closes_on=day(5).date(), at=day(1))
        liaison = make.make_liaison(make.make_unit(community.organization, name="好单位"))
        unit = liaison.liaised_units.get()
        bid = bids.submit_bid(project, unit=unit, actor=liaison, plan="派人", budget=1, at=day(2))
        assert "好单位" in client.get(page_of(project)).content.decode()
        assert post(client, project, "choose-bid", bid=bid.pk).status_code == 422
        post(client, project, "choose-bid", bid=bid.pk, reason="方案具体")
        project.refresh_from_db()
        assert project.unit == unit


class TestScope:
    def test_others_see_nothing(self, client, clerk):
        project = bring(S.IMPLEMENTING)
        row = projects.add_evidence(project, actor=make.make_superuser(), photos=[upload()], stage="after")[0]
        for path in (f"{project.pk}/change/", f"{project.pk}/edit/", f"photos/{row.pk}/", "9" * 30 + "/change/"):
            assert client.get(f"{LIST}{path}").status_code == 404
        assert post(client, project, "stop", reason="不做了").status_code == 404

    def test_who_may_only_read_does_nothing(self, client, community):
        client.force_login(make.make_post(role="platform_admin"))
        project = bring(S.IMPLEMENTING, community)
        page = client.get(page_of(project))
        assert page.status_code == 200 and "/do/" not in page.content.decode()
        assert post(client, project, "stop", reason="不做了").status_code == 403

    def test_api_shows_the_own(self, client, clerk, community):
        project = bring(S.IMPLEMENTING, community)
        bring(S.IMPLEMENTING)
        answer = client.get("/api/projects/").json()
        rows = answer["results"] if isinstance(answer, dict) else answer
        assert [(row["id"], row["spent"]) for row in rows] == [(project.pk, "0.00")]
        assert client.post("/api/projects/", {}).status_code in (403, 405)
