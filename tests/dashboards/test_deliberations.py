"""议事协商: each number is that of rows counted by hand, opens them, and opens to nobody else."""

from datetime import timedelta
from io import BytesIO
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import PrivacyNotice
from deliberations.models import Accord, Case, Hearing, Message, MessageTopic, Survey, Wish
from tests.dashboards.grounds import Ground
from tests.factories import make_need, make_user

pytestmark = pytest.mark.django_db
PAGE, ROWS = "/dashboards/deliberations/", "/dashboards/deliberations/rows/"


@pytest.fixture
def ground():
    found = Ground()
    _talk(found, found.pine)
    _write(found, found.star)
    _write(found, found.foreign)
    return found


def _write(ground, community, *, status="published", days_left=3, answered=None):
    """A message published two hours ago; `answered` is how many days before its deadline."""
    message = Message.objects.create(
        community=community,
        topic=MessageTopic.objects.first(),
        text=f"{community}的路灯",
        name="孙先生",
        phone="13800000001",
        notice=PrivacyNotice.objects.first() or PrivacyNotice.objects.create(version="1", text="告知"),
        status=status,
        published_at=ground.now - timedelta(hours=2),
        reply_by=ground.now + timedelta(days=days_left),
    )
    if answered is not None:
        at = message.reply_by - timedelta(days=answered)
        message.replies.create(text="已修", replied_by=ground.local, replied_at=at)
    return message


def _talk(ground, community):
    """青松: 2 wishes (1 fulfilled); 4 messages: answered in time, answered late, overdue, hidden; 3 cases: agreed,
    failed, under way; a hearing with 3 opinions (1 adopted, 1 refused, 1 open) and 2 outcomes (1 done, 1 overdue).
    """
    for number, status in enumerate(("accepted", "done"), 1):
        Wish.objects.create(
            need=make_need(status, community=community),
            words=f"心愿{number}",
            numbered_in=community,
            year=2026,
            number=number,
            verified_at=ground.now,
            published_at=ground.now,
        )
    _write(ground, community, answered=1)
    _write(ground, community, days_left=-1, answered=-0.5)
    _write(ground, community, days_left=-1)
    _write(ground, community, status="hidden", days_left=-1)
    for number, status in enumerate(("archived", "failed", "mediating", "applied"), 1):
        accepted = {} if status == "applied" else {"accepted_at": ground.now, "number": number, "year": 2026}
        case = Case.objects.create(community=community, kind="neighbours", facts="漏水", status=status, **accepted)
        if status == "archived":
            Accord.objects.create(
                case=case, facts="漏水", terms="修", manner="修", perform_by="2030-01-01", effective_at=ground.now
            )
    hearing = Hearing.objects.create(
        community=community,
        kind="hearing",
        title="加装电梯",
        background="三单元",
        starts_at=ground.now,
        opened_at=ground.now,
        place="活动室",
        host="赵",
        recorder="钱",
        status="closed",
    )
    for answer in ("adopted", "refused", ""):
        hearing.opinions.create(text="要扶手", answer=answer, reason=answer and "已研究")
    hearing.outcomes.create(text="装好", owner="物业", due_on="2020-01-01", status="done")
    hearing.outcomes.create(text="修路", owner="居委会", due_on="2020-01-01")
    Survey.objects.create(
        community=community,
        title="物业评议",
        subject="service",
        subject_name="物业",
        ends_on=timezone.localdate(ground.now),
        status="published",
        published_at=ground.now,
        made_by=ground.local,
    )


@pytest.fixture
def visit(client):
    def enter(user, path=PAGE, **parameters):
        client.force_login(user)
        return client.get(f"{path}?{urlencode(parameters)}" if parameters else path)

    return enter


def cells_of(page, name):
    row = next(row for row in page.context["rows"] if row["name"] == name)
    return {cell["label"]: cell.get("number", cell.get("percent")) for cell in row["cells"]}


class TestNumbers:
    def test_are_those_counted_by_hand(self, ground, visit):
        assert cells_of(visit(ground.head), "青松社区") == {
            "心愿上墙": 2,
            "已实现": 1,
            "公开留言": 4,
            "按时答复率": 33.3,
            "超期未答": 1,
            "受理调解": 3,
            "调解中": 1,
            "调解成功率": 50.0,
            "开三会": 1,
            "意见": 3,
            "意见采纳率": 50.0,
            "决议事项": 2,
            "决议落实率": 50.0,
            "超期未落实": 1,
            "公开评议": 1,
        }

    def test_each_opens_as_many_rows(self, ground, visit):
        page = visit(ground.head)
        opened = 0
        for stat in page.context["numbers"]:
            if stat["href"]:
                assert len(visit(ground.head, stat["href"]).context["rows"]) == stat["number"] > 0, stat["label"]
                opened += 1
        assert opened == 7

    def test_leave_with_the_table_in_a_file(self, ground, visit):
        book = load_workbook(BytesIO(visit(ground.head, f"{PAGE}export/").content))
        heads, *rows = book.active.iter_rows(values_only=True)
        named = {row[0]: dict(zip(heads, row, strict=True)) for row in rows}
        assert named["青松社区"]["超期未答"] == 1 and named["青松社区"]["按时答复率（%）"] == 33.3
        assert named["红星社区"]["调解成功率（%）"] in ("", None)
        book = load_workbook(BytesIO(visit(ground.head, f"{ROWS}export/", figure="messages").content))
        assert len(list(book.active.rows)) == 6
        assert "孙" not in str(list(book.active.iter_rows(values_only=True)))


class TestScope:
    def test_another_streets_supervisor_counts_the_own(self, ground, visit):
        assert [row["name"] for row in visit(ground.stranger).context["rows"]] == ["外区社区"]
        assert len(visit(ground.stranger, ROWS, figure="messages").context["rows"]) == 1
        assert (
            visit(ground.stranger, ROWS, figure="messages", organization=ground.pine.organization_id).status_code == 404
        )

    @pytest.mark.parametrize("figure", ["cases", "cases_agreed", "cases_open", "nothing", ""])
    def test_cases_are_counted_and_opened_to_nobody(self, ground, visit, figure):
        for path in (ROWS, f"{ROWS}export/"):
            assert visit(ground.head, path, figure=figure).status_code == 404

    def test_without_the_right_nothing_opens(self, ground, visit):
        for path in (PAGE, ROWS, f"{PAGE}export/", f"{ROWS}export/"):
            assert visit(make_user(), path).status_code == 403


class TestQueries:
    def test_the_count_does_not_grow_with_the_communities(self, ground, visit):
        def count():
            with CaptureQueriesContext(connection) as queries:
                assert visit(ground.head).status_code == 200
            return len(queries)

        visit(ground.head)
        before = count()
        for number in range(3):
            _talk(ground, ground.community(f"新{number}社区"))
        assert count() == before <= 45, before
