from django.test import TestCase

from tests.factories import make_liaison, make_unit


class NullByteTests(TestCase):
    def test_no_address_has_one(self):
        for path in ("/?building=%00", "/needs/new/?category=1%00", "/needs/%00/", "/nowhere%00/"):
            with self.subTest(path):
                self.assertContains(self.client.get(path), "没有找到这一页", status_code=404)

    def test_form_tells_of_it_beside_the_field(self):
        response = self.client.post("/needs/", {"code": "ABCD\x002345", "digits": "1234"})
        self.assertContains(response, "内容中含有无法识别的字符", status_code=422)


class PrivacyTests(TestCase):
    def test_pages_of_a_signed_in_person_stay_in_no_cache(self):
        self.client.force_login(make_liaison(make_unit()))
        for page in ("/desk/", "/accounts/notifications/", "/accounts/password/", "/api/dispatches/"):
            with self.subTest(page):
                self.assertIn("no-store", self.client.get(page)["Cache-Control"])

    def test_public_pages_may_be_kept(self):
        self.assertFalse(self.client.get("/").has_header("Cache-Control"))
