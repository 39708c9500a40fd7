from django.db import migrations

from organizations.shipping import grant, ship_parameters

# family: (its letter, {class: (icon, [(kind, icon, handling hours, urgent), ...])}); the place gives the code.
# Classes and most kinds after 数字城管 (GB/T 30428.2, CJ/T 214) and the matter lists of grid regulations (滨州市社会治理
# 网格化服务管理条例 第十条). Hours are the installation's to change: one working day is 8; urgent ones run day and night.
MATTERS = {
    "part": (
        "B",
        {
            "公用设施": (
                "bolt",
                [
                    ("井盖缺失破损", "alert-circle", 4, True),
                    ("路灯不亮", "bulb", 24, False),
                    ("通信交接箱", "wifi", 24, False),
                    ("电力设施", "bolt", 8, False),
                    ("供水消火栓", "droplet", 8, False),
                    ("燃气调压设施", "flame", 8, False),
                    ("邮筒快递柜", "package", 24, False),
                    ("健身器材", "ball", 40, False),
                ],
            ),
            "道路交通": (
                "road",
                [
                    ("路面破损", "road", 40, False),
                    ("交通标志标线", "flag", 24, False),
                    ("公交站亭", "car", 24, False),
                    ("停车设施", "parking", 24, False),
                    ("桥梁护栏", "alert", 16, False),
                    ("无障碍设施", "wheelchair", 40, False),
                ],
            ),
            "市容环境": (
                "brush",
                [
                    ("公共厕所", "door", 16, False),
                    ("果皮箱", "trash", 16, False),
                    ("垃圾收集点", "trash", 16, False),
                    ("户外广告牌", "photo", 24, False),
                    ("公示栏破损", "clipboard", 24, False),
                ],
            ),
            "园林绿化": (
                "tree",
                [
                    ("行道树倒伏折断", "tree", 8, False),
                    ("古树名木", "tree", 40, False),
                    ("绿地损毁", "plant", 40, False),
                    ("护树设施", "leaf", 40, False),
                    ("喷灌设施", "droplet", 40, False),
                ],
            ),
            "其他设施": (
                "building",
                [
                    ("人防工事", "shield", 40, False),
                    ("液化气站", "flame", 8, False),
                    ("电动车充电设施", "charging", 16, False),
                    ("监控设备", "camera", 24, False),
                    ("工地围挡", "wrench", 16, False),
                ],
            ),
        },
    ),
    "event": (
        "S",
        {
            "市容环境": (
                "brush",
                [
                    ("私搭乱建", "home", 80, False),
                    ("暴露垃圾", "trash", 8, False),
                    ("积存渣土", "package", 24, False),
                    ("乱堆物料", "package", 16, False),
                    ("道路遗撒", "road", 8, False),
                    ("污水外溢", "rain", 8, False),
                    ("油烟扰民", "volume", 40, False),
                ],
            ),
            "宣传广告": (
                "megaphone",
                [
                    ("非法小广告", "scissors", 16, False),
                    ("违规户外广告", "photo", 40, False),
                    ("违规条幅标语", "flag", 16, False),
                    ("占道散发广告", "send", 4, False),
                ],
            ),
            "施工管理": (
                "wrench",
                [
                    ("施工扰民", "volume", 8, False),
                    ("施工占道", "road", 16, False),
                    ("工地扬尘", "alert", 8, False),
                    ("违规装修", "wrench", 24, False),
                ],
            ),
            "街面秩序": (
                "parking",
                [
                    ("无照经营游商", "briefcase", 4, False),
                    ("占道经营", "road", 8, False),
                    ("机动车乱停放", "car", 4, False),
                    ("非机动车乱停放", "bike", 8, False),
                    ("堵塞消防通道", "siren", 4, False),
                    ("露天烧烤", "flame", 4, False),
                ],
            ),
            "突发事件": (
                "siren",
                [
                    ("路面塌陷", "alert", 4, True),
                    ("管道破裂", "droplet", 4, True),
                    ("道路积水积雪", "rain", 8, False),
                    ("火情", "flame", 1, True),
                    ("燃气泄漏", "flame", 1, True),
                    ("房屋墙体倒塌", "building", 2, True),
                    ("电梯困人", "elevator", 1, True),
                ],
            ),
            "其他事件": (
                "dots",
                [
                    ("犬只扰民", "paw", 16, False),
                    ("噪声扰民", "volume", 16, False),
                    ("其他事件", "dots", 24, False),
                ],
            ),
        },
    ),
    "matter": (
        "W",
        {
            "政策宣传": (
                "megaphone",
                [
                    ("法律政策宣传", "policy", 40, False),
                    ("反诈防骗宣传", "shield", 24, False),
                    ("移风易俗宣传", "heart", 40, False),
                ],
            ),
            "信息采集和民情": (
                "clipboard",
                [
                    ("人口家庭信息变动", "users", 24, False),
                    ("出租房屋变动", "key", 24, False),
                    ("单位场所变动", "briefcase", 24, False),
                    ("社情民意", "message", 24, False),
                ],
            ),
            "信访和矛盾纠纷": (
                "scale",
                [
                    ("邻里纠纷", "users", 24, False),
                    ("家庭纠纷", "home", 24, False),
                    ("物业纠纷", "building", 56, False),
                    ("劳资纠纷", "cash", 56, False),
                    ("信访苗头", "hand-stop", 8, False),
                    ("群体聚集", "users", 2, True),
                ],
            ),
            "安全和治安隐患": (
                "shield",
                [
                    ("飞线充电", "charging", 16, False),
                    ("楼道堆物", "package", 16, False),
                    ("消防设施失效", "flame", 16, False),
                    ("群租隐患", "door", 40, False),
                    ("生产经营隐患", "wrench", 24, False),
                    ("治安可疑情况", "eye", 4, False),
                    ("涉毒涉黑线索", "alert-circle", 2, True),
                ],
            ),
            "志愿服务和特殊人群关爱": (
                "heart",
                [
                    ("独居老人", "elderly", 16, False),
                    ("困境儿童", "baby", 16, False),
                    ("残疾人", "wheelchair", 16, False),
                    ("精神障碍患者", "mind", 8, False),
                    ("流浪乞讨人员", "hand-stop", 4, False),
                    ("走失人员", "search", 2, True),
                ],
            ),
            "协办代办代跑": (
                "handshake",
                [
                    ("代办证件手续", "id", 24, False),
                    ("代跑取送", "package", 16, False),
                    ("协助部门核查", "clipboard-check", 40, False),
                ],
            ),
            "突发事件发现报告": (
                "siren",
                [
                    ("自然灾害险情", "rain", 2, True),
                    ("公共卫生事件", "first-aid", 2, True),
                    ("人员伤亡", "first-aid", 1, True),
                    ("扬言极端行为", "alert-circle", 1, True),
                ],
            ),
            "其他事项": ("dots", [("其他事项", "dots", 24, False)]),
        },
    ),
}
LOCAL = ("W", 80, "本地扩展", "sparkles", [("地方特色事项（示例）", "sparkles", 24, False)])

