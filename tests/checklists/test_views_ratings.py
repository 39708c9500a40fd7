"""双向评价 on a unit's desk."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from organizations.models import UnitAppraisal
from organizations.services import unit_appraisals
from tests import factories as make

pytestmark = pytest.mark.django_db
YEAR = timezone.localdate().year
GIVEN = {"response": 20, "notice": 20, "service": "22.5", "feedback": 25, "words": "活动请提前两周通知"}


@pytest.fixture
def league():
    return make.make_league(units=2)


@pytest.fixture
def unit(league):
    return league.members.first().unit


@pytest.fixture
def page(client, league, unit):
    client.force_login(make.make_liaison(unit))
    return reverse("desk:rating_detail", args=[league.pk, unit.pk, YEAR])


class TestRating:
    def test_saved_changed_and_confirmed(self, client, page):
        assert page in client.get(reverse("desk:rating_list")).content.decode()
        assert client.post(page, GIVEN).status_code == 302
        row = UnitAppraisal.objects.get()
        assert (float(row.rating), row.confirmed_on) == (87.5, None)
        assert "22.5" in client.get(page).content.decode()
        client.post(page, {**GIVEN, "response": 25, "confirm": "1"})
        row.refresh_from_db()
        assert (float(row.rating_told), row.confirmed_on) == (92.5, timezone.localdate())
        again = client.post(page, GIVEN, follow=True).content.decode()
        assert "不能再改" in again and "活动请提前两周通知" in again and '<form method="post" class="form"' not in again

    def test_errors_stand_beside_the_field_with_what_was_typed(self, client, page):
        answer = client.post(page, {**GIVEN, "notice": 26, "words": "提前通知"})
        html = answer.content.decode()
        assert answer.status_code == 422 and "在 0 到 25 分之间" in html and "提前通知" in html
        assert client.post(page, {}).status_code == 422
        assert not UnitAppraisal.objects.exists()

    def test_shows_what_the_community_gave(self, client, page, league, unit):
        clerk = make.make_post(organization=league.organization)
        told = {"study_points": 9, "study_words": "参加了学习", "team_points": 8, "team_words": "有队伍"}
        unit_appraisals.appraise_unit(
            league, unit=unit, year=YEAR, activity_counts=(0,) * 4, activity_words="", actor=clerk, **told
        )
        html = client.get(page).content.decode()
        assert "参加了学习" in html and "本单位没有委员" in html

    def test_drafts_are_not_told_to_the_community(self, client, page, league):
        client.post(page, GIVEN)
        client.force_login(make.make_post(organization=league.organization))
        row = UnitAppraisal.objects.get()
        for url in ("change", "changelist"):
            args = [row.pk] if url == "change" else []
            html = client.get(reverse(f"admin:organizations_unitappraisal_{url}", args=args)).content.decode()
            assert "活动请提前两周通知" not in html and "87.5" not in html

    def test_of_others_is_404(self, client, page, league, unit):
        other = league.members.last().unit
        for args in ([league.pk, other.pk, YEAR], [league.pk, unit.pk, YEAR + 1], [league.pk + 1, unit.pk, YEAR]):
            assert client.get(reverse("desk:rating_detail", args=args)).status_code == 404
        client.force_login(make.make_liaison(other))
        assert client.get(page).status_code == 404 and client.post(page, GIVEN).status_code == 404

    def test_the_list_asks_as_often_for_many(self, client, page, league, unit):
        counts = []
        for _ in range(2):
            with CaptureQueriesContext(connection) as asked:
                client.get(reverse("desk:rating_list"))
            counts.append(len(asked))
            for _place in range(5):
                row = make.make_league()
                row.members.create(unit=unit, joined_on=row.founded_on)
        assert counts[0] == counts[1] <= 14
