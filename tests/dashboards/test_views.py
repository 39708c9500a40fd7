import re
from datetime import timedelta
from html import unescape
from io import BytesIO
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from checklists.models import Need
from dashboards import rates
from organizations.models import Organization
from tests.dashboards.worlds import World
from tests.factories import at, make_liaison, make_need, make_organization, make_superuser, make_user

Status = Need.Status
pytestmark = pytest.mark.django_db
HOME, ROWS, EXPORT = "/dashboards/", "/dashboards/needs/", "/dashboards/needs/export/"


@pytest.fixture
def world():
    return World()


@pytest.fixture
def open_as(client):
    """`open_as(user)(path, **parameters)`: the response."""

    def enter(user):
        client.force_login(user)
        return lambda path, **parameters: client.get(
            f"{path}?{urlencode({key.rstrip('_'): value for key, value in parameters.items()})}" if parameters else path
        )

    return enter


def total(response):
    """What the heading of a list says, which must be what its pages hold."""
    assert response.status_code == 200
    said = int(re.search(r'data-total="(\d+)"', response.content.decode()).group(1))
    assert said == response.context["page_obj"].paginator.count
    return said


def cells(context):
    """Every (number, address of its rows) that the overview hands to its template."""
    for stat in context["stats"]["numbers"]:
        yield stat["number"], stat["href"]
        yield stat["before"], stat["before_href"]
    yield context["stats"]["overdue"]["number"], context["stats"]["overdue"]["href"]
    for rate in context["rating"]["rates"]:
        yield rate["counts"][0]["number"], rate["href"]
        yield from ((part["number"], part["href"]) for part in (*rate["counts"], *rate["left_out"]))
    for row in context["days"]["rows"]:
        yield from ((cell["number"], cell["href"]) for cell in row["cells"])
    for row in context["communities"]["rows"]:
        yield from ((cell["number"], cell["href"]) for cell in row["numbers"])
        for rate in row["rates"]:
            yield from ((rate[part]["number"], rate[part]["href"]) for part in ("of", "among"))
    for dot in context["communities"]["chart"]["dots"]:
        yield dot["among"], dot["href"]
    for row in (*context["coverage"]["rows"], context["coverage"]["total"], *context["chain"]):
        yield row["number"], row["href"]
    for sentence in context["attention"]:
        yield sentence.count, sentence.href
        assert str(sentence.count) in sentence.text
    chart = context["days"]["chart"]
    for series in chart["series"]:
        for (first, last), value in zip(chart["spans"], series["values"], strict=True):
            if value:  # as the script puts the address together
                path, _, query = chart["href"].partition("?")
                query = {key: values[0] for key, values in parse_qs(query).items()}
                yield value, f"{path}?{urlencode({**query, 'from': first, 'to': last, 'figure': series['key']})}"
    yield from segments({"children": context["coverage"]["chart"]["tree"]})


def segments(node):
    for child in node["children"]:
        yield weight(child), child["href"]
        if "children" in child:
            yield from segments(child)


def weight(node):
    return node["value"] if "value" in node else sum(weight(child) for child in node["children"])


def same(href):
    """An address whatever the order of its parameters."""
    path, _, query = href.partition("?")
    return path, frozenset(query.split("&"))


