from datetime import date

from django.db import migrations

from organizations.shipping import grant, ship_parameters


def each(actions, *models):
    return " ".join(f"{action}_{model}" for model in models for action in actions.split()) + " "


PEOPLE = ("volunteer", "training", "commendation", "correction", "report", "unitreport", "yearreview")
PLACES = ("team", "membership", "muster", "station", "openinghour", "good", "position", "holding")
SERVICE = ("series", "seriesexception", "session", "signup", "exchange", "star", "certificate")
TRAILS = ("reportevent", "musteranswer", "stockmove", "hourentry", "pointentry")
BOOKS = ("skill", "positionclass", "pointrule")
SEEN = each("view", *PEOPLE, *PLACES, *SERVICE, *TRAILS, *BOOKS)
STAFF = (
    SEEN
    + each("add change", *PEOPLE, *PLACES, *SERVICE)
    + each("add", "stockmove", "hourentry")
    + each("delete", "training", "commendation", "openinghour", "seriesexception")
)
LIAISON = each("view", "volunteer", "report", "reportevent", "unitreport", "yearreview") + each(
    "add change", "report", "unitreport"
)

SKILLS = [
    "水电维修",
    "家电维修",
    "理发",
    "医疗护理",
    "法律咨询",
    "心理疏导",
    "家庭教育",
    "课业辅导",
    "文艺表演",
    "书法绘画",
    "摄影宣传",
    "急救",
    "消防安全",
    "电脑手机",
    "园艺绿化",
    "驾驶",
]
# 中江县“一单一表一卡” lists these eight.
CLASSES = ["组织建设", "法律援助", "助困扶残就业", "社区治理", "健康医疗", "文化体育", "安全宣传巡逻", "其他"]

# (key, label, unit, default, minimum, maximum, source)
PARAMETERS = [
    ("report_contact_days", "报到后几天内对接", "天", 7, 1, 90, "社区自定"),
    ("report_remind_days", "超期未对接每隔几天再提醒", "天", 7, 1, 90, "社区自定"),
    ("report_yearly_services", "报到党员每年至少参加几次服务", "次", 4, 0, 52, "绥棱县双报到办法"),
    ("volunteer_adult_age", "不满几岁要监护人同意", "岁", 18, 14, 18, "《上海市志愿服务条例》第十三条"),
    ("session_weeks_ahead", "系列活动提前几周排出场次", "周", 4, 1, 26, "社区自定"),
    ("session_remind_hours", "开始前几小时提醒", "小时", 24, 1, 168, "社区自定"),
    ("session_notice_hours", "开始前几小时内取消算临时取消", "小时", 12, 0, 168, "《志愿服务条例》第二十二条"),
    ("session_gap_minutes", "两场活动之间不足几分钟提醒赶不及", "分钟", 30, 0, 240, "社区自定"),
    ("session_arrival_before_minutes", "开始前几分钟可以签到", "分钟", 30, 0, 240, "社区自定"),
    ("session_departure_after_minutes", "结束后几分钟内可以签退", "分钟", 60, 0, 720, "社区自定"),
    ("session_code_seconds", "签到码几秒换一次", "秒", 30, 10, 300, "社区自定"),
    ("session_most_minutes", "一次服务最多认定", "分钟", 480, 30, 1440, "社区自定"),
    ("hours_publicity_days", "时长公示几个工作日后计入", "天", 0, 0, 30, "各地办法不一，福建社区为 3 个工作日"),
    ("star_hours_1", "一星级所需时长", "小时", 100, 1, 10000, "民函〔2012〕340号"),
    ("star_hours_2", "二星级所需时长", "小时", 300, 1, 10000, "民函〔2012〕340号"),
    ("star_hours_3", "三星级所需时长", "小时", 600, 1, 10000, "民函〔2012〕340号"),
    ("star_hours_4", "四星级所需时长", "小时", 1000, 1, 10000, "民函〔2012〕340号"),
    ("star_hours_5", "五星级所需时长", "小时", 1500, 1, 10000, "民函〔2012〕340号"),
    ("star_publicity_days", "星级公示几个工作日", "天", 5, 0, 30, "各地星级认定办法"),
    ("exchange_every_months", "每隔几个月开放一次积分兑换", "个月", 3, 1, 12, "海林市积分办法；1 表示每月都开"),
    ("exchange_open_days", "每次开放兑换几天", "天", 15, 1, 31, "社区自定，从开放月 1 日算起"),
    ("suggest_skill_weight", "推荐：技能对口", "分", 40, 0, 100, "社区自定"),
    ("suggest_time_weight", "推荐：时间合适", "分", 25, 0, 100, "社区自定"),
    ("suggest_place_weight", "推荐：住得近", "分", 20, 0, 100, "社区自定"),
    ("suggest_near_metres", "推荐：几米以内算住得近", "米", 200, 0, 2000, "社区自定"),
    ("suggest_far_metres", "推荐：几米以外算住得远", "米", 2000, 100, 20000, "社区自定"),
    ("suggest_busy_hours", "推荐：一年服务满几小时排在最后", "小时", 50, 1, 2000, "社区自定"),
    ("suggest_hours_weight", "推荐：服务少的优先", "分", 15, 0, 100, "社区自定"),
    ("position_remind_days", "岗位任期届满前几天提醒", "天", 14, 1, 90, "社区自定"),
    ("review_remind_days", "年终前几天提醒社区做年度鉴定", "天", 31, 0, 90, "社区自定"),
    ("check_scan_minutes", "扫签到码后几分钟内确认有效", "分钟", 10, 1, 60, "社区自定；没登录的人要先登录"),
    ("tablet_failures_per_hour", "签到平板每小时最多输错", "次", 30, 5, 500, "社区自定"),
    ("star_barred_years", "星级被取消后几年内不再认定", "年", 1, 0, 5, "广东省星级认定办法为 1 至 3 年"),
    ("phone_code_minutes", "短信验证码有效", "分钟", 5, 1, 30, "通行做法"),
    ("phone_code_tries", "一个验证码最多输错", "次", 5, 1, 10, "通行做法"),
    ("phone_codes_per_hour", "一个手机号每小时最多发", "条", 5, 1, 20, "通行做法"),
]


def ship(apps, schema_editor):
    staff = dict.fromkeys(("district_staff", "street_staff", "community_staff"), STAFF)
    grant(
        apps,
        "volunteers",
        {
            **staff,
            "platform_admin": SEEN + each("add change", *BOOKS),
            "auditor": SEEN,
            "unit_liaison": LIAISON,
            "supervisor": each("view", "report", "team", "station", "position", "holding", "session", "series"),
        },
    )
    ship_parameters(apps, PARAMETERS)
    rows = {"Skill": SKILLS, "PositionClass": CLASSES}
    for model, names in rows.items():
        book = apps.get_model("volunteers", model)
        book.objects.bulk_create(book(name=name, order=10 * number) for number, name in enumerate(names, 1))
    PointRule = apps.get_model("volunteers", "PointRule")
    for ledger in ("duty", "voluntary"):
        PointRule.objects.create(ledger=ledger, points_per_hour=1, effective_on=date(2020, 1, 1))


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0002_append_only"), ("organizations", "0020_working_calendar")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
