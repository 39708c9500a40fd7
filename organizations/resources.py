from import_export.resources import Resource

from govern.exports import Column, harmless
from organizations.member_story import source_words
from organizations.models import Organization

BETWEEN = "／"  # two names of a path
IN_USE, OUT_OF_USE, DISSOLVED = "在用", "停用", "已撤销"


def paths():
    """{primary key: 教育行业党委／红星社区党委} of all organizations, in one query."""
    found = {}
    rows = Organization.objects.order_by("tree_id", "level").values_list("pk", "name", "parent")
    for pk, name, parent in rows:
        found[pk] = f"{found[parent]}{BETWEEN}{name}" if parent in found else name
    return found


def state_of(organization):
    if organization.dissolved_on is not None:
        return DISSOLVED
    return IN_USE if organization.is_active else OUT_OF_USE


class OrganizationResource(Resource):
    """What organizations.imports reads again: its columns, and the tier for whoever filters the sheet."""

    code = Column("pk", "编号")
    name = Column("name", "名称")
    kind = Column("get_kind_display", "类型")
    tier = Column("get_tier_display", "层级")
    parent = Column("parent", "上级党组织")
    trade = Column("trade", "行业")
    founded_on = Column("founded_on", "成立日期")
    state = Column("is_active", "状态")

    def before_export(self, queryset, **kwargs):
        self.paths = paths()

    def dehydrate_parent(self, organization):
        return harmless(self.paths.get(organization.parent_id))

    def dehydrate_state(self, organization):
        return state_of(organization)


class MemberResource(Resource):
    branch = Column("branch__name", "所在党支部")
    group = Column("group__name", "所在党小组")
    name = Column("name", "姓名")
    gender = Column("get_gender_display", "性别")
    identity_number = Column("masked_identity_number", "身份证号")
    phone = Column("masked_phone", "手机号")
    stage = Column("get_stage_display", "党员类别")
    joined_on = Column("joined_on", "入党日期")
    full_on = Column("full_on", "转正日期")
    employment = Column("get_employment_display", "在职情况")
    employer = Column("employer", "工作单位")
    is_floating = Column("is_floating", "流动党员")
    floating_place = Column("floating_place", "流动去向")
    left_on = Column("left_on", "离开日期")
    leaving = Column("get_leaving_display", "离开原因")


class TransferResource(Resource):
    member = Column("member__name", "党员")
    status = Column("get_status_display", "状态")
    source = Column("source", "转出党支部")
    target = Column("target__name", "接收党支部")
    reason = Column("reason", "转接原因")
    proposed_at = Column("proposed_at", "发起时间")
    completed_on = Column("completed_on", "转接日期")

    def dehydrate_source(self, transfer):
        return harmless(source_words(transfer))


class LeadershipTermResource(Resource):
    organization = Column("organization__name", "党组织")
    name = Column("name", "姓名")
    position = Column("get_position_display", "职务")
    phone = Column("masked_phone", "手机号")
    starts_on = Column("starts_on", "任职日期")
    ends_on = Column("ends_on", "离任日期")


class UnitResource(Resource):
    name = Column("name", "单位名称")
    kind = Column("get_kind_display", "单位类型")
    credit_code = Column("credit_code", "统一社会信用代码")
    organization = Column("organization__name", "所属社区党组织")
    address = Column("address", "单位地址")
    liaison = Column("liaison__name", "联络员")
    state = Column("is_active", "在用")


class PostResource(Resource):
    user = Column("user__name", "姓名")
    username = Column("user__username", "用户名")
    role = Column("role__name", "角色")
    organization = Column("organization__name", "党组织（空为整个平台）")
    starts_on = Column("starts_on", "开始日期")
    ends_on = Column("ends_on", "结束日期")


class AgreementResource(Resource):
    number = Column("number", "协议编号")
    organization = Column("organization__name", "社区党组织")
    unit = Column("unit__name", "驻区单位")
    signed_on = Column("signed_on", "签订日期")
    starts_on = Column("starts_on", "期限起")
    ends_on = Column("ends_on", "期限止")
    community_head = Column("community_head", "社区负责人")
    unit_head = Column("unit_head", "单位负责人")
    community_duties = Column("community_duties", "社区的责任")
    unit_duties = Column("unit_duties", "单位的责任")
    deeds = Column("deeds", "共建实事")
    needs_annex = Column("needs_annex", "需求清单附件")
    resources_annex = Column("resources_annex", "资源清单附件")
    terminated_on = Column("terminated_on", "终止日期")
    termination_reason = Column("termination_reason", "终止原因")


class TermResource(Resource):
    organization = Column("organization__name", "党组织")
    number = Column("number", "届次")
    starts_on = Column("starts_on", "当选日期")
    years = Column("years", "任期（年）")
    due_on = Column("due_on", "任期届满")
    extended_until = Column("extended_until", "延期到")
    extension_document = Column("extension_document", "批准延期的文号")
    ended_on = Column("ended_on", "结束日期")


class ElectionResource(Resource):
    organization = Column("organization__name", "党组织")
    status = Column("get_status_display", "状态")
    assembly = Column("get_assembly_display", "选举方式")
    planned_on = Column("planned_on", "计划选举日期")
    held_on = Column("held_on", "选举日期")
    seats = Column("seats", "应选委员")
    entitled_count = Column("entitled_count", "应到会人数")
    present_count = Column("present_count", "实到会人数")
    document = Column("document", "批复文号")
    confirmed_on = Column("confirmed_on", "批复日期")


class MeetingResource(Resource):
    organization = Column("holder", "党组织")
    kind = Column("get_kind_display", "类型")
    status = Column("get_status_display", "状态")
    topic = Column("topic", "主题")
    starts_at = Column("starts_at", "开始时间")
    ends_at = Column("ends_at", "结束时间")
    place = Column("place", "地点")
    host = Column("host", "主持人")
    expected_count = Column("expected_count", "应到人数")
    came_count = Column("came_count", "实到人数")
    leave_count = Column("leave_count", "请假人数")
    minutes = Column("minutes", "会议记录")
    cancel_reason = Column("cancel_reason", "取消原因")
