"""Near-same words, and which needs are suggested as the same thing."""

import pytest

from checklists.models import Category, Need
from checklists.services import needs
from checklists.similarity import most_alike, similarity
from govern.fields import grams
from tests import factories as make

PAIRS = (
    ("楼道灯坏了，晚上看不见。", "三单元楼道的灯坏了好几天，晚上上楼看不见"),
    ("电梯停在五楼不动，里面没有人", "电梯又坏了，停在5楼不动"),
    ("楼下垃圾桶满了两天没人收", "垃圾桶满了没人收，味道大"),
    ("消防通道被私家车占住，打电话也不挪。", "私家车占住消防通道，打电话不挪车"),
    ("树枝伸进二楼窗户了，窗户关不上", "二楼窗户被树枝伸进来了，关不上窗"),
)


class TestSimilarity:
    def test_one_complaint_in_two_wordings_is_alike_and_others_are_not(self):
        for place, (one, other) in enumerate(PAIRS):
            assert similarity(grams(one), grams(other)) >= 0.4, one
            strangers = [text for row in PAIRS[place + 1 :] for text in row]
            assert max((similarity(grams(one), grams(text)) for text in strangers), default=0) < 0.35

    def test_edges(self):
        assert similarity({"楼道"}, {"楼道"}) == 1
        assert similarity(set(), {"楼道"}) == similarity(set(), set()) == 0
        pieces = grams("楼道灯坏了")
        found = most_alike(pieces, {1: grams("楼道灯坏"), 2: pieces, 3: grams("水管漏水"), 4: pieces}, 0.4, 2)
        assert found == [(1.0, 2), (1.0, 4)]


@pytest.mark.django_db
class TestSuggestions:
    def test_same_place_first_then_words_and_never_another_community(self):
        building = make.make_building()
        community, kind = building.quarter.community, make.make_category()
        need = make.make_need(building=building, category=kind, text=PAIRS[0][0])
        here = make.make_need(building=building, category=kind, text="门口有水")
        near = make.make_need(community=community, text=PAIRS[0][1])
        make.make_need(community=community, text=PAIRS[1][0])
        make.make_need(text=PAIRS[0][0])
        make.make_need("closed", community=community, text=PAIRS[0][0])
        found = needs.suggest_duplicates(need, Need.objects.all())
        assert [each.need for each in found] == [here, near]
        assert found[0].why == "同一栋楼同一类"
        assert found[1].why.startswith("说法相近 ") and found[1].why.endswith("%")

    def test_queries_do_not_grow_with_needs(self, django_assert_num_queries):
        need = make.make_need()
        for count in (1, 6):
            for _ in range(count):
                make.make_need(community=need.community, text=need.text)
            with django_assert_num_queries(4):
                needs.suggest_duplicates(need, Need.objects.all())

    def test_own_parts_are_no_duplicates(self):
        need = make.make_need("split")
        part = needs.parts_of(need).first()
        assert needs.suggest_duplicates(need, Need.objects.all()) == []
        assert needs.suggest_duplicates(part, Need.objects.all()) == []

    def test_shipped_communal_kinds_are_common_space(self):
        names = set(Category.objects.filter(is_communal=True).values_list("name", flat=True))
        assert {"楼道照明", "电梯故障", "垃圾清运"} <= names
        assert not names & {"噪声扰民", "邻里纠纷", "上门护理", "送餐助餐", "水管龙头"}
