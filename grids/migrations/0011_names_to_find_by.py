from django.db import migrations, models

import grids.addresses
import grids.fields
from organizations.shipping import ship_parameters

NORM = "各地做法（如海口市全市）：每个综合网格 300 至 500 户"
PARAMETERS = [
    ("grid_min_households", "综合网格最少户数", "户", 300, 0, 5000, NORM),
    ("grid_max_households", "综合网格最多户数", "户", 500, 1, 10000, NORM),
    ("outline_overlap_min_m2", "边界重叠超过多少才提示", "平方米", 100, 1, 1000000, "系统运行"),
    ("outline_gap_min_m2", "边界空白超过多少才提示", "平方米", 500, 1, 1000000, "系统运行"),
    ("outline_import_max_mb", "每次导入边界文件的最大大小", "MB", 10, 1, 100, "系统运行"),
    ("import_places_max_rows", "每次导入楼栋最多行数", "行", 20000, 100, 100000, "系统运行"),
]
BATCH = 2000


def fill(apps, schema_editor):
    """The names to be found by, of the places that are there already."""
    keys = {"Quarter": grids.addresses.quarter_key, "Building": grids.addresses.building_key}
    for name, key in keys.items():
        Model = apps.get_model("grids", name)
        rows = []
        for row in Model.objects.only("pk", "name").order_by("pk").iterator(BATCH):
            row.search_name = key(row.name)[: Model._meta.get_field("search_name").max_length]
            rows.append(row)
            if len(rows) == BATCH:
                Model.objects.bulk_update(rows, ["search_name"])
                rows = []
        if rows:
            Model.objects.bulk_update(rows, ["search_name"])


def ship(apps, schema_editor):
    ship_parameters(apps, PARAMETERS)


class Migration(migrations.Migration):
    dependencies = [("grids", "0010_ship_ground")]
    operations = [
        migrations.AddField(
            "quarter",
            "search_name",
            grids.fields.KeyField(
                key=grids.addresses.quarter_key, max_length=60, source="name", verbose_name="查找用名称"
            ),
        ),
        migrations.AddField(
            "building",
            "search_name",
            grids.fields.KeyField(
                key=grids.addresses.building_key, max_length=30, source="name", verbose_name="查找用楼栋号"
            ),
        ),
        migrations.AddIndex("quarter", models.Index(fields=["search_name"], name="quarter_by_search_name")),
        migrations.AddIndex(
            "building", models.Index(fields=["quarter", "search_name"], name="building_by_search_name")
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(ship, migrations.RunPython.noop),
    ]
