"""谈心谈话: written down by the branch's staff, read by them alone, counted against what members owe."""

from datetime import date, timedelta
from functools import partial
from io import BytesIO

import pytest
from auditlog.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from organizations.models import Role, Talk
from organizations.services import dissolve_organization, talks
from organizations.talk_story import tally_of
from tests import factories as make

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
SAID = "说到家里老人住院"


@pytest.fixture
def branch():
    return make.make_branch(make.make_community().organization)


@pytest.fixture
def clerk(branch, client):
    user = make.make_post(organization=branch.parent)
    client.force_login(user)
    return user


@pytest.fixture
def people(branch):
    return [make.make_member(branch, name=name) for name in ("赵一", "钱二", "孙三")]


@pytest.fixture
def talk(clerk, people):
    return record(clerk, *people[:2])


def record(actor, one, other, **fields):
    told = {
        "organization": (one or other).branch,
        "kind": "members",
        "talker": one,
        "partner": other,
        "held_on": TODAY(),
        "content": SAID,
    }
    return talks.record_talk(Talk(**{**told, **fields}), actor=actor)


def url(name, *args):
    return reverse(f"admin:organizations_talk_{name}", args=args)


def words(answer):
    return answer.content.decode()


class TestRecord:
    def test_between_two_once(self, clerk, people, talk):
        assert (talk.talker_name, talk.partner_name, talk.recorded_by) == ("赵一", "钱二", clerk)
        with connection.cursor() as cursor:
            cursor.execute("SELECT content FROM organizations_talk")
            assert SAID not in cursor.fetchone()[0]
        guest = record(clerk, None, people[0], talker_name="街道周书记")
        assert str(guest) == "街道周书记与赵一谈心谈话"
        with pytest.raises(ValidationError, match="已登记过"):
            record(clerk, *people[:2])
        assert Talk.objects.count() == 2

    def test_refusals_stand_beside_their_fields(self, clerk, people):
        one, other, _ = people
        for fields, field in (
            ({"partner": one}, "partner"),
            ({"partner": None}, "partner"),
            ({"partner": make.make_member()}, "partner"),
            ({"talker": None, "talker_name": "甲", "partner": None, "partner_name": "乙"}, "talker"),
            ({"held_on": TODAY() + timedelta(days=1)}, "held_on"),
            ({"content": " "}, "content"),
        ):
            with pytest.raises(ValidationError) as refusal:
                record(clerk, one, other, **fields)
            assert set(refusal.value.error_dict) == {field}, fields

    def test_put_right_and_struck_with_a_trace(self, clerk, talk):
        for _ in "ab":
            talks.correct_talk(talk, kind="care", held_on=talk.held_on, content="说到工作", actor=clerk)
        assert Talk.objects.get().content == "说到工作"
        with pytest.raises(ValidationError, match="写明撤销的原因"):
            talks.strike_talk(talk, reason=" ", actor=clerk)
        for _ in "ab":
            talks.strike_talk(talk, reason="登记错了人", actor=clerk)
        assert not Talk.objects.exists()
        trail = LogEntry.objects.get_for_objects(Talk.objects.none()) | LogEntry.objects.filter(object_pk=talk.pk)
        trail = [entry for entry in trail.order_by("pk") if entry.content_type.model == "talk"]
        assert [entry.action for entry in trail] == [0, 1, 2]
        assert trail[2].additional_data == {"reason": "登记错了人"}
        assert "住院" not in str([entry.changes for entry in trail])

    def test_by_staff_of_the_branch(self, people, talk):
        stranger = make.make_post(organization=make.make_community().organization)
        for act in (
            lambda: record(stranger, *people[1:]),
            lambda: talks.strike_talk(talk, reason="错", actor=stranger),
            lambda: talks.correct_talk(talk, kind="care", held_on=TODAY(), content="x", actor=stranger),
        ):
            with pytest.raises(PermissionDenied):
                act()

    def test_stays_with_the_branch_that_held_it(self, branch, talk):
        heir = make.make_branch(branch.parent)
        dissolve_organization(branch, heir=heir, actor=make.make_superuser(), reason="拆迁")
        talk.refresh_from_db()
        assert talk.organization == branch


class TestTally:
    def test_each_member_owes_one_a_year(self, branch, clerk, people, talk):
        make.make_member(branch, left_on="2026-01-01", leaving="deceased")
        tally = partial(tally_of, branch, today=TODAY())
        found = tally(year=TODAY().year)
        assert (found.member_count, found.done, found.missing) == (3, 2, people[2:])
        assert tally(year=TODAY().year - 1).done == 0

    def test_the_calendar_tells_who_is_left(self, client, branch, talk):
        page = words(client.get(reverse("admin:organizations_meeting_calendar", args=[branch.pk])))
        assert "孙三" in page and "一般每年不少于 1 次" in page


class TestPages:
    FIELDS = {"kind": "leader_member", "held_on": "2026-03-02", "content": SAID}

    def test_a_sheet_is_written_down(self, client, clerk, branch, people):
        fields = {**self.FIELDS, "organization": branch.pk, "talker_name": "街道周书记", "partner": people[0].pk}
        assert words(client.get(url("add"), {"organization": branch.pk})).count("谈话要点")
        page = words(client.post(url("add"), {**fields, "talker_name": ""}))
        assert "请选择谈话人" in page and SAID in page
        answer = client.post(url("add"), fields)
        talk = Talk.objects.get()
        assert answer.url == url("change", talk.pk)
        assert (talk.partner_name, talk.held_on) == ("赵一", date(2026, 3, 2))

    def test_only_editors_read_what_was_said(self, client, clerk, branch, talk):
        assert SAID in words(client.get(url("change", talk.pk)))
        rights = Permission.objects.filter(codename__in=("use_workplace", "reveal_personal"))
        Role.objects.get(code="supervisor").permissions.add(*rights)
        client.force_login(make.make_post(role="supervisor", organization=branch.parent))
        page = client.get(url("change", talk.pk))
        assert "只给能办理" in words(page) and SAID not in words(page)
        reveal = reverse("accounts:reveal", args=["organizations", "talk", talk.pk, "content"])
        assert client.post(reveal).status_code == 404
        assert client.post(url("act", talk.pk, "strike"), {"reason": "错"}).status_code == 403
        client.force_login(make.make_post(organization=make.make_community().organization))
        assert client.get(url("change", talk.pk)).status_code == 404

    def test_acts(self, client, talk):
        answer = client.post(url("act", talk.pk, "correct"), {"kind": "care", "held_on": "", "content": "新的"})
        assert answer.status_code == 422 and "新的" in words(answer)
        client.post(url("act", talk.pk, "correct"), {"kind": "care", "held_on": TODAY(), "content": "新的"})
        assert Talk.objects.get().content == "新的"
        answer = client.post(url("act", talk.pk, "strike"), {"reason": "登记错了"})
        assert answer.url == url("changelist") and not Talk.objects.exists()

    def test_list_and_export_without_what_was_said(self, client, clerk, branch, people, talk):
        counts = []
        for start in (1, 4):
            with CaptureQueriesContext(connection) as queries:
                page = words(client.get(url("changelist"), {"under": branch.pk}))
            counts.append(len(queries))
            for day in range(start, start + 3):
                record(clerk, *people[:2], held_on=TODAY() - timedelta(days=day))
        assert counts[0] == counts[1]
        assert "赵一 与 钱二" in page and SAID not in page
        sheet = load_workbook(BytesIO(client.get(url("export")).content)).active
        rows = list(sheet.iter_rows(values_only=True))
        assert rows[1][3:5] == ("赵一", "钱二") and SAID not in str(rows)
