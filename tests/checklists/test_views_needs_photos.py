"""Photos that go with a need: kept through an error, shown to its resident alone."""

import os
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from checklists.models import Need
from checklists.views import visits
from tests import factories
from tests.checklists.residents import file_need, let_in, words_of
from tests.checklists.test_forms_needs import picture, upload

pytestmark = pytest.mark.django_db


class TestPhotos:
    def test_good_photos_survive_an_error_elsewhere(self, client, building):
        response = file_need(client, building, contact_phone="1", photos=[upload(picture()), upload(picture())])
        assert response.status_code == 422
        assert words_of(response).count("data:image/jpeg;base64,") == 2
        assert "最多再传 1 张" in words_of(response)
        file_need(client, building, token=response.context["token"], photos=upload(picture()))
        assert Need.objects.get().photos.count() == 3
        assert not client.session["drafts"]

    def test_kept_photo_can_be_dropped(self, client, building):
        response = file_need(client, building, contact_phone="1", photos=upload(picture()))
        (kept,) = response.context["kept_photos"]
        file_need(client, building, token=response.context["token"], drop_photo=kept["name"])
        assert Need.objects.get().photos.count() == 0
        assert not default_storage.exists(kept["name"])

    def test_nobody_drops_what_another_session_keeps(self, client, building):
        response = file_need(client, building, contact_phone="1", photos=upload(picture()))
        (kept,) = response.context["kept_photos"]
        file_need(Client(), building, contact_phone="1", drop_photo=kept["name"])
        assert default_storage.exists(kept["name"])

    def test_left_photos_are_swept_after_some_hours(self, client, building, rf):
        first = file_need(client, building, contact_phone="1", photos=upload(picture()))
        (old,) = first.context["kept_photos"]
        long_ago = (timezone.now() - timedelta(hours=visits.DRAFT_HOURS + 1)).timestamp()
        os.utime(default_storage.path(old["name"]), (long_ago, long_ago))
        file_need(Client(), building, contact_phone="1", photos=upload(picture()))
        assert not default_storage.exists(old["name"])

    def test_text_file_named_jpg_is_refused(self, client, building):
        response = file_need(client, building, photos=upload(b"hello"))
        assert response.status_code == 422
        assert "不是能打开的照片" in words_of(response)
        assert not Need.objects.exists()

    def test_only_its_resident_gets_a_photo(self, client, building):
        file_need(client, building, photos=upload(picture(size=(900, 600))))
        need = Need.objects.get()
        url = reverse("checklists:needphoto_detail", args=[need.code, need.photos.get().pk])
        for size, side in (("", 900), ("small", 240)):
            response = client.get(url, {"size": size})
            body = b"".join(response.streaming_content) if response.streaming else response.content
            assert Image.open(BytesIO(body)).width == side
            assert response["X-Content-Type-Options"] == "nosniff"
            assert response["Cache-Control"].startswith("private")
        stranger = Client().get(url)
        assert stranger["Content-Type"].startswith("text/html")
        assert "查进度" in words_of(stranger)
        other = factories.make_need()
        let_in(client, other)
        foreign = reverse("checklists:needphoto_detail", args=[other.code, need.photos.get().pk])
        assert client.get(foreign).status_code == 404
