"""Excel sheets of cases, mediators and openings: numbers and states, never what a case is about."""

from import_export.resources import Resource

from deliberations.case_story import versus
from govern.exports import Column, harmless


class Sides(Column):
    """周* 与 吴*"""

    def __init__(self, column_name):
        super().__init__("parties", column_name)

    def export(self, instance, **kwargs):
        return harmless(versus(instance))


class CaseResource(Resource):
    number = Column("full_number", "案号")
    code = Column("spoken_code", "查询编号")
    community = Column("community__name", "社区")
    kind = Column("get_kind_display", "类型")
    source = Column("get_source_display", "来源")
    status = Column("get_status_display", "状态")
    sides = Sides("双方")
    applied_at = Column("applied_at", "申请时间")
    accept_by = Column("accept_by", "受理期限")
    accepted_at = Column("accepted_at", "受理时间")
    due_on = Column("due_on", "调解期限")
    ended_at = Column("ended_at", "结束时间")
    archived_at = Column("archived_at", "归档时间")


class MediatorResource(Resource):
    organization = Column("organization__name", "调解委员会")
    name = Column("name", "姓名")
    is_woman = Column("is_woman", "女")
    is_head = Column("is_head", "主任")
    speciality = Column("speciality", "擅长")
    starts_on = Column("starts_on", "任期起")
    ends_on = Column("ends_on", "任期止")
    left_on = Column("left_on", "提前离任")


class CaseOpeningResource(Resource):
    at = Column("at", "时间")
    user = Column("user", "谁")
    number = Column("case__full_number", "案号")
    code = Column("case__spoken_code", "查询编号")
    community = Column("case__community__name", "社区")
    what = Column("what", "看了什么")
