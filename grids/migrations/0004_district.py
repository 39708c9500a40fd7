from auditlog.context import disable_auditlog
from django.core.validators import RegexValidator
from django.db import migrations, models


def found_districts(apps, schema_editor):
    """Every street gets the district whose code its own begins with (GB/T 2260)."""
    District = apps.get_model("grids", "District")
    Street = apps.get_model("grids", "Street")
    with disable_auditlog():
        for street in Street.objects.order_by("code"):
            code = street.code[:6]
            street.district, _ = District.objects.get_or_create(code=code, defaults={"name": f"区县{code}"})
            street.save(update_fields=["district"])


class Migration(migrations.Migration):
    dependencies = [("grids", "0003_grants")]
    operations = [
        migrations.CreateModel(
            name="District",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, unique=True, verbose_name="名称")),
                (
                    "code",
                    models.CharField(
                        max_length=6,
                        unique=True,
                        validators=[RegexValidator("^\\d{6}$", "区县代码为 6 位数字。")],
                        verbose_name="区划代码",
                    ),
                ),
            ],
            options={"verbose_name": "区县", "verbose_name_plural": "区县", "ordering": ["code"]},
        ),
        migrations.AddField(
            "street",
            "district",
            models.ForeignKey(
                null=True,
                on_delete=models.PROTECT,
                related_name="streets",
                to="grids.district",
                verbose_name="区县",
            ),
        ),
        migrations.RunPython(found_districts, migrations.RunPython.noop),
    ]
