"""公示: what the law has made public, by the printed code, and no more."""

from datetime import timedelta

import pytest
from django.utils import timezone

from grids.models import Duty, Grid, Leave
from organizations.models import ParameterValue
from tests import factories as make

pytestmark = pytest.mark.django_db
Kind = Duty.Kind
TODAY = timezone.localdate


@pytest.fixture
def grid():
    community = make.make_community(name="红星社区", hotline="0512-66668888")
    fields = {"boundary": "东至人民路，西至一河", "supervision_phone": "0512-12345"}
    return make.make_grid(community, name="红星第一网格", **fields)


@pytest.fixture
def building(grid):
    return make.make_building(make.make_quarter(grid.communities.get(), name="红星苑"), grid=grid, name="3栋")


@pytest.fixture
def worker(grid):
    return make.make_duty(grid=grid, name="李强", phone="13812345678")


def read(client, address):
    page = client.get(address)
    assert page.status_code == 200
    assert page["X-Robots-Tag"] == "noindex"
    return page.content.decode()


class TestGrid:
    def test_says_name_boundary_worker_phone_and_supervisor(self, client, grid, worker):
        make.make_duty(Kind.SECURITY, grid=grid, name="周安全", phone="13700000001")
        make.make_duty(Kind.ADVISER, grid=grid, name="陈指导", phone="13700000002")
        page = read(client, f"/g/{grid.code}/")
        for words in ("红星第一网格", "东至人民路", "李强", "13812345678", "0512-12345", "0512-66668888", "陈指导"):
            assert words in page
        for words in ("周安全", "13700000001", "13700000002"):
            assert words not in page

    def test_names_the_stand_in_during_leave(self, client, grid, worker):
        other = make.make_duty(grid=make.make_grid(*grid.communities.all()), name="王敏", phone="13900000009")
        Leave.objects.create(duty=worker, stand_in=other, starts_on=TODAY(), ends_on=TODAY())
        page = read(client, f"/g/{grid.code}/")
        assert "王敏 代班" in page
        assert "13900000009" in page
        assert "13812345678" not in page

    def test_unknown_dissolved_and_district_are_not_there(self, client, grid):
        gone = make.make_grid(dissolved_on=TODAY())
        assert gone.dissolved_on
        for code in ("9" * 15, gone.code, Grid.objects.get(level="district").code, "12", "x" * 15, f"{grid.code}00"):
            assert client.get(f"/g/{code}/").status_code == 404, code

    def test_costs_the_same_for_many_people(self, client, grid, worker, django_assert_max_num_queries):
        read(client, f"/g/{grid.code}/")
        for _ in range(6):
            make.make_duty(grid=grid)
        with django_assert_max_num_queries(8):
            read(client, f"/g/{grid.code}/")

    def test_whoever_copies_phones_is_stopped(self, client, grid):
        ParameterValue.objects.filter(parameter__key="public_notices_per_hour").update(value=2)
        answers = [client.get(f"/g/{grid.code}/").status_code for _ in range(3)]
        assert answers == [200, 200, 429]


class TestBuilding:
    def test_names_head_by_surname_and_leads_to_the_form(self, client, building, worker):
        make.make_duty(Kind.BUILDING_HEAD, building=building, name="王大爷", phone="13700000001")
        page = read(client, f"/b/{building.code}/")
        for words in ("红星苑3栋", "王**", "李强", "13812345678", f"/needs/new/?building={building.code}", "/g/"):
            assert words in page
        for words in ("王大爷", "13700000001"):
            assert words not in page

    def test_without_a_grid_and_out_of_use(self, client, building):
        building.grid = None
        building.save()
        assert "正在安排" in read(client, f"/b/{building.code}/")
        building.is_active = False
        building.save()
        assert client.get(f"/b/{building.code}/").status_code == 404


class TestGridPoster:
    def test_is_printed_within_reach_alone(self, client, grid, worker):
        client.force_login(make.make_post(organization=grid.communities.get().organization))
        page = client.get(f"/grids/{grid.pk}/poster/").content.decode()
        for words in ("红星第一网格", "李强", "13812345678", "东至人民路", "0512-12345", "data:image/svg+xml"):
            assert words in page
        foreign = make.make_grid()
        assert client.get(f"/grids/{foreign.pk}/poster/").status_code == 404
        assert client.get("/grids/posters/", {"grid": [grid.pk, foreign.pk]}).status_code == 404
        client.logout()
        assert client.get(f"/grids/{grid.pk}/poster/").status_code == 302

    def test_paper_names_who_holds_the_duty_also_while_they_are_away(self, client, grid, worker):
        other = make.make_duty(Kind.LEADER, grid=grid, name="王敏", phone="13900000009")
        Leave.objects.create(duty=worker, stand_in=other, starts_on=TODAY(), ends_on=TODAY() + timedelta(days=2))
        client.force_login(make.make_post(organization=grid.communities.get().organization))
        page = client.get(f"/grids/{grid.pk}/poster/").content.decode()
        assert "李强" in page
        assert "代班" not in page
