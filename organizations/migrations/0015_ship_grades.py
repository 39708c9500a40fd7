from django.db import migrations

from organizations.shipping import grant, ship_parameters

GRADES = "view_membergrade add_membergrade change_membergrade delete_membergrade"


def ship(apps, schema_editor):
    roles = ("platform_admin", "district_staff", "street_staff", "community_staff")
    grant(apps, "organizations", dict.fromkeys(roles, GRADES))
    row = (
        "review_excellent_max_percent",
        "民主评议优秀等次上限",
        "%",
        33.333,
        0,
        100,
        "本平台约定：一般不超过三分之一",
    )
    ship_parameters(apps, [row])


class Migration(migrations.Migration):
    dependencies = [("organizations", "0014_member_grades")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
