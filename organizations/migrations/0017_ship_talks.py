from django.db import migrations

from organizations.shipping import grant, ship_parameters

BRANCH = "《中国共产党支部工作条例（试行）》"
HERE = "本平台约定"
PARAMETERS = [
    ("talk_times", "谈心谈话：每名党员每年", "次", 1, 0, 12, f"{BRANCH}第十七条：一般每年不少于 1 次"),
    ("meeting_above_percent", "上级党课算支部一次：到会党员不少于", "%", 50, 1, 100, HERE),
    ("meeting_first_year", "组织生活从哪一年起计入达标", "年", 2026, 2000, 2100, f"{HERE}，更早的不算漏开"),
    ("probation_reminder_days_2", "再次提醒转正：预备期满前", "天", 30, 0, 365, HERE),
]
STAFF = "view_talk add_talk change_talk"


def ship(apps, schema_editor):
    roles = ("platform_admin", "district_staff", "street_staff", "community_staff")
    grant(apps, "organizations", {**dict.fromkeys(roles, STAFF), "supervisor": "view_talk"})
    ship_parameters(apps, PARAMETERS)


class Migration(migrations.Migration):
    dependencies = [("organizations", "0016_talks")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
