"""项目 as residents read and appraise them: without an account, without personal data."""

import pytest
from django.urls import reverse

from checklists.models import Appraisal
from checklists.services import projects
from checklists.services.appraisals import tally
from organizations.models import ParameterValue
from tests import factories as make
from tests.checklists.projects import S, bring, day, photo

pytestmark = pytest.mark.django_db
WORD = {"satisfaction": "satisfied", "phone": "138 0000 1234", "note": "亮堂了", "consent": "on"}


def url(verb, project, *more):
    return reverse(f"checklists:project_{verb}", args=[project.number, *more])


class TestList:
    def test_shows_what_was_publicized_and_no_more(self, client):
        community = make.make_community()
        for number, status in enumerate(S):
            bring(status, community, name=f"项目之{number}号", leader="刘某某")
        page = client.get("/projects/?community=0").content.decode()
        shown = [status for number, status in enumerate(S) if f"项目之{number}号" in page]
        assert shown == [S.PUBLICIZED, S.IMPLEMENTING, S.INSPECTING, S.CLOSED]
        assert "立项公示中" in page and "已销号" not in page and "刘某某" not in page

    def test_is_narrowed(self, client):
        one, other = bring(S.CLOSED, name="甲项目"), bring(S.PUBLICIZED, name="乙项目")
        for query, shown in [
            (f"community={one.community_id}", one),
            ("community=0&status=publicized", other),
        ]:
            assert [card["project"] for card in client.get(f"/projects/?{query}").context["cards"]] == [shown]
        assert client.get("/projects/?community=x&status=x&page=1").status_code == 200

    def test_takes_the_scanned_community(self, client):
        project = bring(S.CLOSED)
        bring(S.CLOSED)
        building = make.make_building(make.make_quarter(project.community))
        cards = client.get(f"/projects/?building={building.code}").context["cards"]
        assert [card["project"] for card in cards] == [project]

    def test_queries_do_not_grow(self, client, django_assert_num_queries):
        community = make.make_community()
        bring(S.IMPLEMENTING, community)
        with django_assert_num_queries(5):
            client.get("/projects/?community=0")
        for _ in range(4):
            bring(S.IMPLEMENTING, community)
        with django_assert_num_queries(5):
            client.get("/projects/?community=0")


class TestDetail:
    @pytest.mark.parametrize("status", [S.PROPOSED, S.STOPPED])
    def test_unpublicized_is_not_there(self, client, status):
        project = bring(status)
        assert client.get(url("detail", project)).status_code == 404
        assert client.get(url("appraise", project)).status_code == 404

    def test_says_how_to_object(self, client):
        project = bring(S.PUBLICIZED)
        type(project).objects.update(publicity_ends_on="2099-01-01")
        page = client.get(url("detail", project)).content.decode()
        assert "公示到 2099年1月1日 为止" in page and project.community.hotline in page

    def test_tells_nothing_personal(self, client):
        need = make.make_need("accepted", clock=day(0))
        project = bring(S.CLOSED, need.community, needs=[need], leader="刘某某")
        page = client.get(url("detail", project)).content.decode()
        for private in ("刘某某", need.code, need.spoken_code, need.text, need.contact_name):
            assert private not in page

    def test_shows_released_pictures_of_the_work_and_the_result_only(self, client):
        chief = make.make_superuser()
        project = bring(S.IMPLEMENTING)
        rows = {
            (stage, is_released): projects.add_evidence(
                project, actor=chief, photos=[photo()], stage=stage, are_public=is_released
            )[0]
            for stage in ("before", "during", "after")
            for is_released in (True, False)
        }
        open_ones = {key for key, row in rows.items() if client.get(url("photo", project, row.pk)).status_code == 200}
        assert open_ones == {("during", True), ("after", True)}
        other = bring(S.CLOSED)
        assert client.get(url("photo", other, rows["during", True].pk)).status_code == 404


class TestAppraisal:
    def test_is_kept_encrypted_and_counted(self, client):
        project = bring(S.CLOSED)
        answer = client.post(url("appraise", project), WORD, follow=True)
        row = Appraisal.objects.get()
        assert (row.phone, row.satisfaction, row.note) == ("13800001234", "satisfied", "亮堂了")
        assert "满意 1 / 评议 1" in answer.content.decode() and "13800001234" not in answer.content.decode()
        assert tally(project) == {"count": 1, "satisfied": 1, "mostly": 0, "dissatisfied": 0}

    def test_is_one_per_phone_and_project(self, client):
        project, other = bring(S.CLOSED), bring(S.INSPECTING)
        client.post(url("appraise", project), WORD)
        again = client.post(url("appraise", project), {**WORD, "satisfaction": "dissatisfied"})
        assert again.status_code == 422 and "已经评过这个项目" in again.content.decode()
        assert client.post(url("appraise", other), WORD).status_code == 302
        assert Appraisal.objects.count() == 2

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"satisfaction": ""}, "请选一个"),
            ({"phone": "1380000"}, "手机号要 11 位，您填了 7 位"),
            ({"consent": ""}, "请先阅读告知书"),
            ({"note": "长" * 301}, "最多写 300 个字"),
        ],
    )
    def test_errors_stand_beside_their_field(self, client, wrong, words):
        answer = client.post(url("appraise", bring(S.CLOSED)), {**WORD, **wrong})
        assert answer.status_code == 422 and words in answer.content.decode()
        assert not Appraisal.objects.exists()

    def test_waits_for_the_end(self, client):
        project = bring(S.IMPLEMENTING)
        assert client.post(url("appraise", project), WORD).url == url("detail", project)
        assert not Appraisal.objects.exists()

    def test_has_a_limit_per_address(self, client):
        ParameterValue.objects.filter(parameter__key="public_appraisals_per_hour").update(value=1)
        project = bring(S.CLOSED)
        answers = [client.post(url("appraise", project), WORD).status_code for _ in range(2)]
        assert answers == [302, 429]

    def test_units_read_the_words_and_never_the_phone(self, client):
        project = bring(S.CLOSED)
        client.post(url("appraise", project), WORD)
        row, clerk = Appraisal.objects.get(), make.make_post(organization=project.community.organization)
        address = reverse("accounts:reveal", args=["checklists", "appraisal", row.pk, "phone"])
        lead, joint = (make.make_liaison(unit) for unit in (project.unit, make.make_unit(project.unit.organization)))
        project.joint_units.set(joint.liaised_units.all())
        for user, status in ((lead, 404), (joint, 404), (clerk, 200)):
            assert Appraisal.objects.visible_to(user).exists()
            client.force_login(user)
            assert client.post(address).status_code == status
