from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_phone_codes")]
    operations = [
        migrations.AlterField(
            model_name="phonecode",
            name="purpose",
            field=models.CharField(
                "用途",
                max_length=20,
                choices=[
                    ("sign_in", "志愿服务登录"),
                    ("phone_change", "志愿服务更换手机号"),
                    ("message", "社区留言簿"),
                    ("hearing", "社区议事"),
                    ("survey", "评议"),
                    ("accord", "签署调解协议"),
                    ("mediation", "矛盾调解"),
                ],
            ),
        )
    ]
