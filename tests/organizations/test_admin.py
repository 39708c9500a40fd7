from datetime import timedelta
from decimal import Decimal
from io import BytesIO

from auditlog.models import LogEntry
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from organizations.forms.posts import offered_permissions
from organizations.models import LeadershipTerm, Organization, Parameter, ParameterValue, Post, Role, Unit
from organizations.services import tree_faults
from tests.factories import make_organization, make_post, make_unit, make_user

Kind = Organization.Kind
TODAY = timezone.localdate


def url(name, *args, model="organization"):
    return reverse(f"admin:organizations_{model}_{name}", args=args)


def sheet(response):
    rows = load_workbook(BytesIO(response.content)).active.iter_rows(values_only=True)
    return [list(row) for row in rows]


class World(TestCase):
    """Two communities under one industry committee, the clerk of one, and the three officers of the platform."""

    @classmethod
    def setUpTestData(cls):
        cls.root = make_organization(Kind.INDUSTRY_COMMITTEE, name="教育行业党委")
        cls.own = make_organization(Kind.COMMITTEE, cls.root, name="红星社区党委")
        cls.foreign = make_organization(Kind.COMMITTEE, cls.root, name="青松社区党委")
        cls.branch = make_organization(Kind.QUARTER_BRANCH, cls.own, name="一支部")
        cls.other_branch = make_organization(Kind.QUARTER_BRANCH, cls.own, name="二支部")
        cls.foreign_branch = make_organization(Kind.QUARTER_BRANCH, cls.foreign, name="青松支部")
        cls.group = make_organization(Kind.BUILDING_GROUP, cls.branch, name="3栋党小组")
        cls.household = make_organization(Kind.MEMBER_HOUSEHOLD, cls.group, name="老李家")
        cls.clerk = make_post(role="community_staff", organization=cls.own)
        cls.administrator = make_post(role="platform_admin")
        cls.safety = make_post(role="safety_admin")
        cls.auditor = make_post(role="auditor")

    def setUp(self):
        for root in Organization.objects.root_nodes():
            root.refresh_from_db()
        self.client.force_login(self.clerk)

    def as_user(self, user):
        self.client.force_login(user)
        return self.client


class TreePageTests(World):
    def test_draws_the_users_part_of_the_tree_a_level_at_a_time(self):
        response = self.client.get(url("changelist"))
        self.assertContains(response, "红星社区党委")
        self.assertContains(response, "一支部")
        self.assertNotContains(response, "3栋党小组")
        self.assertNotContains(response, "青松")
        self.assertNotContains(response, "教育行业党委")

    def test_a_branch_opens_alone_and_by_its_link(self):
        alone = self.client.get(url("changelist"), {"branch": self.branch.pk})
        self.assertContains(alone, "3栋党小组")
        self.assertNotContains(alone, "<html")
        linked = self.client.get(url("changelist"), {"open": self.group.pk})
        self.assertContains(linked, "老李家")

    def test_a_foreign_branch_stays_shut(self):
        for query in ({"branch": self.foreign.pk}, {"open": self.foreign.pk}, {"q": "青松"}):
            with self.subTest(query):
                self.assertNotContains(self.client.get(url("changelist"), query), "青松支部")

    def test_search_opens_the_way_to_what_it_finds(self):
        response = self.client.get(url("changelist"), {"q": "老李"})
        for name in ("红星社区党委", "一支部", "3栋党小组", "老李家"):
            self.assertContains(response, name)
        self.assertContains(response, "找到 1 个")

    def test_search_without_a_find_says_what_to_do(self):
        self.assertContains(self.client.get(url("changelist"), {"q": "没有这个"}), "没有名称含这些字的党组织")

    def test_nonsense_in_the_address_is_harmless(self):
        for query in ({"open": "x"}, {"branch": "1 or 1"}, {"open": "9" * 12}, {"q": "%"}):
            with self.subTest(query):
                self.assertEqual(self.client.get(url("changelist"), query).status_code, 200)

    def test_queries_do_not_grow_with_rows(self):
        with CaptureQueriesContext(
            connection,
        ) as before:
            self.client.get(url("changelist"), {"open": [self.branch.pk, self.group.pk]})
        for _ in range(10):
            make_organization(Kind.BUILDING_GROUP, Organization.objects.get(pk=self.branch.pk))
        with self.assertNumQueries(len(before)):
            self.client.get(url("changelist"), {"open": [self.branch.pk, self.group.pk]})
        self.assertLess(len(before), 25)

    def test_export_holds_the_users_part_only(self):
        rows = sheet(self.client.get(url("export")))
        name = rows[0].index("名称")
        self.assertEqual({row[name] for row in rows[1:]}, {"红星社区党委", "一支部", "二支部", "3栋党小组", "老李家"})


