from django.db import migrations

from organizations.shipping import ship_parameters

# (key, label, unit, default, minimum, maximum, source)
ROWS = [
    ("workday_morning_starts", "上午上班", "时", 8.5, 0, 24, "一般作息，按本地规定修改"),
    ("workday_morning_ends", "上午下班", "时", 12, 0, 24, "一般作息，按本地规定修改"),
    ("workday_afternoon_starts", "下午上班", "时", 13.5, 0, 24, "一般作息，按本地规定修改"),
    ("workday_afternoon_ends", "下午下班", "时", 18, 0, 24, "一般作息，按本地规定修改"),
    ("reply_hours", "单位答复派单时限", "工作小时", 8, 1, 240, "本地约定"),
    ("reopen_days", "再次反映期限", "天", 15, 1, 365, "本地约定"),
    ("follow_up_days", "办好后几天未评价转回访", "天", 3, 0, 90, "本地约定"),
    ("close_rated_days", "评价后自动办结", "天", 7, 0, 90, "本地约定"),
    ("close_unrated_days", "未评价自动办结", "天", 30, 1, 365, "本地约定"),
    ("due_soon_hours", "即将超期提前量", "小时", 24, 1, 240, "本地约定"),
    ("duplicate_weeks", "疑似重复的时间范围", "周", 4, 1, 52, "本地约定"),
    ("proposal_count", "每件需求的匹配建议数", "个", 10, 1, 50, "本地约定"),
    ("match_retry_seconds", "匹配任务丢失后重排", "秒", 45, 10, 3600, "系统运行"),
    ("match_weight_urgency", "匹配权重：紧急程度", "分", 3500, 0, 10000, "本地约定，合计一万分"),
    ("match_weight_waiting", "匹配权重：等待时间", "分", 2000, 0, 10000, "本地约定，合计一万分"),
    ("match_weight_proximity", "匹配权重：距离", "分", 2500, 0, 10000, "本地约定，合计一万分"),
    ("match_weight_category", "匹配权重：类别", "分", 1000, 0, 10000, "本地约定，合计一万分"),
    ("match_weight_load", "匹配权重：单位负荷", "分", 1000, 0, 10000, "本地约定，合计一万分"),
    ("match_waiting_days_cap", "等待时间封顶", "天", 90, 1, 365, "本地约定"),
    ("match_street_proximity", "同街道的距离系数", "", 0.6, 0, 1, "本地约定"),
    ("match_district_proximity", "同区的距离系数", "", 0.2, 0, 1, "本地约定"),
    ("match_secondary_category", "次要类别的系数", "", 0.4, 0, 1, "本地约定"),
    ("photo_max_count", "每次最多照片数", "张", 3, 1, 9, "本地约定"),
    ("photo_max_mb", "每张照片大小上限", "MB", 10, 1, 50, "本地约定"),
    ("photo_max_megapixels", "每张照片像素上限", "百万像素", 50, 1, 200, "本地约定"),
    ("link_days", "免登录链接有效期", "天", 7, 1, 90, "本地约定"),
    ("public_needs_per_hour", "同一网络每小时提交上限", "件", 20, 1, 10000, "防滥用"),
    ("public_lookups_per_hour", "同一网络每小时查询失败上限", "次", 20, 1, 10000, "防滥用"),
]


def ship(apps, schema_editor):
    ship_parameters(apps, ROWS)


class Migration(migrations.Migration):
    dependencies = [("checklists", "0004_grants")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
