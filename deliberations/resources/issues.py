"""What the lists of issues and meetings write into Excel."""

from import_export.resources import Resource

from govern.exports import Column


class IssueResource(Resource):
    code = Column("code", "编号")
    community = Column("community__name", "社区")
    quarter = Column("quarter__name", "小区")
    level = Column("get_level_display", "层级")
    title = Column("title", "议题")
    raised_by = Column("get_raised_by_display", "谁提的")
    name = Column("masked_name", "姓名")
    phone = Column("masked_phone", "手机号")
    status = Column("get_status_display", "状态")
    raised_at = Column("raised_at", "提出时间")
    screen_by = Column("screen_by", "筛选期限")
    reason = Column("reason", "筛选意见")


class HearingResource(Resource):
    code = Column("code", "编号")
    community = Column("community__name", "社区")
    kind = Column("get_kind_display", "会议")
    title = Column("title", "名称")
    starts_at = Column("starts_at", "时间")
    place = Column("place", "地点")
    host = Column("host", "主持人")
    status = Column("get_status_display", "状态")
    entitled_count = Column("entitled_count", "应到")
    present_count = Column("present_count", "实到")
    open_seats = Column("open_seats", "公开席位")
    announced_at = Column("announced_at", "公告时间")
    published_at = Column("published_at", "公开时间")
