from django.db import migrations

from organizations.shipping import grant, ship_parameters


def each(actions, *models):
    return " ".join(f"{action}_{model}" for model in models for action in actions.split()) + " "


WALL = ("wish", "message", "messagephoto", "reply", "messagesupport", "flag", "block")
MEETINGS = ("issue", "hearing", "hearingpaper", "attendee", "agendaitem", "speech", "opinion", "outcome", "vote")
SURVEYS = (
    "survey",
    "surveygroup",
    "surveyquestion",
    "surveychoice",
    "surveyticket",
    "sheet",
    "answer",
    "surveyinquiry",
)
PAPER = ("papercount", "papertally")
TRAILS = ("moderationact", "issueevent", "hearingevent", "outcomeevent", "surveyevent")
BOOKS = ("messagetopic", "watchedword")
CASE = (
    "case",
    "caseparty",
    "casemediator",
    "casesession",
    "casepaper",
    "casereader",
    "accord",
    "signature",
    "followup",
)
PUBLIC = each("view", *WALL, *MEETINGS, *SURVEYS, *PAPER, *TRAILS, *BOOKS, "mediator")
STAFF = (
    PUBLIC
    + each("view add change", *CASE)
    + each("view", "caseevent")
    + each("add change", *WALL, *MEETINGS, *SURVEYS, *PAPER, "mediator")
    + each(
        "delete",
        "hearingpaper",
        "attendee",
        "agendaitem",
        "surveygroup",
        "surveyquestion",
        "surveychoice",
        "papertally",
    )
    + "assign_case"
)

TOPICS = ["环境卫生", "停车出行", "物业服务", "设施维修", "噪音扰民", "养老托幼", "文体活动", "意见建议", "其他"]

# (key, label, unit, default, minimum, maximum, source)
PARAMETERS = [
    ("message_is_reviewed_first", "留言先审后发（1 是，0 否）", "", 1, 0, 1, "社区自定"),
    ("message_reply_days", "留言公开后几个工作日内答复", "工作日", 5, 1, 60, "社区自定"),
    ("messages_per_hour", "一个手机号每小时最多留言", "条", 5, 1, 50, "社区自定"),
    ("message_flags_to_hide", "几人举报后先收起，等人看过", "人", 3, 1, 100, "社区自定"),
    ("message_appeal_days", "不公开或隐藏后几天内可以申诉", "天", 15, 1, 90, "社区自定"),
    ("message_block_days", "停止留言一次最长", "天", 30, 1, 365, "社区自定"),
    ("wall_refresh_seconds", "大屏几秒刷新一次", "秒", 60, 15, 3600, "社区自定"),
    ("wall_cards", "大屏一屏放几张心愿卡", "张", 12, 4, 60, "社区自定"),
    ("mediation_accept_days", "收到申请后几个工作日内答复是否受理", "工作日", 3, 1, 30, "社区自定"),
    ("mediation_days", "调解期限", "天", 30, 1, 365, "《深圳经济特区矛盾纠纷多元化解条例》第二十五条"),
    ("mediation_extension_days", "双方同意后可以延长", "天", 30, 1, 365, "《宁波市人民调解条例》第二十七条"),
    ("mediation_remind_days", "调解期限到期前几天提醒", "天", 5, 1, 60, "社区自定"),
    ("mediator_term_years", "调解员任期", "年", 3, 1, 10, "《人民调解法》第九条"),
    ("confirmation_days", "协议生效后几天内可以申请司法确认", "天", 30, 1, 365, "《人民调解法》第三十三条"),
    ("confirmation_remind_days", "司法确认到期前几天提醒", "天", 7, 1, 30, "社区自定"),
    (
        "accord_follow_up_days",
        "协议生效或约定履行日之后几天回访",
        "天",
        7,
        1,
        365,
        "《人民调解法》第三十一条，天数社区自定",
    ),
    ("case_kept_years", "调解卷宗归档后保存", "年", 10, 1, 100, "社区自定"),
    ("hearing_notice_days", "听证会提前几天公告", "天", 10, 0, 60, "各地听证会规程"),
    ("coordination_notice_days", "协调会提前几天公告", "天", 3, 0, 60, "社区自定"),
    ("review_notice_days", "评议会提前几天公告", "天", 7, 0, 60, "社区自定"),
    (
        "hearing_quorum_percent",
        "到会人数要超过应到的",
        "%",
        50,
        0,
        99,
        "《城市居民委员会组织法》第十条，按当地规定调整",
    ),
    (
        "hearing_pass_percent",
        "同意票要超过到会人数的",
        "%",
        50,
        0,
        99,
        "《城市居民委员会组织法》第十条，按当地规定调整",
    ),
    ("hearing_sign_in_minutes", "开会前几分钟可以签到", "分钟", 60, 5, 720, "社区自定"),
    ("hearing_remind_hours", "开会前几小时提醒参会人", "小时", 24, 1, 168, "社区自定"),
    ("speech_minutes", "每人每次发言", "分钟", 3, 1, 30, "社区自定"),
    ("issue_screen_days", "议题提出后几个工作日内筛选", "工作日", 10, 1, 60, "社区自定"),
    ("opinion_answer_days", "散会后几个工作日内逐条答复意见", "工作日", 10, 1, 60, "社区自定"),
    ("outcome_remind_days", "决议事项到期前几天提醒", "天", 7, 1, 60, "社区自定"),
    ("survey_least_sheets", "一组不足几份答卷时不单独公布", "份", 5, 1, 100, "避免认出答卷人，份数社区自定"),
    ("survey_most_codes", "一次最多生成评议码", "个", 2000, 10, 20000, "社区自定"),
    ("wall_fulfilled_days", "实现的心愿在墙上再留几天", "天", 60, 1, 365, "社区自定"),
    ("accord_link_hours", "手机签字的链接几小时内有效", "小时", 72, 1, 720, "社区自定"),
    ("case_paper_max_mb", "一份卷宗材料最大", "MB", 10, 1, 50, "社区自定"),
    ("hearing_paper_max_mb", "会议材料一份最大", "MB", 20, 1, 100, "防滥用"),
    ("hearing_most_attendees", "一次会议最多通知多少人", "人", 300, 10, 2000, "防滥用"),
    ("code_failures_per_hour", "一处每小时最多输错选票码、评议码", "次", 20, 5, 500, "社区自定"),
]


def ship(apps, schema_editor):
    seen = each("view", "wish", "message", "reply", "mediator", *MEETINGS, "survey", "surveyquestion", "surveychoice")
    grant(
        apps,
        "deliberations",
        {
            **dict.fromkeys(("district_staff", "street_staff", "community_staff"), STAFF),
            "platform_admin": PUBLIC + each("add change delete", *BOOKS),
            # Who opened which case: never what is in it.
            "auditor": PUBLIC + "view_caseopening",
            "supervisor": seen,
            "grid_worker": each("view add", "issue") + "add_case",
        },
    )
    ship_parameters(apps, PARAMETERS)
    MessageTopic = apps.get_model("deliberations", "MessageTopic")
    MessageTopic.objects.bulk_create(
        MessageTopic(name=name, order=10 * number) for number, name in enumerate(TOPICS, 1)
    )


class Migration(migrations.Migration):
    dependencies = [("deliberations", "0002_append_only"), ("organizations", "0021_residents_voice")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
