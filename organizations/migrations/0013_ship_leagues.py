from django.db import migrations

from organizations.shipping import grant, ship_parameters

HERE = "本平台约定"
PARAMETERS = [
    ("league_chair_months", "轮值主席一任", "个月", 3, 1, 60, HERE),
    ("league_chair_reminder_days", "轮值到期提前提醒", "天", 7, 0, 90, HERE),
    ("league_reminder_days", "联席会议提醒：季度结束前", "天", 30, 0, 92, f"{HERE}，联席会议每季度一次"),
    ("league_councillors_min", "大党委委员一般不少于", "名", 9, 0, 99, HERE),
    ("league_councillors_max", "大党委委员一般不多于", "名", 11, 1, 99, HERE),
    ("league_sign_in_hours", "大党委会议扫码签到：开始后", "小时", 4, 1, 48, HERE),
    ("appraisal_meeting_points", "单位评价：参加会议满分", "分", 40, 0, 100, HERE),
    ("appraisal_absence_points", "单位评价：无故缺席一次扣", "分", 5, 0, 100, HERE),
    ("appraisal_activity_points", "单位评价：共建活动满分", "分", 40, 0, 100, HERE),
    ("appraisal_activity_times", "单位评价：每季度活动不少于", "次", 2, 1, 99, HERE),
    ("appraisal_shortfall_points", "单位评价：一个季度不够次数扣", "分", 5, 0, 100, HERE),
    ("appraisal_study_points", "单位评价：学习满分", "分", 10, 0, 100, HERE),
    ("appraisal_team_points", "单位评价：志愿服务队满分", "分", 10, 0, 100, HERE),
    ("appraisal_idea_points", "单位评价：采纳一条建议加", "分", 2, 0, 100, HERE),
    ("appraisal_full_points", "单位评价：会议全勤加", "分", 3, 0, 100, HERE),
    ("appraisal_excellent", "单位评价：优秀不低于", "分", 95, 0, 200, HERE),
    ("appraisal_good", "单位评价：较好不低于", "分", 90, 0, 200, HERE),
    ("appraisal_fair", "单位评价：一般不低于", "分", 80, 0, 200, HERE),
]
MODELS = [
    "league",
    "leaguemember",
    "councillor",
    "leagueplanitem",
    "leaguemeeting",
    "leagueattendance",
    "resolution",
    "unitappraisal",
    "appraisalevidence",
]
STAFF = " ".join(f"{verb}_{model}" for model in MODELS for verb in ("view", "add", "change")) + " view_leagueevent"
LOOK = " ".join(f"view_{model}" for model in [*MODELS, "leagueevent"])


def ship(apps, schema_editor):
    grant(
        apps,
        "organizations",
        {
            "platform_admin": STAFF,
            "district_staff": STAFF,
            "street_staff": STAFF,
            "community_staff": STAFF,
            "supervisor": LOOK,
        },
    )
    ship_parameters(apps, PARAMETERS)


class Migration(migrations.Migration):
    dependencies = [("organizations", "0012_leagues")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
