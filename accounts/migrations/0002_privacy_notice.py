from datetime import date

from django.db import migrations

BODY = """一、为什么收集。您在这里填写的姓名、手机号、住址和情况说明，只用于受理、派单、上门服务和回访您反映的这件事。

二、谁能看到。您所在社区和街道经办这件事的工作人员、为您服务的单位联络员可以看到。列表里手机号只显示前三位和后四位；查看完整号码会留下记录。您的姓名、电话和住址不会公开。

三、怎样保存。姓名、手机号和详细住址加密保存在境内的服务器上。照片中的拍摄地点等信息在上传时删除。

四、您的权利。您可以凭受理编号和手机号查看办理过程、撤回需求，也可以请社区更正或删除您的信息。不同意本告知书，可以直接到社区办理或拨打社区电话。

五、不满十四周岁的未成年人，请由父母或其他监护人填写。"""


def ship(apps, schema_editor):
    apps.get_model("accounts", "PrivacyNotice").objects.create(version="1", body=BODY, effective_on=date(2020, 1, 1))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
