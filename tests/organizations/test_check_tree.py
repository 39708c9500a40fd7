from io import StringIO

from django.core.management import CommandError, call_command
from django.test import TestCase

from organizations.models import Organization
from organizations.services import found_subtree, mend_tree, tree_faults
from tests.factories import make_organization, make_superuser


class TestCheckTree(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.root = make_organization("industry_committee", name="城建行业党委")
        cls.other = make_organization("industry_committee", name="商贸行业党委")
        cls.body = make_organization("committee", cls.root, name="星河社区党委")
        cls.branch = make_organization("quarter_branch", cls.body, name="桂香花园党支部")
        cls.sister = make_organization("quarter_branch", cls.body, name="翠竹新村党支部")

    def check(self, *arguments):
        out = StringIO()
        call_command("check_tree", *arguments, stdout=out)
        return out.getvalue()

    def test_sound_tree(self):
        self.assertIn("党组织树完好，共 5 个组织。", self.check())

    def test_each_fault_is_reported_in_words_and_mended(self):
        lft, rght = Organization.objects.values_list("lft", "rght").get(pk=self.branch.pk)
        cases = {
            "左值不小于右值": (self.sister, {"lft": 9, "rght": 8}),
            "与另一组织的左右值重复": (self.sister, {"lft": lft, "rght": rght}),
            "与另一行业党委的树号重复": (self.other, {"tree_id": self.root.tree_id}),
            "不在上级的区间之内": (self.sister, {"lft": 101, "rght": 102}),
            "层级与上级不符": (self.sister, {"level": 5}),
        }
        for words, (node, columns) in cases.items():
            with self.subTest(words):
                Organization.objects.filter(pk=node.pk).update(**columns)
                self.assertIn((node.pk, words), [(fault.organization_id, fault.what) for fault in tree_faults()])
                out = StringIO()
                with self.assertRaisesMessage(CommandError, "加 --mend 修复"):
                    call_command("check_tree", stdout=out)
                self.assertIn(f"{node.name}（编号 {node.pk}）：{words}", out.getvalue())
                mended = self.check("--mend")
                self.assertIn("已按上级关系重新计算。", mended)
                self.assertIn("党组织树完好", mended)
                self.assertEqual(tree_faults(), [])

    def test_what_counting_anew_cannot_mend_stays_reported(self):
        Organization.objects.filter(pk=self.sister.pk).update(parent=self.root)  # a branch right under the industry
        self.assertEqual({fault.what for fault in mend_tree()}, {"层级与上级不符"})
        with self.assertRaisesMessage(CommandError, "请人工核对上级"):
            call_command("check_tree", "--mend", stdout=StringIO())

    def test_a_circle_of_parents_is_reported(self):
        Organization.objects.filter(pk=self.body.pk).update(parent=self.branch)
        self.assertIn("层级与上级不符", {fault.what for fault in tree_faults()})

    def test_founding_a_subtree_keeps_the_tree_sound(self):
        actor = make_superuser()
        for number in (1, 2):
            group = found_subtree(
                name=f"{number}栋党小组",
                kind="building_group",
                parent=self.branch,
                children=[("王桂兰户", "member_household"), ("李建国户", "member_household")],
                actor=actor,
            )
        self.assertEqual(tree_faults(), [])
        group.refresh_from_db()
        self.assertEqual([child.tier for child in group.get_descendants()], [5, 5])
