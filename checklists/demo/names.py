"""Names of the invented district, and people who live and work in it."""
# ruff: noqa: E501, SIM905 # tables read better in rows

from dataclasses import dataclass

DISTRICT = "星河经济开发区"
# 99 begins no province's code: nobody can take these for a real place.
DISTRICT_CODE = "990171"
STREETS = ("东区街道", "西区街道")
# (street, name), four communities each.
ROOTS = (
    (0, "城建行业党委"),
    (0, "教育卫健行业党委"),
    (1, "商贸行业党委"),
    (1, "综合行业党委"),
)
COMMITTEE, GENERAL_BRANCH = "committee", "general_branch"


@dataclass(frozen=True)
class CommunityRow:
    """`joint` lists how many quarters each joint branch covers; `alone` counts quarters without any branch."""

    name: str
    kind: str
    branches: int
    joint: tuple[int, ...]
    alone: int
    address: str


COMMUNITIES = (
    CommunityRow("星河湾社区", COMMITTEE, 8, (3,), 3, "星河路18号"),
    CommunityRow("桂花园社区", COMMITTEE, 7, (), 4, "桂花街6号"),
    CommunityRow("滨江社区", GENERAL_BRANCH, 7, (2,), 5, "滨江路102号"),
    CommunityRow("长青社区", GENERAL_BRANCH, 6, (), 6, "长青巷9号"),
    CommunityRow("育才社区", COMMITTEE, 9, (4,), 2, "育才路33号"),
    CommunityRow("康宁社区", GENERAL_BRANCH, 7, (), 4, "康宁街21号"),
    CommunityRow("书院社区", GENERAL_BRANCH, 6, (3,), 5, "书院巷4号"),
    CommunityRow("杏林社区", GENERAL_BRANCH, 8, (), 4, "杏林路57号"),
    CommunityRow("新市社区", COMMITTEE, 8, (3, 2), 4, "新市大街200号"),
    CommunityRow("锦绣社区", COMMITTEE, 7, (), 3, "锦绣路12号"),
    CommunityRow("和平桥社区", GENERAL_BRANCH, 6, (), 5, "和平桥西侧"),
    CommunityRow("北站社区", GENERAL_BRANCH, 7, (), 4, "北站东街7号"),
    CommunityRow("荷塘社区", COMMITTEE, 8, (4,), 3, "荷塘路88号"),
    CommunityRow("望湖社区", GENERAL_BRANCH, 6, (), 6, "望湖路15号"),
    CommunityRow("石榴巷社区", COMMITTEE, 7, (3,), 4, "石榴巷30号"),
    CommunityRow("金桥社区", GENERAL_BRANCH, 7, (), 3, "金桥路46号"),
)
# Which communities a grid covers, and which of the advisers serves it.
GRIDS = (
    ((0,), 0),
    ((1,), 1),
    ((2, 3), 2),
    ((4,), 2),
    ((5, 6), 3),
    ((7,), 4),
    ((8,), 5),
    ((9, 10), 6),
    ((11, 12), 7),
    ((13, 14), 7),
    ((15,), 8),
)
BUILDING_COUNT = 460
# (units, floors), two households on each; where two communities share a grid their houses are low, so that most grids
# keep to 300-500 households.
HOUSES = ((2, 6), (1, 7), (1, 6), (1, 6))
LOW_HOUSES = ((1, 5), (1, 4), (1, 4), (1, 3))
LEADING_BODY = ("secretary", "deputy_secretary", "organization", "publicity", "discipline")

QUARTER_PREFIXES = (
    "桂香 翠竹 清河 春晖 文昌 金鼎 明珠 枫林 望江 云溪 银杏 海棠 紫荆 梧桐 芳草 瑞景 东湖 南苑 北辰 西岭 玉兰 丹桂 水岸 兰亭 "
    "福康 安泰 和顺 永乐 新华 光明 前进 建设 朝阳 向阳 红旗 友谊 胜利 锦华 御景 丽景 龙湖 凤鸣 听涛 碧水 蓝湾 星悦 悦澜 名仕"
).split()
QUARTER_SUFFIXES = "花园 新村 家园 小区 佳苑 雅居 公寓 华庭 名邸 嘉园".split()
# Old compounds of one employer: few households, mostly without a branch.
COMPOUNDS = (
    "纺织厂宿舍 机床厂宿舍 粮食局家属院 三中家属院 供电所宿舍 水泥厂宿舍 运输公司家属院 市二院宿舍 邮电局宿舍 酒厂家属院 "
    "农机站宿舍 印刷厂宿舍 食品厂宿舍 林业站家属院 化肥厂宿舍 百货公司宿舍 铁路北站宿舍 棉麻公司宿舍 医药公司家属院 轴承厂宿舍"
).split()
EMPLOYERS = (
    "区党群工作部 区住房建设局 区教育局 区卫生健康局 区市场监管局 区应急管理局 区财政局 区人力资源局 区行政审批局 区税务局 "
    "东区街道办事处 西区街道办事处 区城市管理局 区文化旅游局 区司法局 区审计局"
).split()

SURNAMES = (
    "王王王李李李张张张刘刘陈陈杨杨黄赵赵周周吴吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏"
    "吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤"
)
ELDERS = (
    "建国 秀英 桂兰 玉兰 国强 志明 秀兰 淑珍 凤英 德福 桂英 玉珍 淑华 长林 宝山 金凤 兰英 忠义 福生 秀珍 玉梅 春生 树林 "
    "文彬 素芬 月英 庆祥 永年 惠芳 美兰 世昌 光荣 桂芝 翠英 振华 学文 素珍 有才 云芳 根生"
).split()
ADULTS = (
    "伟 芳 敏 静 丽 强 磊 军 勇 艳 杰 娟 涛 超 霞 平 刚 建华 海燕 晓东 志强 红梅 文静 国庆 丽娟 春燕 海涛 建军 小红 卫东 雪梅 "
    "俊杰 晓丽 永刚 志伟 玉玲 立新 慧敏 少华 秋菊 振宇 爱民 晓燕 文涛 佩佩 旭东 思思 冬梅 家明 雅琴 正平 凌云 一鸣 宏伟 亚楠 "
    "新宇 梦洁 鹏飞 嘉慧 天宇 佳琪 雨桐 浩然 欣怡 子豪 思远 晨曦 可心 明哲 若兰"
).split()


@dataclass(frozen=True)
class Person:
    name: str
    phone: str


class People:
    """Draws people of whom no two share a name or a phone."""

    PREFIXES = ("135", "136", "137", "138", "139", "150", "151", "158", "159", "182", "187", "188")

    def __init__(self, rng):
        self.rng = rng
        self.names = set()
        self.phones = set()

    def draw(self, given=ADULTS):
        return Person(self._fresh(self.names, lambda: self.rng.choice(SURNAMES) + self.rng.choice(given)), self.phone())

    def phone(self):
        return self._fresh(self.phones, lambda: f"{self.rng.choice(self.PREFIXES)}{self.rng.randrange(10**8):08}")

    @staticmethod
    def _fresh(taken, draw):
        while (value := draw()) in taken:
            pass
        taken.add(value)
        return value