class TestFiguresAndRows:
    def test_every_figure_is_the_total_of_its_rows(self, world, open_as):
        world.fill().quarters()
        visit = open_as(world.supervisor)
        pages = [visit(HOME, rate=rate).context for rate in rates.RATES]
        found = list(dict.fromkeys(cell for page in pages for cell in cells(page)))
        assert len(found) > 60 and len(pages[0]["attention"]) == 5
        for number, href in found:
            assert total(visit(href)) == number, href

    def test_every_number_of_the_page_is_a_link_of_the_page(self, world, open_as):
        world.fill(*world.here).quarters()
        response = open_as(world.supervisor)(HOME)
        drawn = {same(href) for href in unescape(response.content.decode()).split('"') if href.startswith(HOME)}
        in_chart = {same(href) for _, href in segments({"children": response.context["coverage"]["chart"]["tree"]})}
        assert {same(href) for number, href in cells(response.context) if number} <= drawn | in_chart

    def test_the_numbers_are_the_worlds_own(self, world, open_as):
        world.fill(*world.here)
        numbers = {
            stat["label"]: stat["number"] for stat in open_as(world.supervisor)(HOME).context["stats"]["numbers"]
        }
        # Two communities of every status, one more of merging, and seven further needs inside thirty days.
        assert numbers["收到"] == 2 * (len(Status) + 1 + 7)
        assert (
            numbers["收到"]
            == Need.objects.filed()
            .filter(community__in=world.here, submitted_at__gte=timezone.now() - timedelta(days=29))
            .count()
        )
        assert numbers["已超期"] == 2 * 2

    def test_rates_stand_with_their_counts_and_definitions(self, world, open_as):
        world.need(Status.CLOSED)
        world.need(Status.RATED, satisfaction="dissatisfied", is_solved=False)
        world.need(Status.DONE)
        page = open_as(world.supervisor)(HOME)
        satisfaction = page.context["rating"]["rates"][2]
        assert satisfaction["percent"] == 50.0
        assert [(part["label"], part["number"]) for part in satisfaction["counts"]] == [
            ("满意", 1),
            ("答", 2),
            ("办结", 3),
        ]
        assert "再次反映还没有判定的，都不在分母里" in page.content.decode()

    def test_change_against_the_period_before(self, world, open_as):
        for days_ago in (1, 2, 8):
            world.need(days_ago=days_ago)
        today = timezone.localdate()
        page = open_as(world.supervisor)(HOME, from_=today - timedelta(days=6), to=today)
        received = page.context["stats"]["numbers"][0]
        assert (received["number"], received["before"], received["change"]) == (2, 1, "比上期多 1 件")

    def test_attention_says_who_what_and_how_many(self, world, open_as):
        for _ in range(2):
            world.need(days_ago=20)
        texts = [sentence.text for sentence in open_as(world.supervisor)(HOME).context["attention"]]
        assert texts == ["青松社区 2 件超期，均为楼道照明", "2 件过了响应期限，还没有人回应"]

    def test_an_empty_world_says_so(self, world, open_as):
        page = open_as(world.supervisor)(HOME)
        assert page.status_code == 200
        assert "这段时间没有提交的需求" in page.content.decode() and "没有超期的需求。" in page.content.decode()
        assert [rate["percent"] for rate in page.context["rating"]["rates"]] == [None] * len(rates.RATES)
        assert page.context["rating"]["score"] is None


class TestScope:
    def test_another_tree_is_unknown_and_not_counted(self, world, open_as):
        world.need()
        world.need(community=world.foreign)
        visit = open_as(world.supervisor)
        for path in (HOME, ROWS, EXPORT, "/dashboards/organizations/", "/dashboards/quarters/"):
            assert visit(path, organization=world.foreign.organization_id).status_code == 404
            for nonsense in ("0", "-1", "x", "²", 9**30):
                assert visit(path, organization=nonsense).status_code == 404
        assert total(visit(ROWS)) == 1

    def test_a_supervisor_of_one_community_sees_only_it(self, world, open_as):
        world.need()
        world.need(community=world.here[1])
        visit = open_as(world.local)
        page = visit(HOME)
        assert page.context["outlook"].organization == world.here[0].organization
        assert page.context["stats"]["numbers"][0]["number"] == total(visit(ROWS)) == 1
        assert page.context["communities"] is None
        assert "红星社区" not in page.content.decode()
        assert [step["label"] for step in page.context["trail"]] == ["青松社区党组织"]
        assert visit(HOME, organization=world.root.pk).status_code == 404
        assert visit(HOME, organization=world.here[1].organization_id).status_code == 404

    def test_quarters_and_nodes_of_others_stay_out(self, world, open_as):
        world.quarters()
        visit = open_as(world.local)
        assert total(visit("/dashboards/quarters/")) == 4
        assert total(visit("/dashboards/organizations/")) == 3

    def test_down_to_a_branch_counts_what_its_quarters_asked(self, world, open_as):
        world.quarters()
        world.need(building=world.own.buildings.get())
        world.need()
        page = open_as(world.supervisor)(HOME, organization=world.own.branch_id)
        assert page.context["stats"]["numbers"][0]["number"] == 1
        assert [step["label"] for step in page.context["trail"]] == [
            "住建行业党委",
            "青松社区党组织",
            world.own.branch.name,
        ]
        group = make_organization(Organization.Kind.BUILDING_GROUP, parent=world.own.branch)
        assert open_as(world.supervisor)(HOME, organization=group.pk).context["stats"]["numbers"][0]["number"] == 0

    def test_everything_where_the_posts_are_several(self, world, open_as):
        world.need()
        world.need(community=world.foreign)
        page = open_as(make_superuser())(HOME)
        assert page.context["outlook"].organization is None
        assert page.context["stats"]["numbers"][0]["number"] == 2
        assert page.context["trail"][0]["label"] == "全部"

    @pytest.mark.parametrize("path", [HOME, ROWS, EXPORT, "/dashboards/organizations/", "/dashboards/quarters/"])
    def test_without_the_right_there_is_no_entry(self, world, client, path):
        assert client.get(path).status_code == 302
        for user in (make_liaison(world.unit), make_user()):
            client.force_login(user)
            assert client.get(path).status_code == 403

    def test_nobody_supervises_nothing(self):
        from dashboards.outlook import highest

        assert not highest(AnonymousUser()).exists()


