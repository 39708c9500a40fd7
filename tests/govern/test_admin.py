"""The workplace's own door, and addresses that nobody could click."""

from django.test import TestCase
from django.urls import reverse

from govern.admin import GROUPS
from tests.factories import PASSWORD, make_community, make_liaison, make_post, make_superuser, make_unit, make_user


class DoorTests(TestCase):
    def sign_in_from(self, page, user):
        asked = self.client.get(page, follow=True)
        path = asked.redirect_chain[-1][0]
        return self.client.post(path, {"username": user.username, "password": PASSWORD}, follow=True)

    def test_signing_in_leads_to_the_page_that_was_asked_for(self):
        clerk = make_post(make_user(), "community_staff", make_community().organization)
        page = reverse("admin:checklists_need_changelist")
        response = self.sign_in_from(page, clerk)
        self.assertEqual((response.status_code, response.request["PATH_INFO"]), (200, page))

    def test_whoever_may_not_enter_is_told_so_instead_of_sent_in_a_circle(self):
        liaison = make_liaison(make_unit())
        self.assertEqual(self.sign_in_from("/admin/", liaison).status_code, 403)
        self.assertEqual(self.client.get("/admin/", follow=True).status_code, 403)

    def test_door_never_leads_to_another_site(self):
        self.client.force_login(make_superuser())
        for wanted in ("//example.com", "https://example.com/", "javascript:alert(1)", ""):
            with self.subTest(next=wanted):
                response = self.client.get("/admin/login/", {"next": wanted})
                self.assertRedirects(response, reverse("admin:index"), fetch_redirect_response=False)


class TypedAddressTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.root = make_superuser()

    def setUp(self):
        self.client.force_login(self.root)

    def test_impossible_filters_find_nothing_or_fall_away(self):
        table = [
            ("checklists_need_changelist", {"submitted_at__year": "9" * 25}, 404),
            ("checklists_need_changelist", {"submitted_at__year": "9" * 12}, 404),
            ("auditlog_logentry_changelist", {"timestamp__year": "9" * 25}, 404),
            ("checklists_need_export", {"page": "1"}, 404),
            ("checklists_need_changelist", {"status__exact": "\x00"}, 404),
            ("checklists_need_changelist", {"class": "²"}, 200),
            ("checklists_need_changelist", {"class": "9" * 5000}, 200),
            ("auditlog_logentry_changelist", {"model": "²"}, 200),
            ("organizations_organization_changelist", {"branch": "²"}, 200),
            ("organizations_organization_changelist", {"branch": "9" * 5000}, 200),
            ("organizations_organization_changelist", {"open": "9" * 25}, 200),
        ]
        for name, query, status in table:
            with self.subTest(name, query=str(query)[:60]):
                self.assertEqual(self.client.get(reverse(f"admin:{name}"), query).status_code, status)

    def test_nonsense_in_an_autocomplete_is_an_error_beside_the_field(self):
        for name, field in (
            ("organizations_organization_add", "parent"),
            ("organizations_post_add", "user"),
            ("grids_grid_add", "communities"),
        ):
            path = reverse(f"admin:{name}")
            for key in ("x", "\x00", "²"):
                with self.subTest(name, key=key):
                    response = self.client.post(path, {field: key})
                    self.assertEqual(response.status_code, 200)
                    self.assertIn(field, response.context["adminform"].form.errors)
            self.assertEqual(self.client.get(path, {field: "x"}).status_code, 200)

    def test_key_larger_than_any_number_is_nobody(self):
        row = {"action": "accept_selected", "_selected_action": "9" * 25}
        self.assertLess(self.client.post(reverse("admin:checklists_need_changelist"), row).status_code, 500)
        self.assertLess(self.client.post(reverse("admin:grids_grid_add"), {"communities": "9" * 25}).status_code, 500)


class SideBarTests(TestCase):
    """Of entries whose addresses begin alike, only the one that the page belongs to is marked."""

    def marked(self, path):
        groups = self.client.get(path, follow=True).context["sidebar_navigation"]
        return [item["title"] for group in groups for item in group["items"] if item["active"]]

    def test_every_page_marks_one_entry(self):
        self.client.force_login(make_superuser())
        make_community()  # a window is of one
        for _, items in GROUPS:
            for title, _, url, _ in items:
                if url.startswith("admin:"):
                    with self.subTest(title):
                        self.assertEqual(self.marked(reverse(url)), [title])

    def test_a_row_is_under_its_list(self):
        self.client.force_login(make_superuser())
        unit = make_unit()
        self.assertEqual(self.marked(reverse("admin:organizations_unit_change", args=[unit.pk])), ["驻区单位"])
        self.assertEqual(self.marked(reverse("admin:password_change")), [])
