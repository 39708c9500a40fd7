"""What the lists of 大党委 write into Excel."""

from import_export.resources import Resource

from govern.exports import Column, harmless
from organizations.models import AppraisalEvidence
from organizations.services.unit_appraisals import scheme_of
from organizations.unit_scores import totals


class LeagueResource(Resource):
    name = Column("name", "名称")
    kind = Column("get_kind_display", "类型")
    organization = Column("organization__name", "牵头党组织")
    federation = Column("federation__name", "所属联合会")
    chair = Column("chair__name", "轮值主席单位")
    chair_until = Column("chair_until", "轮值到期")
    unit_count = Column("unit_count", "成员单位")
    councillor_count = Column("councillor_count", "在任委员")
    item_count = Column("item_count", "本年计划事项")
    done_count = Column("done_count", "已完成")
    open_count = Column("open_count", "未办结决议")
    founded_on = Column("founded_on", "成立日期")
    ended_on = Column("ended_on", "停止日期")


class CouncillorResource(Resource):
    league = Column("league__name", "大党委")
    kind = Column("get_kind_display", "委员类别")
    name = Column("name", "姓名")
    phone = Column("masked_phone", "手机号")
    unit = Column("unit__name", "来自单位")
    title = Column("title", "职务")
    status = Column("get_status_display", "状态")
    recommended_on = Column("recommended_on", "推荐日期")
    deliberated_on = Column("deliberated_on", "审议日期")
    approved_on = Column("approved_on", "批准日期")
    document = Column("document", "批准文号")
    appointed_on = Column("appointed_on", "任命日期")
    ends_on = Column("ends_on", "离任日期")


class PlanItemResource(Resource):
    league = Column("league__name", "大党委")
    year = Column("year", "年度")
    heading = Column("get_heading_display", "共建方向")
    name = Column("name", "事项")
    units = Column("pk", "承办单位")
    owner = Column("owner", "责任人")
    due_on = Column("due_on", "完成时限")
    done_on = Column("done_on", "完成日期")
    note = Column("note", "说明")

    def dehydrate_units(self, item):
        return harmless("、".join(unit.name for unit in item.units.all()))


class LeagueMeetingResource(Resource):
    league = Column("league__name", "大党委")
    kind = Column("get_kind_display", "类型")
    topic = Column("topic", "主题")
    status = Column("get_status_display", "状态")
    starts_at = Column("starts_at", "开始时间")
    place = Column("place", "地点")
    came_count = Column("came_count", "到会人数")


class ResolutionResource(Resource):
    league = Column("league__name", "大党委")
    meeting = Column("meeting__topic", "会议")
    text = Column("text", "决议")
    unit = Column("unit__name", "责任单位")
    due_on = Column("due_on", "完成时限")
    status = Column("get_status_display", "状态")
    closed_on = Column("closed_on", "办结日期")
    outcome = Column("outcome", "办理结果")


class UnitAppraisalResource(Resource):
    league = Column("league__name", "大党委")
    unit = Column("unit__name", "成员单位")
    year = Column("year", "年度")
    meetings = Column("pk", "参加会议")
    activities = Column("pk", "共建活动")
    study = Column("pk", "学习")
    teams = Column("pk", "志愿服务队")
    bonus = Column("pk", "加分")
    total = Column("total", "总分")
    grade = Column("get_grade_display", "等次")
    rating = Column("rating_told", "单位对社区的评分")
    rating_words = Column("rating_words", "单位的话")
    confirmed_on = Column("confirmed_on", "单位确认日期")

    def before_export(self, queryset, **kwargs):
        self.schemes = {}

    def points(self, appraisal, item):
        if appraisal.total is None:
            return ""
        if appraisal.year not in self.schemes:
            self.schemes[appraisal.year] = scheme_of(appraisal.year)
        return totals(appraisal.evidence.all(), self.schemes[appraisal.year])[0][item]

    def dehydrate_rating_words(self, appraisal):
        return "" if appraisal.confirmed_on is None else harmless(appraisal.rating_words)

    def dehydrate_meetings(self, appraisal):
        return self.points(appraisal, AppraisalEvidence.Item.MEETINGS)

    def dehydrate_activities(self, appraisal):
        return self.points(appraisal, AppraisalEvidence.Item.ACTIVITIES)

    def dehydrate_study(self, appraisal):
        return self.points(appraisal, AppraisalEvidence.Item.STUDY)

    def dehydrate_teams(self, appraisal):
        return self.points(appraisal, AppraisalEvidence.Item.TEAMS)

    def dehydrate_bonus(self, appraisal):
        return self.points(appraisal, AppraisalEvidence.Item.BONUS)