class TestPeriod:
    def test_both_days_belong_to_it_from_midnight_to_midnight(self, world, open_as):
        for text in ("2026-11-10 23:59", "2026-11-11 00:00", "2026-11-12 23:59", "2026-11-13 00:00"):
            make_need(community=world.here[0], clock=at(text))
        assert total(open_as(world.supervisor)(ROWS, from_="2026-11-11", to="2026-11-12")) == 2

    @pytest.mark.parametrize(
        ("asked", "words"),
        [
            ({"from": "2026-13-45"}, "日期要写成 2026-11-23 这样。"),
            ({"to": "昨天"}, "日期要写成 2026-11-23 这样。"),
            ({"from": "2026-11-12", "to": "2026-11-11"}, "结束日期不能早于开始日期（2026-11-12）。"),
            ({"from": "2020-01-01", "to": "2026-11-11"}, "一次最多看两年，请把开始日期往后调。"),
            ({"from": "0001-01-01", "to": "0001-01-02"}, "开始日期太早了，请从 2000 年以后选。"),
            ({"to": "9999-12-31"}, "结束日期不能晚于今天"),
        ],
    )
    def test_a_bad_date_is_told_beside_it_and_the_rest_stays(self, world, open_as, asked, words):
        visit = open_as(world.supervisor)
        for path in (HOME, ROWS):
            page = visit(path, organization=world.here[0].organization_id, **asked)
            text = page.content.decode()
            assert page.status_code == 200 and words in text
            assert all(f'value="{typed}"' in text for typed in asked.values())
            assert page.context["outlook"].organization == world.here[0].organization
            assert page.context["outlook"].day_count <= 731

    def test_quick_choices_name_the_current_one(self, world, open_as):
        page = open_as(world.supervisor)(HOME)
        chips = page.context["periods"]["chips"]
        assert [chip["label"] for chip in chips if chip["is_current"]] == ["近30天"]
        assert all(open_as(world.supervisor)(chip["url"]).status_code == 200 for chip in chips)


