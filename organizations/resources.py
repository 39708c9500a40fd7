from import_export.resources import Resource

from govern.exports import Column


class OrganizationResource(Resource):
    name = Column("name", "名称")
    kind = Column("get_kind_display", "类型")
    tier = Column("get_tier_display", "层级")
    parent = Column("parent__name", "上级党组织")
    founded_on = Column("founded_on", "成立日期")
    state = Column("is_active", "在用")


class LeadershipTermResource(Resource):
    organization = Column("organization__name", "党组织")
    name = Column("name", "姓名")
    position = Column("get_position_display", "职务")
    phone = Column("masked_phone", "手机号")
    starts_on = Column("starts_on", "任职日期")
    ends_on = Column("ends_on", "离任日期")


class UnitResource(Resource):
    name = Column("name", "单位名称")
    kind = Column("get_kind_display", "单位类型")
    credit_code = Column("credit_code", "统一社会信用代码")
    organization = Column("organization__name", "所属社区党组织")
    address = Column("address", "单位地址")
    liaison = Column("liaison__name", "联络员")
    state = Column("is_active", "在用")


class PostResource(Resource):
    user = Column("user__name", "姓名")
    username = Column("user__username", "用户名")
    role = Column("role__name", "角色")
    organization = Column("organization__name", "党组织（空为整个平台）")
    starts_on = Column("starts_on", "开始日期")
    ends_on = Column("ends_on", "结束日期")


class AgreementResource(Resource):
    number = Column("number", "协议编号")
    organization = Column("organization__name", "社区党组织")
    unit = Column("unit__name", "驻区单位")
    signed_on = Column("signed_on", "签订日期")
    starts_on = Column("starts_on", "期限起")
    ends_on = Column("ends_on", "期限止")
    community_head = Column("community_head", "社区负责人")
    unit_head = Column("unit_head", "单位负责人")
    community_duties = Column("community_duties", "社区的责任")
    unit_duties = Column("unit_duties", "单位的责任")
    deeds = Column("deeds", "共建实事")
    terminated_on = Column("terminated_on", "终止日期")
    termination_reason = Column("termination_reason", "终止原因")
