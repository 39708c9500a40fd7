"""Addresses in words find their building."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from grids.addresses import Address, building_key, find_buildings, parse, plain, quarter_key
from grids.models import Building, Quarter
from tests import factories as make


class TestParse:
    @pytest.mark.parametrize(
        ("text", "address"),
        [
            ("翡翠湾3栋2单元501", Address("翡翠湾", "3", "2", "5", "501")),
            ("翡翠湾三号楼2-501", Address("翡翠湾", "3", "2", "5", "501")),
            (" 翡翠湾 ３＃楼", Address("翡翠湾", "3")),
            ("翡翠湾小区３幢二单元五零一室", Address("翡翠湾", "3", "2", "5", "501")),
            ("翡翠湾3-2-501", Address("翡翠湾", "3", "2", "5", "501")),
            ("翡翠湾3 2 501", Address("翡翠湾", "3", "2", "5", "501")),
            ("翡翠湾A座1201", Address("翡翠湾", "A", "", "12", "1201")),
            ("翡翠湾二十三栋12楼1202", Address("翡翠湾", "23", "", "12", "1202")),
            ("阳光100 3栋", Address("阳光100", "3")),
            ("三里屯十二号楼", Address("3里屯", "12")),
            ("幸福路12号翡翠湾3栋1单元3楼", Address("幸福路12号翡翠湾", "3", "1", "3")),
            ("翡翠湾3-1栋", Address("翡翠湾", "3-1")),
            ("翡翠湾", Address("翡翠湾")),
            ("３＃楼", Address("", "3")),
            ("", Address("")),
            ("！？。", Address("")),
        ],
    )
    def test_the_parts_of_an_address(self, text, address):
        assert parse(text) == address

    def test_one_form_for_all_spellings(self):
        assert {building_key(name) for name in ("3栋", "三号楼", "３＃", "3幢", "3号", " 3 座")} == {"3"}
        assert quarter_key("翡翠湾（二期）小区") == quarter_key("翡翠湾2期") == "翡翠湾2期"
        assert [quarter_key(name) for name in ("百步亭", "小区", "十里花园")] == ["百步亭", "小区", "10里花园"]
        assert (plain("三十二"), plain("二〇一"), plain("一百零五"), plain("Ａ—１")) == ("32", "201", "105", "A-1")

    def test_no_text_is_too_odd(self):
        for text in ("栋" * 500, "1" * 500, "%_\\'\"", "\x00\n", "#", "-" * 90, "单元", "〇百千"):
            parse(text)


@pytest.mark.django_db
class TestFinding:
    @pytest.fixture(autouse=True)
    def world(self):
        self.own, self.other = make.make_community(name="红星社区"), make.make_community(name="青松社区")
        self.quarter = make.make_quarter(self.own, name="翡翠湾")
        self.three = make.make_building(self.quarter, name="3栋")
        self.other_three = make.make_building(make.make_quarter(self.other, name="翡翠湾小区"), name="三号楼")
        self.five = make.make_building(make.make_quarter(self.own, name="阳光100"), name="5幢")

    def found(self, text, **where):
        return [hit.building for hit in find_buildings(text, **where)]

    def test_several_are_offered_with_their_community(self):
        hits = find_buildings("翡翠湾三号楼2-501")
        assert [hit.words for hit in hits] == ["红星社区 · 翡翠湾3栋", "青松社区 · 翡翠湾小区三号楼"]
        assert all(hit.exact and hit.detail == "2单元501" for hit in hits)

    def test_the_community_that_is_said_and_the_one_that_is_meant(self):
        assert self.found("青松社区翡翠湾3栋") == [self.other_three]
        assert self.found("３＃", community=self.own) == [self.three]
        assert self.found("３＃") == []

    def test_only_what_the_user_sees(self):
        clerk = make.make_post(organization=self.other.organization)
        assert self.found("翡翠湾3栋", user=clerk) == [self.other_three]
        assert self.found("阳光100 5栋", user=clerk) == []

    def test_digits_of_the_quarter_and_of_the_building(self):
        assert self.found("阳光1005栋") == self.found("阳光100 5号楼") == [self.five]

    def test_a_piece_of_the_name_finds_it_but_is_not_exact(self):
        hits = find_buildings("翡翠3栋")
        assert {hit.building for hit in hits} == {self.three, self.other_three} and not any(hit.exact for hit in hits)

    def test_a_quarter_alone_offers_its_buildings_in_the_order_of_their_numbers(self):
        ten, two = (make.make_building(self.quarter, name=name) for name in ("10栋", "2栋"))
        hall = make.make_building(self.quarter, name="综合楼")
        assert self.found("红星社区翡翠湾") == [hall, two, self.three, ten]
        assert self.found("红星社区翡翠湾综合楼") == [hall]

    def test_closed_buildings_and_unknown_numbers_are_not_offered(self):
        Building.objects.filter(pk=self.five.pk).update(is_active=False)
        assert self.found("阳光100 5栋") == self.found("翡翠湾99栋") == self.found("没有的小区3栋") == []

    def test_a_new_name_is_found_and_the_old_one_is_not(self):
        self.quarter.name = "碧水湾"
        self.quarter.save()
        assert self.found("碧水湾3栋") == [self.three]
        assert self.found("红星社区翡翠湾3栋") == [self.other_three]

    def test_rows_made_in_bulk_are_found(self):
        [quarter] = Quarter.objects.bulk_create([Quarter(name="第三家园", community=self.own)])
        [row] = Building.objects.bulk_create([Building(name="十二栋", quarter=quarter, code="1" * 17)])
        assert self.found("第3家园12#") == [row]

    def test_a_few_questions_however_many_rows(self):
        for _ in range(30):
            make.make_building(make.make_quarter(self.own, name=f"翡翠湾{next(make.SEQUENCE)}期"), name="3栋")
        with CaptureQueriesContext(connection) as queries:
            self.found("翡翠湾3栋2单元501")
        assert len(queries) <= 3
