from import_export.resources import Resource

from govern.exports import Column


class NeedResource(Resource):
    """The rows behind a figure as an Excel sheet, masked as in the list."""

    code = Column("spoken_code", "编号")
    category = Column("category__name", "类别")
    text = Column("text", "情况说明")
    community = Column("community__name", "社区")
    building = Column("building", "楼栋")
    target_group = Column("get_target_group_display", "服务对象")
    people_count = Column("people_count", "服务人数")
    channel = Column("get_channel_display", "来源渠道")
    contact_name = Column("masked_contact_name", "联系人")
    contact_phone = Column("masked_contact_phone", "手机号")
    status = Column("get_status_display", "状态")
    submitted_at = Column("submitted_at", "提交时间")
    respond_by = Column("respond_by", "响应期限")
    responded_at = Column("responded_at", "响应时间")
    handle_by = Column("handle_by", "办理期限")
    done_at = Column("done_at", "办好时间")
    satisfaction = Column("get_satisfaction_display", "满意度")
    is_solved = Column("is_solved", "问题已解决")
