"""The staff's pages of a need: the queue, the three columns, the steps, filing on behalf, search and export."""

from datetime import timedelta
from io import BytesIO

import pytest
from auditlog.models import LogEntry
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import SavedFilter
from checklists.forms.steps import STEPS, steps_for
from checklists.models import Need, NeedEvent, Question
from checklists.services import needs
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def community():
    return factories.make_community()


@pytest.fixture
def clerk(community, client):
    user = factories.make_post(organization=community.organization)
    client.force_login(user)
    return user


def page(need):
    return reverse("admin:checklists_need_change", args=[need.pk])


def step(need, verb):
    return reverse("admin:checklists_need_step", args=[need.pk, verb])


def told(response):
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


class TestQueue:
    def test_tiles_count_what_they_open(self, clerk, community, client):
        now = timezone.now()
        long_ago = now - timedelta(days=40)
        slow = factories.make_category(response_hours=80, handling_hours=80)
        factories.make_need(community=community, category=slow, clock=now)
        factories.make_need("accepted", community=community, clock=long_ago)
        factories.make_need("done", community=community, clock=long_ago)
        factories.make_need(clock=now)  # somebody else's
        first = client.get(reverse("admin:index"))
        heaps = {heap["label"]: heap for heap in first.context["heaps"]}
        assert {label: heap["number"] for label, heap in heaps.items()} == {
            "待受理": 1,
            "待派单": 1,
            "认领待确认": 0,
            "即将超期": 0,
            "已超期": 1,
            "待回访": 1,
            "已转外部": 0,
        }
        for heap in heaps.values():
            assert client.get(heap["href"]).context["total"] == heap["number"]
        assert first.context["total"] == 3

    def test_what_runs_out_first_stands_first(self, clerk, community, client):
        now = timezone.now()
        later = factories.make_need(community=community, clock=now)
        sooner = factories.make_need(community=community, clock=now - timedelta(days=20))
        rows = [row["need"] for row in client.get(reverse("admin:index")).context["needs"]]
        assert rows == [sooner, later]

    def test_queries_do_not_grow_with_rows(self, clerk, community, client, django_assert_max_num_queries):
        category = factories.make_category()
        for _ in range(3):
            factories.make_need(community=community, category=category)
        client.get(reverse("admin:index"))
        with django_assert_max_num_queries(60) as few:
            client.get(reverse("admin:index"))
        for _ in range(9):
            factories.make_need(community=community, category=category)
        with django_assert_max_num_queries(len(few)):
            client.get(reverse("admin:index"))

    def test_accepting_in_the_row_returns_to_the_heap(self, clerk, community, client):
        need = factories.make_need(community=community)
        answer = client.post(step(need, "accept"), {"back": "?heap=submitted"})
        assert answer.url == reverse("admin:index") + "?heap=submitted"
        need.refresh_from_db()
        assert need.status == Need.Status.ACCEPTED

    def test_strangers_are_sent_to_sign_in_and_liaisons_do_not_enter(self, client):
        assert client.get("/admin/").status_code == 302
        client.force_login(factories.make_liaison(factories.make_unit()))
        assert client.get("/admin/").status_code == 302


