"""The staff's pages of an activity: the list, the form, the page with its steps, the enrolled and the photos."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from checklists.forms.activities import STEPS
from checklists.models import Activity
from checklists.services import enrolments
from tests import factories as make
from tests.checklists.test_services_photos import picture, upload

pytestmark = pytest.mark.django_db
LIST, ADD = reverse("admin:checklists_activity_changelist"), reverse("admin:checklists_activity_add")
S = Activity.Status


@pytest.fixture
def community():
    return make.make_community()


@pytest.fixture
def clerk(community, client):
    user = make.make_post(organization=community.organization)
    client.force_login(user)
    return user


def page(activity):
    return reverse("admin:checklists_activity_change", args=[activity.pk])


def step(activity, verb):
    return reverse("admin:checklists_activity_step", args=[activity.pk, verb])


def past(status, community, **fields):
    at = timezone.now() - timedelta(days=2)
    return make.make_activity(status, community=community, starts_at=at, ends_at=at + timedelta(hours=2), **fields)


def enrol(activity, **fields):
    fields = {"name": "张大爷", "phone": f"138{next(make.SEQUENCE):08}", **fields}
    return enrolments.enrol(activity, **fields, at=activity.starts_at - timedelta(days=1))


def plan(here, **changed):
    day = timezone.localdate() + timedelta(days=9)
    return {
        "community": here.pk,
        "name": "重阳义诊",
        "kind": "health",
        "starts_at_0": f"{day:%Y-%m-%d}",
        "starts_at_1": "09:00",
        "ends_at_0": f"{day:%Y-%m-%d}",
        "ends_at_1": "11:00",
        "place": "活动室",
        "seats": 30,
        "is_public": "on",
        **changed,
    }


class TestForm:
    def test_plans_and_changes_through_the_services(self, clerk, community, client):
        unit = make.make_unit(community.organization)
        agreement = make.make_agreement(unit)
        need = make.make_need(community=community)
        answer = client.post(ADD, plan(community, unit=unit.pk, needs=[need.pk]))
        activity = Activity.objects.get()
        assert answer.url == page(activity)
        assert (activity.agreement, list(activity.needs.all())) == (agreement, [need])
        assert activity.events.get().actor == clerk
        edit = reverse("admin:checklists_activity_edit", args=[activity.pk])
        assert client.get(edit).status_code == 200
        client.post(edit, plan(community, unit=unit.pk, place="文化站"))
        assert "文化站" in activity.events.last().note

    @pytest.mark.parametrize(
        ("changed", "words"),
        [
            ({"name": ""}, "请写活动名称"),
            ({"ends_at_1": "08:00"}, "结束时间要晚于开始时间"),
            ({"enrolment_closes_at_0": "2099-01-01", "enrolment_closes_at_1": "09:00"}, "报名截止不能晚于活动开始"),
        ],
    )
    def test_bad_input_is_said_in_chinese(self, changed, words, clerk, community, client):
        answer = client.post(ADD, plan(community, **changed))
        assert words in answer.content.decode(), answer.context["adminform"].form.errors
        assert not Activity.objects.exists()

    def test_foreign_needs_units_and_communities_are_no_choice(self, clerk, community, client):
        for changed in (
            {"needs": [make.make_need().pk]},
            {"unit": make.make_unit().pk},
            {"community": make.make_community().pk},
        ):
            assert client.post(ADD, plan(community, **changed)).status_code == 200
        assert not Activity.objects.exists()

    def test_fewer_seats_than_taken_is_told(self, clerk, community, client):
        activity = make.make_activity("announced", community=community, seats=9)
        enrol(activity, people_count=4)
        edit = reverse("admin:checklists_activity_edit", args=[activity.pk])
        answer = client.post(edit, plan(community, seats=2), follow=True)
        assert "不能少于 4" in answer.content.decode()
        activity.refresh_from_db()
        assert activity.seats == 9


class TestPage:
    @pytest.mark.parametrize("status", S.values)
    def test_every_state_offers_what_its_edges_allow(self, status, clerk, community, client):
        activity = past(status, community)
        answer = client.get(page(activity))
        assert answer.status_code == 200
        offered = {each.verb for each in answer.context["main_steps"] + answer.context["more_steps"]}
        if answer.context["attendance"]:
            offered.add(answer.context["attendance"].verb)
        assert offered == {each.verb for each in STEPS if each.is_offered(activity)}
        assert bool(offered & {"hold", "conclude", "cancel", "announce"}) == bool(activity.next_statuses)

    def test_the_enrolled_are_masked_and_ticked(self, clerk, community, client):
        activity = past("announced", community)
        came, _ = enrol(activity), enrol(activity, name="李阿姨")
        text = client.get(page(activity)).content.decode()
        assert came.phone not in text and came.masked_phone in text and "李阿姨" not in text
        client.post(step(activity, "hold"), {"reached_count": 12})
        client.post(step(activity, "check-attendance"), {"attended": [came.pk]})
        assert [row.has_attended for row in activity.enrolments.order_by("pk")] == [True, False]
        shown = client.post(reverse("accounts:reveal", args=["checklists", "enrolment", came.pk, "phone"]))
        assert came.phone in shown.content.decode()

    def test_the_whole_way_with_photos(self, clerk, community, client):
        activity = past("planned", community)
        files = {"reached_count": 46, "photos": [upload(picture())], "are_public": "on"}
        assert client.post(step(activity, "hold"), files).url == page(activity)
        photo = activity.photos.get()
        assert photo.is_public
        assert client.get(reverse("admin:checklists_activity_photo", args=[photo.pk])).status_code == 200
        empty = client.post(step(activity, "conclude"), {"summary": ""})
        assert empty.status_code == 422 and "请写几句活动总结" in empty.content.decode()
        client.post(step(activity, "conclude"), {"summary": "来了四十六位。"})
        activity.refresh_from_db()
        assert (activity.status, activity.reached_count) == (S.CONCLUDED, 46)
        stale = client.post(step(activity, "cancel"), {"reason": "下雨"})
        assert stale.status_code == 422 and "您看到的是旧页面" in stale.content.decode()

    def test_the_sister_community_finds_nothing(self, community, client):
        activity = past("held", community)
        client.force_login(make.make_post(organization=make.make_organization()))
        assert client.get(page(activity)).status_code == 404
        assert client.get(reverse("admin:checklists_activity_edit", args=[activity.pk])).status_code == 404
        assert client.post(step(activity, "conclude"), {"summary": "x"}).status_code == 404


class TestList:
    def test_filters_search_and_export(self, clerk, community, client):
        unit = make.make_unit(community.organization, name="红星小学")
        coming = make.make_activity("announced", community=community, unit=unit)
        late = past("planned", community)
        make.make_activity()
        for query, rows in (
            ({}, [coming, late]),
            ({"when": "coming"}, [coming]),
            ({"when": "late"}, [late]),
            ({"q": "红星"}, [coming]),
            ({"unit__id__exact": unit.pk}, [coming]),
        ):
            assert list(client.get(LIST, query).context["cl"].result_list) == rows
        assert client.get(reverse("admin:checklists_activity_export")).status_code == 200
        assert client.get(reverse("admin:checklists_activity_print")).status_code == 200

    def test_queries_do_not_grow_with_rows(self, clerk, community, client, django_assert_max_num_queries):
        unit = make.make_unit(community.organization)
        make.make_activity("announced", community=community, unit=unit)
        client.get(LIST)
        with django_assert_max_num_queries(60) as few:
            client.get(LIST)
        for _ in range(6):
            enrol(make.make_activity("announced", community=community, unit=unit))
        with django_assert_max_num_queries(len(few)):
            client.get(LIST)


class TestVenue:
    def test_books_moves_along_and_frees(self, clerk, community, client):
        hall = make.make_resource(make.make_unit(community.organization), kind="venue", name="多功能厅")
        client.post(ADD, plan(community))
        activity = Activity.objects.get()
        client.post(step(activity, "book-venue"), {"resource": hall.pk})
        booking = activity.bookings.get()
        assert "多功能厅" in (text := client.get(page(activity)).content.decode())
        assert "预约的场地" in text and "退还场地" in text
        day = booking.day + timedelta(days=1)
        hall.bookings.create(day=day, half=0, note="家长会")
        answer = client.post(
            reverse("admin:checklists_activity_edit", args=[activity.pk]),
            plan(community, starts_at_0=f"{day:%Y-%m-%d}", ends_at_0=f"{day:%Y-%m-%d}", place="文化站"),
        )
        assert "不开放或已有人用" in answer.content.decode()
        assert "文化站" in answer.content.decode()  # what was typed is kept
        assert activity.bookings.get() == booking
        client.post(step(activity, "free-venue"), {"resource": hall.pk})
        assert not activity.bookings.exists()

    def test_offers_only_venues_within_reach(self, clerk, community, client):
        make.make_resource(make.make_unit(make.make_community().organization), kind="venue", name="远处的厅")
        near = make.make_resource(make.make_unit(community.organization), kind="venue", name="近处的厅")
        activity = make.make_activity(community=community)
        text = client.get(page(activity)).content.decode()
        assert "近处的厅" in text and "远处的厅" not in text
        near.unit.is_active = False
        near.unit.save()
        assert "预约场地" not in client.get(page(activity)).content.decode()
