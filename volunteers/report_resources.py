"""Excel sheets of reports; who reported leaves with a masked name."""

from import_export.resources import Resource

from govern.exports import Column


class ReportResource(Resource):
    code = Column("code", "报到编号")
    status = Column("get_status_display", "状态")
    community = Column("community__name", "报到社区")
    number = Column("volunteer__code", "志愿者编号")
    name = Column("volunteer__masked_name", "姓名")
    kind = Column("volunteer__get_kind_display", "身份")
    phone = Column("volunteer__masked_phone", "手机号")
    unit = Column("volunteer__unit__name", "所在单位")
    employer = Column("volunteer__employer", "其他工作单位")
    is_from_office = Column("volunteer__is_from_office", "机关党员")
    source = Column("get_source_display", "来源")
    submitted_at = Column("submitted_at", "报到时间")
    registered_at = Column("registered_at", "接收时间")
    contact_by = Column("contact_by", "对接期限")
    contacted_at = Column("contacted_at", "对接时间")
    contacted_by = Column("contacted_by", "对接人")
    posted_at = Column("posted_at", "首次安排岗位")
    ended_at = Column("ended_at", "转出或注销时间")


class UnitReportResource(Resource):
    unit = Column("unit__name", "报到单位")
    community = Column("community__name", "报到社区")
    status = Column("get_status_display", "状态")
    secretary = Column("secretary", "单位党组织负责人")
    members_count = Column("members_count", "在职党员数")
    offers = Column("offers", "能提供的服务")
    wishes = Column("wishes", "希望参加的共建")
    submitted_at = Column("submitted_at", "报到时间")
    opinion = Column("opinion", "接收意见")
    decided_by = Column("decided_by", "经办人")
    decided_at = Column("decided_at", "办理时间")
