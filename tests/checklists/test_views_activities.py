"""活动 as neighbours meet it: read by everybody, joined with a phone, given back and rated with code and digits."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from checklists.models import Activity, ActivityPhoto, Enrolment
from checklists.services import activities
from tests import factories as make
from tests.checklists.residents import set_parameter
from tests.checklists.test_services_photos import picture

pytestmark = pytest.mark.django_db
LIST = reverse("checklists:activity_list")
PERSON = {"name": "张阿姨", "phone": "138 0000 1234", "people_count": 2, "consent": "on"}


@pytest.fixture
def activity():
    return make.make_activity("announced", seats=3, name="重阳义诊")


def page(activity):
    return reverse("checklists:activity_detail", args=[activity.pk])


def own(name, enrolment):
    return reverse(f"checklists:enrolment_{name}", args=[enrolment.code])


class TestReading:
    def test_lists_what_comes_nearest_first_and_only_what_is_public(self, client, activity):
        soon = make.make_activity(
            "announced", starts_at=timezone.now() + timedelta(hours=5), ends_at=timezone.now() + timedelta(hours=6)
        )
        past = timezone.now() - timedelta(days=3)
        over = make.make_activity("concluded", starts_at=past, ends_at=past + timedelta(hours=2))
        hidden = [
            make.make_activity("announced", is_public=False),
            make.make_activity(),
            make.make_activity("cancelled"),
        ]
        assert list(client.get(LIST).context["object_list"]) == [soon, activity]
        assert list(client.get(LIST, {"over": 1}).context["object_list"]) == [over]
        assert list(client.get(LIST, {"community": soon.community_id}).context["object_list"]) == [soon]
        assert client.get(LIST, {"community": "x"}).status_code == 200
        for row in hidden:
            assert client.get(page(row)).status_code == 404

    def test_only_photos_with_consent_are_shown(self, client):
        row = make.make_activity("held")
        photos = [ActivityPhoto(activity=row, is_public=is_public) for is_public in (True, False)]
        for photo in photos:
            photo.image.save("x.jpg", ContentFile(picture()))
        shown, kept = (reverse("checklists:activityphoto_detail", args=[photo.pk]) for photo in photos)
        text = client.get(page(row)).content.decode()
        assert shown in text and kept not in text
        assert client.get(shown).status_code == client.get(f"{shown}?size=small").status_code == 200
        assert client.get(kept).status_code == 404
        Activity.objects.filter(pk=row.pk).update(is_public=False)
        assert client.get(shown).status_code == 404

    def test_a_unit_plans_signed_in(self, client):
        url = reverse("desk:activity_create")
        assert [client.get(url).status_code, client.post(url).status_code] == [302, 302]

    def test_changes_are_told(self, client, activity):
        activities.change_activity(activity, actor=make.make_superuser(), place="文化站")
        assert "地点：社区活动室 → 文化站" in client.get(page(activity)).content.decode()

    def test_queries_do_not_grow_with_rows(self, client, activity, django_assert_max_num_queries):
        with django_assert_max_num_queries(20) as few:
            client.get(LIST)
        for _ in range(5):
            make.make_activity("announced", community=activity.community, unit=make.make_unit())
        with django_assert_max_num_queries(len(few)):
            client.get(LIST)


class TestEnrolling:
    def test_takes_seats_and_leads_to_the_own_page(self, client, activity):
        answer = client.post(page(activity), PERSON)
        enrolment = Enrolment.objects.get()
        assert answer.url == own("detail", enrolment)
        assert (enrolment.phone, enrolment.people_count, enrolment.notice_id is not None) == ("13800001234", 2, True)
        text = client.get(answer.url).content.decode()
        assert "已报上名" in text and enrolment.code in text and "13800001234" not in text

    @pytest.mark.parametrize(
        ("changed", "words"),
        [
            ({"name": ""}, "请写您的称呼"),
            ({"phone": "1380000"}, "11 位"),
            ({"people_count": 10}, "最多报 9 个人"),
            ({"people_count": 4}, "只剩 3 个名额"),
            ({"consent": ""}, "请先打勾同意"),
        ],
    )
    def test_bad_input_keeps_what_was_typed(self, changed, words, client, activity):
        answer = client.post(page(activity), {**PERSON, **changed})
        assert answer.status_code == 422 and words in answer.content.decode()
        assert "138 0000 1234" in answer.content.decode() or "phone" in changed
        assert not Enrolment.objects.exists()

    def test_the_second_click_finds_the_phone_taken(self, client, activity):
        client.post(page(activity), {**PERSON, "people_count": 1})
        again = client.post(page(activity), {**PERSON, "people_count": 1})
        assert again.status_code == 422 and "已经报过名" in again.content.decode()
        assert Enrolment.objects.count() == 1

    def test_full_has_no_form(self, client, activity):
        client.post(page(activity), {**PERSON, "people_count": 3})
        text = Client().get(page(activity)).content.decode()
        assert "名额已满" in text and "我要报名" not in text

    def test_one_network_is_limited(self, client, activity):
        set_parameter("public_enrolments_per_hour", 1)
        client.post(page(activity), PERSON)
        answer = client.post(page(activity), {**PERSON, "phone": "13800005678"})
        assert answer.status_code == 429 and "次数太多" in answer.content.decode()


class TestOwnPage:
    @pytest.fixture
    def enrolment(self, client, activity):
        client.post(page(activity), PERSON)
        return Enrolment.objects.get()

    def test_others_are_asked_for_the_digits(self, enrolment):
        stranger = Client()
        assert "手机号最后四位" in stranger.get(own("detail", enrolment)).content.decode()
        assert stranger.post(own("detail", enrolment), {"digits": "0000"}).status_code == 422
        stranger.post(own("cancel", enrolment))
        enrolment.refresh_from_db()
        assert enrolment.cancelled_at is None
        assert stranger.post(own("detail", enrolment), {"digits": "1234"}).status_code == 302
        assert "已报上名" in stranger.get(own("detail", enrolment)).content.decode()

    def test_guesses_are_counted(self, enrolment):
        set_parameter("public_lookups_per_hour", 2)
        stranger = Client()
        answers = [stranger.post(own("detail", enrolment), {"digits": f"000{n}"}).status_code for n in range(4)]
        assert answers[0] == 422 and answers[-1] == 429

    def test_unknown_codes_ask_the_same(self, client):
        answer = client.get(reverse("checklists:enrolment_detail", args=["ZZZZZZZZ"]))
        assert answer.status_code == 200 and "手机号最后四位" in answer.content.decode()

    def test_cancels_twice_without_harm(self, client, enrolment):
        for _ in range(2):
            client.post(own("cancel", enrolment))
        assert "报名已取消" in client.get(own("detail", enrolment)).content.decode()

    def test_reads_why_it_was_cancelled(self, client, activity, enrolment):
        activities.cancel(activity, actor=make.make_superuser(), reason="大风预警")
        assert "大风预警" in client.get(own("detail", enrolment)).content.decode()

    def test_rates_after_it_was_held(self, client, activity, enrolment):
        assert client.get(own("rate", enrolment)).status_code == 302
        activities.hold(activity, actor=make.make_superuser(), reached_count=2, at=activity.ends_at)
        assert "请您评价" in client.get(own("detail", enrolment)).content.decode()
        assert client.post(own("rate", enrolment), {}).status_code == 422
        client.post(own("rate", enrolment), {"satisfaction": "satisfied", "note": "很好"})
        enrolment.refresh_from_db()
        assert (enrolment.satisfaction, enrolment.rating_note) == ("satisfied", "很好")
        assert client.post(own("rate", enrolment), {"satisfaction": "dissatisfied"}).status_code == 302
        enrolment.refresh_from_db()
        assert enrolment.satisfaction == "satisfied"