class TestNeedPage:
    @pytest.mark.parametrize("status", Need.Status.values)
    def test_shows_every_state_with_its_steps(self, status, client, community):
        client.force_login(factories.make_post(role="street_staff", organization=community.organization.parent))
        need = factories.make_need(status, community=community)
        answer = client.get(page(need))
        assert answer.status_code == 200
        text = answer.content.decode()
        assert need.contact_phone not in text
        offered = {each.verb for each in answer.context["steps"]}
        assert offered == {each.verb for each in steps_for(need)}

    def test_every_step_has_an_edge_for_each_state_that_offers_it(self):
        targets = {
            "accept": "accepted",
            "accept-reopening": "accepted",
            "dispatch": "dispatched",
            "recall": "accepted",
            "start-own-service": "in_service",
            "finish": "done",
            "follow-up": "rated",
            "suspend": "suspended",
            "escalate": "escalated",
            "merge": "merged",
            "reject": "rejected",
            "withdraw": "withdrawn",
            "close": "closed",
        }
        for each in STEPS:
            if each.verb in targets:
                for status in each.from_statuses:
                    assert targets[each.verb] in Need.TRANSITIONS[status], f"{each.verb} from {status}"

    def test_dispatch_from_a_proposal_and_take_back(self, clerk, community, client):
        category = factories.make_category()
        resource = factories.make_resource(factories.make_unit(community.organization), category)
        need = factories.make_need("accepted", community=community, category=category)
        factories.make_proposals(need)
        text = client.get(page(need)).content.decode()
        assert resource.unit.name in text
        answer = client.post(step(need, "dispatch"), {"resource": resource.pk, "note": ""}, follow=True)
        assert f"已派给{resource.unit}" in answer.content.decode()
        again = client.post(step(need, "dispatch"), {"resource": resource.pk, "note": "晚上去"})
        assert again.status_code == 422
        assert "您看到的是旧页面" in again.content.decode()
        assert "晚上去" in again.content.decode()
        client.post(step(need, "recall"), {"note": "换一家"})
        need.refresh_from_db()
        assert need.status == Need.Status.ACCEPTED

    def test_a_resource_that_does_not_reach_here_is_refused(self, clerk, community, client):
        need = factories.make_need("accepted", community=community)
        elsewhere = factories.make_resource(category=need.category)
        answer = client.post(step(need, "dispatch"), {"resource": elsewhere.pk, "note": "请尽快"})
        assert answer.status_code == 422
        assert "不在可选范围" in answer.content.decode()
        assert "请尽快" in answer.content.decode()
        need.refresh_from_db()
        assert need.status == Need.Status.ACCEPTED

    @pytest.mark.parametrize(
        ("verb", "typed", "message"),
        [
            ("reject", {"reason": " "}, "请填写不予受理的原因"),
            ("merge", {"into": "ZZZZ-ZZZZ"}, "没有这个编号"),
            ("escalate", {"note": ""}, "请填写上报的原因"),
            ("correct", {"people_count": "0"}, "大于或等于 1"),
        ],
    )
    def test_bad_input_is_told_beside_the_field(self, verb, typed, message, clerk, community, client):
        need = factories.make_need(community=community)
        answer = client.post(step(need, verb), typed)
        assert answer.status_code == 422
        form = next(each for each in answer.context["steps"] if each.verb == verb)
        words = " ".join(str(error) for errors in form.errors.values() for error in errors)
        assert message in words or verb == "correct" and form.errors["people_count"]
        assert NeedEvent.objects.filter(need=need).count() == 1

    def test_suspension_needs_a_later_day(self, clerk, community, client):
        need = factories.make_need("accepted", community=community)
        answer = client.post(step(need, "suspend"), {"until": timezone.localdate().isoformat(), "reason": "等配件"})
        assert "请选择今天以后的日期" in answer.content.decode()
        assert "等配件" in answer.content.decode()

    def test_duplicates_are_suggested_and_merged(self, clerk, community, client):
        building = factories.make_building(factories.make_quarter(community))
        category = factories.make_category()
        first = factories.make_need(building=building, category=category)
        second = factories.make_need(building=building, category=category)
        other = factories.make_need(building=building, text="门口的台阶结冰了，老人走不稳。")
        answer = client.get(page(second))
        assert [each.need for each in answer.context["duplicates"]] == [first]
        assert "同一栋楼同一类，说法相近 100%" in answer.content.decode()
        client.post(step(second, "merge"), {"into": first.spoken_code})
        second.refresh_from_db()
        assert second.merged_into == first
        assert other.status == Need.Status.SUBMITTED

    def test_correction_recounts_the_deadline_and_is_written_down(self, clerk, community, client):
        need = factories.make_need("accepted", community=community)
        quick = factories.make_category(handling_hours=1, response_hours=1)
        typed = {"category": quick.pk, "building": "", "target_group": 4, "people_count": 2, "urgency": 5}
        client.post(step(need, "correct"), typed)
        corrected = Need.objects.get(pk=need.pk)
        assert corrected.handle_by < need.handle_by
        assert corrected.match_due_at is not None
        assert "类别：" in corrected.events.last().note

    def test_follow_up_is_the_rating(self, clerk, community, client):
        need = factories.make_need("done", community=community)
        client.post(step(need, "follow-up"), {"satisfaction": "mostly", "is_solved": "no", "note": "还有点漏"})
        need.refresh_from_db()
        assert (need.status, need.satisfaction, need.is_solved) == ("rated", "mostly", False)

    def test_escalated_needs_are_the_streets(self, community, client, clerk):
        need = factories.make_need("escalated", community=community)
        assert client.get(page(need)).context["steps"] == []
        assert client.post(step(need, "accept")).status_code == 403
        client.force_login(factories.make_post(role="street_staff", organization=community.organization.parent))
        assert client.post(step(need, "accept")).status_code == 302

    def test_reveal_shows_once_and_leaves_a_trace(self, clerk, community, client):
        need = factories.make_need(community=community)
        url = reverse("accounts:reveal", args=["checklists", "need", need.pk, "contact_phone"])
        assert client.get(url).status_code == 405
        answer = client.post(url, headers={"HX-Request": "true"})
        assert need.contact_phone in answer.content.decode()
        entry = LogEntry.objects.filter(action=LogEntry.Action.ACCESS).get()
        assert (entry.actor, entry.additional_data) == (clerk, {"field": "contact_phone"})
        assert client.post(url.replace("contact_phone", "text")).status_code == 404

    def test_a_supervisor_reads_and_does_not_act(self, community, client):
        supervisor = factories.make_post(role="supervisor", organization=community.organization)
        need = factories.make_need(community=community)
        client.force_login(supervisor)
        assert client.get(page(need)).status_code == 302  # the workplace is not the supervisor's
        with pytest.raises(Exception, match="没有办理"):
            needs.accept(need, actor=supervisor)


