"""The pages of 大党委: lists, one of each kind with its acts, the phone's sign-in, papers; and who never gets there."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from organizations.models import Councillor, League, LeagueMeeting, LeaguePlanItem, Resolution, Role, UnitAppraisal
from organizations.services.league_meetings import sign_in_token
from organizations.services.unit_appraisals import appraise_unit
from tests import factories as make
from tests.checklists.lists import sheet_of

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
MODELS = ("league", "councillor", "leagueplanitem", "leaguemeeting", "resolution", "unitappraisal")


@pytest.fixture
def body():
    return make.make_community().organization


@pytest.fixture
def league(body):
    return make.make_league(body, units=2)


@pytest.fixture
def clerk(body, client):
    user = make.make_post(organization=body)
    client.force_login(user)
    return user


def url(model, name, *args):
    return reverse(f"admin:organizations_{model}_{name}", args=args)


def post(client, model, row, verb, **fields):
    return client.post(url(model, "act", row.pk, verb), fields)


def appraised(league, unit, actor):
    words = {"activity_words": "见清单", "study_words": "学了", "team_words": "有"}
    return appraise_unit(
        league,
        unit=unit,
        year=TODAY().year,
        activity_counts=(2, 2, 2, 2),
        study_points=10,
        team_points=10,
        actor=actor,
        **words,
    )


def one_of_each(league, actor):
    unit = league.members.first().unit
    make.make_agreement(unit)
    make.make_councillor(league, unit=unit)
    make.make_councillor(league, "deliberated")
    resolution = make.make_resolution(league, unit=unit)
    item = league.items.create(year=TODAY().year, heading="service", name="走访独居老人", due_on=TODAY())
    item.units.add(unit)
    return {
        "league": league,
        "councillor": league.councillors.last(),
        "leagueplanitem": item,
        "leaguemeeting": resolution.meeting,
        "resolution": resolution,
        "unitappraisal": appraised(league, unit, actor),
    }


class TestLeague:
    def test_is_founded_and_filled_from_its_page(self, client, clerk, body):
        unit = make.make_unit(body)
        told = {"organization": body.pk, "kind": "community", "name": "红星大党委", "founded_on": "2999-01-01"}
        assert "成立日期不能晚于今天" in client.post(url("league", "add"), told).content.decode()
        client.post(url("league", "add"), {**told, "founded_on": TODAY()})
        league = League.objects.get()
        post(client, "league", league, "admit", unit=unit.pk, joined_on=TODAY())
        post(client, "league", league, "rotate", unit=unit.pk, since=TODAY())
        plan = {"year": TODAY().year, "heading": "members", "name": "认领微心愿", "units": [unit.pk], "due_on": TODAY()}
        post(client, "league", league, "plan", **plan)
        post(client, "league", league, "finish", item=LeaguePlanItem.objects.get().pk, done_on=TODAY())
        person = {"kind": "part_time", "name": "王校长", "phone": "1380000123", "title": "校长"}
        answer = post(client, "league", league, "recommend", recommended_on=TODAY(), **person)
        assert answer.status_code == 422 and "手机号要 11 位，您填了 10 位" in answer.content.decode()
        answer = post(
            client, "league", league, "recommend", recommended_on=TODAY(), **{**person, "phone": "13800001234"}
        )
        assert answer.url == url("councillor", "change", Councillor.objects.get().pk)
        page = client.get(url("league", "change", league.pk)).content.decode()
        for words in (unit.name, "还有", "党员共管", "1 / 1", "王校长", "已推荐 1 名", "还没开联席会议"):
            assert words in page
        post(client, "league", league, "end", on=TODAY(), reason="撤并")
        answer = post(client, "league", league, "admit", unit=unit.pk, joined_on=TODAY())
        assert answer.status_code == 422 and "已停止运行" in answer.content.decode()

    def test_the_list_tells_who_owes_a_meeting(self, client, clerk, league):
        assert league.name in client.get(url("league", "changelist"), {"standing": "owing"}).content.decode()
        make.make_league_meeting(league, "held")
        assert league.name not in client.get(url("league", "changelist"), {"standing": "owing"}).content.decode()
        assert league.name in client.get(url("league", "changelist")).content.decode()

    def test_an_item_is_put_right_within_its_league_and_year(self, client, clerk, league):
        item = one_of_each(league, clerk)["leagueplanitem"]
        fields = {"heading": "service", "name": "走访", "due_on": "2001-01-01", "units": make.make_unit().pk}
        page = client.post(url("leagueplanitem", "change", item.pk), fields).content.decode()
        assert f"完成时限要在 {item.year} 年内" in page
        client.post(url("leagueplanitem", "change", item.pk), {**fields, "due_on": item.due_on, "units": []})
        item.refresh_from_db()
        assert (item.name, item.units.count()) == ("走访", 0)


class TestCouncillor:
    def test_the_street_approves_and_nobody_below(self, client, clerk, league, body):
        row = make.make_councillor(league, "deliberated")
        paper = {"approved_on": TODAY(), "document": "街工委〔2026〕8号"}
        page = client.get(url("councillor", "change", row.pk)).content.decode()
        assert "等街道党工委批准" in page and row.phone not in page
        assert post(client, "councillor", row, "approve", **paper).status_code == 403
        client.force_login(make.make_post(role="street_staff", organization=body.parent))
        assert "等街道党工委批准" not in client.get(url("councillor", "change", row.pk)).content.decode()
        post(client, "councillor", row, "approve", **paper)
        row.refresh_from_db()
        assert (row.status, row.document) == ("approved", "街工委〔2026〕8号")

    def test_the_phone_is_masked_in_the_list_and_the_sheet(self, client, clerk, league):
        row = make.make_councillor(league)
        page = client.get(url("councillor", "changelist")).content.decode()
        rows = sheet_of(client.get(url("councillor", "export")))
        for text in (page, str(rows)):
            assert row.masked_phone in text and row.phone not in text


class TestMeeting:
    def test_from_the_notice_to_a_resolution_that_is_done(self, client, clerk, league):
        row = make.make_councillor(league)
        told = {"kind": "joint", "topic": "季度会", "agenda": "一", "place": "二楼"}
        at = timezone.localtime() - timedelta(minutes=5)
        answer = post(client, "league", league, "meet", starts_at=f"{at:%Y-%m-%dT%H:%M}", **told)
        meeting = LeagueMeeting.objects.get()
        assert answer.url == url("leaguemeeting", "change", meeting.pk)
        assert "还没有委员签到" in post(client, "leaguemeeting", meeting, "record", minutes="好").content.decode()
        post(client, "leaguemeeting", meeting, "register", councillors=[row.pk])
        post(client, "leaguemeeting", meeting, "record", minutes="都同意换灯")
        post(client, "leaguemeeting", meeting, "resolve", text="换楼道灯", due_on=TODAY())
        assert row.name in client.get(url("leaguemeeting", "change", meeting.pk)).content.decode()
        printed = client.get(url("leaguemeeting", "print", meeting.pk)).content.decode()
        for words in ("联席会议纪要", "都同意换灯", "换楼道灯", "现场登记"):
            assert words in printed
        resolution = Resolution.objects.get()
        post(client, "resolution", resolution, "finish", closed_on=TODAY(), outcome="换好了")
        assert "换好了" in client.get(url("resolution", "change", resolution.pk)).content.decode()
        answer = post(client, "resolution", resolution, "drop", reason="不办了")
        assert answer.status_code == 422 and "您看到的是旧页面" in answer.content.decode()

    def test_the_code_on_the_wall_signs_in_without_an_account(self, client, clerk, league):
        row = make.make_councillor(league)
        meeting = make.make_league_meeting(league)
        assert "签到" in client.get(url("leaguemeeting", "sign_in", meeting.pk)).content.decode()
        client.logout()
        address = reverse("organizations:league_sign_in", args=[sign_in_token(meeting)])
        wrong = client.post(address, {"name": row.name, "digits": "0000"})
        assert wrong.status_code == 422 and "没有对上" in wrong.content.decode() and row.name in wrong.content.decode()
        assert client.post(address, {"name": row.name, "digits": row.phone[-4:]}).status_code == 302
        assert "签到成功" in client.get(address).content.decode()
        assert meeting.attendances.get().way == "qr"
        assert client.get(reverse("organizations:league_sign_in", args=["1:x"])).status_code == 404


class TestAppraisal:
    FIELDS = {
        "first": 2,
        "second": 2,
        "third": 0,
        "fourth": 0,
        "activity_words": "见清单",
        "study_points": 9,
        "study_words": "学了",
        "team_points": 9,
        "team_words": "有",
        "ideas_count": 0,
    }

    def test_is_written_put_right_rated_and_exported(self, client, clerk, league):
        unit = league.members.first().unit
        year = {"unit": unit.pk, "year": TODAY().year}
        refused = post(client, "league", league, "appraise", **year, **{**self.FIELDS, "study_points": 99})
        assert refused.status_code == 422 and "在 0 到 10 分之间" in refused.content.decode()
        answer = post(client, "league", league, "appraise", **year, **self.FIELDS)
        row = UnitAppraisal.objects.get()
        assert answer.url == url("unitappraisal", "change", row.pk)
        post(client, "unitappraisal", row, "reappraise", **{**self.FIELDS, "study_points": 4})
        points = {"response": 25, "notice": 20, "service": 20, "feedback": "20.5"}
        over = post(client, "unitappraisal", row, "rate", **{**points, "notice": 26}, words="对接及时")
        assert over.status_code == 422 and "在 0 到 25 分之间" in over.content.decode()
        post(client, "unitappraisal", row, "rate", **points, words="对接及时")
        assert float(UnitAppraisal.objects.get().rating_told) == 85.5
        page = client.get(url("unitappraisal", "change", row.pk)).content.decode()
        assert "对接及时" in page and "本单位没有委员" in page
        heads, line = sheet_of(client.get(url("unitappraisal", "export")))
        assert dict(zip(heads, line, strict=True))["学习"] == 4


class TestAgreement:
    def test_its_paper_carries_the_annexes(self, client, clerk, body):
        agreement = make.make_agreement(make.make_unit(body), resources_annex="会议室\n\n操场")
        page = client.get(url("agreement", "print", agreement.pk)).content.decode()
        assert "附件一：资源清单" in page and "<li>操场</li>" in page and "需求清单</h3>" not in page


class TestReach:
    def test_another_street_finds_nothing(self, client, clerk, league, body):
        rows = one_of_each(league, clerk)
        client.force_login(make.make_post(role="street_staff", organization=make.make_organization().parent))
        for model, row in rows.items():
            assert client.get(url(model, "change", row.pk)).status_code == 404, model
            assert str(row) not in client.get(url(model, "changelist")).content.decode()
        for model, verb in (
            ("league", "admit"),
            ("councillor", "approve"),
            ("leaguemeeting", "record"),
            ("resolution", "finish"),
            ("unitappraisal", "rate"),
        ):
            assert post(client, model, rows[model], verb, reason="改").status_code == 404
        for name in ("print", "sign_in"):
            assert client.get(url("leaguemeeting", name, rows["leaguemeeting"].pk)).status_code == 404

    def test_a_supervisor_reads_only(self, client, clerk, league, body):
        rows = one_of_each(league, clerk)
        desk = Permission.objects.get(content_type__app_label="accounts", codename="use_workplace")
        Role.objects.get(code="supervisor").permissions.add(desk)
        client.force_login(make.make_post(role="supervisor", organization=body))
        for model, row in rows.items():
            assert client.get(url(model, "change", row.pk)).status_code == 200, model
        assert post(client, "league", league, "end", on=TODAY(), reason="改").status_code == 403


class TestCost:
    def test_lists_and_the_page_cost_the_same_for_many_rows(self, client, clerk, league, body):
        make.make_post(clerk, "community_staff", make.make_community().organization)

        def count():
            found = {}
            for model in MODELS:
                client.get(url(model, "changelist"))
                with CaptureQueriesContext(connection) as queries:
                    client.get(url(model, "changelist"))
                found[model] = len(queries)
            with CaptureQueriesContext(connection) as queries:
                client.get(url("league", "change", league.pk))
            return {**found, "page": len(queries)}

        one_of_each(league, clerk)
        before = count()
        for _ in range(4):
            league.members.create(unit=make.make_unit(body), joined_on=league.founded_on)
            member = league.members.last()
            make.make_agreement(member.unit)
            make.make_resolution(league, unit=member.unit)
            make.make_councillor(league, unit=member.unit)
            item = league.items.create(year=TODAY().year, heading="service", name="走访", due_on=TODAY())
            item.units.add(member.unit)
            appraised(league, member.unit, clerk)
        assert count() == before
        assert before["league"] <= 14 and before["page"] <= 36, before
