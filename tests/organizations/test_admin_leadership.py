from datetime import date, timedelta

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from organizations.models import LeadershipTerm, Organization
from tests.factories import make_branch, make_member, make_organization, make_post
from tests.organizations.test_admin import sheet

Kind = Organization.Kind
TODAY = timezone.localdate


def url(name, *args):
    return reverse(f"admin:organizations_leadershipterm_{name}", args=args)


class World(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.body = make_organization(Kind.COMMITTEE, name="甲社区党委")
        cls.branch = make_branch(cls.body, name="甲支部")
        cls.foreign = make_organization(Kind.COMMITTEE, name="远方党委")
        cls.clerk = make_post(organization=cls.body)
        cls.term = LeadershipTerm.objects.create(
            organization=cls.body, name="周书记", position="secretary", phone="13812345678", starts_on=date(2024, 1, 1)
        )
        cls.far_term = LeadershipTerm.objects.create(
            organization=cls.foreign, name="远方书记", position="secretary", starts_on=date(2024, 1, 1)
        )
        cls.member = make_member(cls.branch, name="孙丽", phone="13900001111")

    def setUp(self):
        self.client.force_login(self.clerk)

    def act(self, verb, **fields):
        return self.client.post(url("act", self.term.pk, verb), fields, follow=True)

    def appoint(self, body, **fields):
        fields = {"position": "secretary", "name": "孙丽", "is_member": "on", "on": "2025-01-01", **fields}
        return self.client.post(url("appoint", body.pk), fields, follow=True)


class BodyTests(World):
    def test_shows_who_holds_what_since_when(self):
        page = self.client.get(url("body", self.body.pk))
        for words in ("周书记", "138****5678", "2024年1月1日起", "接任", "离任", "新任"):
            self.assertContains(page, words)
        self.assertNotContains(page, "13812345678")
        self.assertContains(self.client.get(url("body", self.branch.pk)), "没有在任书记")

    def test_succession_is_one_act(self):
        page = self.act("succeed", name="孙丽", is_member="on", on="2025-07-01")
        self.assertContains(page, "前任离任，新任接任")
        fresh = LeadershipTerm.objects.current().get(organization=self.body)
        self.assertEqual((fresh.member, fresh.phone, fresh.position), (self.member, "13900001111", "secretary"))
        self.term.refresh_from_db()
        self.assertEqual(self.term.ends_on, date(2025, 6, 30))
        self.assertContains(self.act("succeed", name="吴", on="2025-08-01"), "没有再改动")
        self.assertContains(self.client.get(url("body", self.body.pk)), "2024-01-01 至 2025-06-30")

    def test_what_is_refused_stands_beside_its_field(self):
        table = [
            ({"name": "没有这人", "is_member": "on", "on": "2025-07-01"}, "name", "名册里没有没有这人"),
            ({"name": "吴", "on": "2023-07-01"}, "on", "接任日期要晚于"),
            ({"name": "吴", "on": (TODAY() + timedelta(days=1)).isoformat()}, "on", "不晚于今天"),
            ({"name": "", "on": "2025-07-01"}, "name", "请填姓名"),
            ({"name": "吴", "phone": "138", "on": "2025-07-01"}, "phone", "您填了 3 位"),
        ]
        for fields, field, words in table:
            with self.subTest(fields):
                response = self.act("succeed", **fields)
                self.assertEqual(response.status_code, 422)
                self.assertContains(response, words, status_code=422)
                bound = next(act for _, acts in response.context["current"] for act in acts if act.errors)
                self.assertEqual(list(bound.errors), [field])
        self.assertEqual(LeadershipTerm.objects.count(), 2)

    def test_namesakes_are_told_apart_by_the_phone(self):
        other = make_member(self.branch, name="孙丽", phone="13900002222")
        self.assertContains(self.appoint(self.branch), "有几名党员叫孙丽", status_code=422)
        self.appoint(self.branch, phone="13900002222")
        self.assertEqual(self.branch.leadership_terms.get().member, other)

    def test_a_probationary_secretary_is_warned_of(self):
        make_member(self.branch, "probationary", name="新人")
        page = self.appoint(self.branch, name="新人")
        self.assertContains(page, "没有被选举权，不能任书记")
        self.assertContains(self.client.get(url("body", self.branch.pk)), "没有被选举权，不能任书记")

    def test_a_second_secretary_is_refused(self):
        self.assertContains(self.appoint(self.body), "已有在任书记周书记", status_code=422)

    def test_ends_and_is_missed(self):
        self.assertContains(self.client.get(url("vacant")), "甲支部")
        self.assertNotContains(self.client.get(url("vacant")), "甲社区党委</a>")
        self.act("end", on=(TODAY() - timedelta(days=1)).isoformat())
        vacant = self.client.get(url("vacant"))
        self.assertContains(vacant, "甲社区党委</a>")
        self.assertNotContains(vacant, "远方")

    def test_foreign_bodies_are_not_there(self):
        group = make_organization(Kind.BUILDING_GROUP, self.branch)
        far = self.far_term
        for method in (self.client.get, self.client.post):
            for path in (
                url("body", self.foreign.pk),
                url("appoint", self.foreign.pk),
                url("act", far.pk, "end"),
                url("act", far.pk, "succeed"),
                url("change", far.pk),
                url("act", self.term.pk, "vanish"),
                url("body", group.pk),
            ):
                with self.subTest(path, method=method.__name__):
                    self.assertIn(method(path).status_code, (404, 405))
        far.refresh_from_db()
        self.assertIsNone(far.ends_on)

    def test_a_foreign_body_is_no_choice_of_the_form(self):
        fields = {"organization": self.foreign.pk, "position": "member", "name": "吴", "starts_on": "2025-01-01"}
        response = self.client.post(url("add"), fields)
        self.assertIn("organization", response.context["adminform"].form.errors)


class ListTests(World):
    def names(self, **query):
        return {row.name for row in self.client.get(url("changelist"), query).context["cl"].result_list}

    def test_now_and_before(self):
        self.act("succeed", name="吴", on="2025-07-01")
        self.assertEqual(self.names(), {"周书记", "吴"})
        self.assertEqual(self.names(term="current"), {"吴"})
        self.assertEqual(self.names(term="past"), {"周书记"})
        self.assertEqual({row[1] for row in sheet(self.client.get(url("export")))[1:]}, {"周书记", "吴"})

    def test_a_correction_links_the_member(self):
        fields = {"name": "孙丽", "phone": "", "is_member": "on", "starts_on": "2024-01-01", "ends_on": ""}
        self.client.post(url("change", self.term.pk), fields)
        self.term.refresh_from_db()
        self.assertEqual((self.term.member, self.term.phone), (self.member, "13900001111"))

    def test_queries_do_not_grow_with_rows(self):
        for page in (url("changelist"), url("body", self.body.pk), url("vacant")):
            self.client.get(page)
            with CaptureQueriesContext(connection) as before:
                self.client.get(page)
            for _ in range(5):
                LeadershipTerm.objects.create(
                    organization=self.body, name="委员", position="member", starts_on=date(2024, 1, 1)
                )
                make_branch(Organization.objects.get(pk=self.body.pk))
            with self.subTest(page), self.assertNumQueries(len(before)):
                self.client.get(page)
            self.assertLess(len(before), 22)
