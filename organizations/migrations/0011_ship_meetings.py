from django.db import migrations

from organizations.shipping import grant, ship_parameters

BRANCH = "《中国共产党支部工作条例（试行）》"
HERE = "本平台约定"
PARAMETERS = [
    ("meeting_times_assembly", "支部党员大会：每季度", "次", 1, 0, 12, f"{BRANCH}：一般每季度召开 1 次"),
    ("meeting_times_committee", "支部委员会会议：每月", "次", 1, 0, 4, f"{BRANCH}：一般每月召开 1 次"),
    ("meeting_times_group", "党小组会：每月", "次", 1, 0, 4, f"{BRANCH}：一般每月召开 1 次"),
    ("meeting_times_lecture", "党课：每半年", "次", 1, 0, 12, f"{BRANCH}：党员定期上党课，次数由当地规定"),
    ("meeting_times_theme_day", "主题党日：每月", "次", 1, 0, 4, f"{BRANCH}：每月相对固定 1 天"),
    ("meeting_times_life", "组织生活会：每年", "次", 1, 0, 4, f"{BRANCH}：每年至少召开 1 次，一般安排在第四季度"),
    ("meeting_times_review", "民主评议党员：每年", "次", 1, 0, 4, f"{BRANCH}：一般每年开展 1 次"),
    ("meeting_quorum_percent", "党员大会到会比例要超过", "%", 50, 0, 99, f"{BRANCH}：超过应到会人数的半数"),
    ("meeting_amber_missed", "组织生活亮黄灯：一年漏开", "次", 1, 1, 100, HERE),
    ("meeting_red_missed", "组织生活亮红灯：一年漏开", "次", 3, 1, 100, HERE),
    ("meeting_due_days", "组织生活提前提醒：期末前", "天", 7, 0, 90, HERE),
    ("meeting_sign_in_before_minutes", "扫码签到：开始前", "分钟", 60, 0, 1440, HERE),
    ("meeting_sign_in_after_minutes", "扫码签到：结束后", "分钟", 30, 0, 1440, HERE),
    ("meeting_photo_max_count", "每次组织生活最多照片数", "张", 9, 1, 100, HERE),
    ("public_sign_ins_per_hour", "同一网络每小时签到没有对上的上限", "次", 60, 1, 10000, "防滥用"),
]
STAFF = (
    "view_meeting add_meeting change_meeting view_meetingevent "
    "view_attendance add_attendance change_attendance delete_attendance "
    "view_meetingphoto add_meetingphoto change_meetingphoto delete_meetingphoto"
)
LOOK = "view_meeting view_meetingevent view_attendance view_meetingphoto"


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
    dependencies = [("organizations", "0010_meetings")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
