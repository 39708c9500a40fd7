from django.db import migrations

# class: (icon, [(kind, icon, response hours, handling hours, automatism, example), ...]); hours are working hours.
# Automatism: "" none, "a" accepts by itself, "ad" accepts and dispatches by itself.
CLASSES = {
    "居家维修": (
        "wrench",
        [
            ("水管龙头", "droplet", 4, 16, "", "厨房水龙头关不紧，滴水三天了"),
            ("电路灯具", "bulb", 4, 16, "", "客厅的灯一开就跳闸"),
            ("门窗锁具", "door", 4, 16, "", "防盗门锁芯卡住，老人进出不方便"),
            ("家电检修", "plug", 8, 24, "", "洗衣机不脱水，想请人看看"),
            ("管道疏通", "wrench", 4, 16, "", "卫生间地漏堵了，水下得很慢"),
        ],
    ),
    "楼院环境": (
        "building",
        [
            ("楼道照明", "bulb", 4, 24, "", "2单元三楼声控灯坏了，晚上看不见"),
            ("楼道堆物", "package", 8, 40, "", "四楼转角堆着旧家具，过不去"),
            ("垃圾清运", "trash", 4, 16, "", "楼下垃圾桶满了两天没人收"),
            ("绿化修剪", "tree", 8, 40, "", "树枝伸进二楼窗户了"),
            ("停车秩序", "parking", 8, 40, "", "消防通道被私家车占住"),
            ("噪声扰民", "volume", 4, 40, "", "夜里十一点楼上还在装修"),
        ],
    ),
    "安全隐患": (
        "shield",
        [
            ("火情、燃气泄漏、人身危险", "flame", 1, 1, "!", ""),
            ("飞线充电", "charging", 2, 16, "", "一楼窗户拉出电线给电动车充电"),
            ("墙体设施松动", "alert", 2, 24, "", "外墙瓷砖松动，怕掉下来砸人"),
            ("电梯故障", "elevator", 2, 16, "", "电梯停在五楼不动，里面没有人"),
            ("积水结冰", "rain", 2, 16, "", "单元门口积水结冰，老人容易滑倒"),
        ],
    ),
    "养老助老": (
        "elderly",
        [
            ("送餐助餐", "bowl", 4, 16, "ad", "母亲独居，想从下周起每天中午送一份软饭"),
            ("陪同就医", "hospital", 4, 24, "a", "周四上午要去市医院复查，腿脚不便"),
            ("上门理发", "scissors", 8, 40, "ad", "老人卧床，想请人上门理发"),
            ("日常探访", "heart", 8, 40, "a", "父亲一个人住，请常来看看"),
            ("手机使用帮助", "device-mobile", 8, 40, "ad", "不会用手机挂号，想有人教一教"),
        ],
    ),
    "扶残助困": (
        "wheelchair",
        [
            ("辅具借用", "wheelchair", 8, 24, "", "骨折出院，想借一辆轮椅用一个月"),
            ("无障碍改造", "home", 8, 80, "", "卫生间想装扶手"),
            ("临时困难帮扶", "gift", 8, 40, "", "家里有人住院，这个月生活有困难"),
            ("代办跑腿", "package", 4, 16, "a", "不方便出门，想请人代取药"),
        ],
    ),
    "儿童青少年": (
        "baby",
        [
            ("课后托管", "school", 8, 40, "a", "孩子四点放学，家里没人接"),
            ("学业辅导", "book", 8, 40, "a", "孩子六年级，数学跟不上"),
            ("兴趣活动", "ball", 8, 80, "a", "想给孩子报书法班"),
            ("心理关怀", "mood-heart", 4, 24, "", "孩子最近不愿上学，想找人聊聊"),
        ],
    ),
    "健康医疗": (
        "stethoscope",
        [
            ("健康咨询", "stethoscope", 8, 40, "a", "血压药吃完了，想问问要不要换"),
            ("上门护理", "first-aid", 4, 24, "", "老人压疮需要换药"),
            ("义诊体检", "heart", 8, 80, "a", "楼里十几位老人想量血压测血糖"),
            ("急救培训", "pill", 8, 80, "", "想学心肺复苏"),
        ],
    ),
    "法律与调解": (
        "scale",
        [
            ("法律咨询", "scale", 8, 40, "a", "房东不退押金怎么办"),
            ("邻里纠纷", "handshake", 4, 40, "", "楼上漏水，商量不拢赔偿"),
            ("物业矛盾", "building", 8, 80, "", "对物业费上涨有意见"),
            ("劳动权益", "briefcase", 8, 40, "", "单位拖欠两个月工资"),
        ],
    ),
    "文体与就业": (
        "sparkles",
        [
            ("场地使用", "calendar", 8, 40, "", "合唱队想借活动室，每周三下午"),
            ("文艺活动", "music", 8, 80, "", "楼里想办一次邻居节"),
            ("就业推荐", "briefcase", 8, 80, "a", "下岗半年，想找一份离家近的工作"),
            ("政策咨询", "policy", 4, 24, "a", "想问医保异地报销怎么办"),
        ],
    ),
}
QUESTIONS = {
    "陪同就医": [
        ("哪一天、几点出门？", "text", "", True),
        ("老人能自己走路吗？", "choice", "能走\n要搀扶\n坐轮椅", True),
    ],
    "送餐助餐": [("有忌口吗？", "text", "", False), ("每天哪一餐？", "choice", "午餐\n晚餐\n午餐和晚餐", True)],
    "学业辅导": [("孩子读几年级？", "text", "", True)],
    "辅具借用": [("借什么？", "choice", "轮椅\n拐杖\n助行器\n护理床\n其他", True), ("用多少天？", "number", "", False)],
    "电梯故障": [("里面有人吗？", "choice", "没有人\n不清楚", True)],
    "场地使用": [("大约多少人？", "number", "", True)],
    "义诊体检": [("大约多少人？", "number", "", True)],
}
EMERGENCY = "请马上打电话，不要在这里填写：着火拨 119，有人受伤或突发疾病拨 120，有人行凶、盗抢拨 110，闻到燃气味先开窗、离开，再打燃气公司电话。"


def ship(apps, schema_editor):
    Category = apps.get_model("checklists", "Category")
    Question = apps.get_model("checklists", "Question")
    for place, (name, (icon, kinds)) in enumerate(CLASSES.items(), start=1):
        parent = Category.objects.create(name=name, icon=icon, order=place * 10)
        for order, (kind, kind_icon, response, handling, automatism, example) in enumerate(kinds, start=1):
            category = Category.objects.create(
                parent=parent,
                name=kind,
                icon=kind_icon,
                order=place * 10 + order,
                response_hours=response,
                handling_hours=handling,
                auto_accept="a" in automatism,
                auto_dispatch="d" in automatism,
                emergency_notice=EMERGENCY if automatism == "!" else "",
                example=example,
            )
            for rank, (text, answer, options, is_required) in enumerate(QUESTIONS.get(kind, ()), start=1):
                Question.objects.create(
                    category=category, text=text, kind=answer, options=options, is_required=is_required, order=rank
                )


class Migration(migrations.Migration):
    dependencies = [("checklists", "0005_parameters")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
