"""Excel sheets of what comes in by the desks, the notes, the errands and the visits. Personal data leaves masked."""

from import_export.resources import Resource

from govern.exports import Column


class TicketSheet(Resource):
    """小事办: a row a number."""

    community = Column("community__name", "社区")
    day = Column("day", "日期")
    number = Column("number", "号码")
    errand = Column("errand", "办什么事")
    status = Column("get_status_display", "状态")
    taken_at = Column("taken_at", "取号时间")
    called_at = Column("called_at", "叫号时间")
    ended_at = Column("ended_at", "办结时间")
    waited = Column("waited_minutes", "等候分钟")
    clerk = Column("clerk__name", "办理人")
    need = Column("need__spoken_code", "登记的需求")


class FieldDeskSheet(Resource):
    community = Column("community__name", "社区")
    place = Column("place", "地点")
    weekday = Column("get_weekday_display", "每周")
    hours = Column("hours", "时间")
    offers = Column("offers", "办什么")
    host = Column("host", "值守")
    is_active = Column("is_active", "公布")
    intake = Column("intake_count", "扫码收件")


class NoteSheet(Resource):
    heard_at = Column("heard_at", "听到的时间")
    community = Column("community__name", "社区")
    grid = Column("grid__name", "网格")
    building = Column("building", "楼栋")
    topic = Column("get_topic_display", "主题")
    text = Column("text", "群众说了什么")
    author = Column("author__name", "记录人")
    need = Column("need__spoken_code", "转成的需求")
    household = Column("household", "转成走访")
    suggested_at = Column("suggested_at", "建议列为议题")


class AdmissionSheet(Resource):
    name = Column("name", "事项名称")
    department = Column("department", "申请部门")
    basis = Column("basis", "依据")
    duties = Column("duties", "网格员做什么")
    organization = Column("organization__name", "适用范围")
    is_temporary = Column("is_temporary", "临时任务")
    starts_on = Column("starts_on", "起始日期")
    ends_on = Column("ends_on", "截止日期")
    status = Column("words", "状态")
    decided_by = Column("decided_by__name", "审批人")
    decided_at = Column("decided_at", "审批时间")
    decision = Column("decision", "审批意见")


class ErrandSheet(Resource):
    title = Column("title", "任务")
    admission = Column("admission__name", "准入事项")
    text = Column("text", "要求")
    issued_at = Column("issued_at", "交办时间")
    issued_by = Column("issued_by__name", "交办人")
    due_on = Column("due_on", "完成期限")
    done = Column("done_count", "完成网格数")
    total = Column("share_count", "网格数")


class HouseholdSheet(Resource):
    """Heads that the import reads back are the same."""

    community = Column("building__quarter__community__name", "社区")
    building = Column("building", "楼栋")
    room = Column("masked_room", "单元和房号")
    name = Column("masked_name", "姓名")
    phone = Column("masked_phone", "手机号")
    group = Column("get_group_display", "关爱类别")
    starts_on = Column("starts_on", "列入日期")
    last_visit_at = Column("last_visit_at", "上次走访")
    due_on = Column("due_on", "下次走访")
    ends_on = Column("ends_on", "移出日期")
    ending_reason = Column("ending_reason", "移出原因")


class VisitSheet(Resource):
    visited_at = Column("visited_at", "走访时间")
    community = Column("household__building__quarter__community__name", "社区")
    building = Column("household__building", "楼栋")
    name = Column("household__masked_name", "姓名")
    group = Column("household__get_group_display", "关爱类别")
    way = Column("get_way_display", "方式")
    finding = Column("get_finding_display", "情况")
    visitor = Column("visitor__name", "走访人")
    need = Column("need__spoken_code", "代提的需求")


class RoundSheet(Resource):
    walked_at = Column("walked_at", "巡查时间")
    grid = Column("grid__name", "网格")
    walker = Column("walker__name", "巡查人")
    checked = Column("check_count", "检查项数")
    found = Column("found_count", "发现问题")
    note = Column("note", "说明")
