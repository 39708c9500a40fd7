from django.db import migrations

from organizations.shipping import grant, ship_parameters

LENGTH = "《关于党的基层组织任期的意见》"
ELECTIONS = "《中国共产党基层组织选举工作条例》"
PARAMETERS = [
    ("term_years_community", "社区党组织任期", "年", 5, 1, 10, LENGTH),
    ("term_years_branch", "党支部任期", "年", 3, 1, 10, LENGTH),
    ("term_years_committee", "基层党委任期", "年", 5, 1, 10, LENGTH),
    ("term_extension_max_months", "延期换届最长", "个月", 12, 1, 60, ELECTIONS),
    ("term_reminder_days_1", "换届提醒：第一次提前", "天", 180, 1, 730, "本平台约定，上级提前六个月提醒"),
    ("term_reminder_days_2", "换届提醒：第二次提前", "天", 90, 1, 730, "本平台约定"),
    ("term_reminder_days_3", "换届提醒：第三次提前", "天", 60, 1, 730, "本平台约定"),
    ("term_reminder_days_4", "换届提醒：第四次提前", "天", 30, 1, 730, "本平台约定"),
    ("election_quorum_percent", "选举到会人数下限", "%", 80, 50, 100, f"{ELECTIONS}：不少于应到会人数的五分之四"),
    ("election_margin_percent", "委员候选人差额下限", "%", 20, 0, 100, f"{ELECTIONS}：不少于应选人数的百分之二十"),
]
STAFF = (
    "view_term add_term change_term view_election add_election change_election view_electionevent "
    "view_candidacy add_candidacy change_candidacy delete_candidacy"
)
LOOK = "view_term view_election view_electionevent view_candidacy"


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
    dependencies = [("organizations", "0008_terms_and_elections")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
