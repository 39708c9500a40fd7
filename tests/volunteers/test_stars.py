"""星级: reached by voluntary hours, published, awarded, taken back."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from govern.celery import app
from govern.dates import months_after
from tests import factories as make
from tests.checklists.residents import words_of
from tests.volunteers.ledgers import TODAY, make_hours
from tests.volunteers.people import make_volunteer, new_phone
from volunteers.models import Star
from volunteers.services import hours, stars
from volunteers.tasks.stars import sweep_stars

pytestmark = pytest.mark.django_db
HOUR = 60


@pytest.fixture
def queued():
    """`queued()`: [(task, arguments)] sent since the last look."""

    def look():
        sent = []
        with app.connection_for_read() as broker:
            queue = broker.SimpleQueue("celery")
            while True:
                try:
                    message = queue.get_nowait()
                except queue.Empty:
                    return sent
                sent.append((app.tasks[message.headers["task"]], message.payload[0]))
                message.ack()

    look()
    return look


@pytest.fixture
def community():
    return make.make_community()


@pytest.fixture
def clerk(community):
    return make.make_post(organization=community.organization)


def serve(community, count, **fields):
    return make_hours(make_volunteer(community, **fields), count * HOUR).volunteer


class TestPublishing:
    def test_the_highest_level_that_voluntary_hours_reach(self, community):
        near, one, two = (serve(community, count) for count in (99, 100, 599))
        make_hours(make_volunteer(community, kind="member"), 2000 * HOUR, "duty")
        made = stars.publish_stars_of(community)
        assert {star.volunteer: star.level for star in made} == {one: 1, two: 2}
        assert stars.publish_stars_of(community) == []
        make_hours(near, HOUR)
        assert [star.volunteer for star in stars.publish_stars_of(community)] == [near]

    def test_awarded_after_the_publicity_and_not_before(self, community):
        volunteer = serve(community, 100)
        star = stars.publish_stars_of(community)[0]
        assert star.published_until == hours.publicity_end(TODAY(), 5)
        assert stars.award_star(star, on=star.published_until).status == "published"
        star = stars.award_star(star, on=star.published_until + timedelta(days=1))
        assert (star.status, star.awarded_on) == ("awarded", star.published_until + timedelta(days=1))
        make_hours(volunteer, 200 * HOUR)
        assert [each.level for each in stars.publish_stars_of(community)] == [2]

    def test_lapses_where_the_hours_were_reversed_meanwhile(self, community, clerk):
        entry = make_hours(make_volunteer(community), 100 * HOUR)
        star = stars.publish_stars_of(community)[0]
        hours.reverse_hours(entry, reason="记错", actor=clerk)
        assert stars.award_star(star, on=star.published_until + timedelta(days=1)).status == "withdrawn"
        make_hours(entry.volunteer, 100 * HOUR)
        assert len(stars.publish_stars_of(community)) == 1  # nobody's fault

    def test_the_sweep_does_both(self, community, queued):
        serve(community, 100)
        old = stars.publish_stars_of(community)[0]
        Star.objects.filter(pk=old.pk).update(
            published_on=TODAY() - timedelta(days=20), published_until=TODAY() - timedelta(days=10)
        )
        serve(community, 300)
        sweep_stars()
        for task, arguments in queued():
            task(*arguments)
        assert set(Star.objects.values_list("level", "status")) == {(1, "awarded"), (2, "published")}


class TestWithdrawing:
    def test_with_a_reason_and_barred_for_the_set_time(self, community, clerk):
        volunteer = serve(community, 100)
        star = stars.publish_stars_of(community)[0]
        with pytest.raises(ValidationError):
            stars.withdraw_star(star, reason=" ", actor=clerk)
        for _ in range(2):
            star = stars.withdraw_star(star, reason="虚报时长", actor=clerk)
        assert (star.status, star.note, star.withdrawn_by) == ("withdrawn", "虚报时长", clerk)
        assert stars.publish_stars_of(community) == []
        later = months_after(TODAY(), 12)
        assert [each.volunteer for each in stars.publish_stars_of(community, on=later)] == [volunteer]

    def test_out_of_reach(self, community):
        serve(community, 100)
        star = stars.publish_stars_of(community)[0]
        with pytest.raises(PermissionDenied):
            stars.withdraw_star(
                star, reason="外人", actor=make.make_post(organization=make.make_community().organization)
            )


class TestPages:
    def test_published_by_masked_name_or_code(self, client, community):
        named, unnamed = serve(community, 100, is_honoured=True), serve(community, 300)
        stars.publish_stars_of(community)
        page = words_of(client.get(reverse("volunteers:stars")))
        assert named.masked_name in page and unnamed.code in page and named.code not in page

    def test_honours_name_only_who_agreed(self, client, community, django_assert_max_num_queries):
        adult = {"born_on": date(1980, 1, 1)}
        named = serve(community, 600, name="钱同意", is_honoured=True, **adult)
        serve(community, 600, name="孙不愿", **adult)
        child = {
            "born_on": TODAY() - timedelta(days=15 * 365),
            "guardian_name": "赵家长",
            "guardian_phone": new_phone(),
        }
        serve(community, 100, name="赵小朋友", is_honoured=True, **child)
        Star.objects.create(volunteer=named, level=1, minutes=6000, status="awarded", published_until=TODAY())
        for star in stars.publish_stars_of(community):
            stars.award_star(star, on=star.published_until + timedelta(days=1))
        with django_assert_max_num_queries(8):
            page = words_of(client.get(reverse("volunteers:honours")))
        assert page.count("钱同意") == 1 and "三星级" in page and "600 小时" in page
        assert "孙不愿" not in page and "赵小朋友" not in page and "赵***" in page

    def test_staff_withdraw(self, client, community, clerk):
        serve(community, 100)
        star = stars.publish_stars_of(community)[0]
        client.force_login(clerk)
        assert client.get(reverse("admin:volunteers_star_changelist")).status_code == 200
        act = reverse("admin:volunteers_star_act", args=[star.pk, "withdraw"])
        assert client.post(act, {"reason": ""}).status_code == 422
        assert client.post(act, {"reason": "虚报"}).status_code == 302
        star.refresh_from_db()
        assert star.status == "withdrawn"
