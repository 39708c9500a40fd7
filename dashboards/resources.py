"""Excel sheets of the rows behind the figures of grids. Nothing in them names a resident."""

from import_export.resources import Resource as Sheet

from govern.exports import Column


class IncidentSheet(Sheet):
    """巡查事件明细."""

    code = Column("spoken_code", "编号")
    status = Column("get_status_display", "状态")
    matter = Column("matter__name", "事项")
    text = Column("text", "情况")
    community = Column("community__name", "社区")
    grid = Column("grid__name", "网格")
    spot = Column("spot", "位置")
    source = Column("get_source_display", "来源")
    reporter = Column("reporter__name", "上报人")
    handler = Column("handler__name", "处置人")
    reported_at = Column("reported_at", "上报时间")
    accept_by = Column("accept_by", "受理期限")
    accepted_at = Column("accepted_at", "受理时间")
    handle_by = Column("handle_by", "处置期限")
    handled_at = Column("handled_at", "处置完成时间")
    closed_at = Column("closed_at", "结案时间")
    rework_count = Column("rework_count", "返工次数")
