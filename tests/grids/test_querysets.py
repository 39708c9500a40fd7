import pytest

from accounts.models import User
from grids.models import Grid
from tests import factories

pytestmark = pytest.mark.django_db


def make_total(code):
    return Grid.objects.create(level="district", name=code, code=code)


@pytest.fixture
def ground():
    """A total grid over the communities of two streets: (total grid, the first street's body, the second's)."""
    total = make_total("990101000000001")
    roots = [factories.make_organization("industry_committee") for _ in range(2)]
    for root in roots:
        factories.make_grid(factories.make_community(factories.make_organization(parent=root)), parent=total)
    return total, *roots


class TestTotalGrids:
    def test_is_seen_from_each_community_and_changed_by_who_reaches_all(self, ground):
        total, first, second = ground
        clerk = factories.make_post(role="street_staff", organization=first)
        assert total in Grid.objects.visible_to(clerk)
        assert total not in Grid.objects.editable_by(clerk)
        factories.make_post(role="street_staff", organization=second, user=clerk)
        clerk = User.objects.get(pk=clerk.pk)
        assert total in Grid.objects.editable_by(clerk)

    def test_while_it_has_no_grids_is_seen_by_who_may_found_some(self, ground):
        _, first, _ = ground
        empty = make_total("990101000000002")
        assert empty in Grid.objects.editable_by(factories.make_post(role="street_staff", organization=first))
        assert empty not in Grid.objects.visible_to(factories.make_post(role="supervisor", organization=first))
