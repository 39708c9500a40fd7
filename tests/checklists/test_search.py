"""查找: what a clerk types finds the need, on both databases, and on PostgreSQL by an index."""

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.urls import reverse

from checklists.models import Need
from checklists.querysets.needs import is_too_short
from tests import factories

pytestmark = pytest.mark.django_db
LIST = "admin:checklists_need_changelist"


def texts(words):
    return sorted(Need.objects.about(words).values_list("text", flat=True))


class TestAbout:
    @pytest.fixture(autouse=True)
    def rows(self):
        quarter = factories.make_quarter(name="紫荆花园")
        building = factories.make_building(quarter, name="3栋")
        self.lamp = factories.make_need(text="三楼楼道灯不亮，WiFi箱也响", external_code="JK0000012345")
        factories.make_need(text="楼里过道灯火通明", contact_phone="13812345678")
        factories.make_need(text="阳台漏水", community=quarter.community, building=building)

    @pytest.mark.parametrize(
        ("words", "found"),
        [
            ("楼道", ["三楼楼道灯不亮，WiFi箱也响"]),
            ("道灯", ["三楼楼道灯不亮，WiFi箱也响", "楼里过道灯火通明"]),
            ("楼道灯", ["三楼楼道灯不亮，WiFi箱也响"]),
            ("wifi", ["三楼楼道灯不亮，WiFi箱也响"]),
            ("道灯 三楼", ["三楼楼道灯不亮，WiFi箱也响"]),
            ("道灯 亮", ["三楼楼道灯不亮，WiFi箱也响"]),
            ("不亮，WiFi", ["三楼楼道灯不亮，WiFi箱也响"]),
            ("亮WiFi", []),  # apart in the text
            ("紫荆", ["阳台漏水"]),
            ("紫荆花园3栋", ["阳台漏水"]),
            ("紫荆 漏水", ["阳台漏水"]),
            ("紫荆 楼道", []),
            ("JK0000012345", ["三楼楼道灯不亮，WiFi箱也响"]),
            ("13812345678", ["楼里过道灯火通明"]),
            ("1381234567", []),
            ("灯", []),
            ("%", []),
            ("_.", []),
            (" ", []),
            ("", []),
        ],
    )
    def test_finds(self, words, found):
        assert texts(words) == found

    def test_code_is_found_however_it_is_spaced(self):
        spoken = self.lamp.spoken_code
        for words in (spoken, spoken.lower(), self.lamp.code, f" {spoken} ", spoken.replace("-", " ")):
            assert list(Need.objects.about(words)) == [self.lamp]
            assert list(Need.objects.numbered(words)) == [self.lamp]

    def test_pieces_of_two_words_do_not_make_a_third(self):
        factories.make_need(text="上楼 道路")
        assert "上楼 道路" not in texts("楼道")

    def test_one_letter_is_too_short(self):
        assert is_too_short("灯") and is_too_short("灯 亮") and is_too_short("") and is_too_short("，。")
        assert not is_too_short("灯 楼道")


class TestList:
    @pytest.fixture
    def clerk(self, client):
        community = factories.make_community()
        client.force_login(factories.make_post(organization=community.organization))
        self.need = factories.make_need(text="楼道灯不亮", community=community)
        self.foreign = factories.make_need(text="楼道灯不亮")
        return client

    def found(self, client, **query):
        return list(client.get(reverse(LIST), query).context["cl"].result_list)

    def test_words_stay_within_the_filters_and_the_scope(self, clerk):
        assert self.found(clerk, q="楼道") == [self.need]
        assert self.found(clerk, q="楼道", status__exact="closed") == []

    def test_number_is_found_whatever_the_filters_say_but_not_out_of_scope(self, clerk):
        assert self.found(clerk, q=self.need.spoken_code, status__exact="closed") == [self.need]
        assert self.found(clerk, q=self.foreign.spoken_code) == []

    def test_one_letter_is_answered_with_advice(self, clerk):
        answer = clerk.get(reverse(LIST), {"q": "灯"})
        assert [str(message) for message in get_messages(answer.wsgi_request)] == ["请至少输入两个字，一个字查不了。"]
        assert not answer.context["cl"].result_list

    def test_long_list_says_so_and_counts_no_further(self, clerk, monkeypatch):
        monkeypatch.setattr("govern.paging.CappedPaginator.CAP", 2)
        for number in range(2):
            factories.make_need(community=self.need.community, text=f"第{number}件")
        page = clerk.get(reverse(LIST)).content.decode()
        assert "超过 2 条，请用筛选或查找缩小范围" in page
        monkeypatch.setattr("govern.paging.CappedPaginator.CAP", 3)
        assert "共 3 条" in clerk.get(reverse(LIST)).content.decode()


@pytest.mark.postgres
@pytest.mark.parametrize(
    "words", ["漏水", "楼道灯", "紫荆花园", "漏水 紫荆", "13812345678", "K7M2-9QXD", "JK0000012345"]
)
def test_postgres_finds_by_index(words):
    """Of a few rows the planner reads all; told not to, it must have an index for every part of the search."""
    factories.make_need(text="漏水", building=factories.make_building(factories.make_quarter(name="紫荆花园")))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        query, params = Need.objects.about(words).order_by().values("pk").query.sql_with_params()
        cursor.execute(f"EXPLAIN {query}", params)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Seq Scan" not in plan
    if not words.isascii():
        assert "need_by_grams" in plan
