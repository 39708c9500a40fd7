"""The staff's workplace: who gets in, what the side bar offers, and the headers Unfold needs."""

from functools import wraps

from csp.constants import UNSAFE_EVAL, UNSAFE_INLINE
from csp.decorators import csp_update
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import reverse, reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from unfold.sites import UnfoldAdminSite


class Workplace(UnfoldAdminSite):
    index_title = "今日待办"

    def has_permission(self, request):
        return request.user.is_active and request.user.is_staff

    def admin_view(self, view, cacheable=False):
        # Unfold's Alpine compiles expressions and sets styles; this stays inside the workplace, the residents' pages
        # keep the strict policy.
        loosened = csp_update({"script-src": [UNSAFE_EVAL], "style-src": [UNSAFE_INLINE]})
        return loosened(super().admin_view(_answering_404(view), cacheable))

    def login(self, request, extra_context=None):
        """One sign-in page for everybody, with its lock-out. Whoever has signed in is never sent back to it: it would
        send them here again.
        """
        from django.contrib.auth.views import redirect_to_login

        wanted = request.GET.get(REDIRECT_FIELD_NAME, "")
        if not url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
            wanted = reverse("admin:index")
        if self.has_permission(request):
            return HttpResponseRedirect(wanted)
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(wanted, "/accounts/login/")


