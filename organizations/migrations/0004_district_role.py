from django.db import migrations

from organizations.shipping import grant

STAFF = (
    "view_organization add_organization change_organization view_unit add_unit change_unit "
    "view_leadershipterm add_leadershipterm change_leadershipterm"
)
AGREEMENT = "view_agreement add_agreement change_agreement"


def ship(apps, schema_editor):
    Role = apps.get_model("organizations", "Role")
    Role.objects.create(code="district_staff", name="区级统筹人员", reach="subtree", is_auditing=False)
    grant(
        apps,
        "accounts",
        {
            "district_staff": "use_workplace reveal_personal view_notification view_privacynotice",
        },
    )
    grant(
        apps,
        "organizations",
        {
            "district_staff": STAFF + " " + AGREEMENT,
            "platform_admin": AGREEMENT + " delete_agreement",
            "street_staff": AGREEMENT,
            "community_staff": AGREEMENT,
            "unit_liaison": "view_agreement",
            "supervisor": "view_agreement",
        },
    )


class Migration(migrations.Migration):
    dependencies = [("organizations", "0003_agreement"), ("accounts", "0002_privacy_notice")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
