"""What the four lists tell of a unit's year, and the appraisal that is filled from them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from organizations.deeds import deeds_of
from organizations.services import unit_appraisals
from tests import factories as make
from tests.checklists.lists import make_activity, make_project

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = timezone.localdate()


@pytest.fixture
def league():
    return make.make_league(units=2)


@pytest.fixture
def unit(league):
    return league.members.first().unit


@pytest.fixture
def clerk(league):
    return make.make_post(organization=league.organization)


@pytest.fixture
def deeds(league, unit):
    """One of each list that counts, and the same again in ways that do not."""
    community, other = league.organization.community, make.make_community()
    held = {"starts_at": NOW, "ends_at": NOW + timedelta(hours=2)}
    counted = [
        make_activity(community, unit=unit, status="held", name="义诊", **held),
        make_activity(community, joint_units=[unit], status="concluded", name="清扫", **held),
        make_project(community, unit=unit, status="closed", closed_on=TODAY, name="照明"),
    ]
    make_activity(community, unit=unit, status="announced", **held)
    make_activity(other, unit=unit, status="held", **held)
    last_year = NOW - timedelta(days=400)
    make_activity(community, unit=unit, status="held", starts_at=last_year, ends_at=last_year + timedelta(hours=1))
    make_project(community, unit=unit, status="implementing")
    resource = make.make_resource(unit)
    need = make.make_need("done", resource=resource, category=resource.category, community=community, clock=NOW)
    return [*counted, need.dispatches.get()]


def appraise(league, unit, actor, counts=(0, 0, 0, 0), words=""):
    told = {"study_points": 10, "study_words": "学了", "team_points": 10, "team_words": "有"}
    return unit_appraisals.appraise_unit(
        league, unit=unit, year=TODAY.year, activity_counts=counts, activity_words=words, actor=actor, **told
    )


class TestTellers:
    def test_what_took_place_with_this_community_this_year(self, league, unit, deeds):
        found = deeds_of(unit, league.organization, TODAY.year)
        assert {each.subject for each in found} == set(deeds)
        words = " ".join(each.words for each in found)
        assert all(part in words for part in ("牵头活动“义诊”", "参与活动“清扫”", "牵头项目“照明”", "办好居民需求"))
        assert deeds_of(league.members.last().unit, league.organization, TODAY.year) == []
        assert deeds_of(unit, league.organization, TODAY.year - 2) == []


class TestAppraisal:
    def test_counts_them_beside_what_was_typed(self, league, unit, clerk, deeds):
        row = appraise(league, unit, clerk, (1, 0, 0, 1), "单位自办")
        listed = row.evidence.exclude(object_id=None)
        assert {each.subject for each in listed} == set(deeds)
        quarter = (TODAY.month - 1) // 3
        words = row.evidence.filter(item="activities", count__isnull=False)[quarter].words
        extra = (1, 0, 0, 1)[quarter]
        assert f"{len(deeds) + extra} 次" in words and ("另登记 1 次" in words) is bool(extra)

    def test_collecting_again_takes_what_is_new_and_keeps_what_was_typed(self, client, league, unit, clerk, deeds):
        row = appraise(league, unit, clerk, (2, 1, 1, 0), "单位自办")
        before = unit_appraisals.told(row)
        make_activity(
            league.organization.community, unit=unit, status="held", starts_at=NOW, ends_at=NOW + timedelta(1)
        )
        client.force_login(clerk)
        page = reverse("admin:organizations_unitappraisal_change", args=[row.pk])
        act = reverse("admin:organizations_unitappraisal_act", args=[row.pk, "collect"])
        assert "从四张清单取数" in client.get(page).content.decode()
        for _ in range(2):
            assert client.post(act).status_code == 302
        row.refresh_from_db()
        assert row.evidence.exclude(object_id=None).count() == len(deeds) + 1
        assert unit_appraisals.told(row) == before
        html = client.get(page).content.decode()
        for deed in deeds:
            name = f"admin:checklists_{deed._meta.model_name}_change"
            assert reverse(name, args=[deed.pk]) in html

    def test_what_only_the_unit_has_begun_offers_no_collecting(self, client, league, unit, clerk):
        row = league.appraisals.create(unit=unit, year=TODAY.year)
        client.force_login(clerk)
        page = client.get(reverse("admin:organizations_unitappraisal_change", args=[row.pk])).content.decode()
        assert "从四张清单取数" not in page and "社区还没有评" in page
        answer = client.post(reverse("admin:organizations_unitappraisal_act", args=[row.pk, "collect"]))
        assert answer.status_code == 422
