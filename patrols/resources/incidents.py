"""Excel sheets of incidents, whistles and matters. People on duty leave with masked names."""

from import_export.resources import Resource

from govern.exports import Column, harmless


class IncidentResource(Resource):
    code = Column("spoken_code", "事件编号")
    status = Column("get_status_display", "状态")
    level = Column("get_level_display", "处置层级")
    matter_code = Column("matter__code", "事项代码")
    matter = Column("matter__name", "事项")
    text = Column("text", "情况")
    community = Column("community__name", "社区")
    grid = Column("grid__name", "网格")
    place = Column("spot", "位置")
    source = Column("get_source_display", "来源")
    receiver = Column("receiver", "首接人")
    handler = Column("handler", "处置人")
    department = Column("department", "处置部门")
    noticed_at = Column("noticed_at", "发现时间")
    reported_at = Column("reported_at", "上报时间")
    accept_by = Column("accept_by", "受理期限")
    accepted_at = Column("accepted_at", "受理时间")
    assigned_at = Column("assigned_at", "派遣时间")
    handle_by = Column("handle_by", "处置期限")
    handled_at = Column("handled_at", "处置完成时间")
    check_by = Column("check_by", "核查期限")
    closed_at = Column("closed_at", "结案时间")
    is_solved_on_spot = Column("is_solved_on_spot", "当场解决")
    rework_count = Column("rework_count", "返工次数")
    result = Column("result", "处置结果")


class OfEachArrival(Column):
    """What `read` makes of each department of a whistle, in one cell."""

    def __init__(self, read, column_name):
        super().__init__("arrivals", column_name)
        self.read = read

    def export(self, whistle, **kwargs):
        return harmless("；".join(str(self.read(each)) for each in whistle.arrivals.all()))


def spoken_minutes(arrival):
    return f"{arrival} {'未报到' if arrival.minutes is None else f'{arrival.minutes} 分钟'}"


class WhistleResource(Resource):
    incident = Column("incident__spoken_code", "事件编号")
    community = Column("incident__community__name", "社区")
    reason = Column("get_reason_display", "类型")
    level = Column("get_level_display", "吹哨到")
    note = Column("note", "要部门做什么")
    called_by = Column("called_by", "吹哨人")
    called_at = Column("called_at", "吹哨时间")
    report_by = Column("report_by", "报到期限")
    arrivals = OfEachArrival(spoken_minutes, "报到用时")
    late = OfEachArrival(lambda each: f"{each} {'超时' if each.is_late else '按时'}", "是否按时")
    ended_at = Column("ended_at", "解除时间")
    outcome = Column("outcome", "处置情况")


class MatterResource(Resource):
    code = Column("code", "代码")
    family = Column("get_family_display", "类属")
    parent = Column("parent__name", "大类")
    name = Column("name", "名称")
    handling_hours = Column("handling_hours", "处置时限（小时）")
    is_urgent = Column("is_urgent", "紧急")
    is_active = Column("is_active", "在用")
