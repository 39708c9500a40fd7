import json
from datetime import timedelta
from io import StringIO

from django.core.management import call_command
from django.test import TestCase
from django.utils import timezone

from checklists.models import Need
from grids.models import Duty, Instructor
from organizations.models import LeadershipTerm
from tests.factories import (
    make_building,
    make_community,
    make_duty,
    make_grid,
    make_need,
    make_organization,
    make_post,
    make_quarter,
)
from tests.volunteers.people import make_volunteer
from volunteers.models import Team
from volunteers.services.reports import contact_report, receive_report, submit_report


class TestReportFigures(TestCase):
    @classmethod
    def setUpTestData(cls):
        yesterday = timezone.localdate() - timedelta(days=1)
        body = make_organization("general_branch")
        community = make_community(body)
        branch = make_organization("quarter_branch", body)
        joint = make_organization("joint_branch", body)
        make_organization("quarter_branch", body, is_active=False)
        with_branch, alone = make_quarter(community, branch=branch), make_quarter(community)
        make_quarter(community, branch=joint)
        for quarter, fields in ((alone, {}), (with_branch, {}), (alone, {"ends_on": yesterday})):
            Instructor.objects.create(
                quarter=quarter,
                name="周明",
                phone=f"1370000000{Instructor.objects.count()}",
                starts_on=yesterday,
                **fields,
            )
        for organization in (body, body, branch):
            LeadershipTerm.objects.create(organization=organization, name="孙丽", position="member")
        LeadershipTerm.objects.create(
            organization=body, name="郑伟", position="member", starts_on=yesterday, ends_on=yesterday
        )
        grids = [make_grid(community), make_grid(community)]
        for grid in grids:
            make_duty(Duty.Kind.ADVISER, grid=grid, phone="13900000001")
            make_duty(Duty.Kind.LEADER, grid=grid)
            make_duty(Duty.Kind.WORKER, grid=grid)
        make_duty(Duty.Kind.BUILDING_HEAD, building=make_building(with_branch))
        clerk = make_post(organization=body)
        for is_from_office, is_received in ((True, True), (False, True), (False, False)):
            person = make_volunteer(community, is_from_office=is_from_office)
            report = submit_report(person, community=community, source="community", actor=clerk)
            if is_received:
                receive_report(report, actor=clerk)
            if is_from_office:
                contact_report(report, note="周末有空", actor=clerk)
        for kind, dissolved_on in (("party_service", None), ("volunteer", None), ("party_task", yesterday)):
            Team.objects.create(community=community, name=kind, kind=kind, dissolved_on=dissolved_on)
        make_need("submitted", community=community)
        make_need("closed", community=community)

    def run_command(self, *arguments):
        out = StringIO()
        call_command("report_figures", *arguments, stdout=out)
        return out.getvalue()

    def test_json_counts_what_is_there_and_in_force(self):
        figures = json.loads(self.run_command("--json"))
        needs = figures.pop("needs")
        self.assertEqual(
            figures,
            {
                "communities": 1,
                "committees": 0,
                "general_branches": 1,
                "leaders": 2,
                "quarter_branches": 1,
                "joint_branches": 1,
                "instructors": 1,
                "grids": 2,
                "grid_advisers": 1,
                "grid_leaders": 2,
                "grid_workers": 2,
                "building_heads": 1,
                "volunteers": 2,
                "office_volunteers": 1,
                "contacted_volunteers": 1,
                "posted_volunteers": 0,
                "party_teams": 1,
                "volunteer_teams": 1,
            },
        )
        self.assertEqual({status: count for status, count in needs.items() if count}, {"submitted": 1, "closed": 1})
        self.assertEqual(set(needs), set(Need.Status.values))

    def test_text_stands_beside_the_reports_own_figures_in_chinese(self):
        lines = [line.split() for line in self.run_command().splitlines()]
        self.assertIn(["楼栋长", "1", "460"], lines)
        self.assertIn(["网格指导员", "1", "9"], lines)
        self.assertIn(["待受理", "1"], lines)
        self.assertFalse([word for line in lines for word in line if word.isascii() and not word.isdigit()])
