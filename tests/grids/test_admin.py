from io import BytesIO

from auditlog.models import LogEntry
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from grids.models import Building, Duty, Grid, Instructor
from tests.factories import (
    make_building,
    make_community,
    make_duty,
    make_grid,
    make_organization,
    make_post,
    make_quarter,
)

MODELS = ["street", "community", "quarter", "building", "grid", "duty", "instructor"]


def url(model, name, *args):
    return reverse(f"admin:grids_{model}_{name}", args=args)


def errors(response):
    return response.context["adminform"].form.errors


class World(TestCase):
    @classmethod
    def setUpTestData(cls):
        root = make_organization("industry_committee")
        cls.own = make_community(make_organization(parent=root), name="红星社区")
        cls.foreign = make_community(make_organization(parent=root), name="青松社区")
        cls.quarter, cls.foreign_quarter = (
            make_quarter(cls.own, name="红星苑"),
            make_quarter(cls.foreign, name="青松苑"),
        )
        cls.building = make_building(cls.quarter, name="3栋")
        cls.foreign_building = make_building(cls.foreign_quarter, name="9栋")
        cls.grid, cls.foreign_grid = make_grid(cls.own, name="红星网格"), make_grid(cls.foreign, name="青松网格")
        cls.shared = make_grid(cls.own, cls.foreign, name="两社区网格")
        cls.duty = make_duty(grid=cls.grid, phone="13812345678")
        cls.foreign_duty = make_duty(grid=cls.foreign_grid)
        cls.instructor = Instructor.objects.create(quarter=cls.quarter, name="周琴", phone="13711112222")
        cls.foreign_instructor = Instructor.objects.create(
            quarter=cls.foreign_quarter, name="吴敏", phone="13733334444"
        )
        cls.clerk = make_post(role="community_staff", organization=cls.own.organization)
        cls.administrator = make_post(role="platform_admin")
        cls.auditor = make_post(role="auditor")

    def setUp(self):
        self.client.force_login(self.clerk)


class ScopeTests(World):
    def test_every_list_opens_for_clerk_administrator_and_auditor(self):
        for user in (self.clerk, self.administrator, self.auditor):
            self.client.force_login(user)
            for model in MODELS:
                with self.subTest(model, user=user):
                    self.assertEqual(self.client.get(url(model, "changelist")).status_code, 200)

    def test_other_communities_rows_are_not_there(self):
        rows = {
            "community": self.foreign,
            "quarter": self.foreign_quarter,
            "building": self.foreign_building,
            "grid": self.foreign_grid,
            "duty": self.foreign_duty,
            "instructor": self.foreign_instructor,
        }
        for model, row in rows.items():
            for name in ("change", "delete", "history"):
                with self.subTest(model, page=name):
                    self.assertEqual(self.client.get(url(model, name, row.pk)).status_code, 404)
                    self.assertEqual(self.client.post(url(model, name, row.pk)).status_code, 404)
            shown = self.client.get(url(model, "changelist")).context["cl"].result_list
            self.assertNotIn(row, list(shown))

    def test_form_choices_leave_the_others_out(self):
        row = {"quarter": self.foreign_quarter.pk, "name": "5栋", "code": f"{self.foreign.code}00099"}
        response = self.client.post(url("building", "add"), row | {"units_count": 1, "floors_count": 6})
        self.assertIn("quarter", errors(response))
        row = {"kind": "worker", "grid": self.foreign_grid.pk, "name": "李强", "phone": "13911112222"}
        self.assertIn("grid", errors(self.client.post(url("duty", "add"), row | {"starts_on": "2026-01-01"})))
        found = self.client.get(
            reverse("admin:autocomplete"),
            {"app_label": "grids", "model_name": "building", "field_name": "quarter", "term": "苑"},
        )
        self.assertEqual([row["text"] for row in found.json()["results"]], ["红星苑"])

    def test_a_filter_offers_only_what_is_seen(self):
        response = self.client.get(url("quarter", "changelist"))
        self.assertNotContains(response, "青松社区")

    def test_a_row_does_not_leave_its_writers_reach(self):
        row = {"quarter": self.foreign_quarter.pk, "name": "3栋", "code": self.building.code}
        self.client.post(url("building", "change", self.building.pk), row | {"units_count": 1, "floors_count": 6})
        self.building.refresh_from_db()
        self.assertEqual(self.building.quarter, self.quarter)

    def test_communities_out_of_reach_are_not_cleared_from_a_shared_grid(self):
        staff = make_post(role="street_staff", organization=self.own.organization)
        self.client.force_login(staff)
        row = {"name": "改名", "code": self.shared.code, "level": "community", "parent": self.shared.parent_id}
        self.client.post(url("grid", "edit", self.shared.pk), row | {"communities": [self.own.pk]})
        self.assertEqual(set(self.shared.communities.all()), {self.own, self.foreign})

    def test_auditors_and_clerks_do_not_write_what_they_only_read(self):
        row = {"name": "改名", "code": self.grid.code, "level": "community", "parent": self.grid.parent_id}
        for user in (self.clerk, self.auditor):
            self.client.force_login(user)
            self.assertEqual(self.client.post(url("grid", "edit", self.grid.pk), row).status_code, 403)


