"""What the list of 谈心谈话 writes into Excel: that two people talked, never what they said."""

from import_export.resources import Resource

from govern.exports import Column


class TalkResource(Resource):
    organization = Column("organization__name", "党支部")
    kind = Column("get_kind_display", "类型")
    held_on = Column("held_on", "谈话日期")
    talker = Column("talker_name", "谈话人")
    partner = Column("partner_name", "谈话对象")
    recorded_by = Column("recorded_by__name", "登记人")
    recorded_at = Column("recorded_at", "登记时间")
