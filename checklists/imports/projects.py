from checklists.columns import PROJECTS, head_of
from checklists.imports.activities import UnitsMixin
from checklists.imports.lists import ListFilling
from checklists.models import Need, Project, Resource
from checklists.services.projects import propose_project
from govern.imports import cells
from govern.imports.cells import Refusal
from govern.imports.fillings import SAME, Field
from grids.models import Community

NEED_CODES = "对应需求编号"


class ProjectFilling(UnitsMixin, ListFilling):
    """项目清单: each line is proposed (立项) by the user; its number is given as by hand."""

    model, sheet = Project, PROJECTS
    label_heads = ("项目名称",)

    def make_fields(self):
        self.load_units()
        allowed = Community.objects.allowed(self.user, "checklists.add_project").order_by("code")
        self.communities = {str(each): each for each in allowed}
        only = next(iter(self.communities), "") if len(self.communities) == 1 else ""
        return (
            Field(
                "community",
                "社区",
                cells.choice(self.communities),
                is_required=not only,
                example=next(iter(self.communities), ""),
                options=tuple(self.communities),
            ),
            Field("name", head_of(PROJECTS, "name"), is_required=True, example="锦绣苑楼道照明改造"),
            Field("goal", "要解决的问题", is_required=True, example="12 个单元楼道无灯，老人晚上不敢下楼。"),
            Field("needs", NEED_CODES, self.need_rows, hint="受理编号，几件用顿号隔开。"),
            Field("resources", head_of(PROJECTS, "resources"), self.resource_rows, hint="资源名称，几项用顿号隔开。"),
            Field("unit", head_of(PROJECTS, "unit"), self.unit, options=tuple(self.units)),
            Field("joint_units", head_of(PROJECTS, "joint_units"), self.joined, hint="几个单位用顿号隔开。"),
            Field("leader", head_of(PROJECTS, "leader"), example="周主任"),
            Field("budget", head_of(PROJECTS, "money"), cells.money, example="30000", hint="预算，元。"),
            Field("time", head_of(PROJECTS, "time"), cells.days, is_required=True, example="2026-03-01 / 2026-11-30"),
            Field("beneficiaries", head_of(PROJECTS, "beneficiaries"), cells.count, example="120"),
        )

    def need_rows(self, value):
        found = []
        for code in cells.names(value):
            plain = code.replace("-", "").replace(" ", "").upper()
            if plain not in self.needs:
                raise Refusal(f"没有编号为“{code}”的需求，或不在您的辖区。")
            found.append(self.needs[plain])
        return found

    def resource_rows(self, value):
        found = []
        for name in cells.names(value):
            rows = self.resources.get(name, [])
            if len(rows) != 1:
                raise Refusal(
                    f"有 {len(rows)} 项资源叫“{name}”，请导入后再选。"
                    if rows
                    else f"没有资源“{name}”，或不在您的辖区。"
                )
            found += rows
        return found

    def rows(self, lines):
        lines = list(lines)
        codes = {
            code.replace("-", "").replace(" ", "").upper()
            for _, line in lines
            if line.get(NEED_CODES)
            for code in cells.names(line[NEED_CODES])
        }
        self.needs = {need.code: need for need in Need.objects.visible_to(self.user).filter(code__in=codes)}
        self.resources = {}
        for resource in Resource.objects.visible_to(self.user).select_related("unit"):
            self.resources.setdefault(resource.name, []).append(resource)
        self.known = set(
            Project.objects.filter(community__in=self.communities.values()).values_list("community", "name")
        )
        return super().rows(lines)

    def check(self, row, line):
        values = row.values
        community = values.get("community") or next(iter(self.communities.values()), None)
        key = (getattr(community, "pk", None), values["name"])
        if self.is_twin(row, key):
            return
        if key in self.known:
            row.action, row.details = SAME, ["本社区已有同名项目。"]
            return
        starts_on, due_on = values["time"]
        if due_on < starts_on:
            row.refuse(self.head_of["time"], "完成时限不能早于开始日期。")
        if any(need.community_id != community.pk for need in values.get("needs", [])):
            row.refuse(NEED_CODES, f"有的需求不是{community}的。")
        names = ("name", "goal", "unit", "leader", "budget", "beneficiaries")
        columns = {name: values[name] for name in names if name in values}
        project = Project(community=community, starts_on=starts_on, due_on=due_on, **columns)
        self.judge(row, project, ["community", "unit", "number"])

    def save(self, row):
        links = {name: row.values.get(name, []) for name in ("needs", "resources", "joint_units")}
        propose_project(row.subject, actor=self.user, **links)