class TestList:
    def test_search_by_code_phone_and_words(self, clerk, community, client):
        need = factories.make_need(community=community, text="电梯里有异味")
        other = factories.make_need(community=community, text="路灯不亮")
        for words in (need.code, need.spoken_code.lower(), need.contact_phone, "异味"):
            found = client.get(reverse("admin:checklists_need_changelist"), {"q": words}).context["cl"].queryset
            assert list(found) == [need], words
        assert other.status == "submitted"

    def test_export_is_the_filtered_list_masked_and_harmless(self, clerk, community, client):
        need = factories.make_need(community=community, text="=HYPERLINK(1)")
        factories.make_need("accepted", community=community)
        answer = client.get(reverse("admin:checklists_need_export"), {"status__exact": "submitted"})
        sheet = load_workbook(
            BytesIO(b"".join(answer.streaming_content) if answer.streaming else answer.content)
        ).active
        rows = list(sheet.iter_rows(values_only=True))
        assert len(rows) == 2
        line = dict(zip(rows[0], rows[1], strict=True))
        assert line["编号"] == need.spoken_code
        assert line["内容"] == "'=HYPERLINK(1)"
        assert line["电话"] == need.masked_contact_phone
        assert need.contact_phone not in str(rows)

    def test_bulk_acceptance_tells_what_it_left(self, clerk, community, client):
        fresh, done = factories.make_need(community=community), factories.make_need("done", community=community)
        answer = client.post(
            reverse("admin:checklists_need_changelist"),
            {"action": "accept_selected", "_selected_action": [fresh.pk, done.pk]},
        )
        assert "已受理 1 件" in told(answer)
        assert done.spoken_code in told(answer)

    def test_saved_filters_are_kept_and_are_ones_own(self, clerk, client):
        path = reverse("admin:checklists_need_changelist")
        client.post(reverse("accounts:savedfilter_create"), {"path": path, "name": "急件", "query": "urgency__exact=5"})
        saved = SavedFilter.objects.get(user=clerk)
        assert "急件" in client.get(path).content.decode()
        client.force_login(factories.make_post(organization=factories.make_organization()))
        assert "急件" not in client.get(path).content.decode()
        assert client.post(reverse("accounts:savedfilter_delete", args=[saved.pk])).status_code == 404

    def test_queries_do_not_grow_with_rows(self, clerk, community, client, django_assert_max_num_queries):
        url = reverse("admin:checklists_need_changelist")
        factories.make_need("taken", community=community)
        client.get(url)
        with django_assert_max_num_queries(60) as few:
            client.get(url)
        for _ in range(5):
            factories.make_need("taken", community=community)
        with django_assert_max_num_queries(len(few)):
            client.get(url)


class TestFiling:
    @pytest.fixture
    def typed(self, community):
        category = factories.make_category()
        return {
            "channel": "phone",
            "building": "",
            "community": community.pk,
            "address_detail": "东门岗亭旁",
            "category": category.pk,
            "text": "路灯三天不亮",
            "urgency": 1,
            "target_group": 4,
            "people_count": 1,
            "contact_name": "吴阿姨",
            "contact_phone": "13812345678",
            "consent": "on",
        }

    def test_is_submitted_in_the_clerks_name(self, clerk, typed, client):
        answer = client.post(reverse("admin:checklists_need_add"), typed)
        need = Need.objects.get()
        assert answer.url == page(need)
        assert (need.filed_by, need.channel, need.contact_phone) == (clerk, "phone", "13812345678")

    def test_keeps_what_was_typed_when_the_phone_is_short(self, clerk, typed, client):
        answer = client.post(reverse("admin:checklists_need_add"), {**typed, "contact_phone": "1381234567"})
        text = answer.content.decode()
        assert "手机号要 11 位，您填了 10 位" in text
        assert "路灯三天不亮" in text
        assert not Need.objects.exists()

    def test_another_communitys_place_is_refused(self, clerk, typed, client):
        foreign = factories.make_building()
        for change in ({"building": foreign.pk}, {"community": foreign.quarter.community_id}):
            answer = client.post(reverse("admin:checklists_need_add"), {**typed, **change})
            assert "不在您的辖区" in answer.content.decode()
        assert not Need.objects.exists()

    def test_choosing_a_category_brings_its_questions_and_loses_nothing(self, clerk, typed, client):
        Question.objects.create(category_id=typed["category"], text="里面有人吗？", is_required=True)
        answer = client.post(
            reverse("admin:checklists_need_add"),
            typed,
            headers={"HX-Request": "true", "HX-Trigger-Name": "category"},
        )
        text = answer.content.decode()
        assert "里面有人吗？" in text
        assert "路灯三天不亮" in text
        assert not Need.objects.exists()