class OrganizationWriteTests(World):
    def found(self, **fields):
        row = {"parent": self.own.pk, "kind": Kind.QUARTER_BRANCH, "name": "三支部", "founded_on": "", **fields}
        return self.client.post(url("add"), row)

    def test_founds_through_the_service(self):
        self.assertEqual(self.found().status_code, 302)
        made = Organization.objects.get(name="三支部")
        self.assertEqual((made.parent, made.tier), (self.own, 3))
        self.assertEqual(tree_faults(), [])

    def test_what_the_service_refuses_stands_beside_its_field(self):
        table = [
            ({"kind": Kind.BUILDING_GROUP}, "parent", "楼栋党小组应设在小区党支部之下。"),
            ({"parent": ""}, "parent", "请选择您管辖范围内的上级党组织。"),
            ({"parent": "", "kind": Kind.INDUSTRY_COMMITTEE}, "parent", "请选择您管辖范围内的上级党组织。"),
            ({"name": "一支部"}, None, "同一上级下已有同名党组织。"),
        ]
        for fields, field, words in table:
            with self.subTest(fields):
                response = self.found(**fields)
                self.assertEqual(response.status_code, 200)
                self.assertIn(words, response.context["adminform"].form.errors[field or "__all__"])
        self.assertEqual(Organization.objects.count(), 8)

    def test_never_under_a_foreign_parent(self):
        response = self.found(parent=self.foreign.pk)
        self.assertIn("parent", response.context["adminform"].form.errors)
        self.assertFalse(Organization.objects.filter(name="三支部").exists())

    def test_corrects_name_and_state_but_neither_parent_nor_kind(self):
        fields = {"kind": Kind.JOINT_BRANCH, "name": "联合支部", "founded_on": "2020-07-01", "parent": self.foreign.pk}
        response = self.client.post(url("edit", self.branch.pk), fields)
        self.assertRedirects(response, url("change", self.branch.pk))
        self.branch.refresh_from_db()
        self.assertEqual(
            (self.branch.name, self.branch.kind, self.branch.is_active, self.branch.parent_id),
            ("联合支部", Kind.QUARTER_BRANCH, False, self.own.pk),
        )

    def test_other_communities_rows_are_not_there(self):
        for name in ("change", "edit", "delete", "history", "move"):
            for method in (self.client.get, self.client.post):
                with self.subTest(name, method=method.__name__):
                    self.assertEqual(method(url(name, self.foreign_branch.pk)).status_code, 404)

    def test_the_deletes_door_leads_to_the_act(self):
        self.as_user(self.administrator)
        for method in (self.client.get, self.client.post):
            answer = method(url("delete", self.household.pk), {"post": "yes"})
            self.assertRedirects(answer, f"{url('change', self.household.pk)}#dissolve")
        self.assertTrue(Organization.objects.standing().filter(pk=self.household.pk).exists())

    def test_no_bulk_delete(self):
        self.as_user(self.administrator)
        fields = {"action": "delete_selected", "_selected_action": [self.household.pk], "post": "yes"}
        self.client.post(url("changelist"), fields)
        self.assertTrue(Organization.objects.filter(pk=self.household.pk).exists())


