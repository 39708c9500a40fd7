"""Excel sheets of the guestbook and its lists. Personal data leaves masked, and what is covered leaves covered."""

from import_export.resources import Resource

from govern.exports import Column


class MessageSheet(Resource):
    written_at = Column("written_at", "留言时间")
    community = Column("community__name", "社区")
    topic = Column("topic__name", "主题")
    text = Column("public_text", "公开的文字")
    name = Column("masked_name", "怎么称呼")
    phone = Column("masked_phone", "手机号")
    status = Column("get_status_display", "状态")
    published_at = Column("published_at", "公开时间")
    reply_by = Column("reply_by", "答复期限")
    is_answered = Column("is_answered", "已答复")
    flag_count = Column("flag_count", "待处理的举报")
    need = Column("need__spoken_code", "转成的需求")


class WordSheet(Resource):
    """What it writes can be read in again."""

    word = Column("word", "词")
    effect = Column("get_effect_display", "遇到时")


class BlockSheet(Resource):
    community = Column("community__name", "社区")
    phone = Column("message__masked_phone", "手机号")
    reason = Column("reason", "原因")
    starts_at = Column("starts_at", "开始")
    ends_at = Column("ends_at", "到什么时候")
    actor = Column("actor__name", "经办人")


class TopicSheet(Resource):
    name = Column("name", "名称")
    order = Column("order", "排序")
    is_active = Column("is_active", "在用")