# (key, label, unit, default, minimum, maximum, source)
PARAMETERS = [
    ("incident_accept_hours", "事件受理和派遣时限", "工作小时", 2, 0.5, 80, "西安新城区“1130”：一小时内联系；本地约定"),
    ("incident_urgent_minutes", "紧急事件受理和派遣时限", "分钟", 30, 5, 600, "自然时间，不分昼夜；本地约定"),
    ("incident_check_hours", "事件核查时限", "工作小时", 16, 1, 240, "本地约定"),
    ("incident_escalation_hours", "上级接办时限", "工作小时", 8, 1, 240, "本地约定"),
    ("incident_due_soon_hours", "事件到期前提醒", "小时", 4, 0, 72, "本地约定"),
    ("incident_overdue_hours", "社区超期多久自动上报街道", "工作小时", 0, 0, 240, "本地约定，0 为不自动上报"),
    ("incident_rework_max", "返工几次后自动上报街道", "次", 2, 0, 10, "本地约定"),
    ("incident_suspend_days", "一次挂起最长", "天", 15, 1, 180, "凤县网格办：经批准最长十五天"),
    ("incident_duplicate_days", "疑似重复事件的时间范围", "天", 7, 1, 60, "本地约定"),
    ("incident_spot_photos", "当场解决至少附照片", "张", 0, 0, 9, "凤县网格办：当场能办的当天办；本地约定"),
    ("whistle_report_minutes", "吹哨后部门报到时限", "分钟", 30, 5, 1440, "北京平谷：执法部门三十分钟内报到"),
]


def ship(apps, schema_editor):
    Matter = apps.get_model("patrols", "Matter")

    def plant(family, letter, number, name, icon, kinds):
        code = f"{letter}{number:02}"
        parent = Matter.objects.create(family=family, code=code, name=name, icon=icon)
        Matter.objects.bulk_create(
            Matter(
                family=family,
                parent=parent,
                code=f"{code}{place:02}",
                name=kind,
                icon=sign,
                handling_hours=hours,
                is_urgent=is_urgent,
            )
            for place, (kind, sign, hours, is_urgent) in enumerate(kinds, 1)
        )

    for family, (letter, classes) in MATTERS.items():
        for number, (name, (icon, kinds)) in enumerate(classes.items(), 1):
            plant(family, letter, number, name, icon, kinds)
    plant("matter", *LOCAL)
    ship_parameters(apps, PARAMETERS)
    staff = "dispatch_incident"
    grant(apps, "patrols", {"district_staff": staff, "street_staff": staff, "community_staff": staff})


class Migration(migrations.Migration):
    dependencies = [("patrols", "0002_ship")]
    operations = [
        migrations.RunPython(ship, migrations.RunPython.noop),
    ]
