from django.db import migrations, models

from organizations.shipping import ship_parameters

PARAMETERS = [
    ("duty_ending_days", "值守任期提前多少天提醒", "天", 30, 1, 365, "系统运行"),
    ("public_notices_per_hour", "每个网络地址每小时看网格公示的次数", "次", 120, 1, 10000, "防止批量抄录电话"),
]


def ship(apps, schema_editor):
    ship_parameters(apps, PARAMETERS)


class Migration(migrations.Migration):
    dependencies = [("grids", "0011_names_to_find_by")]
    operations = [
        migrations.AddField(
            "duty",
            "publishes_phone",
            models.BooleanField(
                blank=True,
                help_text="网格公示牌和公示页是否写出手机号。不选就按职责：网格长、网格员公布，其他人不公布。",
                null=True,
                verbose_name="公布手机号",
            ),
        ),
        migrations.RunPython(ship, migrations.RunPython.noop),
    ]
