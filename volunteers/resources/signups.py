"""What the list of 报名和服务 writes into Excel."""

from import_export.resources import Resource

from govern.exports import Column


class SignupResource(Resource):
    community = Column("session__community__name", "社区")
    session = Column("session__title", "活动")
    session_code = Column("session__code", "场次编号")
    starts_at = Column("session__starts_at", "预定开始")
    ends_at = Column("session__ends_at", "预定结束")
    scheduled_minutes = Column("session__scheduled_minutes", "预定时长（分钟）")
    code = Column("volunteer__code", "志愿者编号")
    name = Column("volunteer__masked_name", "姓名")
    status = Column("get_status_display", "状态")
    signed_at = Column("signed_at", "报名时间")
    cancelled_reason = Column("cancelled_reason", "取消原因")
    is_short_notice = Column("is_short_notice", "临时取消")
    arrived_at = Column("arrived_at", "签到")
    arrived_by = Column("get_arrived_by_display", "签到方式")
    left_at = Column("left_at", "签退")
    left_by = Column("get_left_by_display", "签退方式")
    actual_minutes = Column("actual_minutes", "实际时长（分钟）")
    is_made_up = Column("is_made_up", "补录")
    credited_minutes = Column("credited_minutes", "认定时长（分钟）")
