from django.db import migrations

from organizations.shipping import ship_parameters


def ship(apps, schema_editor):
    row = ("import_organizations_max_rows", "每次导入党组织、党员最多行数", "行", 20000, 100, 100000, "系统运行")
    ship_parameters(apps, [row])


class Migration(migrations.Migration):
    dependencies = [("organizations", "0018_both_sides")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
