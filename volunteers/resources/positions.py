"""What the lists of 岗位 and 任岗 write into Excel."""

from import_export.resources import Resource

from govern.exports import Column, harmless
from volunteers.position_story import state


class PositionResource(Resource):
    community = Column("community__name", "社区")
    kind = Column("get_kind_display", "性质")
    position_class = Column("position_class__name", "岗位类别")
    title = Column("title", "岗位名称")
    text = Column("text", "做什么")
    spot = Column("spot", "地点")
    headcount = Column("headcount", "名额")
    held_count = Column("held_count", "在岗")
    claimed_count = Column("claimed_count", "待确认")
    waiting_count = Column("waiting_count", "候补")
    starts_on = Column("starts_on", "任期起")
    ends_on = Column("ends_on", "任期止")
    monthly_minutes = Column("monthly_minutes", "每月认定时长（分钟）")
    status = Column("get_status_display", "状态")


class HoldingResource(Resource):
    community = Column("position__community__name", "社区")
    position = Column("position__title", "岗位")
    spot = Column("position__spot", "地点")
    code = Column("volunteer__code", "志愿者编号")
    name = Column("volunteer__masked_name", "姓名")
    phone = Column("volunteer__masked_phone", "手机号")
    kind = Column("volunteer__get_kind_display", "身份")
    status = Column("status", "状态")
    since = Column("since", "上岗日期")
    until = Column("until", "离岗日期")
    note = Column("note", "说明")

    def dehydrate_status(self, holding):
        return harmless(state(holding)[1])