class MoveTests(World):
    def move(self, organization, parent):
        paper = {"reason": "区划调整", "document": "组发3号", "on": TODAY().isoformat()}
        return self.client.post(url("move", organization.pk), {"parent": parent.pk if parent else "", **paper})

    def test_offers_parents_of_the_right_tier_in_scope(self):
        form = self.client.get(url("move", self.group.pk)).context["form"]
        self.assertEqual(list(form.fields["parent"].queryset), [self.other_branch])

    def test_says_how_many_go_along(self):
        self.assertContains(self.client.get(url("move", self.group.pk)), "连同下级 1 个党组织")

    def test_moves_with_all_below_and_writes_it_down(self):
        response = self.move(self.group, self.other_branch)
        self.assertEqual(response.status_code, 302)
        self.group.refresh_from_db()
        self.household.refresh_from_db()
        self.other_branch.refresh_from_db()
        self.assertEqual(self.group.parent, self.other_branch)
        self.assertIn(self.household, self.other_branch.get_descendants())
        self.assertEqual(tree_faults(), [])
        self.assertTrue(LogEntry.objects.get_for_object(self.group).filter(actor=self.clerk).exists())
        self.assertEqual(self.group.events.get().document, "组发3号")
        self.assertContains(self.client.get(response.url), "3栋党小组")

    def test_twice_is_harmless(self):
        self.move(self.group, self.other_branch)
        self.assertEqual(self.move(self.group, self.other_branch).status_code, 422)
        self.assertEqual(tree_faults(), [])

    def test_refuses_foreign_wrong_and_missing_parents(self):
        for parent in (self.foreign_branch, self.own, self.group, None):
            with self.subTest(parent):
                response = self.move(self.group, parent)
                self.assertEqual(response.status_code, 422)
                self.assertIn("parent", response.context["form"].errors)
        self.group.refresh_from_db()
        self.assertEqual(self.group.parent, self.branch)

    def test_an_own_namesake_under_the_new_parent_is_named(self):
        make_organization(Kind.BUILDING_GROUP, Organization.objects.get(pk=self.other_branch.pk), name="3栋党小组")
        self.assertContains(self.move(self.group, self.other_branch), "下已有同名党组织", status_code=422)

    def test_roots_and_readers_do_not_move(self):
        self.assertEqual(self.as_user(self.administrator).get(url("move", self.root.pk)).status_code, 403)
        self.assertEqual(self.as_user(self.auditor).post(url("move", self.group.pk)).status_code, 403)


class UnitTests(World):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.liaison = make_user("赵联络")
        cls.unit = make_unit(cls.own, liaison=cls.liaison)
        cls.foreign_unit = make_unit(cls.foreign)

    def save(self, **fields):
        row = {"name": "第二小学", "kind": Unit.Kind.SCHOOL, "organization": self.own.pk, "is_active": "on", **fields}
        return self.client.post(url("change", self.unit.pk, model="unit"), row, follow=True)

    def test_a_liaison_the_clerk_may_not_look_up_is_kept(self):
        for liaison in ({}, {"liaison": ""}, {"liaison": self.clerk.pk}):
            with self.subTest(liaison):
                self.save(**liaison)
                self.unit.refresh_from_db()
                self.assertEqual((self.unit.name, self.unit.liaison), ("第二小学", self.liaison))

    def test_a_doubtful_credit_code_warns_and_is_saved(self):
        response = self.save(credit_code="91350100M000100Y44")
        self.assertContains(response, "统一社会信用代码的校验位不符")
        self.unit.refresh_from_db()
        self.assertEqual(self.unit.credit_code, "91350100M000100Y44")
        self.assertNotContains(self.save(credit_code="91350100M000100Y43"), "校验位不符")

    def test_foreign_organization_is_no_choice(self):
        response = self.save(organization=self.foreign.pk)
        self.assertIn("organization", response.context["adminform"].form.errors)

    def test_foreign_units_are_not_there(self):
        for name in ("change", "history", "delete"):
            self.assertEqual(self.client.get(url(name, self.foreign_unit.pk, model="unit")).status_code, 404)
        self.assertNotContains(self.client.get(url("changelist", model="unit")), self.foreign_unit.name)

    def test_export_masks_nothing_away_but_formulas(self):
        Unit.objects.filter(pk=self.unit.pk).update(name="=HYPERLINK(1)", address="@x")
        rows = sheet(self.client.get(url("export", model="unit")))
        self.assertEqual([row[0] for row in rows[1:]], ["'=HYPERLINK(1)"])
        self.assertEqual(rows[1][4], "'@x")

    def test_queries_do_not_grow_with_rows(self):
        self.client.get(url("changelist", model="unit"))
        with CaptureQueriesContext(connection) as before:
            self.client.get(url("changelist", model="unit"))
        for _ in range(10):
            make_unit(self.own)
        with self.assertNumQueries(len(before)):
            self.client.get(url("changelist", model="unit"))


