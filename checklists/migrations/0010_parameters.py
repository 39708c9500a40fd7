from django.db import migrations

from organizations.shipping import ship_parameters

# (key, label, unit, default, minimum, maximum, source)
ROWS = [
    ("duplicate_similarity", "疑似重复的文字相似度", "", 0.4, 0.1, 1, "本地约定"),
    ("inquiry_days", "询问居民的答复期限", "天", 5, 1, 30, "本地约定"),
    ("split_max_count", "一件需求最多拆成几件", "件", 10, 2, 50, "本地约定"),
    ("grab_hours", "开放抢单后没人接转回派单", "小时", 24, 1, 240, "本地约定"),
    ("public_supports_per_hour", "同一网络每小时“我也需要”上限", "次", 20, 1, 10000, "防滥用"),
    ("public_enrolments_per_hour", "同一网络每小时活动报名上限", "次", 20, 1, 10000, "防滥用"),
    ("public_appraisals_per_hour", "同一网络每小时项目评议上限", "次", 20, 1, 10000, "防滥用"),
    ("import_max_rows", "每次导入最多行数", "行", 5000, 1, 100000, "系统运行"),
    ("expiry_reminder_days", "资源和协议到期前提醒", "天", 30, 1, 365, "本地约定"),
    ("unused_resource_days", "资源多久没人用算闲置", "天", 90, 7, 730, "本地约定"),
    ("unmet_need_days", "需求多久没配上算找不到", "天", 14, 1, 365, "本地约定"),
    ("turn_reminder_days", "轮值开始前提醒", "天", 7, 1, 60, "本地约定"),
    ("activity_reminder_days", "活动开始前提醒", "天", 1, 0, 30, "本地约定"),
    ("activity_photo_max_count", "每场活动最多照片数", "张", 20, 1, 100, "本地约定"),
    ("project_publicity_days", "项目公示天数", "天", 7, 1, 60, "本地约定"),
    ("project_reminder_days", "项目到期前提醒", "天", 7, 1, 60, "本地约定"),
    ("project_bid_days", "项目揭榜天数", "天", 10, 1, 90, "本地约定"),
    ("project_evidence_max_count", "每个项目最多佐证照片数", "张", 40, 1, 200, "本地约定"),
    ("match_epsilon", "统筹匹配的精度步长", "分", 50, 1, 1000, "越小越接近最优，越慢"),
    ("match_run_hour", "每天统筹匹配的时刻", "时", 2, 0, 23, "系统运行"),
    ("match_run_interval_hours", "统筹匹配的间隔", "小时", 24, 1, 168, "系统运行"),
    ("match_run_timeout_minutes", "统筹匹配多久没完成算中断", "分钟", 30, 1, 600, "系统运行"),
    ("match_run_keep_days", "统筹结果保留", "天", 90, 7, 3650, "系统运行"),
    ("match_scarce_price", "紧缺度到多少标“紧缺”", "分", 500, 1, 10000, "本地约定"),
    ("rate_weight_response", "综合得分权重：响应率", "分", 20, 0, 100, "本地约定，合计一百分"),
    ("rate_weight_solution", "综合得分权重：解决率", "分", 40, 0, 100, "本地约定，合计一百分"),
    ("rate_weight_satisfaction", "综合得分权重：满意率", "分", 40, 0, 100, "本地约定，合计一百分"),
    ("rate_weight_on_time", "综合得分权重：按期率", "分", 0, 0, 100, "本地约定，合计一百分"),
    ("rate_weight_returned", "综合得分扣分：退单率", "分", 0, 0, 100, "本地约定，从得分里扣"),
]


def ship(apps, schema_editor):
    ship_parameters(apps, ROWS)


class Migration(migrations.Migration):
    dependencies = [("checklists", "0009_grants")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