class PhoneTests(World):
    def test_lists_pages_and_sheets_are_masked(self):
        for model, row in (("duty", self.duty), ("instructor", self.instructor)):
            for name, args in (("changelist", []), ("change", [row.pk])):
                for user in (self.clerk, self.auditor):
                    with self.subTest(model, page=name, user=user):
                        self.client.force_login(user)
                        response = self.client.get(url(model, name, *args))
                        self.assertContains(response, row.masked_phone)
                        self.assertNotContains(response, row.phone)
            sheet = load_workbook(BytesIO(self.client.get(url(model, "export")).content)).active
            cells = {cell for line in sheet.iter_rows(values_only=True) for cell in line}
            self.assertIn(row.masked_phone, cells)
            self.assertNotIn(row.phone, cells)

    def test_grid_page_shows_duties_masked(self):
        response = self.client.get(url("grid", "change", self.grid.pk))
        self.assertContains(response, "138****5678")
        self.assertNotContains(response, "13812345678")

    def test_full_number_by_a_click_that_is_written_down(self):
        page = self.client.get(url("duty", "change", self.duty.pk))
        path = reverse("accounts:reveal", args=["grids", "duty", self.duty.pk, "phone"])
        self.assertContains(page, path)
        self.assertContains(self.client.post(path, HTTP_HX_REQUEST="true"), "13812345678")
        entry = LogEntry.objects.get_for_object(self.duty).get(action=LogEntry.Action.ACCESS)
        self.assertEqual((entry.actor, entry.additional_data), (self.clerk, {"field": "phone"}))
        foreign = reverse("accounts:reveal", args=["grids", "duty", self.foreign_duty.pk, "phone"])
        self.assertEqual(self.client.post(foreign).status_code, 404)

    def test_auditors_are_not_offered_it(self):
        self.client.force_login(self.auditor)
        self.assertNotContains(self.client.get(url("duty", "change", self.duty.pk)), "查看完整号码")

    def test_found_by_the_whole_number(self):
        response = self.client.get(url("duty", "changelist"), {"q": "13812345678"})
        self.assertEqual(list(response.context["cl"].result_list), [self.duty])

    def test_same_instructor_twice_in_a_quarter_is_refused_beside_the_form(self):
        row = {"quarter": self.quarter.pk, "name": "周琴", "phone": "13711112222", "starts_on": "2026-01-01"}
        self.assertContains(self.client.post(url("instructor", "add"), row), "此人已派驻该小区。")


