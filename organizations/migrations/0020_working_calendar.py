"""The working calendar comes from the lists to the organizations: whatever has a deadline asks it. Its rows stay."""

from django.db import migrations, models


def move_rights(apps, schema_editor):
    """Whoever could change it there can change it here."""
    found = apps.get_model("contenttypes", "ContentType").objects.filter(app_label="checklists", model="calendarday")
    found.update(app_label="organizations")


class Migration(migrations.Migration):
    dependencies = [
        ("checklists", "0017_category_codes"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("organizations", "0019_ship_import_limit"),
    ]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="CalendarDay",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "day",
                            models.DateField(
                                error_messages={"unique": "这一天已有安排。"}, unique=True, verbose_name="日期"
                            ),
                        ),
                        ("is_working", models.BooleanField(default=False, verbose_name="上班")),
                        ("name", models.CharField(blank=True, max_length=40, verbose_name="说明")),
                    ],
                    options={
                        "verbose_name": "工作日历",
                        "verbose_name_plural": "工作日历",
                        "ordering": ["-day"],
                        "db_table": "checklists_calendarday",
                    },
                ),
            ]
        ),
        migrations.AlterModelTable("calendarday", None),
        migrations.RunPython(move_rights, migrations.RunPython.noop),
    ]
