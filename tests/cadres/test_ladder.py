"""The published examples of the cities, and the rules one by one. No database."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from cadres import ladder
from cadres.ladder import BASIC, COMPETENT, EXCELLENT, INCOMPETENT, Allowance, Bonus, PayTable, Post, Record, Rules

HEAD, DEPUTY, WORKER = 1, 2, 3
POSTS = {
    HEAD: Post(HEAD, "社区正职", 7, 18),
    DEPUTY: Post(DEPUTY, "社区副职", 4, 15),
    WORKER: Post(WORKER, "工作人员", 1, 12),
}
RULES = Rules(step_years=3, posts=POSTS)


def record(post=WORKER, hired_on=date(2010, 1, 4), *, grades=None, bad=None, **fields):
    years = range(hired_on.year, 2040)
    known = dict.fromkeys(years, COMPETENT) if grades is None else grades
    return Record(hired_on, ((hired_on, post),), {**known, **(bad or {})}, **fields)


def level(person, rules=RULES, on=date(2026, 1, 1)):
    return ladder.place(person, rules, on).level


class TestYears:
    @pytest.mark.parametrize(
        ("post", "years", "expected"),
        [(WORKER, 0, 1), (WORKER, 3, 2), (WORKER, 9, 4), (WORKER, 33, 12), (WORKER, 40, 12)]
        + [(DEPUTY, 0, 4), (DEPUTY, 33, 15), (HEAD, 0, 7), (HEAD, 32, 17), (HEAD, 33, 18), (HEAD, 36, 18)],
    )
    def test_three_years_are_a_level_within_the_range(self, post, years, expected):
        assert level(record(post, date(2026 - years, 1, 1))) == expected

    def test_a_level_rises_on_1_january_and_on_no_other_day(self):
        person = record(hired_on=date(2023, 1, 3))
        assert level(person, on=date(2025, 12, 31)) == 1
        assert level(person, on=date(2026, 1, 1)) == 2

    def test_months_of_the_year_of_entry_count_one_by_one_or_as_a_year(self):
        person = record(hired_on=date(2023, 7, 15))  # 6 months, and two whole years
        assert level(person) == 1
        assert level(person, replace(RULES, counts_part_years=True)) == 2  # 锦州 2022: 不满一年按一年计

    def test_broken_service_is_not_counted(self):
        """锦州 2022: 中断的工龄不计。"""
        whole = record(hired_on=date(2020, 1, 1))
        broken = replace(whole, breaks=((date(2022, 3, 1), date(2022, 12, 31)),))
        assert (level(whole), level(broken)) == (3, 2)
        assert ladder.place(
            replace(whole, breaks=((date(2022, 1, 1), date(2022, 12, 31)),)), RULES, date(2026, 1, 1)
        ).left_out == ((2022, "不在岗"),)

    def test_recognised_service_elsewhere_counts(self):
        assert level(record(hired_on=date(2025, 1, 1), prior_months=24)) == 2

    def test_two_year_step_of_24_levels(self):
        """宁夏 2025: 四岗二十四级，两年一级。"""
        rules = Rules(step_years=2, posts={HEAD: Post(HEAD, "正职", 13, 24)})
        assert level(record(HEAD, date(2016, 1, 1)), rules) == 18
        assert level(record(HEAD, date(1990, 1, 1)), rules) == 24

    def test_four_posts_of_18_levels(self):
        """四岗十八级: 正职 7-18，副职 5-16，专职委员 3-14，工作人员 1-12。"""
        spans = [(7, 18), (5, 16), (3, 14), (1, 12)]
        rules = Rules(3, {key: Post(key, str(key), *span) for key, span in enumerate(spans)})
        people = [record(key, date(1980, 1, 1), grades={}) for key in rules.posts]
        assert [level(person, rules) for person in people] == [18, 16, 14, 12]


class TestBadYears:
    @pytest.mark.parametrize("grade", [BASIC, INCOMPETENT])
    def test_a_bad_year_does_not_count(self, grade):
        """烟台、本溪 2023: 基本合格、不合格的年度不计入晋级年限。"""
        good, bad = record(hired_on=date(2023, 1, 1)), record(hired_on=date(2023, 1, 1), bad={2024: grade})
        assert (level(good), level(bad)) == (2, 1)
        assert level(bad, on=date(2027, 1, 1)) == 2
        (left_out,) = ladder.place(bad, RULES, date(2027, 1, 1)).left_out
        assert left_out == (2024, f"考核{ladder.GRADE_WORDS[grade]}")

    def test_incompetent_may_cost_a_level_and_never_less_than_the_lowest(self):
        rules = replace(RULES, penalty_levels=1)
        assert level(record(hired_on=date(2014, 1, 1), bad={2025: INCOMPETENT}), rules) == 3
        assert level(record(hired_on=date(2025, 1, 1), bad={2025: INCOMPETENT}), rules) == 1

    def test_a_year_without_appraisal_counts_if_the_rules_say_so(self):
        person = record(hired_on=date(2023, 1, 1), grades={2023: COMPETENT, 2024: COMPETENT})
        assert level(person) == 2
        assert level(person, replace(RULES, counts_unappraised=False)) == 1


class TestEarly:
    RULES = replace(RULES, early_run=2, early_limit=2)

    @pytest.mark.parametrize(
        ("excellent", "expected"),
        [((), 0), ((2021, 2023), 0), ((2021, 2022), 1), ((2021, 2022, 2023), 1), ((2020, 2021, 2022, 2023), 2)]
        + [((2017, 2018, 2020, 2021, 2023, 2024), 2)],
    )
    def test_two_excellent_years_in_a_row_at_most_twice(self, excellent, expected):
        """连续两年优秀提前晋一级，职业生涯最多两次；一年只用一次。"""
        person = record(hired_on=date(2014, 1, 1), bad=dict.fromkeys(excellent, EXCELLENT))
        assert ladder.place(person, self.RULES, date(2026, 1, 1)).early_count == expected
        assert level(person, self.RULES) == 5 + expected


class TestTitles:
    BONUSES = {
        "bachelor": Bonus("bachelor", "本科", ladder.DEGREE, levels=1),
        "master": Bonus("master", "硕士", ladder.DEGREE, levels=2),
        "assistant": Bonus("assistant", "助理社会工作师", ladder.LICENCE, levels=1),
        "social_worker": Bonus("social_worker", "社会工作师", ladder.LICENCE, levels=2),
    }
    RULES = replace(RULES, bonuses=BONUSES)

    def test_the_highest_of_each_kind_counts_from_the_day_it_was_obtained(self):
        """呼和浩特: 资格加级取最高，不叠加；学历同。"""
        titles = (("bachelor", date(2008, 6, 1)), ("assistant", date(2020, 6, 1)), ("social_worker", date(2025, 10, 1)))
        person = record(hired_on=date(2023, 1, 1), titles=titles)
        assert level(person, self.RULES, date(2025, 1, 1)) == 1 + 1 + 1
        assert level(person, self.RULES, date(2026, 1, 1)) == 1 + 1 + 1 + 2

    def test_a_degree_may_count_as_years(self):
        """山东: 本科、硕士、博士按 1、3、5 年计。"""
        rules = replace(RULES, bonuses={"master": Bonus("master", "硕士", ladder.DEGREE, years=3)})
        assert level(record(hired_on=date(2026, 1, 1), titles=(("master", None),)), rules) == 2

    def test_a_bonus_stays_inside_the_post(self):
        placing = ladder.place(
            record(hired_on=date(1990, 1, 1), titles=(("master", None),)), self.RULES, date(2026, 1, 1)
        )
        assert (placing.level, placing.raw, placing.terms[-1].name) == (12, 15, "clamp")


class TestPosts:
    def test_a_new_post_places_anew_by_the_years(self):
        person = replace(
            record(hired_on=date(2014, 1, 1)), posts=((date(2014, 1, 1), WORKER), (date(2026, 4, 1), DEPUTY))
        )
        assert [level(person, on=date(2026, month, 31)) for month in (3,)] == [5]
        assert level(person, on=date(2026, 4, 1)) == 8


class TestWaysUp:
    def test_says_years_licence_and_early(self):
        rules = replace(TestTitles.RULES, early_run=2, early_limit=2)
        person = record(hired_on=date(2025, 1, 1), bad={2025: EXCELLENT})
        ways = {way.kind: way for way in ladder.ways_up(person, rules, date(2026, 1, 1))}
        assert ways["years"].on == date(2028, 1, 1) and "再有 2 个年度" in ways["years"].words
        assert ways["early"].words.startswith("再连续 1 个年度考核优秀")
        assert "加 2 级" in ways["social_worker"].words
        assert set(ways) == {"years", "early", *TestTitles.BONUSES}

    def test_at_the_top_another_post_leads_further(self):
        (way,) = ladder.ways_up(record(hired_on=date(1980, 1, 1)), RULES, date(2026, 1, 1))
        assert way.kind == "top" and "任社区正职最高可到 18 级" in way.words

    def test_the_way_by_years_is_true(self):
        for back in range(12):
            person = record(hired_on=date(2026 - back, 3, 1), bad={2024: BASIC})
            way = ladder.ways_up(person, RULES, date(2026, 1, 1))[0]
            before = date(way.on.year - 1, 1, 1)
            assert level(person, on=way.on) == level(person) + 1 and level(person, on=before) == level(person)


def paid(table, at_level, **fields):
    person = record(fields.pop("post", WORKER), date(2000, 1, 1), **fields)
    return ladder.pay(person, ladder.place(person, RULES, date(2026, 1, 1)), table, level=at_level)


class TestPay:
    # 西安市 2020: the end points are published; the coefficients are pay / 3,200.
    XIAN = PayTable(
        Decimal(3200),
        {
            at: Decimal(coefficient)
            for at, coefficient in {1: "1", 4: "1.0875", 7: "1.1875", 12: "1.39063", 15: "1.5375", 18: "1.6875"}.items()
        },
        probation_months=3,
        probation_percent=Decimal(80),
    )
    # 锦州市 2022: 2,958 × (1 + 0.03 × (level − 1)), 16 levels.
    JINZHOU = PayTable(
        Decimal(2958),
        {at: 1 + Decimal("0.03") * (at - 1) for at in range(1, 17)},
        allowances=tuple(
            Allowance("职业资格津贴", Decimal(amount), title=title)
            for title, amount in (("assistant", 100), ("social_worker", 200), ("senior", 300))
        ),
    )

    @pytest.mark.parametrize(
        ("at_level", "yuan"), [(7, 3800), (18, 5400), (4, 3480), (15, 4920), (1, 3200), (12, 4450)]
    )
    def test_xian_2020(self, at_level, yuan):
        assert paid(self.XIAN, at_level).total == yuan

    def test_xian_pays_80_percent_for_three_months(self):
        person = record(hired_on=date(2026, 2, 10))
        days = {date(2026, 2, 10): 2560, date(2026, 5, 9): 2560, date(2026, 5, 10): 3200}
        for on, yuan in days.items():
            assert ladder.pay(person, ladder.place(person, RULES, on), self.XIAN).total == yuan

    @pytest.mark.parametrize(("at_level", "yuan"), [(1, 2958), (2, 3047), (10, 3757), (16, 4289)])
    def test_jinzhou_2022(self, at_level, yuan):
        assert paid(self.JINZHOU, at_level).total == yuan

    def test_jinzhou_pays_the_highest_licence_alone(self):
        titles = (("assistant", date(2010, 1, 1)), ("social_worker", date(2015, 1, 1)), ("senior", date(2027, 1, 1)))
        assert paid(self.JINZHOU, 1, titles=titles).total == 2958 + 200

    def test_benxi_2023_withholds_performance_after_an_incompetent_year(self):
        table = PayTable(Decimal(3400), {1: Decimal(1)}, performance_percent=Decimal(20))
        good, bad = paid(table, 1), paid(table, 1, bad={2025: INCOMPETENT})
        assert (good.basic, good.performance) == (2720, 680)
        assert (bad.basic, bad.performance, bad.total) == (2720, 0, 2720)

    def test_a_band_table_is_a_base_of_one(self):
        """厦门 2009 (厦民〔2009〕32号): twelve bands in yuan, a rise every two years."""
        bands = [900, 930, 960, 1000, 1040, 1080, 1130, 1180, 1240, 1300, 1370, 1440]
        table = PayTable(Decimal(1), {at: Decimal(yuan) for at, yuan in enumerate(bands, 1)})
        assert [paid(table, at).total for at in range(1, 13)] == bands
        with pytest.raises(LookupError):
            paid(table, 13)

    def test_an_allowance_of_a_post(self):
        table = replace(self.XIAN, allowances=(Allowance("一肩挑", Decimal(300), post=HEAD),))
        assert (paid(table, 18, post=HEAD).total, paid(table, 12).total) == (5700, 4450)