class DutyTests(World):
    def add(self, **fields):
        row = {"kind": "worker", "grid": self.grid.pk, "building": "", "name": "李强", "phone": "13911112222"}
        row |= {"employment": "full_time"}
        return self.client.post(url("duty", "add"), row | {"starts_on": "2026-01-01", "ends_on": ""} | fields)

    def test_each_kind_has_its_ground(self):
        table = [
            ({"grid": ""}, "grid", "请选择网格员负责的网格。"),
            ({"kind": "building_head"}, "building", "请选择楼栋长负责的楼栋。"),
            ({"employment": ""}, "employment", "请填写此项。"),
            ({"kind": "property", "employer": ""}, "employer", "请填写此项。"),
            ({"grid": self.grid.parent_id}, "grid", "值守人员登记在社区分网格上，请选它下面的分网格。"),
            ({"ends_on": "2025-01-01"}, "ends_on", "结束日期不能早于开始日期。"),
            ({"phone": ""}, "phone", "请填写此项。"),
            ({"phone": "12345"}, "phone", "手机号要 11 位，您填了 5 位。"),
        ]
        for fields, field, words in table:
            with self.subTest(fields):
                self.assertIn(words, errors(self.add(**fields))[field])
        self.assertEqual(self.add().status_code, 302)

    def test_a_second_leader_is_refused(self):
        make_duty(Duty.Kind.LEADER, grid=self.grid, name="赵长")
        self.assertIn("红星网格已有网格长赵长", errors(self.add(kind="leader"))["grid"][0])

    def test_kind_is_chosen_first_and_then_asks_for_its_own(self):
        page = self.client.get(url("duty", "add"))
        for kind in Duty.Kind:
            self.assertContains(page, f"kind={kind.value}")
        table = [("worker", "employment", "employer"), ("property", "employer", "employment")]
        table += [("building_head", "building", "grid"), ("leader", "grid", "employment")]
        for kind, asked, left_out in table:
            fields = self.client.get(url("duty", "add"), {"kind": kind}).context["adminform"].form.fields
            self.assertIn(asked, fields)
            self.assertNotIn(left_out, fields)


class BuildingTests(World):
    def test_code_begins_with_its_communitys(self):
        row = {"quarter": self.quarter.pk, "name": "5栋", "units_count": 1, "floors_count": 6}
        wrong = self.client.post(url("building", "add"), row | {"code": "1" * 17})
        self.assertIn("楼栋编码前 12 位要与", errors(wrong)["code"][0])
        short = self.client.post(url("building", "add"), row | {"code": "12"})
        self.assertIn("楼栋编码为 17 位数字", errors(short)["code"][0])
        right = self.client.post(url("building", "add"), row | {"code": f"{self.own.code}00077", "is_active": "on"})
        self.assertEqual(right.status_code, 302)

    def test_selected_buildings_lead_to_their_posters(self):
        row = {"action": "print_posters", "_selected_action": [self.building.pk, self.foreign_building.pk]}
        response = self.client.post(url("building", "changelist"), row)
        self.assertRedirects(response, f"/grids/buildings/posters/?building={self.building.pk}")

    def test_unknown_building_has_no_poster(self):
        for key in ("x", "0", self.foreign_building.pk):
            with self.subTest(key=key):
                response = self.client.get(reverse("admin:grids_building_print_poster", args=[key]))
                self.assertEqual(response.status_code, 404)

    def test_one_building_leads_to_its_poster(self):
        response = self.client.get(reverse("admin:grids_building_print_poster", args=[self.building.pk]))
        self.assertRedirects(response, reverse("grids:building_poster", args=[self.building.pk]))


class QueryCountTests(World):
    def test_lists_do_not_ask_more_for_more_rows(self):
        self.client.get(url("building", "changelist"))
        before = {model: self.count(model) for model in MODELS}
        for number in range(8):
            quarter = make_quarter(self.own)
            building = make_building(quarter, grid=self.grid)
            make_grid(self.own)
            make_duty(Duty.Kind.BUILDING_HEAD, building=building)
            Instructor.objects.create(
                quarter=quarter, name="某人", phone=f"1370000000{number}", starts_on=timezone.localdate()
            )
        self.assertEqual({model: self.count(model) for model in MODELS}, before)
        self.assertLess(max(before.values()), 20)
        self.assertGreater(Building.objects.count() + Grid.objects.count(), 10)

    def count(self, model):
        with CaptureQueriesContext(connection) as queries:
            self.client.get(url(model, "changelist"))
        return len(queries)
