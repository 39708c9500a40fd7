"""What the lists of teams, members and musters write into Excel."""

from import_export.resources import Resource

from govern.exports import Column


class TeamResource(Resource):
    community = Column("community__name", "社区")
    name = Column("name", "队名")
    kind = Column("get_kind_display", "类型")
    speciality = Column("speciality", "专长")
    joining = Column("get_joining_display", "加入方式")
    leader = Column("leader__masked_name", "队长")
    leader_code = Column("leader__code", "队长编号")
    members_count = Column("members_count", "队员")
    applied_count = Column("applied_count", "待审核")
    founded_on = Column("founded_on", "成立日期")
    dissolved_on = Column("dissolved_on", "解散日期")


class MembershipResource(Resource):
    community = Column("team__community__name", "社区")
    team = Column("team__name", "服务队")
    code = Column("volunteer__code", "志愿者编号")
    name = Column("volunteer__masked_name", "姓名")
    phone = Column("volunteer__masked_phone", "手机号")
    kind = Column("volunteer__get_kind_display", "身份")
    status = Column("get_status_display", "状态")
    asked_at = Column("asked_at", "提出时间")
    joined_at = Column("joined_at", "加入时间")
    ended_at = Column("ended_at", "退出时间")


class MusterResource(Resource):
    community = Column("team__community__name", "社区")
    team = Column("team__name", "服务队")
    text = Column("text", "做什么")
    place = Column("place", "集合地点")
    meet_at = Column("meet_at", "集合时间")
    wanted_count = Column("wanted_count", "需要几人")
    coming_count = Column("coming_count", "能到")
    late_count = Column("late_count", "晚点到")
    unable_count = Column("unable_count", "来不了")
    called_by = Column("called_by__name", "召集人")
    called_at = Column("called_at", "召集时间")
    ended_at = Column("ended_at", "结束时间")
