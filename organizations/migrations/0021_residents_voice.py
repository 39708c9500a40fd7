from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organizations", "0020_working_calendar")]
    operations = [
        migrations.AlterField(
            model_name="appraisalevidence",
            name="item",
            field=models.CharField(
                "项目",
                max_length=20,
                choices=[
                    ("meetings", "参加会议"),
                    ("activities", "共建活动"),
                    ("study", "学习"),
                    ("teams", "志愿服务队"),
                    ("bonus", "加分"),
                    ("voice", "居民评议"),
                    ("response", "回应单位的事"),
                    ("notice", "通知和议事"),
                    ("service", "开放和服务"),
                    ("feedback", "结果反馈"),
                ],
            ),
        )
    ]
