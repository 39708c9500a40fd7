"""Questionnaires to start from, as communities ask them. Words only: (question, kind, aspect, choices with points)."""

from dataclasses import dataclass

FIVE = (("很满意", 100), ("满意", 80), ("一般", 60), ("不满意", 30), ("很不满意", 0))
KNOWS = (("清楚", 100), ("知道一些", 60), ("不知道", 0))
TAKES_PART = (("经常参加", 100), ("参加过", 70), ("知道但没参加", 30), ("不知道有", 0))
RANKS = (("优秀", 100), ("称职", 80), ("基本称职", 60), ("不称职", 0), ("不了解", None))
WORDS = ("您的意见和建议", "text", "", ())
RESIDENTS_FIRST = (("居民", 70), ("成员单位", 20), ("社区工作者", 10))


def satisfied(*questions):
    return tuple((f"您对{each}满意吗", "single", "satisfied", FIVE) for each in questions)


def best(question, *choices):
    return (question, "multiple", "", tuple((each, None) for each in choices))


@dataclass(frozen=True)
class Template:
    """`groups` are (name, weight); none: all sheets weigh alike."""

    label: str
    subject: str
    questions: tuple
    groups: tuple = ()


TEMPLATES = {
    "property": Template(
        "物业服务",
        "service",
        (
            ("您清楚物业的收费和服务标准吗", "single", "known", KNOWS),
            ("您参加过业主大会或物业意见征集吗", "single", "taken_part", TAKES_PART),
            *satisfied("楼道和小区保洁", "门岗和秩序维护", "电梯、水泵等设施维修", "物业人员的态度和回应速度"),
            best("最需要改进的是哪几项", "保洁", "停车", "门禁和巡逻", "维修", "绿化", "收费公开"),
            ("给物业打个分（满分 100）", "scale", "satisfied", ()),
            WORDS,
        ),
    ),
    "utilities": Template(
        "供水供电",
        "service",
        (
            ("停水停电前您收到通知吗", "single", "known", (("每次都收到", 100), ("有时收到", 60), ("没收到过", 0))),
            *satisfied("供水水质和水压", "供电稳定", "抢修速度", "抄表收费和窗口服务"),
            best("过去半年遇到过哪些情况", "停水", "水压低", "水质发黄", "停电", "收费有误", "都没有"),
            WORDS,
        ),
    ),
    "cleaning": Template(
        "环卫保洁",
        "service",
        (
            ("您清楚垃圾投放的时间和地点吗", "single", "known", KNOWS),
            ("您参加过垃圾分类或清洁活动吗", "single", "taken_part", TAKES_PART),
            *satisfied("道路清扫", "垃圾清运", "公厕和公共场所卫生", "绿化养护"),
            best("哪里最需要打扫", "楼道", "小区道路", "垃圾投放点", "背街小巷", "绿地"),
            WORDS,
        ),
    ),
    "committee": Template(
        "居委会工作",
        "work",
        (
            ("您知道居委会今年做的主要工作吗", "single", "known", KNOWS),
            ("您知道怎样向居委会反映问题吗", "single", "known", KNOWS),
            ("您参加过居民会议、听证会或社区活动吗", "single", "taken_part", TAKES_PART),
            *satisfied("居委会为居民办事", "居务公开", "反映问题后的答复"),
            ("给居委会今年的工作打个分（满分 100）", "scale", "satisfied", ()),
            WORDS,
        ),
        RESIDENTS_FIRST,
    ),
    "officer": Template(
        "干部民主评议",
        "officer",
        (
            ("您了解这位同志负责的工作吗", "single", "known", KNOWS),
            ("您参加过他（她）组织的议事或活动吗", "single", "taken_part", TAKES_PART),
            *satisfied("他（她）联系群众、办事的态度", "他（她）办成的事"),
            ("总的评价", "single", "satisfied", RANKS),
            ("对这位同志的意见和建议", "text", "", ()),
        ),
        RESIDENTS_FIRST,
    ),
    "unit": Template(
        "成员单位共建",
        "unit",
        (
            ("您知道这个单位为社区做了哪些事吗", "single", "known", KNOWS),
            ("您参加过这个单位在社区办的活动吗", "single", "taken_part", TAKES_PART),
            *satisfied("这个单位开放的场地和服务", "这个单位办的实事"),
            best("希望这个单位多做什么", "开放停车和场地", "便民服务", "帮扶困难家庭", "志愿服务", "安全和应急"),
            WORDS,
        ),
    ),
}
