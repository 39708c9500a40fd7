from import_export.resources import Resource

from govern.exports import Column


class CommunityResource(Resource):
    name = Column("name", "名称")
    code = Column("code", "统计用区划代码")
    street = Column("street__name", "街道")
    organization = Column("organization__name", "社区党组织")
    hotline = Column("hotline", "值班电话")
    address = Column("address", "居委会地址")
    households = Column("households", "户数")


class QuarterResource(Resource):
    name = Column("name", "名称")
    community = Column("community__name", "社区")
    branch = Column("branch__name", "小区党支部")
    address = Column("address", "地址")
    households = Column("households", "户数")


class BuildingResource(Resource):
    community = Column("quarter__community__name", "社区")
    quarter = Column("quarter__name", "小区")
    name = Column("name", "楼栋号")
    code = Column("code", "楼栋编码")
    grid = Column("grid__name", "社区分网格")
    units = Column("units_count", "单元数")
    floors = Column("floors_count", "层数")


class GridResource(Resource):
    name = Column("name", "名称")
    code = Column("code", "网格编码")
    level = Column("get_level_display", "级别")
    parent = Column("parent__name", "所属总网格")
    boundary = Column("boundary", "四至范围")
    phone = Column("supervision_phone", "监督电话")


class DutyResource(Resource):
    kind = Column("get_kind_display", "职责")
    grid = Column("grid__name", "网格")
    quarter = Column("building__quarter__name", "小区")
    building = Column("building__name", "楼栋")
    name = Column("name", "姓名")
    phone = Column("masked_phone", "手机号")
    starts_on = Column("starts_on", "开始日期")
    ends_on = Column("ends_on", "结束日期")


class InstructorResource(Resource):
    community = Column("quarter__community__name", "社区")
    quarter = Column("quarter__name", "小区")
    name = Column("name", "姓名")
    phone = Column("masked_phone", "手机号")
    employer = Column("employer", "派出单位")
    starts_on = Column("starts_on", "选派日期")
    ends_on = Column("ends_on", "结束日期")
