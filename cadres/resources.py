from import_export.resources import Resource

from govern.exports import Column


class WorkerResource(Resource):
    organization = Column("organization__name", "社区")
    name = Column("name", "姓名")
    gender = Column("get_gender_display", "性别")
    identity_number = Column("masked_identity_number", "身份证号")
    phone = Column("masked_phone", "手机号")
    track = Column("track_now", "岗位")
    level = Column("level_now", "级别")
    level_since = Column("level_since", "级别起始")
    degree = Column("degree_words", "学历")
    degree_on = Column("degree_on", "学历取得日期")
    licence = Column("licence_words", "职业资格")
    licence_on = Column("licence_on", "资格取得日期")
    hired_on = Column("hired_on", "入职日期")
    prior_months = Column("prior_months", "以前的社区工龄（月）")
    status = Column("get_status_display", "状态")
    left_on = Column("left_on", "离职日期")


class GradeEntryResource(Resource):
    organization = Column("worker__organization__name", "社区")
    worker = Column("worker__name", "姓名")
    effective_on = Column("effective_on", "执行日期")
    kind = Column("get_kind_display", "事由")
    track = Column("track__name", "岗位")
    level = Column("level", "级别")
    pay = Column("pay", "月薪酬（元）")
    reason = Column("reason", "原因")
    evidence = Column("evidence", "依据")
    approved_by = Column("approved_by__name", "批准人")
    at = Column("at", "登记时间")
