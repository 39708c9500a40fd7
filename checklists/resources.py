"""Excel sheets of the four lists, in the columns that offices post. Personal data leaves the platform masked."""

from import_export.resources import Resource as Sheet

from govern.exports import Column


class NeedSheet(Sheet):
    """需求清单."""

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


class ResourceSheet(Sheet):
    """资源清单."""

    unit = Column("unit__name", "提供单位")
    name = Column("name", "资源名称")
    kind = Column("get_kind_display", "资源类型")
    category = Column("category__name", "主要类别")
    capacity = Column("capacity", "名额")
    period = Column("get_period_display", "周期")
    places_left = Column("places_left", "本期剩余")
    availability = Column("get_availability_display", "可用时间")
    radius = Column("get_radius_display", "服务范围")
    target_groups = Column("get_target_groups_display", "开放对象")
    description = Column("description", "内容与条件")
    valid_until = Column("valid_until", "有效期至")
    is_paused = Column("is_paused", "暂停接单")
