from django.db import migrations, models

# Common space only. Noise and quarrels are about people, and people are nobody's business but the community's.
COMMUNAL = {
    "楼院环境": ["楼道照明", "楼道堆物", "垃圾清运", "绿化修剪", "停车秩序"],
    "安全隐患": ["飞线充电", "墙体设施松动", "电梯故障", "积水结冰"],
}


def ship(apps, schema_editor):
    Category = apps.get_model("checklists", "Category")
    for parent, names in COMMUNAL.items():
        Category.objects.filter(parent__name=parent, name__in=names).update(is_communal=True)


class Migration(migrations.Migration):
    dependencies = [("checklists", "0010_parameters")]
    operations = [
        migrations.AddField(
            "category",
            "is_communal",
            models.BooleanField(
                default=False,
                help_text="楼道、院子、电梯这类大家的事。邻居能看到这类需求的类别、地点、日期和进展，并点“我也需要”；家里的事不要勾选。",
                verbose_name="公共事项",
            ),
        ),
        migrations.RunPython(ship, migrations.RunPython.noop),
    ]