class LeadershipTermTests(World):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.term = LeadershipTerm.objects.create(
            organization=cls.own, name="周书记", position="secretary", phone="13812345678"
        )

    def save(self, **fields):
        row = {
            "organization": self.own.pk,
            "name": "周书记",
            "position": "secretary",
            "phone": "",
            "starts_on": "2024-01-01",
            "ends_on": "",
            **fields,
        }
        return self.client.post(url("change", self.term.pk, model="leadershipterm"), row)

    def test_the_number_never_reaches_list_page_or_sheet(self):
        for name, args in (("changelist", []), ("change", [self.term.pk])):
            response = self.client.get(url(name, *args, model="leadershipterm"))
            self.assertContains(response, "138****5678")
            self.assertNotContains(response, "13812345678")
        rows = sheet(self.client.get(url("export", model="leadershipterm")))
        self.assertEqual(rows[1][3], "138****5678")

    def test_empty_keeps_the_number_and_typing_replaces_it(self):
        self.assertEqual(self.save().status_code, 302)
        self.term.refresh_from_db()
        self.assertEqual(self.term.phone, "13812345678")
        self.assertEqual(self.save(phone="13900001111").status_code, 302)
        self.term.refresh_from_db()
        self.assertEqual(self.term.phone, "13900001111")
        found = self.client.get(url("changelist", model="leadershipterm"), {"q": "13900001111"})
        self.assertContains(found, "周书记")

    def test_a_wrong_number_is_counted(self):
        response = self.save(phone="1390000111")
        self.assertEqual(response.context["adminform"].form.errors["phone"], ["手机号要 11 位，您填了 10 位。"])

    def test_a_second_secretary_is_refused(self):
        row = {"organization": self.own.pk, "name": "另一位", "position": "secretary", "starts_on": "2024-01-01"}
        response = self.client.post(url("add", model="leadershipterm"), row)
        self.assertContains(response, "已有在任书记")


class PostTests(World):
    def add(self, user, role, organization=None, **fields):
        row = {
            "user": user.pk,
            "role": Role.objects.get(code=role).pk,
            "organization": organization.pk if organization else "",
            "starts_on": TODAY().isoformat(),
            "ends_on": "",
            **fields,
        }
        return self.as_user(self.safety).post(url("add", model="post"), row)

    def test_safety_officer_sees_posts_of_the_whole_platform(self):
        response = self.as_user(self.safety).get(url("changelist", model="post"))
        for role in ("社区工作人员", "平台管理员", "审计员"):
            self.assertContains(response, role)

    def test_auditor_holds_no_other_post_now_or_later(self):
        later = (TODAY() + timedelta(days=30)).isoformat()
        for fields in ({}, {"starts_on": later}):
            with self.subTest(fields):
                self.assertContains(
                    self.add(self.auditor, "community_staff", self.own, **fields), "审计员不得兼任其他角色"
                )
        self.assertContains(self.add(self.clerk, "auditor"), "审计员不得兼任其他角色")
        self.assertEqual(Post.objects.count(), 4)

    def test_not_through_two_rows_at_once_either(self):
        newcomer = make_user("新人", username="newcomer")
        rows = {
            "username": "newcomer",
            "name": "新人",
            "is_active": "on",
            "posts-TOTAL_FORMS": 2,
            "posts-INITIAL_FORMS": 0,
        }
        for number, (role, organization) in enumerate([("auditor", ""), ("community_staff", self.own.pk)]):
            rows |= {
                f"posts-{number}-role": Role.objects.get(code=role).pk,
                f"posts-{number}-organization": organization,
                f"posts-{number}-starts_on": TODAY().isoformat(),
            }
        path = reverse("admin:accounts_user_change", args=[newcomer.pk])
        self.assertContains(self.as_user(self.safety).post(path, rows), "审计员不得兼任其他角色")
        self.assertFalse(newcomer.posts.exists())

    def test_a_platform_role_takes_no_place_and_a_grid_role_needs_one(self):
        self.assertContains(self.add(make_user(), "platform_admin", self.own), "管理整个平台，这里请留空")
        self.assertContains(self.add(make_user(), "grid_worker"), "请选择网格员所在的党组织")

    def test_clerks_have_no_posts_page(self):
        self.assertEqual(self.client.get(url("changelist", model="post")).status_code, 403)


