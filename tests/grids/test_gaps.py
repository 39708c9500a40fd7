"""空缺: counted by community, and every number opens the rows behind it."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from grids.gaps import GAPS
from grids.models import Duty, Leave
from tests import factories as make

pytestmark = pytest.mark.django_db
Kind = Duty.Kind
URL = "/admin/grids/duty/gaps/"
TODAY = timezone.localdate


@pytest.fixture
def community():
    return make.make_community(name="红星社区")


@pytest.fixture
def clerk(community, client):
    user = make.make_post(organization=community.organization)
    client.force_login(user)
    return user


@pytest.fixture
def grid(community):
    """Without 网格长 and 指导员; a worker without an account whose term ends soon; one building without a head."""
    grid = make.make_grid(community, name="红星第一网格")
    soon = TODAY() + timedelta(days=10)
    make.make_duty(grid=grid, name="李强", starts_on=TODAY() - timedelta(days=90), ends_on=soon)
    quarter = make.make_quarter(community, name="红星苑")
    headed = make.make_building(quarter, grid=grid, name="1栋")
    make.make_duty(Kind.BUILDING_HEAD, building=headed, ends_on=soon)
    make.make_building(quarter, grid=grid, name="2栋")
    make.make_building(quarter, grid=grid, name="3栋", is_active=False)
    return grid


EXPECTED = {"building-head": 1, "worker": 0, "leader": 1, "adviser": 1, "ending": 2, "account": 1, "stand-in": 0}


class TestGaps:
    def test_are_counted_for_each_community_and_open_their_rows(self, grid, community, clerk, client):
        for code, count in EXPECTED.items():
            assert GAPS[code].counts(clerk, [community.pk])[community.pk] == count, code
            page = client.get(URL, {"gap": code, "community": community.pk})
            assert page.context["page_obj"].paginator.count == count, code
        table = client.get(URL).context["table"]
        assert [(str(place), [count for _, count in cells]) for place, cells in table] == [
            ("红星社区", list(EXPECTED.values()))
        ]

    def test_lead_to_the_form_that_mends_them(self, grid, clerk, client):
        page = client.get(URL, {"gap": "building-head"}).content.decode()
        assert "红星苑2栋" in page
        assert "/admin/grids/duty/add/?kind=building_head&amp;building=" in page
        assert "红星苑1栋" not in page

    def test_a_stand_in_who_left_is_a_gap(self, grid, clerk):
        worker, other = Duty.objects.get(name="李强", kind=Kind.WORKER), make.make_duty(grid=grid, name="王敏")
        Leave.objects.create(duty=worker, stand_in=other, starts_on=TODAY(), ends_on=TODAY())
        Duty.objects.filter(pk=other.pk).update(
            starts_on=TODAY() - timedelta(days=9), ends_on=TODAY() - timedelta(days=1)
        )
        assert [str(duty.name) for duty in GAPS["stand-in"].rows(clerk)] == ["李强"]

    def test_others_are_not_there(self, grid, client):
        client.force_login(make.make_post(organization=make.make_community().organization))
        for code in EXPECTED:
            assert client.get(URL, {"gap": code}).context["page_obj"].paginator.count == 0
        client.force_login(make.make_user())
        assert client.get(URL).status_code in (302, 403)

    def test_leave_as_a_sheet(self, grid, clerk, client):
        for query, words in (({}, "红星社区"), ({"gap": "building-head"}, "红星苑2栋")):
            sheet = load_workbook(BytesIO(client.get(f"{URL}export/", query).content)).active
            assert words in {cell for line in sheet.iter_rows(values_only=True) for cell in line}

    def test_cost_the_same_for_more_communities(self, grid, client, django_assert_max_num_queries):
        client.force_login(make.make_post(role="platform_admin"))
        with django_assert_max_num_queries(40) as few:
            client.get(URL)
        for _ in range(5):
            make.make_grid(make.make_community())
        with django_assert_max_num_queries(len(few)):
            client.get(URL)
