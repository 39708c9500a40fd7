"""边界 by GeoJSON: read, looked at, taken whole, checked against each other, and out again."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from govern.imports.cells import Refusal
from grids import geometry
from grids.groundcheck import DISPUTE, GAP, OVERLAP, STRAY, check
from grids.imports.outlines import features_of, preview
from grids.models import Outline
from grids.services.outlines import draw_outlines
from organizations.models import Parameter, ParameterValue
from tests import factories as make
from tests.grids.test_geometry import box

pytestmark = pytest.mark.django_db
IMPORT = "admin:grids_outline_import"


def collection(*features, **extra):
    rows = [{"type": "Feature", "properties": properties, "geometry": shape} for properties, shape in features]
    return json.dumps({"type": "FeatureCollection", "features": rows, **extra}).encode()


@pytest.fixture
def community():
    return make.make_community(name="红星社区")


@pytest.fixture
def grid(community):
    return make.make_grid(community, name="一网格", code=f"{community.code}001")


@pytest.fixture
def clerk(community, client):
    user = make.make_post(organization=community.organization)
    client.force_login(user)
    return user


def errors(user, *features):
    return {row.number: dict(row.errors) for row in preview(collection(*features), user).bad}


class TestReading:
    def test_places_by_code_and_quarters_by_name(self, community, grid, clerk):
        quarter = make.make_quarter(community, name="翡翠湾")
        found = preview(
            collection(
                ({"code": community.code}, box(116, 39)),
                ({"编码": int(grid.code)}, box(116, 39)),
                ({"quarter": "翡翠湾", "community": "红星社区"}, box(116, 39)),
            ),
            clerk,
        )
        assert [(row.kind, row.place) for row in found.good] == [
            ("community", community),
            ("grid", grid),
            ("quarter", quarter),
        ]

    def test_every_fault_by_the_number_of_its_feature(self, community, grid, clerk):
        foreign = make.make_community(name="青松社区")
        total = grid.parent
        told = errors(
            clerk,
            ({"code": community.code}, {"type": "Point", "coordinates": [1, 2]}),
            ({"code": foreign.code}, box(116, 39)),
            ({}, box(116, 39)),
            ({"code": "12"}, box(116, 39)),
            ({"code": grid.code}, box(116, 39)),
            ({"code": grid.code}, box(39, 116)),
            ({"code": total.code}, box(116, 39)),
            ({"quarter": "没有"}, box(116, 39)),
        )
        assert set(told) == {1, 2, 3, 4, 6, 7, 8}
        assert "要是多边形" in told[1]["图形"] and "不在您的辖区" in told[2]["地方"]
        assert "属性里没有编码" in told[3]["地方"] and "编码要 12 位" in told[4]["地方"]
        assert "和第 5 个图形是同一个地方" in told[6]["地方"] and "写反了" in told[6]["图形"]

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"PK\x03\x04", "不是 GeoJSON"),
            (b"\xff\xfe\x00", "不是 GeoJSON"),
            (b"[" * 100_000, "不是 GeoJSON"),
            (b'{"type": "Feature"}', "FeatureCollection"),
            (b'{"type": "FeatureCollection", "features": []}', "没有图形"),
            (b'{"type": "FeatureCollection", "features": [NaN]}', "不是 GeoJSON"),
            (collection(({}, None), crs={"type": "name", "properties": {"name": "EPSG:3857"}}), "坐标系"),
        ],
    )
    def test_files_that_are_none(self, content, words):
        with pytest.raises(Refusal, match=words):
            features_of(content)

    def test_how_large_a_file_may_be_is_a_dated_setting(self):
        row = Parameter.objects.get(key="outline_import_max_mb")
        ParameterValue.objects.filter(parameter=row).update(value=1)
        with pytest.raises(Refusal, match="不能超过 1 MB"):
            features_of(b" " * (1024 * 1024 + 1))

    def test_odd_features_are_told_and_break_nothing(self, clerk):
        odd = json.dumps({"type": "FeatureCollection", "features": [None, 1, {"type": "Feature", "properties": []}]})
        assert len(preview(odd.encode(), clerk).bad) == 3


class TestPages:
    def upload(self, client, content):
        return client.post(reverse(IMPORT), {"file": SimpleUploadedFile("a.geojson", content)})

    def test_looked_at_then_taken_once_and_the_same_again_changes_nothing(self, client, community, grid, clerk):
        content = collection(({"code": community.code}, box(116, 39, 0.02)), ({"code": grid.code}, box(116, 39)))
        page = self.upload(client, content).url
        assert b"<svg" in client.get(page).content and not Outline.objects.exists()
        assert client.post(page).status_code == 302
        assert Outline.objects.get(grid=grid).imported_by == clerk
        assert client.post(page, follow=True).status_code == 200
        assert Outline.objects.count() == 2
        again = client.get(self.upload(client, content).url)
        assert again.context["found"].same_count == 2
        wider = self.upload(client, collection(({"code": grid.code}, box(116, 39, 0.03)))).url
        client.post(wider)
        assert Outline.objects.get(grid=grid).east == pytest.approx(116.03)

    def test_one_bad_shape_and_nothing_is_written(self, client, community, clerk):
        page = self.upload(client, collection(({"code": community.code}, box(116, 39)), ({}, None))).url
        assert "第 2 个".encode() in client.get(page).content
        assert client.post(page).status_code == 422
        assert not Outline.objects.exists()

    def test_what_is_no_geojson_comes_back_beside_the_field(self, client, clerk):
        answer = self.upload(client, b"hello")
        assert answer.status_code == 422 and "不是 GeoJSON".encode() in answer.content
        assert client.post(reverse(IMPORT)).status_code == 422

    def test_out_and_in_again(self, client, community, grid, clerk):
        quarter = make.make_quarter(community, name="翡翠湾")
        rows = [("community", community, 0.02), ("grid", grid, 0.01), ("quarter", quarter, 0.005)]
        draw(clerk, *rows)
        content = client.get(reverse("admin:grids_outline_export")).content
        assert preview(content, clerk).same_count == 3

    def test_others_see_and_take_nothing(self, client, community, grid, clerk):
        draw(clerk, ("grid", grid, 0.01))
        client.force_login(make.make_post(organization=make.make_community().organization))
        assert json.loads(client.get(reverse("admin:grids_outline_export")).content)["features"] == []
        outline = Outline.objects.get()
        assert client.get(reverse("admin:grids_outline_change", args=[outline.pk])).status_code == 404
        client.force_login(make.make_post(role="auditor"))
        assert client.get(reverse(IMPORT)).status_code == 403
        assert client.get(reverse("admin:grids_outline_change", args=[outline.pk])).status_code == 200


def draw(actor, *rows):
    """Squares of `size` degrees, or (west, south, size)."""
    squares = ((kind, place, (116, 39, size) if isinstance(size, float) else size) for kind, place, size in rows)
    return draw_outlines([(kind, place, geometry.read(box(*each))) for kind, place, each in squares], actor=actor)


class TestCheck:
    def test_overlaps_gaps_and_buildings_outside(self, client, community, grid, clerk):
        other = make.make_grid(community, name="二网格", code=f"{community.code}002")
        bare = make.make_grid(community, name="三网格", code=f"{community.code}003")
        draw(
            clerk,
            ("community", community, (116, 39, 0.02)),
            ("grid", grid, (116, 39, 0.01)),
            ("grid", other, (116.009, 39, 0.01)),
        )
        quarter = make.make_quarter(community, name="翡翠湾")
        make.make_building(quarter, name="1栋", grid=grid, longitude=116.005, latitude=39.005)
        lost = make.make_building(quarter, name="2栋", grid=grid, longitude=116.019, latitude=39.019)
        make.make_building(quarter, name="3栋", grid=bare, longitude=116.019, latitude=39.019)
        report = check([community])
        assert [(each.kind, each.place) for each in report.findings] == [
            (OVERLAP, grid),
            (GAP, community),
            (STRAY, lost),
        ]
        assert report.bare_count == 1 and report.findings[0].area_m2 > 90_000
        page = client.get(reverse("admin:grids_grid_ground"))
        for words in (
            "一网格和二网格",
            "没有网格的空白",
            "翡翠湾2栋不在所属一网格的边界里",
            "还有 1 个网格没有边界",
            "<svg",
        ):
            assert words.encode() in page.content, words
        assert client.get(reverse("admin:grids_grid_ground_export"), {"kind": "gap"}).status_code == 200

    def test_how_much_counts_is_a_dated_setting(self, community, grid, clerk):
        other = make.make_grid(community, name="二网格", code=f"{community.code}002")
        draw(clerk, ("grid", grid, (116, 39, 0.01)), ("grid", other, (116.0099, 39, 0.01)))
        assert len(check([community]).findings) == 1
        ParameterValue.objects.filter(parameter__key="outline_overlap_min_m2").update(value=1_000_000)
        assert check([community]).findings == []

    def test_a_grid_of_two_communities_is_told_once(self, community, grid, clerk):
        neighbour = make.make_community(name="青松社区")
        both = [make.make_grid(community, neighbour, name=name, code=f"{community.code}00{name}") for name in "23"]
        draw(make.make_superuser(), *(("grid", each, (116, 39, 0.01)) for each in both))
        assert len(check([community, neighbour]).findings) == 1

    def test_neighbours_of_two_communities_too(self, community, grid, clerk):
        neighbour = make.make_community(name="青松社区")
        theirs = make.make_grid(neighbour, name="二网格", code=f"{neighbour.code}001")
        draw(
            make.make_superuser(),
            *(("grid", each, (116, 39, 0.01)) for each in (grid, theirs)),
            *(("community", each, (116, 39, 0.01)) for each in (community, neighbour)),
        )
        assert [each.kind for each in check([community, neighbour]).findings] == [OVERLAP, DISPUTE]

    def test_other_communities_are_not_shown(self, client, community, grid, clerk):
        foreign = make.make_grid(make.make_community(name="青松社区"), name="别的网格")
        response = client.get(reverse("admin:grids_grid_ground"), {"community": foreign.communities.get().pk})
        assert "青松社区".encode() not in response.content
