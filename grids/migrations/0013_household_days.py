from django.db import migrations, models

from organizations.shipping import ship_parameters

DAY = {"blank": True, "help_text": "这个户数是哪一天数的。", "null": True, "verbose_name": "户数统计日期"}


def ship(apps, schema_editor):
    ship_parameters(
        apps,
        [("grid_rate_minimum", "网格比率的最少件数", "件", 5, 1, 1000, "分母不到这个数的比率只作参考，不参加排序")],
    )


class Migration(migrations.Migration):
    dependencies = [("grids", "0012_notices")]
    operations = [
        *(
            migrations.AddField(model_name=name, name="households_on", field=models.DateField(**DAY))
            for name in ("community", "quarter", "building")
        ),
        migrations.RunPython(ship, migrations.RunPython.noop),
    ]
