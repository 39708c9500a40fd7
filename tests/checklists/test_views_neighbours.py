"""“邻居已经反映过”, the page of a communal need, “我也需要”, and the page on which a question is answered."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from checklists.models import Category, Need, Support
from checklists.services import needs
from tests import factories
from tests.checklists.residents import (
    CREATE,
    FOLLOW,
    answers_of,
    file_need,
    let_in,
    open_form,
    page,
    set_parameter,
    words_of,
)
from tests.checklists.test_forms_needs import picture

pytestmark = pytest.mark.django_db
SIMILAR = reverse("checklists:need_similar")
PERSON = {"name": "李阿姨", "phone": "139 0000 0001", "note": "", "consent": "on"}


@pytest.fixture
def near(building):
    """A neighbour's need about common space in the same building."""
    light = Category.objects.get(name="楼道照明")
    return factories.make_need(building=building, category=light, text="王大爷家门口的灯坏了，三楼黑。")


def address(name, need):
    return reverse(f"checklists:near_{name}", args=[needs.public_token(need)])


class TestSimilar:
    def ask(self, client, building, **changed):
        typed = answers_of(building, **changed)
        return words_of(
            client.post(SIMILAR, {key: typed[key] for key in ("category", "community", "building", "text")})
        )

    def test_tells_kind_place_day_and_count_and_no_word_of_the_neighbour(self, client, building, near):
        needs.support(near, name="赵敏", phone="13900000009")
        text = self.ask(client, building)
        assert f"楼道照明 · {building}" in text and "2 位居民需要" in text and "similar_seen" in text
        for private in ("王大爷", near.code, near.contact_name, near.contact_phone, "赵敏", "黑"):
            assert private not in text

    def test_private_kinds_are_never_told(self, client, building):
        meals = Category.objects.get(name="送餐助餐")
        factories.make_need(building=building, category=meals)
        assert "邻居" not in self.ask(client, building, category=meals.pk)
        assert "邻居" not in self.ask(client, building, category="x", community="")

    def test_ended_and_own_needs_are_not_told(self, client, building, near):
        let_in(client, near)
        assert "邻居" not in self.ask(client, building)

    def test_without_javascript_it_is_told_once_before_submitting(self, client, building, near):
        token = open_form(client)
        first = file_need(client, building, token=token, text="灯坏了三天")
        assert first.status_code == 422 and "邻居已经反映过类似的事" in words_of(first)
        assert "灯坏了三天" in words_of(first) and Need.objects.count() == 1
        again = file_need(client, building, token=token, similar_seen="1")
        assert again.status_code == 302 and Need.objects.count() == 2

    def test_second_click_leads_to_the_receipt(self, client, building):
        token = open_form(client)
        first, second = file_need(client, building, token=token), file_need(client, building, token=token)
        assert first["Location"] == second["Location"]


class TestNear:
    def test_page_names_nobody_and_is_not_indexed(self, client, near):
        response = client.get(address("detail", near))
        text = words_of(response)
        assert "社区已收到" in text and "1 位" in text and response["X-Robots-Tag"] == "noindex"
        for private in (near.code, near.spoken_code, near.text, near.contact_name, near.contact_phone[-4:]):
            assert private not in text

    def test_every_state_has_words(self, client):
        kind = factories.make_category(is_communal=True)
        for status in Need.Status:
            need = factories.make_need(status, category=kind)
            assert client.get(address("detail", need)).status_code == 200, status

    def test_private_needs_and_strange_tokens_have_no_page(self, client):
        private = factories.make_need()
        for url in (address("detail", private), address("support", private), "/near/abc/", "/near/MQ:x/support/"):
            assert client.get(url).status_code == 404

    def test_support_is_written_once_and_leads_to_the_page(self, client, building, near):
        client.get(CREATE, {"building": building.code})
        for _ in range(2):
            response = client.post(address("support", near), PERSON)
            assert response["Location"] == address("detail", near)
        row = Support.objects.get()
        assert (row.need, row.building, row.phone) == (near, building, "13900000001")
        assert "2 位" in words_of(client.get(address("detail", near)))

    def test_errors_stand_beside_the_field_and_typing_stays(self, client, near):
        response = client.post(address("support", near), {**PERSON, "phone": "1390000", "consent": ""})
        text = words_of(response)
        assert response.status_code == 422 and "手机号要 11 位，您填了 7 位。" in text and "请先打勾同意" in text
        assert "李阿姨" in text and not Support.objects.exists()

    def test_limited_per_network(self, client, near):
        set_parameter("public_supports_per_hour", 2)
        codes = [
            client.post(address("support", near), {**PERSON, "phone": f"1390000000{number}"}).status_code
            for number in range(3)
        ]
        assert codes == [302, 302, 429] and Support.objects.count() == 2

    def test_what_has_ended_is_not_joined(self, client, near):
        needs.withdraw(near, actor="resident")
        assert client.get(address("support", near))["Location"] == address("detail", near)
        assert client.post(address("support", near), PERSON).status_code == 422


class TestInquiry:
    @pytest.fixture
    def inquiry(self, need):
        return needs.ask(need, "坏的是哪一层？", actor=factories.make_superuser())

    def url(self, inquiry):
        return reverse("checklists:inquiry_answer", args=[needs.inquiry_token(inquiry)])

    def test_answered_with_a_photo_without_a_receipt(self, client, inquiry):
        url = self.url(inquiry)
        token = client.get(url).context["token"]
        photo = SimpleUploadedFile("灯.jpg", picture(), content_type="image/jpeg")
        sent = {"answer": "三楼", "photos": [photo], "token": token}
        assert client.post(url, sent)["Location"] == url
        inquiry.refresh_from_db()
        assert inquiry.answer == "三楼" and inquiry.need.photos.count() == 1
        closed = client.get(url)
        assert "您的答复已收到" in words_of(closed) and inquiry.need.code not in words_of(closed)
        # The link shows no more of the need than the question.
        assert client.get(page("detail", inquiry.need)).context["form"] is not None

    def test_error_keeps_what_was_typed(self, client, inquiry):
        url = self.url(inquiry)
        token = client.get(url).context["token"]
        response = client.post(url, {"answer": " ", "token": token})
        assert response.status_code == 422 and "请写一写您的答复" in words_of(response)

    def test_expired_ended_and_strange_links(self, client, inquiry):
        url = self.url(inquiry)
        assert client.get("/i/abc/").status_code == 404
        type(inquiry).objects.update(expires_at=timezone.now() - timedelta(minutes=1))
        response = client.get(url)
        assert response.status_code == 410 and "答复的时间已经过了" in words_of(response)
        assert client.post(url, {"answer": "三楼"}).status_code == 410

    def test_question_stands_on_the_residents_own_page(self, client, inquiry):
        text = words_of(let_in(client, inquiry.need).get(page("detail", inquiry.need)))
        assert "想问您：坏的是哪一层？" in text and self.url(inquiry) in text


class TestSplitNeed:
    def test_parts_stand_on_the_wholes_page_and_their_codes_lead_there(self, client):
        need, chief = factories.make_need("split"), factories.make_superuser()
        one, other = needs.parts_of(need)
        needs.start_own_service(one, actor=chief)
        needs.finish(one, actor=chief, note="灯泡换好了")
        response = client.post(FOLLOW, {"code": other.code, "digits": need.contact_phone[-4:]})
        assert response["Location"] == page("detail", need)
        text = words_of(client.get(response["Location"]))
        assert "分成几件事，同时办" in text and "灯泡换好了" in text and "正在找人" in text
        assert one.spoken_code not in text
