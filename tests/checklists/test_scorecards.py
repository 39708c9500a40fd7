"""单位履约 and 居民要过没找到: the counts against a plain recount, the pages, the drill-down and the sheets."""

from datetime import timedelta
from io import BytesIO

import pytest
from auditlog.models import LogEntry
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from checklists.models import Dispatch, Need, NeedEvent, Resource
from checklists.scorecards import MEASURES, scorecards, total
from checklists.services import dispatches, grabs, needs
from checklists.services.feedback import give_feedback
from checklists.shortages import shortages, with_advice
from tests import factories as make

pytestmark = pytest.mark.django_db
UNIT = NeedEvent.Party.UNIT
CARD = reverse("admin:checklists_dispatch_scorecard")
SHORT = reverse("admin:checklists_resource_shortages")


@pytest.fixture
def community():
    return make.make_community()


@pytest.fixture
def clerk(community):
    return make.make_post(organization=community.organization)


@pytest.fixture
def resource(community):
    return make.make_resource(make.make_unit(community.organization), capacity=99)


@pytest.fixture
def rows(community, resource, clerk):
    """One dispatch of each ending, all of one unit."""

    def need(status, **fields):
        return make.make_need(status, resource=resource, category=resource.category, community=community, **fields)

    def row(status, **fields):
        return need(status, **fields).dispatches.get()

    row("dispatched")
    row("taken")
    dispatches.decline(row("dispatched"), actor=UNIT, reason="no_time")
    dispatches.decline(row("taken"), actor=UNIT, reason="no_show")
    dispatches.recall(row("dispatched"), actor=clerk)
    late = row("dispatched", clock=timezone.now() - timedelta(days=20))
    dispatches.expire(late)
    give_feedback(row("done"), actor=UNIT, feedback="hard", is_no_show=True)
    give_feedback(row("closed"), actor=UNIT, feedback="smooth")
    unhappy = need("done")
    needs.rate(unhappy, actor=NeedEvent.Party.RESIDENT, satisfaction="dissatisfied", is_solved=False)
    grabbed = make.make_need("accepted", category=resource.category, community=community)
    grabs.open_to_grab(grabbed, actor=clerk, note="快来")
    grabs.grab(grabbed, resource, actor=make.make_liaison(resource.unit))
    return Dispatch.objects.all()


class TestScorecards:
    def test_counts(self, rows, resource):
        (card,) = scorecards(rows)
        wanted = {
            "offered": 9,
            "due": 7,
            "on_time": 6,
            "taken": 4,
            "grabbed": 1,
            "declined": 2,
            "declined_no_time": 1,
            "declined_no_show": 1,
            "expired": 1,
            "recalled": 1,
            "finished": 3,
            "rated": 2,
            "satisfied": 1,
            "no_show": 2,
            "told": 2,
            "smooth": 1,
            "hard": 1,
        }
        assert (card.pk, card.name) == (resource.unit_id, resource.unit.name)
        assert {name: count for name, count in card.counts.items() if count} == wanted
        assert [(rate["part"], rate["whole"], rate["percent"]) for rate in card.rates] == [
            (6, 7, 86),
            (4, 7, 57),
            (1, 2, 50),
        ]

    def test_each_count_is_its_own_filter(self, rows):
        for by in ("unit", "category"):
            (card,) = scorecards(rows, by)
            for name, (_, condition) in MEASURES.items():
                assert card.counts[name] == rows.filter(condition).count(), name

    def test_one_query_however_many_units(self, rows, community, django_assert_num_queries):
        for _ in range(3):
            make.make_need("dispatched", community=community)
            with django_assert_num_queries(1):
                cards = scorecards(Dispatch.objects.all())
        assert len(cards) == 4 and total(cards).counts["offered"] == 12

    def test_nothing_counted_has_no_rate(self, community):
        make.make_need("dispatched", community=community)
        assert [rate["percent"] for rate in scorecards(Dispatch.objects.all())[0].rates] == [None] * 3


