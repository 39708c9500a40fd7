"""One organization's page and its acts, as a street clerk does them and a clerk of another street does not."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from organizations.models import Organization, OrganizationEvent
from organizations.services import tree_faults
from tests import factories as make

pytestmark = pytest.mark.django_db
Kind, Event = Organization.Kind, OrganizationEvent.Kind
PAPER = {"reason": "小区更名", "document": "街工委组〔2026〕3号"}


def url(name, *args):
    return reverse(f"admin:organizations_organization_{name}", args=args)


@pytest.fixture
def world():
    """A street's root with one community and two branches, its clerk, and the clerk of another street."""
    root = make.make_organization(Kind.INDUSTRY_COMMITTEE, name="东街党工委", founded_on=date(2020, 1, 1))
    body = make.make_organization(Kind.COMMUNITY_BRANCH, root, name="红星社区党支部", founded_on=date(2020, 1, 1))
    make.make_community(body)
    one, other = (make.make_branch(body, name=name, founded_on=date(2021, 1, 1)) for name in ("甲支部", "乙支部"))
    for row in (root, body, one):
        row.refresh_from_db()
    return {
        "root": root,
        "body": body,
        "one": one,
        "other": other,
        "clerk": make.make_post(role="street_staff", organization=root),
        "stranger": make.make_post(
            role="street_staff", organization=make.make_organization(Kind.INDUSTRY_COMMITTEE, name="西街党工委")
        ),
        "community_clerk": make.make_post(role="community_staff", organization=body),
    }


@pytest.fixture
def act(client, world):
    client.force_login(world["clerk"])

    def run(verb, row, **fields):
        fields = {**PAPER, "on": timezone.localdate().isoformat(), **fields}
        return client.post(url("act", row.pk, verb), fields)

    return run


class TestPage:
    def test_shows_facts_story_and_what_the_rules_say(self, client, world):
        one = world["one"]
        make.make_member(one)
        make.make_quarter(world["body"].community, name="东苑", branch=one)
        one.leadership_terms.create(name="王书记", position="secretary")
        client.force_login(world["clerk"])
        text = client.get(url("change", one.pk)).content.decode()
        for words in ("红星社区党支部", "正式 1 名", "东苑", "王书记", "正式党员不足", "2021-01-01 起", "党员 1 名"):
            assert words in text

    def test_every_act_of_the_street_is_there_and_only_the_own_ones_of_the_community(self, client, world):
        for user, verbs in (("clerk", "rename convert merge dissolve"), ("community_clerk", "rename convert")):
            client.force_login(world[user])
            page = client.get(url("change", world["one"].pk))
            assert [act.verb for act in page.context["acts"]] == verbs.split()

    def test_queries_do_not_grow(self, client, world, django_assert_max_num_queries):
        client.force_login(world["clerk"])
        for _ in range(8):
            branch = make.make_branch(Organization.objects.get(pk=world["body"].pk))
            make.make_member(branch)
        with django_assert_max_num_queries(60) as before:
            client.get(url("change", world["body"].pk))
        for _ in range(8):
            make.make_member(make.make_branch(Organization.objects.get(pk=world["body"].pk)))
        with django_assert_max_num_queries(len(before)):
            client.get(url("change", world["body"].pk))


class TestActs:
    def test_renames(self, act, world):
        answer = act("rename", world["one"], name="丙支部", on="2023-05-01")
        assert answer.url == url("change", world["one"].pk)
        world["one"].refresh_from_db()
        event = world["one"].events.get()
        assert (world["one"].name, event.kind, event.document) == ("丙支部", Event.RENAMED, PAPER["document"])
        assert event.effective_on == date(2023, 5, 1)

    def test_upgrades_rank_by_rank(self, act, world):
        act("convert", world["body"], kind=Kind.GENERAL_BRANCH, name="红星党总支")
        act("convert", world["body"], kind=Kind.COMMITTEE, name="红星党委")
        world["body"].refresh_from_db()
        assert (world["body"].kind, world["body"].name) == (Kind.COMMITTEE, "红星党委")

    def test_merges_with_all_that_hangs_there(self, act, world, client):
        member = make.make_member(world["one"])
        answer = act("merge", world["one"], into=world["other"].pk)
        assert answer.url == url("change", world["other"].pk)
        member.refresh_from_db()
        assert member.branch == world["other"]
        assert tree_faults() == []
        page = client.get(url("change", world["one"].pk))
        assert "不再办理变动" in page.content.decode() and page.context["acts"] == []

    def test_dissolves_with_and_without_an_heir(self, act, world):
        make.make_member(world["one"])
        refused = act("dissolve", world["one"])
        assert refused.status_code == 422 and "请选择由哪个党组织接收" in refused.content.decode()
        assert act("dissolve", world["one"], heir=world["other"].pk).status_code == 302
        assert act("dissolve", world["one"], heir=world["other"].pk).status_code == 302  # clicked twice
        assert world["one"].events.count() == 1

    def test_what_is_refused_stands_beside_its_field_with_what_was_typed(self, act, world):
        table = [
            ("rename", {"name": ""}, "name"),
            ("rename", {"name": "乙支部", "reason": ""}, "reason"),
            ("rename", {"name": "乙支部", "on": "2019-01-01"}, "on"),
            ("rename", {"name": "乙支部", "on": "明天"}, "on"),
            ("convert", {"kind": Kind.COMMITTEE, "name": "甲支部"}, "kind"),
            ("merge", {"into": world["body"].pk}, "into"),
            ("dissolve", {"heir": world["one"].pk}, "heir"),
        ]
        for verb, fields, field in table:
            answer = act(verb, world["one"], **fields)
            (form,) = [each for each in answer.context["acts"] if each.verb == verb]
            assert (answer.status_code, set(form.errors)) == (422, {field}), (verb, fields)
            assert PAPER["document"] in answer.content.decode()
        assert act("rename", world["one"], name="乙支部").status_code == 422
        world["one"].refresh_from_db()
        assert world["one"].name == "甲支部"


class TestStrangers:
    @pytest.mark.parametrize("name", ["change", "edit", "move", "history", "delete"])
    def test_find_no_page(self, name, client, world):
        client.force_login(world["stranger"])
        assert client.get(url(name, world["one"].pk)).status_code == 404
        assert client.post(url(name, world["one"].pk), PAPER).status_code == 404

    @pytest.mark.parametrize("verb", ["rename", "convert", "merge", "dissolve", "nonsense"])
    def test_find_no_verb(self, verb, client, world):
        client.force_login(world["stranger"])
        assert client.get(url("act", world["one"].pk, verb)).status_code == 404
        assert client.post(url("act", world["one"].pk, verb), PAPER).status_code == 404
        assert not OrganizationEvent.objects.exists()

    def test_are_no_heirs(self, act, world):
        foreign = make.make_branch(name="西街支部")
        answer = act("merge", world["one"], into=foreign.pk)
        assert answer.status_code == 422

    def test_a_verb_without_its_right_is_refused(self, client, world):
        client.force_login(world["community_clerk"])
        answer = client.post(url("act", world["one"].pk, "dissolve"), {**PAPER, "on": "2026-01-01"})
        assert answer.status_code == 403