def _answering_404(view):
    """What nobody could click finds nothing: the year 9999999999, an unknown column, a key larger than SQLite's
    numbers.
    """

    @wraps(view)
    def answering(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except (IncorrectLookupParameters, OverflowError) as error:
            raise Http404 from error

    return answering


# (group, [(title, icon, url name, permission that shows it)]); an item nobody may open is not drawn.
GROUPS = [
    (
        "办理",
        [
            ("今日待办", "inbox", "admin:index", "checklists.view_need"),
            ("需求清单", "assignment", "admin:checklists_need_changelist", "checklists.view_need"),
            ("项目清单", "construction", "admin:checklists_project_changelist", "checklists.view_project"),
            ("代居民登记", "edit_note", "admin:checklists_need_add", "checklists.file_need"),
            ("消息", "notifications", "accounts:notification_list", "accounts.view_notification"),
            ("统筹匹配", "hub", "admin:checklists_run_changelist", "checklists.view_run"),
            ("派单记录", "send", "admin:checklists_dispatch_changelist", "checklists.view_dispatch"),
            ("督导看板", "monitoring", "dashboards:home", "checklists.supervise_need"),
            ("一张图", "map", "dashboards:map", "checklists.supervise_need"),
            ("网格工作", "leaderboard", "dashboards:grid_list", "checklists.supervise_need"),
            ("议事协商", "forum", "dashboards:deliberation_list", "checklists.supervise_need"),
        ],
    ),
    (
        "资源",
        [
            ("资源清单", "volunteer_activism", "admin:checklists_resource_changelist", "checklists.view_resource"),
            ("居民要过没找到", "manage_search", "admin:checklists_resource_shortages", "checklists.view_proposal"),
            ("驻区单位", "apartment", "admin:organizations_unit_changelist", "organizations.view_unit"),
            ("单位履约", "fact_check", "admin:checklists_dispatch_scorecard", "checklists.view_proposal"),
        ],
    ),
    (
        "共建",
        [
            ("活动清单", "event", "admin:checklists_activity_changelist", "checklists.view_activity"),
            ("轮值表", "rotate_right", "admin:checklists_rota_changelist", "checklists.view_rota"),
            ("大党委", "diversity_3", "admin:organizations_league_changelist", "organizations.view_league"),
            (
                "大党委会议",
                "co_present",
                "admin:organizations_leaguemeeting_changelist",
                "organizations.view_leaguemeeting",
            ),
            ("决议督办", "task_alt", "admin:organizations_resolution_changelist", "organizations.view_resolution"),
            (
                "单位双向评价",
                "reviews",
                "admin:organizations_unitappraisal_changelist",
                "organizations.view_unitappraisal",
            ),
            ("共建协议", "handshake", "admin:organizations_agreement_changelist", "organizations.view_agreement"),
        ],
    ),
    (
        "组织",
        [
            (
                "党组织",
                "account_tree",
                "admin:organizations_organization_changelist",
                "organizations.view_organization",
            ),
            ("规则提示", "rule", "admin:organizations_organization_checkup", "organizations.view_organization"),
            ("党员", "card_membership", "admin:organizations_partymember_changelist", "organizations.view_partymember"),
            ("组织关系转接", "swap_horiz", "admin:organizations_transfer_changelist", "organizations.view_transfer"),
            (
                "班子成员",
                "groups",
                "admin:organizations_leadershipterm_changelist",
                "organizations.view_leadershipterm",
            ),
            ("组织生活", "forum", "admin:organizations_meeting_changelist", "organizations.view_meeting"),
            ("组织生活达标", "traffic", "admin:organizations_meeting_board", "organizations.view_meeting"),
            ("谈心谈话", "chat", "admin:organizations_talk_changelist", "organizations.view_talk"),
            ("任期", "event_upcoming", "admin:organizations_term_changelist", "organizations.view_term"),
            ("换届", "how_to_vote", "admin:organizations_election_changelist", "organizations.view_election"),
            ("党建指导员", "school", "admin:grids_instructor_changelist", "grids.view_instructor"),
        ],
    ),
    (
        "社区工作者",
        [
            (
                "社区工作者",
                "stairs",
                "admin:cadres_communityworker_changelist",
                "cadres.view_communityworker",
            ),
            ("年度考核登记", "grading", "admin:cadres_communityworker_appraisals", "cadres.add_appraisal"),
            ("年度测算", "calculate", "admin:cadres_simulation_changelist", "cadres.view_simulation"),
            ("级别台账", "menu_book", "admin:cadres_gradeentry_changelist", "cadres.view_gradeentry"),
            ("岗位体系", "stacks", "admin:cadres_scheme_changelist", "cadres.change_scheme"),
            ("晋级规则", "rule", "admin:cadres_rulebook_changelist", "cadres.view_rulebook"),
            ("薪酬标准", "payments", "admin:cadres_paytable_changelist", "cadres.view_paytable"),
        ],
    ),
    (
        "巡查走访",
        [
            ("巡查事件", "report", "admin:patrols_incident_changelist", "patrols.view_incident"),
            ("吹哨报到", "campaign", "admin:patrols_whistle_changelist", "patrols.view_whistle"),
            ("走访户", "family_home", "admin:patrols_carehousehold_changelist", "patrols.view_carehousehold"),
            ("走访记录", "directions_walk", "admin:patrols_visit_changelist", "patrols.view_visit"),
            ("巡查记录", "route", "admin:patrols_round_changelist", "patrols.view_round"),
            ("巡查检查项", "checklist", "admin:patrols_checkitem_changelist", "patrols.change_checkitem"),
            ("民情日记", "sticky_note_2", "admin:patrols_note_changelist", "patrols.view_note"),
            ("交办任务", "outgoing_mail", "admin:patrols_errand_changelist", "patrols.view_errand"),
            ("事项准入", "gavel", "admin:patrols_admission_changelist", "patrols.view_admission"),
            ("小事办窗口", "desktop_windows", "admin:patrols_ticket_window", "patrols.add_ticket"),
            ("小事办排号", "confirmation_number", "admin:patrols_ticket_changelist", "patrols.view_ticket"),
            ("移动办公桌", "table_restaurant", "admin:patrols_fielddesk_changelist", "patrols.view_fielddesk"),
        ],
    ),
    (
        "议事协商",
        [
            ("议题", "topic", "admin:deliberations_issue_changelist", "deliberations.view_issue"),
            ("三会", "co_present", "admin:deliberations_hearing_changelist", "deliberations.view_hearing"),
            ("心愿墙", "favorite", "admin:deliberations_wish_changelist", "deliberations.view_wish"),
            ("留言簿", "forum", "admin:deliberations_message_changelist", "deliberations.view_message"),
            ("留言主题", "label", "admin:deliberations_messagetopic_changelist", "deliberations.change_messagetopic"),
            ("敏感词", "spellcheck", "admin:deliberations_watchedword_changelist", "deliberations.view_watchedword"),
            ("停止留言名单", "speaker_notes_off", "admin:deliberations_block_changelist", "deliberations.view_block"),
            ("矛盾调解", "balance", "admin:deliberations_case_changelist", "deliberations.view_case"),
            ("调解员", "diversity_3", "admin:deliberations_mediator_changelist", "deliberations.view_mediator"),
            ("决议事项", "task_alt", "admin:deliberations_outcome_changelist", "deliberations.view_outcome"),
            ("评议", "ballot", "admin:deliberations_survey_changelist", "deliberations.view_survey"),
            ("调解查阅记录", "policy", "admin:deliberations_caseopening_changelist", "deliberations.view_caseopening"),
        ],
    ),
    (
        "志愿服务",
        [
            ("党员报到", "how_to_reg", "admin:volunteers_report_changelist", "volunteers.view_report"),
            ("报到漏斗", "filter_alt", "admin:volunteers_report_funnel", "volunteers.view_report"),
            ("单位报到", "domain_add", "admin:volunteers_unitreport_changelist", "volunteers.view_unitreport"),
            ("岗位", "badge", "admin:volunteers_position_changelist", "volunteers.view_position"),
            ("任岗", "assignment_ind", "admin:volunteers_holding_changelist", "volunteers.view_holding"),
            ("岗位时长", "more_time", "admin:volunteers_holding_month", "volunteers.add_hourentry"),
            ("服务队", "diversity_1", "admin:volunteers_team_changelist", "volunteers.view_team"),
            ("队员名册", "group", "admin:volunteers_membership_changelist", "volunteers.view_membership"),
            ("集结", "campaign", "admin:volunteers_muster_changelist", "volunteers.view_muster"),
            ("志愿服务站", "storefront", "admin:volunteers_station_changelist", "volunteers.view_station"),
            ("服务站物资", "inventory_2", "admin:volunteers_good_changelist", "volunteers.view_good"),
            ("出入库记录", "swap_vert", "admin:volunteers_stockmove_changelist", "volunteers.view_stockmove"),
            ("志愿者", "volunteer_activism", "admin:volunteers_volunteer_changelist", "volunteers.view_volunteer"),
            ("更正申请", "edit_note", "admin:volunteers_correction_changelist", "volunteers.view_correction"),
            ("年度鉴定", "grading", "admin:volunteers_yearreview_changelist", "volunteers.view_yearreview"),
            ("微心愿认领", "volunteer_activism", "admin:checklists_claim_changelist", "checklists.view_claim"),
            ("活动系列", "event_repeat", "admin:volunteers_series_changelist", "volunteers.view_series"),
            ("活动场次", "event_available", "admin:volunteers_session_changelist", "volunteers.view_session"),
            ("报名和服务", "checklist_rtl", "admin:volunteers_signup_changelist", "volunteers.view_signup"),
            ("认定时长", "more_time", "admin:volunteers_hourentry_queue", "volunteers.add_hourentry"),
            ("时长台账", "menu_book", "admin:volunteers_hourentry_changelist", "volunteers.view_hourentry"),
            ("星级认定", "star", "admin:volunteers_star_changelist", "volunteers.view_star"),
            ("积分兑换", "redeem", "admin:volunteers_exchange_changelist", "volunteers.view_exchange"),
            ("积分台账", "toll", "admin:volunteers_pointentry_changelist", "volunteers.view_pointentry"),
            ("积分规则", "price_check", "admin:volunteers_pointrule_changelist", "volunteers.change_pointrule"),
            ("服务证明", "workspace_premium", "admin:volunteers_certificate_changelist", "volunteers.view_certificate"),
            ("培训", "model_training", "admin:volunteers_training_changelist", "volunteers.view_training"),
            ("表彰", "military_tech", "admin:volunteers_commendation_changelist", "volunteers.view_commendation"),
        ],
    ),
    (
        "网格",
        [
            ("网格", "grid_view", "admin:grids_grid_changelist", "grids.view_grid"),
            ("值守人员", "badge", "admin:grids_duty_changelist", "grids.view_duty"),
            ("人员空缺", "person_off", "admin:grids_duty_gaps", "grids.view_duty"),
            ("请假代班", "event_busy", "admin:grids_leave_changelist", "grids.view_leave"),
            ("首接规则", "alt_route", "admin:grids_route_changelist", "grids.view_route"),
            ("边界", "pentagon", "admin:grids_outline_changelist", "grids.view_outline"),
            ("边界核对", "rule_folder", "admin:grids_grid_ground", "grids.view_outline"),
            ("社区", "location_city", "admin:grids_community_changelist", "grids.view_community"),
            ("小区", "holiday_village", "admin:grids_quarter_changelist", "grids.view_quarter"),
            ("楼栋", "domain", "admin:grids_building_changelist", "grids.view_building"),
            ("居住党员", "home_pin", "admin:grids_residence_changelist", "grids.view_residence"),
            ("街道", "map", "admin:grids_street_changelist", "grids.add_street"),
            ("区县", "public", "admin:grids_district_changelist", "grids.add_district"),
        ],
    ),
    (
        "设置",
        [
            ("需求类别", "category", "admin:checklists_category_changelist", "checklists.change_category"),
            ("网格事项", "segment", "admin:patrols_matter_changelist", "patrols.change_matter"),
            (
                "标准答复",
                "quickreply",
                "admin:checklists_standardanswer_changelist",
                "checklists.change_standardanswer",
            ),
            (
                "工作日历",
                "calendar_month",
                "admin:organizations_calendarday_changelist",
                "organizations.change_calendarday",
            ),
            ("参数", "tune", "admin:organizations_parameter_changelist", "organizations.view_parameter"),
            ("隐私告知书", "policy", "admin:accounts_privacynotice_changelist", "accounts.change_privacynotice"),
        ],
    ),
    (
        "账号与审计",
        [
            ("用户", "person", "admin:accounts_user_changelist", "accounts.view_user"),
            ("任职", "work", "admin:organizations_post_changelist", "organizations.view_post"),
            ("角色", "shield_person", "admin:organizations_role_changelist", "organizations.view_role"),
            ("操作日志", "history", "admin:auditlog_logentry_changelist", "auditlog.view_logentry"),
            ("登录失败", "lock", "admin:axes_accessattempt_changelist", "axes.view_accessattempt"),
            ("登录日志", "login", "admin:axes_accesslog_changelist", "axes.view_accesslog"),
        ],
    ),
]


def here(path):
    """The address of the side bar's entry that the page at `path` belongs to: of several that fit, the longest."""
    links = [reverse(url) for _, items in GROUPS for _, _, url, _ in items]
    index = reverse("admin:index")
    return max((link for link in links if path.startswith(link) and link != index), key=len, default=path)


def navigation(request):
    current = here(request.path)
    badges = {"accounts:notification_list": request.user.unread_count or None}
    groups = []
    for title, items in GROUPS:
        open_items = [
            {
                "title": name,
                "icon": icon,
                "link": reverse_lazy(url),
                "badge": badges.get(url),
                "active": reverse(url) == current,
            }
            for name, icon, url, permission in items
            if request.user.has_perm(permission)
        ]
        if open_items:
            groups.append({"title": title, "separator": bool(groups), "items": open_items})
    return groups


def favicon(request):
    return static("img/favicon.svg")


def stylesheet(request):
    return static("css/admin.css")


def base_script(request):
    return static("js/base.js")


def workplace_script(request):
    return static("js/workplace.js")


def queue_script(request):
    return static("js/queue.js")
