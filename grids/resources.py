from import_export.resources import Resource

from govern.exports import Column, harmless
from organizations.resources import BETWEEN, paths


class CommunityResource(Resource):
    name = Column("name", "名称")
    code = Column("code", "统计用区划代码")
    street = Column("street__name", "街道")
    organization = Column("organization__name", "社区党组织")
    hotline = Column("hotline", "值班电话")
    address = Column("address", "居委会地址")
    households = Column("households", "户数")
    households_on = Column("households_on", "户数统计日期")


class QuarterResource(Resource):
    name = Column("name", "名称")
    community = Column("community__name", "社区")
    branch = Column("branch__name", "小区党支部")
    address = Column("address", "地址")
    households = Column("households", "户数")
    households_on = Column("households_on", "户数统计日期")


class BuildingResource(Resource):
    community = Column("quarter__community__name", "社区")
    quarter = Column("quarter__name", "小区")
    name = Column("name", "楼栋号")
    code = Column("code", "楼栋编码")
    grid = Column("grid__name", "社区分网格")
    units = Column("units_count", "单元数")
    floors = Column("floors_count", "层数")
    households = Column("households", "户数")
    households_on = Column("households_on", "户数统计日期")
    longitude = Column("longitude", "经度")
    latitude = Column("latitude", "纬度")
    is_active = Column("is_active", "在用")


class GridResource(Resource):
    """Of rows with_figures()."""

    name = Column("name", "名称")
    code = Column("code", "网格编码")
    level = Column("get_level_display", "级别")
    kind = Column("get_kind_display", "类型")
    communities = Column("pk", "覆盖社区")
    parent = Column("parent__name", "所属总网格")
    buildings = Column("building_count", "楼栋数")
    households = Column("household_sum", "户数")
    leader = Column("leader_name", "网格长")
    workers = Column("worker_count", "网格员数")
    boundary = Column("boundary", "四至范围")
    phone = Column("supervision_phone", "监督电话")
    founded_on = Column("founded_on", "设立日期")
    dissolved_on = Column("dissolved_on", "撤销日期")

    def dehydrate_communities(self, grid):
        return harmless("、".join(str(row) for row in grid.communities.all()))


class DutyResource(Resource):
    """What grids.imports reads again, but for the phone, which leaves masked."""

    kind = Column("get_kind_display", "职责")
    grid = Column("grid__name", "网格")
    building = Column("building", "楼栋")
    name = Column("name", "姓名")
    phone = Column("masked_phone", "手机号")
    employment = Column("get_employment_display", "专职或兼职")
    employer = Column("employer", "所在单位")
    area = Column("area", "负责范围")
    starts_on = Column("starts_on", "开始日期")
    ends_on = Column("ends_on", "结束日期")


class LeaveResource(Resource):
    kind = Column("duty__get_kind_display", "职责")
    name = Column("duty__name", "请假人")
    ground = Column("duty__ground", "网格或楼栋")
    stand_in = Column("stand_in__name", "代班人")
    starts_on = Column("starts_on", "开始日期")
    ends_on = Column("ends_on", "结束日期")
    reason = Column("reason", "原因")


class InstructorResource(Resource):
    community = Column("quarter__community__name", "社区")
    quarter = Column("quarter__name", "小区")
    name = Column("name", "姓名")
    phone = Column("masked_phone", "手机号")
    employer = Column("employer", "派出单位")
    starts_on = Column("starts_on", "选派日期")
    due_on = Column("due_on", "选派期满")
    ends_on = Column("ends_on", "结束日期")
    ending = Column("get_ending_display", "结束原因")


class ResidenceResource(Resource):
    """What grids.imports reads again: its columns, and the stage for whoever counts."""

    quarter = Column("quarter__name", "居住小区")
    name = Column("member__name", "姓名")
    tail = Column("member__masked_identity_number", "身份证号后四位")
    branch = Column("member__branch_id", "所在党支部")
    stage = Column("member__get_stage_display", "党员类别")
    starts_on = Column("starts_on", "居住起始")

    def before_export(self, queryset, **kwargs):
        self.paths = paths()

    def dehydrate_quarter(self, residence):
        return harmless(f"{residence.quarter.community}{BETWEEN}{residence.quarter}")

    def dehydrate_tail(self, residence):
        return residence.member.masked_identity_number[-4:]

    def dehydrate_branch(self, residence):
        return harmless(self.paths[residence.member.branch_id])