class RoleTests(World):
    def save(self, code, *codenames):
        role = Role.objects.get(code=code)
        rows = offered_permissions()  # Django's own log and sessions have names of ours, too
        keys = rows.filter(codename__in=codenames).values_list("pk", flat=True)
        row = {"name": role.name, "permissions": list(keys)}
        return self.as_user(self.safety).post(url("change", role.pk, model="role"), row)

    def test_permissions_are_offered_in_chinese(self):
        role = Role.objects.get(code="community_staff")
        response = self.as_user(self.safety).get(url("change", role.pk, model="role"))
        for words in ("党组织：新增", "进入工作台", "楼栋：查看"):
            self.assertContains(response, words)
        self.assertNotContains(response, "Can ")

    def test_permissions_are_shown_in_chinese_to_who_may_only_look(self):
        role = Role.objects.get(code="community_staff")
        response = self.as_user(self.auditor).get(url("change", role.pk, model="role"))
        self.assertContains(response, "楼栋：查看")
        self.assertNotContains(response, "Can ")

    def test_keeps_the_duties_apart(self):
        table = [
            ("auditor", ["view_user", "change_user"], "审计类角色只能查看"),
            ("platform_admin", ["view_logentry"], "只有审计类角色能看操作日志"),
            ("community_staff", ["view_unit", "view_user"], "管到整个平台"),
        ]
        for code, codenames, words in table:
            with self.subTest(code):
                self.assertContains(self.save(code, *codenames), words)

    def test_shipped_roles_are_valid_as_they_are(self):
        for role in Role.objects.all():
            with self.subTest(role):
                names = role.permissions.values_list("codename", flat=True)
                self.assertEqual(self.save(role.code, *names).status_code, 302)

    def test_saves_and_takes_effect(self):
        self.assertEqual(self.save("volunteer", "view_unit").status_code, 302)
        self.assertEqual(
            list(Role.objects.get(code="volunteer").permissions.values_list("codename", flat=True)), ["view_unit"]
        )


class ParameterTests(World):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.parameter = Parameter.objects.create(key="t", label="回访时限", unit="天", minimum=1, maximum=30)
        ParameterValue.objects.create(parameter=cls.parameter, value=Decimal(7), effective_on="2020-01-01")

    def save(self, value, day, user=None):
        rows = {
            "values-TOTAL_FORMS": 2,
            "values-INITIAL_FORMS": 1,
            "values-0-id": self.parameter.values.first().pk,
            "values-0-value": 29,
            "values-0-effective_on": "2020-01-01",
            "values-1-value": value,
            "values-1-effective_on": day,
        }
        self.as_user(user or self.administrator)
        return self.client.post(url("change", self.parameter.pk, model="parameter"), rows)

    def test_shows_what_holds_today(self):
        ParameterValue.objects.create(
            parameter=self.parameter, value=Decimal(9), effective_on=TODAY() + timedelta(days=1)
        )
        response = self.as_user(self.administrator).get(url("changelist", model="parameter"), {"q": "回访时限"})
        self.assertContains(response, "7 天")
        self.assertNotContains(response, "9 天")

    def test_a_new_value_is_a_new_row_and_the_old_one_stays(self):
        self.assertEqual(self.save(10, TODAY().isoformat()).status_code, 302)
        values = self.parameter.values.order_by("effective_on").values_list("value", flat=True)
        self.assertEqual(list(values), [7, 10])

    def test_out_of_range_and_yesterday_are_refused_in_words(self):
        self.assertContains(self.save(31, TODAY().isoformat()), "请填 1 到 30 之间的数。")
        yesterday = (TODAY() - timedelta(days=1)).isoformat()
        self.assertContains(self.save(10, yesterday), "生效日期不能早于今天")
        self.assertEqual(self.parameter.values.count(), 1)

    def test_readers_do_not_write(self):
        self.assertEqual(self.save(10, TODAY().isoformat(), self.auditor).status_code, 403)
