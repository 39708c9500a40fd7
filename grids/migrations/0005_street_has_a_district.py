from django.db import migrations, models

from organizations.shipping import grant


def ship(apps, schema_editor):
    seeing = ("auditor", "street_staff", "community_staff", "supervisor")
    grant(
        apps,
        "grids",
        {
            "platform_admin": "view_district add_district change_district delete_district",
            **dict.fromkeys(seeing, "view_district"),
        },
    )


class Migration(migrations.Migration):
    dependencies = [("grids", "0004_district")]
    operations = [
        migrations.AlterField(
            "street",
            "district",
            models.ForeignKey(
                on_delete=models.PROTECT, related_name="streets", to="grids.district", verbose_name="区县"
            ),
        ),
        migrations.RunPython(ship, migrations.RunPython.noop),
    ]
