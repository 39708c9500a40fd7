import pytest

from tests import factories


@pytest.fixture
def building():
    return factories.make_building()


@pytest.fixture
def need():
    return factories.make_need(contact_phone="13800001234")
