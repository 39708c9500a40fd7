"""What the list of 决议事项 writes into Excel."""

from import_export.resources import Resource

from govern.exports import Column


class OutcomeResource(Resource):
    community = Column("hearing__community__name", "社区")
    kind = Column("hearing__get_kind_display", "会议")
    hearing = Column("hearing__title", "会议名称")
    text = Column("text", "决议事项")
    owner = Column("owner", "谁来落实")
    due_on = Column("due_on", "完成时限")
    status = Column("get_status_display", "状态")
    progress = Column("progress", "最近进展")
    closed_on = Column("closed_on", "办结日期")
