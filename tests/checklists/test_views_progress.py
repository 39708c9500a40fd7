"""How a need stands, in a resident's words."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from checklists.models import Dispatch, Need, NeedEvent
from checklists.services import dispatches, needs
from checklists.views.progress import Progress
from tests import factories
from tests.checklists.residents import let_in, page, words_of

pytestmark = pytest.mark.django_db
S = Need.Status


class TestProgress:
    def test_every_state_is_told_in_plain_words(self, client):
        for status in S:
            need = factories.make_need(status)
            response = let_in(client, need).get(page("detail", need))
            progress = response.context["progress"]
            assert progress.title
            assert len(progress.steps) >= 2
            read = re.sub(r"<[^>]*>", "", words_of(response).partition("<main")[2].partition(">")[2])
            assert not re.search(r"[a-z]{4}", read), read
            assert "超级管理员" not in read and "王莉" not in read

    def test_internal_notes_stay_inside_and_public_ones_are_read(self):
        need = factories.make_need(S.TAKEN)
        staff = factories.make_superuser()
        row = Dispatch.objects.get(need=need)
        dispatches.decline(row, actor=NeedEvent.Party.UNIT, reason="no_time", note="嫌远")
        needs.suspend(need, actor=staff, reason="等配件到货", until=timezone.localdate() + timedelta(days=3))
        need.refresh_from_db()
        told = str(Progress(need).steps)
        assert "嫌远" not in told
        assert "等配件到货" in told
        assert f"{row.resource.unit}来不了，另外找人" in told

    def test_merged_need_follows_the_main_one_without_its_code(self, client):
        need = factories.make_need(S.MERGED)
        main = need.merged_into
        staff = factories.make_superuser()
        needs.accept(main, actor=staff)
        resource = factories.make_resource(factories.make_unit(main.community.organization), main.category)
        dispatches.dispatch(main, resource, actor=staff)
        needs.supplement(main, actor=NeedEvent.Party.RESIDENT, note="我住 501")
        text = words_of(let_in(client, need).get(page("detail", need)))
        assert f"已安排 {resource.unit}" in text
        assert main.spoken_code not in text
        assert "我住 501" not in text

    def test_deadline_is_told_in_working_days(self):
        friday = factories.at("2026-11-20 09:00")
        need = factories.make_need(clock=friday)
        need.respond_by = factories.at("2026-11-24 18:00")
        assert Progress(need, friday).deadline["words"] == "还剩 2 个工作日"
        assert Progress(need, friday).lead == f"{need.community}将在 11月24日 18:00 前联系您。"
        late = Progress(need, factories.at("2026-11-26 09:00")).deadline
        assert (late["words"], late["tone"]) == ("已超过 2 个工作日", "bad")

    def test_queries_do_not_grow_with_events(self, client, django_assert_num_queries):
        need = factories.make_need(S.IN_SERVICE)
        let_in(client, need)
        for _ in range(8):
            needs.supplement(need, actor=NeedEvent.Party.RESIDENT, note="又来")
        with django_assert_num_queries(10):
            client.get(page("detail", need))

    def test_receipt_can_be_printed(self, client, need):
        text = words_of(let_in(client, need).get(page("receipt", need)))
        assert need.spoken_code in text
        assert "data:image/svg+xml" in text