class TestRows:
    def test_contacts_are_masked(self, world, open_as):
        need = world.need()
        text = open_as(world.supervisor)(ROWS).content.decode()
        assert need.contact_phone not in text and "张大爷" not in text
        assert need.masked_contact_phone in text and "张**" in text

    def test_search_by_code_phone_and_words(self, world, open_as):
        need = world.need(text="电梯困人两次")
        world.need()
        visit = open_as(world.supervisor)
        for words in (need.spoken_code, need.contact_phone, "电梯困人"):
            assert total(visit(ROWS, q=words)) == 1
        assert "没有符合条件的需求" in visit(ROWS, q="没有这样的话").content.decode()

    @pytest.mark.parametrize("asked", [{"figure": "secrets"}, {"category": "0"}, {"category": "x"}, {"q": "长" * 61}])
    def test_a_filter_that_is_none_shows_nothing_and_says_why(self, world, open_as, asked):
        world.need()
        page = open_as(world.supervisor)(ROWS, **asked)
        assert total(page) == 0 and "field-error" in page.content.decode()
        assert open_as(world.supervisor)(EXPORT, **asked).status_code == 302

    def test_a_null_byte_in_a_filter_is_no_address(self, world, open_as):
        world.need()
        visit = open_as(world.supervisor)
        for page in (ROWS, EXPORT):
            assert visit(page, q="\x00").status_code == 404

    def test_pages_keep_the_filters(self, world, open_as):
        for _ in range(51):
            make_need(community=world.here[0], category=world.category)
        visit = open_as(world.supervisor)
        first = visit(ROWS, figure="waiting")
        assert total(first) == 51 and "figure=waiting&amp;page=2" in first.content.decode()
        assert len(visit(ROWS, figure="waiting", page=2).context["rows"]) == 1


class TestExport:
    def sheet(self, response):
        assert response.status_code == 200
        rows = list(load_workbook(BytesIO(response.content)).active.iter_rows(values_only=True))
        return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]

    def test_exactly_what_is_filtered(self, world, open_as):
        world.fill(world.here[1], world.foreign)
        visit = open_as(world.supervisor)
        query = urlsplit(visit(ROWS, figure="finished", q="楼道").context["export"]).query
        listed = visit(f"{ROWS}?{query}")
        sheet = self.sheet(visit(f"{EXPORT}?{query}"))
        codes = set(
            Need.objects.filter(community__in=world.here, status__in=["done", "rated", "closed"]).values_list("code")
        )
        assert len(sheet) == total(listed) > 0
        assert {(row["编号"].replace("-", ""),) for row in sheet} <= codes

    def test_masked_and_inert(self, world, open_as):
        for text in ("=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "有\x0b控制字符"):
            world.need(text=text)
        sheet = self.sheet(open_as(world.supervisor)(EXPORT))
        assert {row["联系人"] for row in sheet} == {"张**"}
        assert all(re.fullmatch(r"138\*{4}\d{4}", row["手机号"]) for row in sheet)
        assert {row["内容"] for row in sheet} == {"'=cmd|' /C calc'!A0", "'+1", "'-1", "'@SUM(A1)", "有控制字符"}
        assert all(isinstance(row["提交时间"], type(timezone.now())) for row in sheet)


class TestMeasureExport:
    def test_one_line_for_the_whole_and_one_per_community(self, world, open_as):
        world.fill()
        sheet = load_workbook(BytesIO(open_as(world.supervisor)("/dashboards/measures/export/").content)).active
        lines = [
            dict(zip([cell.value for cell in sheet[1]], row, strict=True))
            for row in sheet.iter_rows(2, values_only=True)
        ]
        page = open_as(world.supervisor)(HOME).context
        assert [line["范围"] for line in lines][1:] == [
            place.name for place in sorted(world.here, key=lambda each: each.code)
        ]
        for rate in page["rating"]["rates"]:
            assert lines[0][f"{rate['label']}%"] == rate["percent"]
        assert sum(line["收到"] for line in lines[1:]) == lines[0]["收到"]

    def test_is_not_for_strangers(self, client):
        assert client.get("/dashboards/measures/export/").status_code == 302


class TestQueries:
    def test_their_count_grows_neither_with_needs_nor_with_communities(self, world, open_as):
        world.fill(world.here[0]).quarters()
        visit = open_as(world.supervisor)
        paths = (HOME, ROWS, EXPORT, "/dashboards/organizations/", "/dashboards/quarters/")

        def counts():
            found = []
            for path in paths:
                with CaptureQueriesContext(
                    connection,
                ) as queries:
                    assert visit(path).status_code == 200
                found.append(len(queries))
            return found

        counts()
        before = counts()
        world.here += [
            world.community(name, Organization.Kind.COMMITTEE) for name in ("文昌社区", "和平社区", "光明社区")
        ]
        world.fill(world.here[-1]).quarters()
        assert counts() == before
        assert before[0] <= 30 and max(before[1:]) <= 17, before
