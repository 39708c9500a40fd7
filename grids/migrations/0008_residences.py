import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from organizations.shipping import grant

LIVE = "view_residence add_residence change_residence delete_residence"


def ship(apps, schema_editor):
    roles = ("platform_admin", "district_staff", "street_staff", "community_staff")
    grant(apps, "grids", {**dict.fromkeys(roles, LIVE), "supervisor": "view_residence"})


class Migration(migrations.Migration):
    dependencies = [
        ("grids", "0007_ship_instructor_reviews"),
        ("organizations", "0015_ship_grades"),
    ]

    operations = [
        migrations.CreateModel(
            name="Residence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "starts_on",
                    models.DateField(default=django.utils.timezone.localdate, verbose_name="居住起始"),
                ),
                (
                    "member",
                    models.OneToOneField(
                        error_messages={"unique": "这名党员已经登记了居住小区。"},
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="residence",
                        to="organizations.partymember",
                        verbose_name="党员",
                    ),
                ),
                (
                    "quarter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="residences",
                        to="grids.quarter",
                        verbose_name="居住小区",
                    ),
                ),
            ],
            options={
                "verbose_name": "居住党员",
                "verbose_name_plural": "居住党员",
                "ordering": ["quarter", "member__name", "pk"],
            },
        ),
        migrations.RunPython(ship, migrations.RunPython.noop),
    ]
