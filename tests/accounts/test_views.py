from django.test import TestCase, override_settings

from accounts.models import SavedFilter
from tests.factories import PASSWORD, make_superuser, make_user

PHONE = "13812345678"


@override_settings(AXES_FAILURE_LIMIT=5)
class SignInTests(TestCase):
    def sign_in(self, username, password):
        return self.client.post("/accounts/login/", {"username": username, "password": password})

    def test_name_and_phone_share_one_count_of_failures(self):
        make_user(username="wang", phone=PHONE)
        for username in ("wang", PHONE, " wang ", f" {PHONE}"):
            self.assertEqual(self.sign_in(username, "wrong").status_code, 200)
        self.assertEqual(self.sign_in("wang", "wrong").status_code, 429)
        for username in ("wang", PHONE, "wang\u3000"):
            with self.subTest(username):
                self.assertEqual(self.sign_in(username, PASSWORD).status_code, 429)

    def test_other_accounts_are_not_locked_with_it(self):
        make_user(username="wang", phone=PHONE)
        make_user(username="li")
        for _ in range(5):
            self.sign_in(PHONE, "wrong")
        self.assertEqual(self.sign_in("li", PASSWORD).status_code, 302)


class SavedFilterTests(TestCase):
    def test_what_cannot_be_kept_is_refused_in_words(self):
        self.client.force_login(make_superuser())
        good = {"path": "/admin/", "name": "我的", "query": "q=a"}
        for bad in ({"name": "a\x00"}, {"query": "q=\x00"}, {"path": "/admin/\x00"}, {"name": ""}, {"name": "x" * 21}):
            with self.subTest(bad=bad):
                response = self.client.post("/accounts/filters/", good | bad)
                self.assertEqual(response.status_code, 302)
                self.assertFalse(SavedFilter.objects.exists())
        self.client.post("/accounts/filters/", good)
        self.assertTrue(SavedFilter.objects.exists())
