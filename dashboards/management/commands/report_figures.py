import json

from django.core.management import BaseCommand
from django.db.models import Count

from checklists.models import Need
from grids.models import Community, Duty, Grid, Instructor
from organizations.models import LeadershipTerm, Organization
from volunteers.models import Report, Team

# (key, label, what the founding report says)
REPORT = (
    ("communities", "社区", 16),
    ("committees", "社区党委", 7),
    ("general_branches", "社区党总支", 9),
    ("leaders", "社区党组织班子成员", 80),
    ("quarter_branches", "小区党支部", 114),
    ("joint_branches", "小区联合党支部", 8),
    ("instructors", "无支部小区的党建指导员", 65),
    ("grids", "社区分网格", 11),
    ("grid_advisers", "网格指导员", 9),
    ("grid_leaders", "网格长", 11),
    ("grid_workers", "网格员", 11),
    ("building_heads", "楼栋长", 460),
    ("volunteers", "报到党员和志愿者", 8723),
    ("office_volunteers", "其中机关党员", 2512),
    ("contacted_volunteers", "已对接", 6542),
    ("posted_volunteers", "已安排岗位", 3271),
    ("party_teams", "党员服务队和突击队", 45),
    ("volunteer_teams", "志愿者服务队", 50),
)


def count_figures():
    """The report's figures as the database has them today, by the keys of REPORT, and needs by status."""
    kinds = Organization.objects.active()
    duties = Duty.objects.current()
    people = {kind: duties.filter(kind=kind).values("phone_index").distinct().count() for kind in Duty.Kind.values}
    reports = Report.objects.open()
    teams = Team.objects.standing()
    statuses = dict(Need.objects.order_by().values_list("status").annotate(Count("pk")))
    return {
        "communities": Community.objects.count(),
        "committees": kinds.filter(kind=Organization.Kind.COMMITTEE).count(),
        "general_branches": kinds.filter(kind=Organization.Kind.GENERAL_BRANCH).count(),
        "leaders": LeadershipTerm.objects.current().filter(organization__tier=Organization.Tier.COMMUNITY).count(),
        "quarter_branches": kinds.filter(kind=Organization.Kind.QUARTER_BRANCH).count(),
        "joint_branches": kinds.filter(kind=Organization.Kind.JOINT_BRANCH).count(),
        "instructors": Instructor.objects.current().filter(quarter__branch=None).count(),
        "grids": Grid.objects.filter(level=Grid.Level.COMMUNITY).count(),
        "grid_advisers": people[Duty.Kind.ADVISER],
        "grid_leaders": people[Duty.Kind.LEADER],
        "grid_workers": people[Duty.Kind.WORKER],
        "building_heads": people[Duty.Kind.BUILDING_HEAD],
        "volunteers": reports.registered().count(),
        "office_volunteers": reports.registered().filter(volunteer__is_from_office=True).count(),
        "contacted_volunteers": reports.contacted().count(),
        "posted_volunteers": reports.posted().count(),
        "party_teams": teams.exclude(kind=Team.Kind.VOLUNTEER).count(),
        "volunteer_teams": teams.filter(kind=Team.Kind.VOLUNTEER).count(),
        "needs": {status: statuses.get(status, 0) for status in Need.Status.values},
    }


class Command(BaseCommand):
    help = "从数据库统计调研报告里的各项数字。"

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="输出 JSON，供程序读取。")

    def handle(self, **options):
        figures = count_figures()
        self.stdout.write(json.dumps(figures, indent=2) if options["json"] else as_text(figures))


def as_text(figures):
    lines = [row("项目", "平台", "报告数")]
    lines += [row(label, figures[key], reported) for key, label, reported in REPORT]
    lines += ["", row("需求", sum(figures["needs"].values()), "")]
    lines += [row(f"　{Need.Status(status).label}", count, "") for status, count in figures["needs"].items()]
    return "\n".join(lines)


def row(label, found, reported):
    # A Chinese character is two columns wide.
    width = sum(1 if letter.isascii() else 2 for letter in label)
    return f"{label}{' ' * (28 - width)}{found!s:>6}{reported!s:>10}".rstrip()
