"""What the lists of stations and their stock write into Excel."""

from import_export.resources import Resource

from govern.exports import Column


class StationResource(Resource):
    community = Column("community__name", "社区")
    name = Column("name", "名称")
    code = Column("code", "编号")
    place = Column("place", "地点")
    phone = Column("phone", "电话")
    hours = Column("hours_words", "开放时间")
    keepers_count = Column("keepers_count", "驻站人员")
    goods_count = Column("goods_count", "物资种类")
    is_active = Column("is_active", "开放")


class GoodResource(Resource):
    community = Column("station__community__name", "社区")
    station = Column("station__name", "服务站")
    name = Column("name", "名称")
    count = Column("count", "现有")
    unit_word = Column("unit_word", "单位")
    points = Column("points", "兑换积分")
    is_active = Column("is_active", "在用")


class StockMoveResource(Resource):
    at = Column("at", "时间")
    station = Column("good__station__name", "服务站")
    good = Column("good__name", "物资")
    change = Column("change", "增减")
    reason = Column("reason", "说明")
    actor = Column("actor__name", "经办人")
