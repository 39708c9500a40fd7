"""What residents of the demonstration wrote. Readers' phones are of no number that is given out."""
# ruff: noqa: E501 # tables read better in rows

from dataclasses import dataclass

READERS = [f"1990000{number:04}" for number in range(60)]


@dataclass(frozen=True)
class Entry:
    topic: str
    days: int
    text: str
    status: str = "published"
    reply: str = ""
    voices: int = 0
    shown_text: str = ""
    reason: str = ""
    appeal: str = ""
    flags: tuple = ()
    photo: str = ""
    category: str = ""


BOOK = (
    Entry(
        "环境卫生",
        2,
        "东门垃圾桶周末没有人清运，周一早上堆到路上，夏天味道很大。能不能周日也收一次？",
        voices=18,
        photo="垃圾清运",
    ),
    Entry(
        "停车出行",
        12,
        "小学放学时段门口两边都停满车，孩子只能走在路中间。建议四点半到五点半安排人疏导，或者划一段临时禁停。",
        voices=32,
        reply="感谢您的建议。社区已与交警中队、学校商定：自下周一起每天 16:20 至 17:30 由志愿者和保安在校门口疏导，北侧 80 米放临时禁停牌。试行一个月后再听大家的意见。",
    ),
    Entry(
        "设施维修",
        9,
        "3 栋北侧的步道灯坏了三盏，老人晚上散步看不清台阶。",
        voices=11,
        reply="已转物业和维修队，安排在本周内更换。进度可以看需求的办理情况。",
        category="楼道照明",
    ),
    Entry(
        "物业服务",
        15,
        "物业费的公示一年没有更新了，希望把公共收益（广告、车位）怎么用的贴出来。",
        voices=41,
        reply="物业已答应每季度末在公告栏和业主群公示公共收益收支，第一期本月 30 日前贴出。社区会按期去看。",
    ),
    Entry(
        "噪音扰民",
        6,
        "广场舞晚上九点半还在放音乐，六楼都听得清清楚楚。不反对跳舞，希望九点前结束，声音小一点。",
        voices=27,
        reply="社区已和两支舞队的负责人商量好：20:45 结束，音箱朝向河边。还有吵的情况，请打社区电话，值班人员会去现场。",
    ),
    Entry(
        "养老托幼",
        20,
        "社区食堂周末不开，独居老人周末吃饭成问题。能不能先开周六中午一餐？",
        voices=36,
        reply="食堂经营方愿意从下月起试开周六午餐，需要至少 20 位老人预订。请到社区或向网格员报名。",
    ),
    Entry("文体活动", 8, "活动室的乒乓球台只有一张，年轻人下班去都排不上。周末能不能分时段预约？", voices=9),
    Entry(
        "意见建议",
        25,
        "希望社区每个月固定一天晚上开门办事，上班的人白天来不了。",
        voices=22,
        reply="从本月起，每周四延时服务到 20:00，可以办理居民证明、老年优待、党员关系等事项。",
    ),
    Entry("停车出行", 1, "非机动车棚的充电口少，经常有人从窗户拉线下来充电，很不安全。", voices=6),
    Entry(
        "环境卫生",
        5,
        "遛狗不牵绳、不捡粪便的情况比较多，建议在草坪边放拾便袋，再劝一劝。",
        voices=14,
        reply="物业已在 4 处草坪边放置拾便袋箱，网格员和志愿者早晚巡查时会提醒。",
    ),
    Entry(
        "设施维修",
        4,
        "电梯维保的师傅电话是 13800000000，大家有问题可以找他。",
        shown_text="电梯维保的师傅电话是 ■■■■■■■■■■■，大家有问题可以找他。",
        voices=2,
    ),
    Entry(
        "意见建议",
        11,
        "三楼那家天天吵架，他们家姓刘，住 302，大家都来评评理。",
        status="hidden",
        reason="指名道姓说到邻居家里的事，不宜公开。可以申请人民调解。",
        appeal="我说的都是实话，大家都听得到，为什么不能公开？",
        flags=("privacy", "privacy", "insult"),
    ),
    Entry("其他", 7, "专业通下水道，随叫随到，加微信优惠。", status="refused", reason="广告，不属于留言簿的内容。"),
    Entry("物业服务", 0, "单元门禁又坏了，这个月第三次，外卖和陌生人随便进。", status="pending"),
    Entry("养老托幼", 1, "附近没有托班，双职工带孩子很难，社区能不能联系幼儿园办暑期托管？", status="pending"),
    Entry("文体活动", 3, "建议重阳节办一次邻里长桌宴，每家带一个菜。", status="withdrawn"),
    Entry("噪音扰民", 3, "对面工地夜里一点还在打混凝土，希望社区帮忙反映。", voices=19, flags=("false",)),
)
