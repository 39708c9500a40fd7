"""The staff's pages of a meeting that runs and of what became of it, and the public page of the result."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from deliberations.models import Hearing, Issue, Outcome, Speech, Vote
from deliberations.services.hearings import ballots, opinions, outcomes, publishing, running
from tests import factories as make
from tests.deliberations.meetings import make_clerk, make_meeting, open_meeting, open_vote

pytestmark = pytest.mark.django_db


@pytest.fixture
def community():
    return make.make_community()


@pytest.fixture
def clerk(community, client):
    clerk = make_clerk(community)
    client.force_login(clerk)
    return clerk


@pytest.fixture
def hearing(clerk, community):
    return open_meeting(clerk, community)


def page(name, *args):
    return reverse(f"admin:deliberations_hearing_{name}", args=args)


def words(answer):
    return answer.content.decode()


@pytest.fixture
def do(client):
    """`do(hearing, "open")`: the button of the tablet, or with `at="after"` of the page of the aftermath."""

    def act(hearing, verb, at="live", **data):
        return client.post(page(f"{at}_act", hearing.pk, verb), data)

    return act


@pytest.fixture
def published(clerk, hearing, community):
    vote = open_vote(hearing, clerk)
    for (_, code), choice in zip(ballots.issue_codes(vote, actor=clerk), ["for", "for", "for", "void"], strict=True):
        ballots.cast_ballot(code, choice)
    ballots.close_ballot(vote, teller="李计票", actor=clerk)
    who = hearing.attendees.first()
    opinion = opinions.record_opinion(hearing, text="井道用玻璃的。", attendee=who, actor=clerk)
    opinions.answer_opinion(opinion, answer="adopted", reason="图纸已改。", actor=clerk)
    due_on = timezone.localdate() + timedelta(days=5)
    outcomes.add_outcome(hearing, text="公示七天", owner="居委会", due_on=due_on, actor=clerk)
    return publishing.publish_hearing(running.close_hearing(hearing, actor=clerk), actor=clerk)


class TestTablet:
    def test_below_the_quorum_it_says_how_many_are_missing(self, client, do, clerk, community):
        hearing = make_meeting(clerk, community, present=2)
        answer = do(hearing, "open")
        assert answer.status_code == 422 and "还差 1 人" in words(answer)
        assert do(hearing, "postpone").url == page("live", hearing.pk)
        assert Hearing.objects.get(pk=hearing.pk).status == "postponed"

    def test_a_whole_meeting_by_its_buttons(self, client, do, clerk, community):
        hearing = make_meeting(clerk, community)
        do(hearing, "open")
        do(hearing, "start-item", item=hearing.agenda.first().pk)
        do(hearing, "ask", attendee=hearing.attendees.first().pk)
        do(hearing, "start-speech", speech=Speech.objects.get().pk)
        shown = words(client.get(page("live", hearing.pk)))
        assert "正在发言" in shown and "data-left" in shown and "孙居民" not in shown
        do(hearing, "put", question="同意方案二", way="hands")
        vote = Vote.objects.get()
        do(hearing, "open-vote", vote=vote.pk)
        too_many = {"for_count": 4, "against_count": 1, "abstained_count": 0, "teller": "李计票"}
        refused = do(hearing, "count", vote=vote.pk, **too_many)
        assert refused.status_code == 422 and "多于实到的 4 人" in words(refused) and 'value="李计票"' in words(refused)
        do(hearing, "count", vote=vote.pk, **{**too_many, "for_count": 3})
        assert Vote.objects.get().is_passed
        assert do(hearing, "close").status_code == 302
        assert Hearing.objects.get(pk=hearing.pk).status == "closed"

    def test_a_stale_button_does_no_harm(self, do, clerk, hearing):
        running.close_hearing(hearing, actor=clerk)
        answer = do(hearing, "start-item", item=hearing.agenda.first().pk)
        assert answer.status_code == 422 and "旧页面" in words(answer)
        assert do(hearing, "start-item", item="abc").status_code == 422
        assert do(hearing, "no-such").status_code == 404

    def test_rows_of_another_meeting_are_unknown(self, do, clerk, community, hearing):
        other = open_meeting(clerk, community, title="别的会")
        assert do(hearing, "start-item", item=other.agenda.first().pk).status_code == 422
        assert not other.agenda.running().exists()

    def test_the_polled_part_is_a_part(self, client, hearing):
        part = words(client.get(page("live", hearing.pk), HTTP_HX_REQUEST="true"))
        assert "应到 5 人" in part and "<html" not in part


class TestBoard:
    def test_shows_who_is_missing_then_what_runs(self, client, clerk, community):
        waiting = make_meeting(clerk, community, present=2)
        assert "还差 1 人" in words(client.get(page("board", waiting.pk)))
        hearing = open_meeting(clerk, community)
        running.start_item(hearing.agenda.first(), actor=clerk)
        shown = words(client.get(page("board", hearing.pk)))
        assert "介绍方案" in shown and "data-left" in shown and "hx-get" in shown

    def test_never_a_running_count(self, client, clerk, hearing):
        vote = open_vote(hearing, clerk)
        for _, code in ballots.issue_codes(vote, actor=clerk)[:3]:
            ballots.cast_ballot(code, "against")
        for name in ("board", "live", "after"):
            shown = words(client.get(page(name, hearing.pk)))
            assert "反对" not in shown.replace("可以同意或反对的一句话", "")
        assert "已投 3 张 / 发出 4 张" in words(client.get(page("board", hearing.pk)))

    def test_queries(self, client, clerk, hearing, django_assert_max_num_queries):
        open_vote(hearing, clerk)
        with django_assert_max_num_queries(26):
            client.get(page("board", hearing.pk), HTTP_HX_REQUEST="true")


class TestSlips:
    def test_stand_in_the_answer_and_never_again(self, client, clerk, hearing):
        vote = open_vote(hearing, clerk)
        printed = client.post(page("slips", hearing.pk), {"vote": vote.pk})
        assert words(printed).count('class="ballot-slip"') == 4 and "no-store" in printed["Cache-Control"]
        again = client.post(page("slips", hearing.pk), {"vote": vote.pk})
        assert 'class="ballot-slip"' not in words(again) and "没有要打印的" in words(again)
        listed = words(client.get(page("codes", hearing.pk, vote.pk)))
        assert listed.count("没有用") == 4 and "孙居民" not in listed
        one = vote.codes.first().attendee
        anew = client.post(page("slips", hearing.pk), {"vote": vote.pk, "attendee": one.pk})
        assert words(anew).count('class="ballot-slip"') == 1

    def test_a_page_alone_draws_none(self, client, clerk, hearing):
        vote = open_vote(hearing, clerk)
        assert client.get(page("slips", hearing.pk)).status_code == 302 and not vote.codes.exists()


class TestAfter:
    def test_from_closing_to_the_result(self, client, do, clerk, hearing, community):
        issue = Issue.objects.create(community=community, title="装电梯", text="老人多", status="scheduled")
        hearing.issues.add(issue)
        do(hearing, "opinion", at="after", text="井道用玻璃的。")
        opinion = hearing.opinions.get()
        do(hearing, "close")
        assert "1 条意见还没有答复" in words(client.get(page("after", hearing.pk)))
        assert "1 条意见还没有答复" in words(client.get(page("change", hearing.pk)))
        assert do(hearing, "publish", at="after").status_code == 422
        kept = do(hearing, "answer", at="after", opinion=opinion.pk, answer="", reason="图纸已改。")
        assert kept.status_code == 422 and "图纸已改。" in words(kept)
        do(hearing, "answer", at="after", opinion=opinion.pk, answer="adopted", reason="图纸已改。")
        do(hearing, "outcome", at="after", text="公示七天", owner="居委会", due_on=timezone.localdate().isoformat())
        do(hearing, "settle", at="after", issue=issue.pk, result="settled")
        assert do(hearing, "publish", at="after").status_code == 302
        assert Hearing.objects.get(pk=hearing.pk).status == "published"
        assert words(client.get(page("minutes", hearing.pk))).count("图纸已改。") == 1

    def test_a_resolution_on_its_page(self, client, clerk, published):
        row = Outcome.objects.get()
        act = reverse("admin:deliberations_outcome_act", args=[row.pk, "finish"])
        assert client.post(act, {"note": ""}).status_code == 422
        client.post(act, {"note": "公示完了"})
        assert Outcome.objects.get().status == "done"
        listed = client.get(reverse("admin:deliberations_outcome_changelist"), {"due": "late"})
        assert listed.status_code == 200 and "公示七天" not in words(listed)
        sheet = client.post(reverse("admin:deliberations_outcome_export"), {"format": "0"})
        assert sheet.status_code == 200

    def test_the_list_asks_no_more_for_more(self, client, clerk, published, django_assert_max_num_queries):
        due_on = timezone.localdate()
        for number in range(5):
            published.outcomes.create(text=f"事项{number}", owner="居委会", due_on=due_on)
        with django_assert_max_num_queries(30):
            client.get(reverse("admin:deliberations_outcome_changelist"))


class TestScope:
    def test_a_foreign_clerk_finds_nothing(self, client, hearing, clerk):
        vote = open_vote(hearing, clerk)
        client.force_login(make_clerk(make.make_community()))
        for name in ("live", "board", "after", "minutes", "change"):
            assert client.get(page(name, hearing.pk)).status_code == 404
        assert client.get(page("codes", hearing.pk, vote.pk)).status_code == 404
        assert client.post(page("slips", hearing.pk), {"vote": vote.pk}).status_code == 404
        assert client.post(page("live_act", hearing.pk, "close")).status_code == 404
        assert client.post(page("after_act", hearing.pk, "publish")).status_code == 404
        assert not vote.codes.exists()

    def test_an_auditor_looks_and_does_nothing(self, client, hearing, clerk, community):
        vote = open_vote(hearing, clerk)
        client.force_login(make.make_post(role="auditor", organization=community.organization))
        shown = words(client.get(page("live", hearing.pk)))
        assert "应到 5 人" in shown and "散会" not in shown and "打印选票码" not in shown
        assert client.post(page("live_act", hearing.pk, "close")).status_code == 403
        assert client.post(page("slips", hearing.pk), {"vote": vote.pk}).status_code == 403

    def test_a_superuser_reads_no_ballots_either(self, client, hearing, clerk):
        open_vote(hearing, clerk)
        client.force_login(make.make_superuser())
        for name in ("vote", "ballot", "ballotcode"):
            assert client.get(f"/admin/deliberations/{name}/").status_code == 404


class TestResult:
    def test_all_of_it_and_no_resident(self, client, published, clerk):
        client.logout()
        answer = client.get(reverse("hearings:result", args=[published.code]))
        shown = words(answer)
        for told in (
            "应到 5 人，实到 4 人",
            "图纸已改。",
            "公示七天",
            "居委会",
            "李计票",
            "赵主任",
            "钱委员",
            "还剩 5 天",
        ):
            assert told in shown
        assert "孙居民" not in shown and published.attendees.first().phone not in shown

    def test_its_resolutions_go_on(self, client, published, clerk):
        outcomes.finish_outcome(Outcome.objects.get(), note="公示完了", actor=clerk)
        assert "公示完了" in words(client.get(reverse("hearings:result", args=[published.code])))

    def test_not_before_it_is_published(self, client, hearing, clerk):
        hearing = running.close_hearing(hearing, actor=clerk)
        assert client.get(reverse("hearings:result", args=[hearing.code])).status_code == 404

    def test_queries(self, client, published, django_assert_max_num_queries):
        due_on = timezone.localdate()
        for number in range(4):
            published.outcomes.create(text=f"事项{number}", owner="居委会", due_on=due_on)
        client.logout()
        with django_assert_max_num_queries(12):
            client.get(reverse("hearings:result", args=[published.code]))
