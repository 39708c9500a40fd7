# ruff: noqa: E501 # a table reads better in rows
from django.db import migrations

# (class or kind or "" for all, state, title, text); braces are filled in, 【】 is for whoever answers.
ROWS = [
    (
        "",
        "rejected",
        "不归社区管",
        "您反映的“{类别}”不在社区的职责范围，归【单位】管，电话【电话】。您也可以请我们帮您联系，编号 {编号}。",
    ),
    (
        "",
        "rejected",
        "情况说不清",
        "按您留的内容没有找到地点，电话也没有打通。请补充【缺的情况】后再提一次，{社区}马上办。",
    ),
    (
        "法律与调解",
        "rejected",
        "请走法律程序",
        "这件事已经进入诉讼或仲裁，社区不能另外处理。需要的话，{社区}可以帮您约公益律师，先把材料理一理。",
    ),
    ("", "suspended", "等配件", "配件要订货，预计【日期】到。到货后{单位}会先打电话约您。"),
    ("", "suspended", "约好时间再来", "和您约好【日期】上门，到时接着办。时间有变，请打社区电话。"),
    ("楼院环境", "suspended", "要邻居同意", "这件事要先征得同楼居民同意，正在挨家问，预计【日期】有结果。"),
    (
        "",
        "handed_off",
        "转专业单位",
        "这件事归专业单位办，{社区}已把情况转过去，对方会在【几天】内联系您。{社区}会跟着问结果。",
    ),
    ("安全隐患", "handed_off", "转主管部门", "现场已设警示。设施归主管部门维修，{社区}已书面转去，处理前请绕行。"),
    ("", "done", "当面办好", "已经办好，请您查看。还有问题，{社区}随时接着办。"),
    ("居家维修", "done", "修好了", "{单位}已上门修好，当面试过能用。【花费：如有，写明配件钱】"),
    ("楼院环境", "done", "清理维修好了", "已派人处理完，现场拍了照片。以后再有，请直接反映。"),
    ("养老助老", "done", "服务已安排", "{单位}已上门，从【日期】起按约定服务。有变化请提前一天告诉社区。"),
    ("", "closed", "重复反映", "这件事和之前办好的是同一处，现场核实过没有新问题。情况有变，请重新提需求。"),
    ("", "withdrawn", "居民不需要了", "和您电话核实过，这件事不用办了，按您的意思撤回。以后需要，请重新提。"),
]


def ship(apps, schema_editor):
    Category = apps.get_model("checklists", "Category")
    StandardAnswer = apps.get_model("checklists", "StandardAnswer")
    classes = {row.name: row for row in Category.objects.filter(parent=None)}
    for order, (name, status, title, text) in enumerate(ROWS, start=1):
        if name and name not in classes:
            continue  # the office renamed or removed the class
        StandardAnswer.objects.create(
            category=classes.get(name), status=status, title=title, text=text, order=order * 10
        )


class Migration(migrations.Migration):
    dependencies = [("checklists", "0011_category_is_communal")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
