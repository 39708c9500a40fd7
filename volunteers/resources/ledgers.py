"""What the ledgers write into Excel: people by their code and masked name."""

from import_export.resources import Resource

from govern.exports import Column


class HourResource(Resource):
    code = Column("volunteer__code", "志愿者编号")
    name = Column("volunteer__masked_name", "姓名")
    ledger = Column("get_ledger_display", "记入")
    served_on = Column("served_on", "服务日期")
    minutes = Column("minutes", "分钟")
    words = Column("words", "内容")
    community = Column("community__name", "记录社区")
    counts_on = Column("counts_on", "计入日期")
    entered_by = Column("entered_by__name", "记录人")


class PointResource(Resource):
    code = Column("volunteer__code", "志愿者编号")
    name = Column("volunteer__masked_name", "姓名")
    points = Column("points", "积分")
    words = Column("words", "内容")
    entered_at = Column("entered_at", "记录时间")


class ExchangeResource(Resource):
    at = Column("at", "时间")
    station = Column("good__station__name", "服务站")
    good = Column("good__name", "物资")
    count = Column("count", "数量")
    points = Column("points", "用去积分")
    code = Column("volunteer__code", "志愿者编号")
    name = Column("volunteer__masked_name", "姓名")
    handed_by = Column("handed_by__name", "发放人")
    is_reversed = Column("is_reversed", "已退回")


class StarResource(Resource):
    code = Column("volunteer__code", "志愿者编号")
    name = Column("volunteer__masked_name", "姓名")
    community = Column("volunteer__community__name", "社区")
    level = Column("level", "星级")
    hours = Column("hours", "达到时长（小时）")
    status = Column("get_status_display", "状态")
    published_on = Column("published_on", "公示开始")
    published_until = Column("published_until", "公示至")
    awarded_on = Column("awarded_on", "认定日期")


class CertificateResource(Resource):
    number = Column("number", "证明编号")
    code = Column("volunteer__code", "志愿者编号")
    name = Column("volunteer__masked_name", "姓名")
    community = Column("community__name", "出具社区")
    starts_on = Column("starts_on", "服务起")
    ends_on = Column("ends_on", "服务止")
    hours = Column("hours", "时长（小时）")
    sessions_count = Column("sessions_count", "服务次数")
    issued_at = Column("issued_at", "出具时间")
    handler = Column("handler__name", "经办人")
    revoked_at = Column("revoked_at", "作废时间")
    revoked_reason = Column("revoked_reason", "作废原因")


class TrainingResource(Resource):
    code = Column("volunteer__code", "志愿者编号")
    name = Column("volunteer__masked_name", "姓名")
    title = Column("title", "培训内容")
    skill = Column("skill__name", "对应技能")
    minutes = Column("minutes", "时长（分钟）")
    organizer = Column("organizer", "组织单位")
    on = Column("on", "日期")
    valid_until = Column("valid_until", "有效期至")


class CommendationResource(Resource):
    code = Column("volunteer__code", "志愿者编号")
    name = Column("volunteer__masked_name", "姓名")
    title = Column("title", "表彰名称")
    awarder = Column("awarder", "表彰单位")
    on = Column("on", "日期")
