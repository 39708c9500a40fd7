from auditlog.context import set_actor
from auditlog.models import LogEntry
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import PrivacyNotice, User
from accounts.services import notify
from organizations.models import Role
from tests.factories import PASSWORD, make_organization, make_post, make_superuser, make_user

POSTS = {"posts-TOTAL_FORMS": 0, "posts-INITIAL_FORMS": 0}


def url(name, *args, model="user", app="accounts"):
    return reverse(f"admin:{app}_{model}_{name}", args=args)


def errors(response):
    return response.context["adminform"].form.errors


class World(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.safety = make_post(make_user("沈安"), "safety_admin")
        cls.administrator = make_post(make_user("陈平"), "platform_admin")
        cls.auditor = make_post(make_user("顾审"), "auditor")
        cls.clerk = make_post(make_user("王莉", phone="13812345678"), "community_staff", make_organization())

    def setUp(self):
        self.client.force_login(self.safety)

    def as_user(self, user):
        self.client.force_login(user)
        return self.client


class UserTests(World):
    def add(self, **fields):
        row = {
            "username": "lixia",
            "name": "李霞",
            "phone": "13900001111",
            "password1": PASSWORD,
            "password2": PASSWORD,
        }
        return self.client.post(url("add"), row | POSTS | fields)

    def save(self, user, **fields):
        row = {"username": user.username, "name": user.name, "phone": "", "is_active": "on"}
        return self.client.post(url("change", user.pk), row | POSTS | fields)

    def test_new_account_signs_in_by_name_and_by_phone(self):
        self.assertEqual(self.add().status_code, 302)
        self.assertTrue(User.objects.get(username="lixia").check_password(PASSWORD))
        for name in ("lixia", "13900001111"):
            self.client.logout()
            response = self.client.post("/accounts/login/", {"username": name, "password": PASSWORD})
            self.assertEqual(response.status_code, 302)

    def test_a_taken_name_or_phone_is_told_beside_the_field(self):
        table = [
            ({"username": self.clerk.username}, "username"),
            ({"phone": "13812345678"}, "phone"),
            ({"phone": "1381234567"}, "phone"),
            ({"password2": "another one"}, "password2"),
            ({"password1": "12345678", "password2": "12345678"}, "password2"),
        ]
        for fields, field in table:
            with self.subTest(fields):
                self.assertIn(field, errors(self.add(**fields)))
        self.assertEqual(errors(self.add(phone="13812345678"))["phone"], ["这个手机号已登记在另一个账号。"])
        self.assertFalse(User.objects.filter(username="lixia").exists())

    def test_phone_is_kept_unless_typed_and_never_shown(self):
        page = self.client.get(url("change", self.clerk.pk))
        self.assertContains(page, "138****5678")
        self.assertNotContains(page, "13812345678")
        self.assertNotContains(page, "查看完整号码")  # the safety officer holds no right to reveal
        self.assertEqual(self.save(self.clerk).status_code, 302)
        self.clerk.refresh_from_db()
        self.assertEqual(self.clerk.phone, "13812345678")
        self.save(self.clerk, phone="13900002222")
        self.assertEqual(User.objects.signing_in_as("13900002222").get(), self.clerk)

    def test_password_is_set_anew_by_the_safety_officer_only(self):
        path = reverse("admin:auth_user_password_change", args=[self.clerk.pk])
        row = {"password1": "a long new password", "password2": "a long new password"}
        for user, status in ((self.auditor, 403), (self.administrator, 403), (self.safety, 302)):
            with self.subTest(user):
                self.assertEqual(self.as_user(user).post(path, row).status_code, status)
        self.clerk.refresh_from_db()
        self.assertTrue(self.clerk.check_password("a long new password"))
        self.assertRedirects(self.client.get(url("reset_password", self.clerk.pk)), path)

    def test_an_account_without_limits_is_out_of_the_safety_officers_hands(self):
        root = make_superuser()
        self.assertEqual(self.save(root, name="改名").status_code, 403)
        path = reverse("admin:auth_user_password_change", args=[root.pk])
        self.assertEqual(self.client.post(path, {"password1": "x" * 12, "password2": "x" * 12}).status_code, 403)

    def test_no_form_makes_a_superuser(self):
        self.save(self.clerk, is_superuser="on", is_staff="on")
        self.add(is_superuser="on")
        self.assertFalse(User.objects.filter(is_superuser=True).exists())

    def test_closed_account_loses_the_workplace(self):
        self.save(self.clerk, is_active="")
        self.assertEqual(self.as_user(self.clerk).get("/admin/").status_code, 302)

    def test_list_shows_posts_and_asks_no_more_for_more_users(self):
        response = self.client.get(url("changelist"))
        self.assertContains(response, "社区工作人员")
        self.assertNotContains(response, "13812345678")
        with CaptureQueriesContext(connection) as before:
            self.client.get(url("changelist"))
        for _ in range(8):
            make_post(role="supervisor", organization=make_organization())
        with self.assertNumQueries(len(before)):
            self.client.get(url("changelist"))

    def test_clerks_have_no_users_page(self):
        self.assertEqual(self.as_user(self.clerk).get(url("changelist")).status_code, 403)


class NotificationTests(World):
    def test_an_inbox_is_ones_own_even_for_a_superuser(self):
        [mine] = notify([self.clerk], text="有新需求")
        path = url("change", mine.pk, model="notification")
        self.assertEqual(self.as_user(self.clerk).get(path).status_code, 200)
        self.assertEqual(self.client.post(path, {"text": "改"}).status_code, 403)
        for user in (self.safety, make_superuser()):
            self.assertEqual(self.as_user(user).get(path).status_code, 404)


class PrivacyNoticeTests(World):
    def test_words_in_force_stay(self):
        self.as_user(self.administrator)
        today = timezone.localdate()
        old = PrivacyNotice.objects.in_force(today).first()
        row = {"version": "x", "body": "新", "effective_on": today.isoformat()}
        self.assertEqual(self.client.post(url("change", old.pk, model="privacynotice"), row).status_code, 403)
        self.assertEqual(self.client.post(url("add", model="privacynotice"), row).status_code, 302)


class TrailTests(World):
    def test_only_auditors_read_and_nobody_writes(self):
        entry = LogEntry.objects.first()
        for user, status in ((self.auditor, 200), (self.safety, 403), (self.administrator, 403), (self.clerk, 403)):
            with self.subTest(user):
                self.as_user(user)
                self.assertEqual(
                    self.client.get(url("changelist", model="logentry", app="auditlog")).status_code, status
                )
        self.as_user(self.auditor)
        for name in ("change", "delete"):
            path = url(name, entry.pk, model="logentry", app="auditlog")
            self.assertEqual(self.client.post(path, {"post": "yes"}).status_code, 403)

    def test_tells_who_changed_what_in_chinese(self):
        with set_actor(self.safety):
            self.clerk.name, self.clerk.phone = "王丽", "13900003333"
            self.clerk.save()
            permission = Permission.objects.get(codename="view_unit")
            Role.objects.get(code="volunteer").permissions.add(permission)
        self.as_user(self.auditor)
        listed = self.client.get(url("changelist", model="logentry", app="auditlog"))
        self.assertContains(listed, "姓名、手机号")
        for english in ("Logentry", "Duties", "Posts"):
            self.assertNotContains(listed, english)
        tables = []
        for entry in LogEntry.objects.filter(actor=self.safety):
            page = self.client.get(url("change", entry.pk, model="logentry", app="auditlog"))
            self.assertNotContains(page, "13900003333")
            tables.append(page.context["adminform"].model_admin.changes_table(entry))
        words = "".join(tables)
        self.assertIn("加上", words)
        for english in ("Can view", "Correlation", "system", " change"):
            self.assertNotIn(english, words)

    def test_list_asks_no_more_for_more_rows(self):
        path = url("changelist", model="logentry", app="auditlog")
        self.as_user(self.auditor).get(path)
        with CaptureQueriesContext(connection) as before:
            self.client.get(path)
        for _ in range(8):
            with set_actor(make_user()):
                make_organization()
        with self.assertNumQueries(len(before)):
            self.client.get(path)


class LockOutTests(World):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        common = {"ip_address": "10.0.0.1", "user_agent": "x", "http_accept": "x", "path_info": "/accounts/login/"}
        cls.attempt = AccessAttempt.objects.create(username="13812345678", failures_since_start=5, **common)
        AccessFailureLog.objects.create(username="wangli", locked_out=True, **common)
        AccessLog.objects.create(username="wangli", **common)

    def test_shows_who_is_locked_in_chinese_and_masked(self):
        for model in ("accessattempt", "accessfailurelog", "accesslog"):
            response = self.as_user(self.auditor).get(url("changelist", model=model, app="axes"))
            self.assertEqual(response.status_code, 200)
            self.assertNotContains(response, "13812345678")
        response = self.client.get(url("change", self.attempt.pk, model="accessattempt", app="axes"))
        self.assertContains(response, "已锁定")
        self.assertContains(response, "138****5678")
        for english in ("Attempted Access", "Failed access", "Expiration", "Status"):
            self.assertNotContains(response, english)

    def test_safety_officer_unlocks(self):
        row = {"action": "unlock", "_selected_action": [self.attempt.pk]}
        path = url("changelist", model="accessattempt", app="axes")
        self.as_user(self.auditor).post(path, row)
        self.assertTrue(AccessAttempt.objects.exists())
        response = self.as_user(self.safety).post(path, row, follow=True)
        self.assertContains(response, "已解除 1 条锁定")
        self.assertFalse(AccessAttempt.objects.exists())

    def test_groups_are_gone(self):
        self.assertEqual(self.as_user(make_superuser()).get("/admin/auth/group/").status_code, 404)
