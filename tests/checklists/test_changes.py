"""The change log that staff read: in Chinese words, personal data hidden, within scope, at a constant price."""

import pytest
from auditlog.context import set_actor

from checklists.changes import UNSEEN, changes_of
from checklists.models import Need
from tests import factories
from tests.checklists.lists import make_activity

pytestmark = pytest.mark.django_db


@pytest.fixture
def community():
    return factories.make_community()


@pytest.fixture
def clerk(community):
    return factories.make_post(role="community_staff", organization=community.organization)


def lines(row, user):
    return {line.label: line for change in changes_of(row, user) for line in change.lines}


class TestChanges:
    def test_tell_who_and_what_in_words(self, clerk, community):
        resource = factories.make_resource(factories.make_unit(community.organization))
        with set_actor(clerk):
            resource.period, resource.is_paused, resource.availability = "week", True, 3
            resource.save()
        latest, first = changes_of(resource, clerk)
        assert (latest.who, latest.verb, first.verb, first.lines) == (str(clerk), "修改", "新建", [])
        found = {line.label: (line.before, line.after) for line in latest.lines}
        assert found == {
            "周期": ("每月", "每周"),
            "暂停接单": ("否", "是"),
            "可用时间": ("不限", "周一上午、周一下午"),
        }

    def test_of_personal_data_tell_only_that_it_changed(self, clerk, community):
        need = factories.make_need(community=community, contact_name="欧阳震华")
        need = Need.objects.get(pk=need.pk)
        need.contact_name, need.contact_phone = "司马相如", "13811112222"
        need.save()
        found = lines(need, clerk)
        assert found["联系人"].is_hidden
        assert found["手机号"].is_hidden
        assert not [text for text in ("欧阳", "震华", "相如", "2222") if text in str(changes_of(need, clerk))]

    def test_name_related_rows_only_where_they_are_seen(self, clerk, community):
        own, foreign = factories.make_unit(community.organization), factories.make_unit()
        activity = make_activity(community, unit=own)
        activity.unit = foreign
        activity.save()
        line = lines(activity, clerk)["牵头单位"]
        assert (line.before, line.after) == (own.name, UNSEEN)

    def test_know_what_was_tied_and_untied(self, clerk, community):
        unit = factories.make_unit(community.organization)
        activity = make_activity(community, joint_units=[unit])
        activity.joint_units.remove(unit)
        said = [line.words for change in changes_of(activity, clerk) for line in change.lines]
        assert said == [f"去掉：{unit.name}", f"加上：{unit.name}"]

    def test_cost_the_same_however_many_there_are(self, clerk, community, django_assert_num_queries):
        units = [factories.make_unit(community.organization) for _ in range(4)]
        activity = make_activity(community, unit=units[0])
        user = type(clerk).objects.get(pk=clerk.pk)
        user.has_perm("organizations.view_unit")
        counts = []
        for unit in units[1:]:
            activity.unit = unit
            activity.save()
            with django_assert_num_queries(2):
                changes_of(activity, user)
            counts.append(unit)
        assert len(counts) == 3
