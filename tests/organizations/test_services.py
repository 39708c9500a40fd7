import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.test import TestCase, TransactionTestCase

from govern.locks import tree_lock
from organizations.models import Organization
from organizations.services import (
    correct_organization,
    dissolve_organization,
    found_organization,
    mend_tree,
    move_organization,
    tree_faults,
)
from tests.factories import make_organization, make_post, make_superuser

Kind = Organization.Kind


class FoundTests(TestCase):
    def test_every_kind_belongs_under_the_tier_above(self):
        actor = make_superuser()
        parents = {0: None}
        for tier, kind in enumerate(
            [Kind.INDUSTRY_COMMITTEE, Kind.COMMITTEE, Kind.QUARTER_BRANCH, Kind.BUILDING_GROUP, Kind.MEMBER_HOUSEHOLD],
            1,
        ):
            parents[tier] = found_organization(name=str(kind), kind=kind, parent=parents[tier - 1], actor=actor)
        for kind, tier in Organization.TIER_OF_KIND.items():
            for above, parent in parents.items():
                with self.subTest(kind=kind, under=above):
                    if above == tier - 1:
                        made = found_organization(name=f"{kind}-2", kind=kind, parent=parent, actor=actor)
                        self.assertEqual((made.tier, made.level), (tier, tier - 1))
                    else:
                        with self.assertRaises(ValidationError):
                            found_organization(name="错", kind=kind, parent=parent, actor=actor)
        self.assertEqual(tree_faults(), [])


class ReachTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.own = make_organization(name="红星社区党委")
        cls.foreign = make_organization(name="青松社区党委")
        cls.branch = make_organization(Kind.QUARTER_BRANCH, cls.own)
        cls.foreign_branch = make_organization(Kind.QUARTER_BRANCH, cls.foreign)
        cls.clerk = make_post(role="community_staff", organization=cls.own)

    def test_nothing_is_written_out_of_reach(self):
        writes = {
            "found": lambda: found_organization(
                name="x", kind=Kind.QUARTER_BRANCH, parent=self.foreign, actor=self.clerk
            ),
            "found a root": lambda: found_organization(name="x", kind=Kind.INDUSTRY_COMMITTEE, actor=self.clerk),
            "change": lambda: correct_organization(self.foreign_branch, name="x", actor=self.clerk),
            "move away": lambda: move_organization(self.branch, parent=self.foreign, actor=self.clerk),
            "move in": lambda: move_organization(self.foreign_branch, parent=self.own, actor=self.clerk),
            "make a root": lambda: move_organization(self.branch, parent=None, actor=self.clerk),
            "dissolve": lambda: dissolve_organization(self.foreign_branch, actor=self.clerk),
        }
        for name, write in writes.items():
            with self.subTest(name), self.assertRaises(PermissionDenied):
                write()
        self.assertEqual(tree_faults(), [])


class FaultTests(TestCase):
    def test_finds_and_mends(self):
        node = make_organization(Kind.BUILDING_GROUP)
        Organization.objects.filter(pk=node.pk).update(lft=1, rght=2)
        self.assertTrue(tree_faults())
        self.assertEqual(mend_tree(), [])

    def test_says_what_is_wrong(self):
        node = make_organization(Kind.BUILDING_GROUP)
        parent = Organization.objects.get(pk=node.parent_id)
        for columns, words in [
            ({"lft": 9, "rght": 3}, "左值不小于右值"),
            ({"lft": parent.lft, "rght": parent.rght}, "与另一组织的左右值重复"),
            ({"tree_id": 999}, "不在上级的区间之内"),
            ({"level": 9}, "层级与上级不符"),
        ]:
            with self.subTest(words), transaction.atomic():
                Organization.objects.filter(pk=node.pk).update(**columns)
                self.assertIn(words, {fault.what for fault in tree_faults()})
                transaction.set_rollback(True)


class LockTests(TransactionTestCase):
    def test_lives_in_a_transaction(self):
        with self.assertRaises(transaction.TransactionManagementError):
            tree_lock()


@pytest.mark.postgres
class ConcurrencyTests(TransactionTestCase):
    """Real threads on the real database: founding, moving and dissolving in one tree."""

    THREADS, STEPS = 8, 20

    def test_eight_writers_leave_the_tree_whole(self):
        actor = make_superuser()
        root = make_organization(Kind.INDUSTRY_COMMITTEE)
        homes = [make_organization(Kind.COMMITTEE, Organization.objects.get(pk=root.pk)) for _ in range(4)]
        failures, refused = [], []

        def write(number):
            own = []
            try:
                for step in range(self.STEPS):
                    home = homes[(number + step) % len(homes)]
                    try:
                        match step % 4:
                            case 0 | 1:
                                kind, name = Kind.QUARTER_BRANCH, f"{number}-{step}"
                                own.append(found_organization(name=name, kind=kind, parent=home, actor=actor))
                            case 2:
                                move_organization(own[-1], parent=home, actor=actor)
                            case 3:
                                dissolve_organization(own.pop(0), actor=actor)
                    except ValidationError as error:
                        refused.append(error)
            except Exception as error:  # a thread's exception is nobody's unless it is carried out
                failures.append(error)
            finally:
                connection.close()

        threads = [threading.Thread(target=write, args=[number]) for number in range(self.THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        self.assertEqual(failures, [])
        self.assertEqual(refused, [])
        self.assertEqual(tree_faults(), [])
        self.assertEqual(Organization.objects.standing().count(), 5 + self.THREADS * self.STEPS // 4)
