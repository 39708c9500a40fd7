"""What hangs together around a row: in both directions, within scope, at a constant price, small enough to read."""

import pytest
from django.urls import reverse

from checklists.linking import MOST, links_of
from tests import factories
from tests.checklists.lists import make_activity, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def community():
    return factories.make_community()


@pytest.fixture
def clerk(community):
    return factories.make_post(role="community_staff", organization=community.organization)


@pytest.fixture
def chain(community):
    """{kind: row}: a need dispatched to a resource, an activity and a project about both."""
    resource = factories.make_resource(factories.make_unit(community.organization))
    need = factories.make_need("taken", community=community, resource=resource)
    return {
        "need": need,
        "dispatch": need.dispatches.get(),
        "resource": resource,
        "activity": make_activity(community, needs=[need], resources=[resource]),
        "project": make_project(community, needs=[need], resources=[resource]),
    }


class TestLinks:
    @pytest.mark.parametrize(
        ("kind", "met"),
        [
            ("need", {"dispatch", "resource", "activity", "project"}),
            ("dispatch", {"need", "resource", "project"}),
            ("resource", {"need", "dispatch", "activity", "project"}),
            ("activity", {"need", "resource", "project"}),
            ("project", {"need", "resource"}),
        ],
    )
    def test_each_row_meets_the_others(self, kind, met, chain, clerk):
        links = links_of(chain[kind], clerk)
        assert {node.kind for node in links.others} == met
        assert [node.row for node in links.nodes if node.is_centre] == [chain[kind]]
        assert all(node.url for node in links.others)

    def test_lines_join_what_belongs_together(self, chain, clerk):
        links = links_of(chain["need"], clerk)
        pairs = {frozenset((edge.one.kind, edge.other.kind)) for edge in links.edges}
        assert pairs == {
            frozenset(pair)
            for pair in (
                ("need", "dispatch"),
                ("dispatch", "resource"),
                ("need", "activity"),
                ("resource", "activity"),
                ("need", "project"),
                ("resource", "project"),
            )
        }
        assert len(links.edges) == 6

    def test_boxes_do_not_cover_each_other_and_stay_inside(self, chain, clerk):
        links = links_of(chain["need"], clerk)
        places = {(node.x, node.y) for node in links.nodes}
        assert len(places) == len(links.nodes)
        for node in links.nodes:
            assert 0 <= node.x <= links.width - links.box_width
            assert 0 <= node.y <= links.height - links.box_height

    def test_other_needs_of_a_project_are_the_second_step(self, chain, clerk, community):
        other = factories.make_need(community=community)
        chain["project"].needs.add(other)
        links = links_of(chain["need"], clerk)
        assert other.pk in {node.row.pk for node in links.nodes if node.kind == "need"}

    def test_a_split_need_and_its_parts_meet(self, clerk, community):
        whole = factories.make_need("split", community=community)
        parts = list(whole.sub_needs.all())
        for row, others in ((whole, parts), (parts[0], [whole])):
            links = links_of(row, clerk)
            assert {node.row for node in links.others} == set(others)
            assert len(links.edges) == len(others)

    def test_foreign_rows_are_left_out_and_not_counted(self, chain, clerk):
        foreign = factories.make_need()
        chain["project"].needs.add(foreign)
        chain["activity"].needs.add(foreign)
        for kind in ("project", "activity"):
            links = links_of(chain[kind], clerk)
            assert foreign.pk not in {node.row.pk for node in links.nodes if node.kind == "need"}
            assert links.more == 0

    def test_many_rows_cost_the_same_and_are_cut(self, chain, clerk, community, django_assert_num_queries):
        project = chain["project"]
        for _ in range(2):
            project.needs.add(factories.make_need(community=community))
        user = type(clerk).objects.get(pk=clerk.pk)
        user.has_perm("checklists.view_need")
        with django_assert_num_queries(8):
            links_of(project, user)
        for _ in range(15):
            project.needs.add(factories.make_need(community=community))
        with django_assert_num_queries(8):
            links = links_of(project, user)
        assert len(links.nodes) == MOST
        assert links.more == 18 + 1 - (MOST - 1)  # needs and the resource, less what is drawn

    def test_a_row_alone_says_so(self, client, clerk, community):
        need = factories.make_need(community=community)
        client.force_login(clerk)
        page = client.get(reverse("admin:checklists_need_change", args=[need.pk])).content.decode()
        assert "还没有关联的需求、派单、资源、活动或项目" in page

    def test_the_page_draws_it_with_links_that_a_keyboard_reaches(self, client, clerk, chain):
        client.force_login(clerk)
        page = client.get(reverse("admin:checklists_need_change", args=[chain["need"].pk])).content.decode()
        assert "<svg" in page
        assert reverse("admin:checklists_project_change", args=[chain["project"].pk]) in page
