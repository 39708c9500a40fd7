from django.db import migrations

from organizations.shipping import ship_parameters

USUAL = "地方惯例，各地按本地关爱办法调整"
DAYS = [
    (
        "visit_days_lonely_elder",
        "独居老人几天走访一次",
        "天",
        7,
        1,
        366,
        "民政部等《关于加强农村留守老年人关爱服务工作的意见》要求定期探访；每周一次为地方惯例",
    ),
    ("visit_days_disabled", "残疾人几天走访一次", "天", 30, 1, 366, USUAL),
    (
        "visit_days_low_income",
        "低保户几天走访一次",
        "天",
        90,
        1,
        366,
        "《社会救助暂行办法》要求定期核查；每季一次为地方惯例",
    ),
    (
        "visit_days_child",
        "困境儿童几天走访一次",
        "天",
        30,
        1,
        366,
        "国务院《关于加强困境儿童保障工作的意见》要求定期走访；每月一次为地方惯例",
    ),
    ("visit_days_other", "其他关爱对象几天走访一次", "天", 90, 1, 366, USUAL),
    ("visit_days_after_absence", "没见到人几天内再去", "天", 2, 1, 30, "工作约定：没见到人不算走访"),
    ("visit_days_of_watched", "需要关注的几天内再去", "天", 7, 1, 90, "工作约定：比平时的走访间隔短时才用"),
]
# What is looked at, how often (days), and the matter under which a finding is reported.
ITEMS = [
    ("楼道、消防通道有没有堵塞", 1, "楼道堆物"),
    ("电动车有没有进楼、飞线充电", 1, "飞线充电"),
    ("垃圾投放点是否整洁、有没有满溢", 1, "暴露垃圾"),
    ("井盖、路面有没有缺损", 7, "井盖缺失破损"),
    ("路灯、楼道灯亮不亮", 7, "路灯不亮"),
    ("沿街商户有没有占道经营", 7, "占道经营"),
    ("有没有高空抛物、外墙脱落的隐患", 7, "其他事件"),
    ("灭火器、消火栓是否完好", 30, "消防设施失效"),
    ("有没有违规搭建", 30, "私搭乱建"),
    ("健身器材、公共座椅是否牢固", 30, "健身器材"),
]


def ship(apps, schema_editor):
    ship_parameters(apps, DAYS)
    Matter, CheckItem = apps.get_model("patrols", "Matter"), apps.get_model("patrols", "CheckItem")
    for order, (text, every_days, name) in enumerate(ITEMS, 1):
        matter = Matter.objects.filter(parent__isnull=False, name=name).order_by("code").first()
        CheckItem.objects.create(text=text, matter=matter, every_days=every_days, order=order * 10)


class Migration(migrations.Migration):
    dependencies = [("patrols", "0003_incidents")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
