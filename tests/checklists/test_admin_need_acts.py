"""The staff's newer acts on a need: levels, outside, questions, parts, standard answers, and where needs come from."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from checklists.models import Need, StandardAnswer
from checklists.services import needs
from checklists.wording import blanks, fill_in
from tests import factories
from tests.checklists.test_admin import community, page, step, told  # noqa: F401 # fixtures
from tests.checklists.test_forms_needs import answers_of

pytestmark = pytest.mark.django_db
S = Need.Status


@pytest.fixture
def people(community):  # noqa: F811
    body = community.organization
    return {
        "community_staff": factories.make_post(organization=body),
        "street_staff": factories.make_post(role="street_staff", organization=body.parent),
        "district_staff": factories.make_post(role="district_staff", organization=body.parent),
    }


def offered(client, user, need):
    client.force_login(user)
    return {each.verb for each in client.get(page(need)).context["steps"]}


class TestLevels:
    def test_steps_are_offered_to_whoever_decides(self, client, community, people):  # noqa: F811
        need = factories.make_need("escalated", community=community)
        clerk, street, district = people.values()
        assert offered(client, clerk, need) == set()
        assert {"hand-down", "finish", "escalate-further", "hand-off"} <= offered(client, street, need)
        client.post(step(need, "escalate-further"), {"note": "街道办不了"})
        assert offered(client, street, need) == set()
        assert "escalate-further" not in offered(client, district, need)
        answer = client.post(step(need, "hand-down"), {"level": 2, "note": "请街道牵头"})
        assert "现在由街道处置" in told(answer)
        need.refresh_from_db()
        assert need.level == Need.Level.STREET

    def test_heaps(self, client, community, people):  # noqa: F811
        need = factories.make_need("escalated", community=community)
        needs.escalate_further(need, actor=factories.make_superuser(), note="街道办不了")
        factories.make_need("escalated", community=community)
        factories.make_need("handed_off", community=community)
        found = {}
        for role, user in people.items():
            client.force_login(user)
            heaps = client.get(reverse("admin:index")).context["heaps"]
            found[role] = {heap["label"]: heap["number"] for heap in heaps}
        assert "上报到我这里" not in found["community_staff"] and found["community_staff"]["已转外部"] == 1
        assert found["street_staff"]["上报到我这里"] == 1 and "在街道处置" not in found["street_staff"]
        assert (found["district_staff"]["上报到我这里"], found["district_staff"]["在街道处置"]) == (1, 1)

    def test_what_was_tried_is_filled_in_before_it_goes_up(self, client, community, people):  # noqa: F811
        need = factories.make_need("accepted", community=community)
        client.force_login(people["community_staff"])
        assert "已试过：居民今天提出" in client.get(page(need)).content.decode()

    def test_need_that_nobody_fits_for_long_asks_to_go_up(self, client, community, people):  # noqa: F811
        need = factories.make_need("accepted", community=community, clock=timezone.now() - timedelta(days=20))
        Need.objects.update(match_due_at=None, matched_at=timezone.now())
        client.force_login(people["community_staff"])
        answer = client.get(page(need))
        assert "20 天了一直配不上资源" in answer.content.decode()
        assert answer.context["unmatched_step"].verb == "escalate"
        assert "escalate" not in {each.verb for each in answer.context["more_steps"]}


class TestOutsideAndQuestions:
    def test_handed_off_and_taken_back(self, client, community, people):  # noqa: F811
        need = factories.make_need("accepted", community=community)
        client.force_login(people["community_staff"])
        bad = client.post(step(need, "hand-off"), {"to": "", "note": "归他们"})
        assert bad.status_code == 422 and "请写明转往哪个单位" in bad.content.decode()
        answer = client.post(step(need, "hand-off"), {"to": "区供水公司", "note": "归他们"})
        assert "已转给区供水公司" in told(answer)
        assert "转往 区供水公司" in client.get(page(need)).content.decode()
        client.post(step(need, "take-back"), {"note": "他们不管"})
        need.refresh_from_db()
        assert need.status == S.ACCEPTED

    def test_question_with_its_link_and_then_no_second_one(self, client, community, people):  # noqa: F811
        need = factories.make_need("accepted", community=community)
        clerk = people["community_staff"]
        assert "ask" in offered(client, clerk, need)
        client.post(step(need, "ask"), {"question": "几点在家？"})
        inquiry = need.inquiries.get()
        text = client.get(page(need)).content.decode()
        assert needs.inquiry_link(inquiry) in text and "data:image/svg+xml" in text
        assert "ask" not in offered(client, clerk, need)
        needs.answer_inquiry(inquiry, answer="下午三点")
        text = client.get(page(need)).content.decode()
        assert "下午三点" in text and needs.inquiry_link(inquiry) not in text

    def test_neighbours_are_masked_and_opened_by_a_logged_click(self, client, community, people):  # noqa: F811
        need = factories.make_need(community=community, category=factories.make_category(is_communal=True))
        needs.support(need, name="李阿姨", phone="13900000001")
        client.force_login(people["community_staff"])
        text = client.get(page(need)).content.decode()
        assert "另有 1 位邻居也需要" in text and "139****0001" in text and "13900000001" not in text
        url = reverse("accounts:reveal", args=["checklists", "support", need.supports.get().pk, "phone"])
        assert "13900000001" in client.post(url, headers={"HX-Request": "true"}).content.decode()
        client.force_login(factories.make_post(organization=factories.make_organization()))
        assert client.post(url, headers={"HX-Request": "true"}).status_code == 404


class TestSplit:
    def rows(self, kind, *texts):
        rows = {"form-TOTAL_FORMS": len(texts), "form-INITIAL_FORMS": len(texts)}
        for number, text in enumerate(texts):
            rows |= {f"form-{number}-category": kind.pk if text else "", f"form-{number}-text": text}
            rows |= {f"form-{number}-people_count": 1}
        return rows

    def test_rows_are_added_and_become_parts(self, client, community, people):  # noqa: F811
        need = factories.make_need("accepted", community=community)
        url = reverse("admin:checklists_need_split", args=[need.pk])
        client.force_login(people["community_staff"])
        assert len(client.get(url).context["forms"].forms) == 2
        more = client.post(url, {**self.rows(need.category, "换灯", "查线"), "add": "1"})
        assert more.status_code == 200 and len(more.context["forms"].forms) == 3
        assert "查线" in more.content.decode() and not need.sub_needs.exists()
        bad = client.post(url, self.rows(need.category, "换灯", ""))
        assert bad.status_code == 422 and "请写明这一件要办什么" in bad.content.decode()
        answer = client.post(url, self.rows(need.category, "换灯", "查线", ""))
        assert "已拆成 2 件" in told(answer)
        assert [part.text for part in needs.parts_of(need)] == ["换灯", "查线"]
        text = client.get(page(need)).content.decode()
        assert "拆成 2 件办" in text
        again = client.get(url)
        assert again["Location"] == page(need)

    def test_foreign_need_cannot_be_split(self, client, people):
        need = factories.make_need("accepted")
        client.force_login(people["community_staff"])
        assert client.get(reverse("admin:checklists_need_split", args=[need.pk])).status_code == 404


class TestStandardAnswers:
    def answer(self, text, **fields):
        return StandardAnswer.objects.create(**{"status": S.REJECTED, "title": "不归社区管", "text": text, **fields})

    def test_pure_parts(self):
        values = {"编号": "K7M2-9QXD", "类别": "楼道照明", "社区": "红星社区", "单位": "实验小学"}
        assert fill_in("{类别}由{单位}办，{别的}", values) == "楼道照明由实验小学办，{别的}"
        assert blanks("【日期】前到【】，") == ["【日期】", "【】"]

    def test_kind_class_and_all_and_only_those(self, client, community, people):  # noqa: F811
        StandardAnswer.objects.all().delete()
        need = factories.make_need(community=community)
        fits = [
            self.answer("甲"),
            self.answer("乙", category=need.category),
            self.answer("丙", category=need.category.parent),
        ]
        self.answer("丁", category=factories.make_category())
        self.answer("戊", is_active=False)
        self.answer("己", status=S.DONE)
        client.force_login(people["community_staff"])
        steps = {each.verb: each for each in client.get(page(need)).context["steps"]}
        assert [chip["pk"] for chip in steps["reject"].chips] == [row.pk for row in fits]

    def test_filled_in_without_javascript_and_blanks_are_owed(self, client, community, people):  # noqa: F811
        need = factories.make_need(community=community)
        row = self.answer("{编号} 归【单位】管")
        client.force_login(people["community_staff"])
        filled = client.post(step(need, "reject"), {"fill": row.pk, "reason": ""})
        assert filled.status_code == 200
        assert f"{need.spoken_code} 归【单位】管</textarea>" in filled.content.decode()
        refused = client.post(step(need, "reject"), {"reason": "归【单位】管"})
        assert refused.status_code == 422 and "请把【单位】换成实际内容。" in refused.content.decode()
        looked = client.post(step(need, "reject"), {"preview": "1", "reason": "归城管队管"})
        text = looked.content.decode()
        assert looked.status_code == 200 and "居民会读到" in text and f"{community}没有受理" in text
        need.refresh_from_db()
        assert need.status == S.SUBMITTED

    def test_shipped_ones_fit_their_steps_and_slots(self):
        rows = list(StandardAnswer.objects.all())
        assert len(rows) >= 12
        for row in rows:
            assert "{" not in fill_in(row.text, dict.fromkeys(("编号", "类别", "社区", "单位"), ""))

    def test_street_writes_them_and_unknown_slots_are_told(self, client, people):
        client.force_login(people["street_staff"])
        url = reverse("admin:checklists_standardanswer_add")
        typed = {
            "status": "done",
            "title": "好了",
            "text": "{姓名}好了",
            "order": 10,
            "is_active": "on",
            "category": "",
        }
        assert "不认识{姓名}" in client.post(url, typed).content.decode()
        assert client.post(url, {**typed, "text": "{单位}好了"}).status_code == 302
        client.force_login(people["community_staff"])
        assert client.get(url).status_code == 403


class TestWhereNeedsComeFrom:
    def file(self, client, community, **changed):  # noqa: F811
        building = factories.make_building(factories.make_quarter(community))
        typed = {**answers_of(building), "channel": "hotline", "external_code": "12345-7", "raised_by": "quarter"}
        return client.post(reverse("admin:checklists_need_add"), {**typed, **changed})

    def test_transfer_is_filed_once(self, client, community, people):  # noqa: F811
        client.force_login(people["community_staff"])
        self.file(client, community, expected_on=timezone.localdate() + timedelta(days=9))
        need = Need.objects.get()
        assert (need.channel, need.external_code, need.raised_by) == ("hotline", "12345-7", "quarter")
        again = self.file(client, community, external_code=" 12345 -7")
        assert f"这张转办单已经登记过：受理编号 {need.spoken_code}" in again.content.decode()
        sister = factories.make_community()
        client.force_login(factories.make_post(organization=sister.organization))
        abroad = self.file(client, sister).content.decode()
        assert f"由{community}" in abroad and need.spoken_code not in abroad
        assert Need.objects.count() == 1

    def test_number_is_owed_and_days_lie_ahead(self, client, community, people):  # noqa: F811
        client.force_login(people["community_staff"])
        text = self.file(client, community, external_code="", expected_on="2020-01-01").content.decode()
        assert "请填转办单号" in text and "不能早于今天" in text
        self.file(client, community, external_code="", channel="wish_wall")
        self.file(client, community, external_code="", channel="grid")
        assert set(Need.objects.values_list("channel", flat=True)) == {"wish_wall", "grid"}
