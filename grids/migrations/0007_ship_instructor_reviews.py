from django.db import migrations

from organizations.shipping import grant, ship_parameters

REVIEW = "view_instructorreview add_instructorreview change_instructorreview"


def ship(apps, schema_editor):
    roles = ("platform_admin", "district_staff", "street_staff", "community_staff")
    grant(apps, "grids", {**dict.fromkeys(roles, REVIEW), "supervisor": "view_instructorreview"})
    ship_parameters(apps, [("instructor_months", "党建指导员选派期限", "个月", 24, 3, 120, "本平台约定")])


class Migration(migrations.Migration):
    dependencies = [("grids", "0006_instructor_reviews"), ("organizations", "0009_ship_terms")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
