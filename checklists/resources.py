"""Excel sheets of figures. The four lists themselves: checklists.columns. Personal data leaves masked."""

from import_export.resources import Resource as Sheet

from govern.exports import Column


class NeedSheet(Sheet):
    """需求明细: the needs behind a supervisor's figure, with their clocks."""

    code = Column("spoken_code", "编号")
    status = Column("get_status_display", "状态")
    category = Column("category__name", "类别")
    text = Column("text", "内容")
    community = Column("community__name", "社区")
    place = Column("place", "地点")
    target_group = Column("get_target_group_display", "服务对象")
    people_count = Column("people_count", "服务人数")
    urgency = Column("get_urgency_display", "紧急程度")
    channel = Column("get_channel_display", "来源渠道")
    contact_name = Column("masked_contact_name", "联系人")
    contact_phone = Column("masked_contact_phone", "手机号")
    submitted_at = Column("submitted_at", "提交时间")
    respond_by = Column("respond_by", "响应期限")
    responded_at = Column("responded_at", "响应时间")
    handle_by = Column("handle_by", "办理期限")
    done_at = Column("done_at", "办好时间")
    holder = Column("holder", "承接单位")
    satisfaction = Column("get_satisfaction_display", "满意度")
    is_solved = Column("is_solved", "问题已解决")
    rating_note = Column("rating_note", "评价")


class AssignmentSheet(Sheet):
    """统筹结果: which resource a run gave a need."""

    code = Column("need__spoken_code", "编号")
    category = Column("need__category__name", "类别")
    community = Column("need__community__name", "社区")
    text = Column("need__text", "内容")
    people_count = Column("need__people_count", "服务人数")
    resource = Column("resource__name", "资源")
    unit = Column("resource__unit__name", "提供单位")
    score = Column("score", "匹配度")
    run = Column("run__queued_at", "统筹时间")
