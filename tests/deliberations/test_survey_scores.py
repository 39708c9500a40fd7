"""Means, weights, aspects, and when a group is too small to stand apart."""

from django.test import SimpleTestCase

from deliberations import survey_scores as scores
from deliberations.survey_scores import Asked, Heard

GOOD = Asked("good", "single", "satisfied", 2, {"yes": 100, "so": 60, "no": 0, "unknown": None})
KNOWN = Asked("known", "scale", "known", 1)


class Means(SimpleTestCase):
    def test_by_the_points_of_the_choices(self):
        self.assertEqual(scores.mean(GOOD, Heard(4, {"yes": 2, "so": 1, "no": 1})), 65)

    def test_choice_without_points_does_not_enter(self):
        self.assertEqual(scores.mean(GOOD, Heard(3, {"yes": 1, "unknown": 2})), 100)
        self.assertIsNone(scores.mean(GOOD, Heard(2, {"unknown": 2})))

    def test_scale(self):
        self.assertEqual(scores.mean(KNOWN, Heard(2, {}, 150)), 75)
        self.assertIsNone(scores.mean(KNOWN, Heard()))

    def test_several_choices_and_words_are_not_scored(self):
        for kind in ("multiple", "text"):
            with self.subTest(kind):
                self.assertIsNone(scores.mean(Asked("x", kind, points={"a": 100}), Heard(3, {"a": 3})))

    def test_rate_of_nothing_is_nothing(self):
        self.assertEqual(scores.rate(1, 3), 33.3)
        self.assertIsNone(scores.rate(0, 0))


class Weights(SimpleTestCase):
    residents, staff = Heard(40, {"so": 40}), Heard(10, {"yes": 10})

    def test_group_weighs_by_its_mean_not_by_its_sheets(self):
        heard = {"residents": self.residents, "staff": self.staff}
        self.assertEqual(scores.of_question(GOOD, heard, {"residents": 3, "staff": 1}), 70)
        self.assertEqual(scores.of_question(GOOD, heard, {}), 68)

    def test_group_without_answers_leaves_its_weight_to_the_others(self):
        heard = {"residents": self.residents, "staff": Heard()}
        self.assertEqual(scores.of_question(GOOD, heard, {"residents": 3, "staff": 1}), 60)

    def test_weight_of_nothing_does_not_divide(self):
        self.assertIsNone(scores.weighed([(80, 0)]))
        self.assertIsNone(scores.weighed([]))

    def test_total_and_aspects_by_the_weights_of_the_questions(self):
        means = {"good": 90, "known": 60}
        self.assertEqual(scores.total([GOOD, KNOWN], means), 80)
        self.assertEqual(scores.aspects([GOOD, KNOWN], means), {"satisfied": 90, "known": 60})
        self.assertEqual(scores.aspects([GOOD, KNOWN], {"good": 90, "known": None}), {"satisfied": 90})

    def test_counts_add_up(self):
        both = self.residents + self.staff + Heard(1, {"yes": 1}, 5)
        self.assertEqual((both.sheets, both.choices, both.points_sum), (51, {"so": 40, "yes": 11}, 5))


class Apart(SimpleTestCase):
    def test_only_where_every_group_has_enough(self):
        for counts, may in (
            ({"a": 5, "b": 5}, True),
            ({"a": 5, "b": 4}, False),
            ({"a": 60, "b": 20, "c": 1}, False),
            ({"a": 60, "b": 0}, False),
            ({"a": 60, "b": 5, "c": 0}, True),
            ({}, False),
        ):
            with self.subTest(counts):
                self.assertEqual(scores.may_stand_apart(counts, 5), may)