class TestScorecardPage:
    def test_numbers_lead_to_their_rows(self, rows, client, clerk):
        client.force_login(clerk)
        page = client.get(CARD, {"first": "2000-01-01", "last": "2099-12-31"})
        (row, _) = page.context["rows"]
        for cell in row["cells"]:
            if cell["url"]:
                listed = client.get(cell["url"])
                assert listed.context["cl"].result_count == cell["count"], cell["label"]

    def test_period_and_scope(self, rows, client, clerk):
        client.force_login(clerk)
        assert not client.get(CARD, {"first": "2000-01-01", "last": "2000-12-31"}).context["rows"]
        client.force_login(make.make_post(organization=make.make_community().organization))
        assert not client.get(CARD, {"first": "2000-01-01", "last": "2099-12-31"}).context["rows"]

    @pytest.mark.parametrize("query", [{"first": "明天"}, {"by": "x"}, {"first": "2026-02-02", "last": "2026-01-01"}])
    def test_nonsense_shows_this_quarter_with_the_error(self, client, clerk, query):
        client.force_login(clerk)
        page = client.get(CARD, query)
        assert page.status_code == 200 and page.context["form"].errors

    def test_sheet(self, rows, client, clerk):
        client.force_login(clerk)
        answer = client.get(CARD, {"first": "2000-01-01", "last": "2099-12-31", "sheet": 1})
        heads, first, last = load_workbook(BytesIO(b"".join(answer.streaming_content))).active.iter_rows(
            values_only=True
        )
        assert heads[:2] == ("单位", "派出") and first[1] == last[1] == 9 and last[0] == "合计"

    def test_is_not_for_liaisons(self, client, resource):
        client.force_login(make.make_liaison(resource.unit))
        assert client.get(CARD).status_code in (302, 403)


class TestShortages:
    @pytest.fixture
    def waiting(self, community):
        clock = timezone.now() - timedelta(days=20)
        need = make.make_need("accepted", community=community, clock=clock)
        Need.objects.filter(pk=need.pk).update(matched_at=clock, match_due_at=None)
        return need

    def unmet(self):
        return Need.objects.unmet(timezone.now(), timedelta(days=14))

    def test_nobody_fits_for_long(self, waiting):
        make.make_need("accepted")
        assert list(self.unmet()) == [waiting]
        Need.objects.update(submitted_at=timezone.now() - timedelta(days=13))
        assert not self.unmet().exists()

    def test_ordered_from_what_has_run_out(self, community):
        gone = make.make_resource(valid_until=timezone.localdate() - timedelta(days=1))
        need = make.make_need("accepted", community=community, category=gone.category, wanted_resource=gone)
        (row,) = shortages(self.unmet(), timezone.now())
        assert (row["community"], row["category"], row["count"], row["ordered_count"]) == (
            community.pk,
            need.category_id,
            1,
            1,
        )

    def test_advice_names_kindred_units_then_idle_ones(self, waiting, community, django_assert_num_queries):
        def advice():
            rows = shortages(self.unmet(), timezone.now())
            with django_assert_num_queries(2):
                (row,) = with_advice(rows, timezone.localdate())
            return row["advice"]

        assert "上报" in advice()
        idle = make.make_unit(community.organization, name="安静公司")
        assert "还没有共享资源的安静公司" in advice()
        make.make_resource(idle, make.make_category(parent=waiting.category.parent))
        assert "问问同街道的安静公司" in advice() and "同街道还没有" not in advice()

    def test_page_leads_to_the_needs_and_keeps_the_scope(self, waiting, client, clerk):
        client.force_login(clerk)
        (row,) = client.get(SHORT).context["page_obj"]
        assert client.get(row["url"]).context["cl"].result_count == row["count"] == 1
        sheet = client.get(SHORT, {"sheet": 1})
        assert load_workbook(BytesIO(b"".join(sheet.streaming_content))).active["D2"].value == 1
        client.force_login(make.make_post(organization=make.make_community().organization))
        assert not client.get(SHORT).context["page_obj"].object_list

    def test_resources_nobody_uses_are_a_filter_of_their_list(self, client, clerk, resource):
        client.force_login(clerk)
        url = reverse("admin:checklists_resource_changelist")
        assert client.get(url, {"use": "unused"}).context["cl"].result_count == 0  # registered today
        LogEntry.objects.update(timestamp=timezone.now() - timedelta(days=200))
        assert "从未" in client.get(url, {"use": "unused"}).content.decode()
        assert client.get(url, {"expiry": "soon"}).context["cl"].result_count == 0
        Resource.objects.update(valid_until=timezone.localdate())
        assert client.get(url, {"expiry": "soon"}).context["cl"].result_count == 1
