"""What a resident may do with a need afterwards."""

from datetime import timedelta

import pytest
from django.utils import timezone

from checklists.models import Need, NeedEvent
from checklists.services import needs
from tests import factories
from tests.checklists.residents import let_in, open_form, page, words_of
from tests.checklists.test_forms_needs import picture, upload

pytestmark = pytest.mark.django_db
S = Need.Status


class TestActs:
    def test_only_possible_acts_are_offered(self, client):
        offered = {
            S.SUBMITTED: {"supplement", "withdraw"},
            S.DONE: {"rate", "reopen"},
            S.WITHDRAWN: set(),
            S.MERGED: set(),
        }
        for status, expected in offered.items():
            need = factories.make_need(status)
            acts = let_in(client, need).get(page("detail", need)).context["acts"]
            assert {act["url"].removeprefix("checklists:need_") for act in acts} == expected

    def test_withdraw_twice_is_harmless(self, client, need):
        let_in(client, need)
        for _ in range(2):
            response = client.post(page("withdraw", need), {"note": "已经修好了"}, follow=True)
            assert "您已撤回" in words_of(response)
        assert need.events.filter(to_status=S.WITHDRAWN).count() == 1

    def test_rating_says_what_comes_next(self, client):
        for solved, words in (("yes", "7 天后办结"), ("no", "再次反映")):
            need = factories.make_need(S.DONE)
            let_in(client, need)
            answers = {"satisfaction": "satisfied", "is_solved": solved, "note": "谢谢师傅"}
            text = words_of(client.post(page("rate", need), answers, follow=True))
            need.refresh_from_db()
            assert (need.status, need.satisfaction, need.is_solved) == (S.RATED, "satisfied", solved == "yes")
            assert words in text

    def test_second_rating_changes_nothing(self, client):
        need = factories.make_need(S.RATED)
        response = let_in(client, need).post(
            page("rate", need), {"satisfaction": "dissatisfied", "is_solved": "no"}, follow=True
        )
        need.refresh_from_db()
        assert need.satisfaction == "satisfied"
        assert "已经办过了" in words_of(response)

    def test_empty_rating_asks_for_both_answers(self, client):
        need = factories.make_need(S.DONE)
        response = let_in(client, need).post(page("rate", need), {"note": "还行"})
        assert response.status_code == 422
        for words in ("请选一个：满意、基本满意，或不满意。", "请选一个：解决了，或没有解决。", "还行"):
            assert words in words_of(response)

    def test_reopening_is_asked_for_once(self, client):
        need = factories.make_need(S.DONE)
        let_in(client, need)
        for _ in range(2):
            client.post(page("reopen", need), {"reason": "又坏了"})
        need.refresh_from_db()
        assert (need.status, need.reopen_count) == (S.REOPENED, 1)
        assert need.events.filter(to_status=S.REOPENED).count() == 1

    def test_old_page_is_told_without_the_name_of_staff_and_keeps_the_words(self, client):
        staff = factories.make_superuser()
        cases = [
            (S.SUBMITTED, "withdraw", "note", lambda need: needs.reject(need, actor=staff, reason="不归我们管")),
            (S.SUBMITTED, "supplement", "note", lambda need: needs.reject(need, actor=staff, reason="不归我们管")),
            (S.DONE, "rate", "note", lambda need: needs.close(need, actor=NeedEvent.Party.SYSTEM)),
        ]
        for status, act, field, overtake in cases:
            need = factories.make_need(status)
            let_in(client, need)
            token = (client.get(page(act, need)).context or {}).get("token", "")
            overtake(need)
            answers = {field: "我写的话", "token": token, "satisfaction": "satisfied", "is_solved": "yes"}
            response = client.post(page(act, need), answers)
            assert response.status_code == 422
            assert "这件事刚有了新进展" in words_of(response)
            assert "我写的话" in words_of(response)
            assert staff.name not in words_of(response)
            assert client.get(page(act, need))["Location"] == page("detail", need)

    def test_late_reopening_is_refused_in_words(self, client):
        need = factories.make_need(S.DONE, clock=timezone.now() - timedelta(days=40))
        response = let_in(client, need).post(page("reopen", need), {"reason": "又坏了"})
        assert response.status_code == 422
        assert "15 天内可以再次反映" in words_of(response)

    def test_supplement_adds_words_and_photos_once(self, client, need):
        let_in(client, need)
        token = open_form(client, page("supplement", need))
        for _ in range(2):
            client.post(page("supplement", need), {"note": "二楼也坏了", "photos": upload(picture()), "token": token})
        need.refresh_from_db()
        assert need.status == S.SUBMITTED
        event = need.events.get(note="二楼也坏了")
        assert (event.from_status, event.to_status, event.is_note_public) == (S.SUBMITTED, S.SUBMITTED, True)
        assert need.photos.count() == 1
        assert "您补充了情况" in words_of(client.get(page("detail", need)))

    def test_supplement_while_suspended_does_not_hold_up_the_resumption(self):
        need = factories.make_need(S.SUSPENDED)
        needs.supplement(need, actor=NeedEvent.Party.RESIDENT, note="配件我买到了")
        needs.resume(need, actor=factories.make_superuser())
        need.refresh_from_db()
        assert need.status == S.ACCEPTED
