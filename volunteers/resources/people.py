"""Excel sheets of people and their requests: names, phones and numbers leave masked."""

from import_export.resources import Resource

from govern.exports import Column


class VolunteerResource(Resource):
    code = Column("code", "志愿者编号")
    kind = Column("get_kind_display", "身份")
    name = Column("masked_name", "姓名")
    phone = Column("masked_phone", "手机号")
    identity_number = Column("masked_identity_number", "身份证号")
    community = Column("community__name", "居住地社区")
    unit = Column("unit__name", "所在单位")
    employer = Column("employer", "其他工作单位")
    is_from_office = Column("is_from_office", "机关党员")
    times = Column("get_times_display", "服务时间")
    insured_until = Column("insured_until", "保险有效期至")
    registered_at = Column("registered_at", "注册时间")
    left_on = Column("left_on", "注销日期")


class CorrectionResource(Resource):
    asked_at = Column("asked_at", "申请时间")
    code = Column("volunteer__code", "志愿者编号")
    name = Column("volunteer__masked_name", "姓名")
    community = Column("volunteer__community__name", "居住地社区")
    signup = Column("signup__session", "哪次服务")
    text = Column("text", "哪里不对")
    status = Column("get_status_display", "状态")
    answer = Column("answer", "核实结果")
    answered_by = Column("answered_by", "核实人")
    answered_at = Column("answered_at", "核实时间")
