"""Posts, teams, goods and deeds of the demonstration. Classes are named by their place among the eight."""

ORGANIZING, LEGAL, CARE, GOVERNING, HEALTH, CULTURE, SAFETY, OTHER = range(8)
# (class, title, what is done, where, for members only)
POSITIONS = (
    (ORGANIZING, "党建宣讲员", "到楼院讲政策、讲身边的党员故事", "党群服务中心", True),
    (ORGANIZING, "发展联络员", "联系流动党员，通知和记录支部活动", "党群服务中心", True),
    (LEGAL, "法律明白人", "解答居民的法律疑问，协助调解", "调解室", False),
    (CARE, "助老探访员", "每周看望独居老人，陪聊、代买", "老人家中", False),
    (CARE, "助残服务员", "帮残疾人家庭办证、取药、就医陪同", "社区助残点", False),
    (GOVERNING, "小区议事员", "收集居民意见，参加小区议事会", "议事厅", False),
    (GOVERNING, "文明劝导员", "劝导乱停车、乱堆放、不牵绳遛狗", "小区出入口", False),
    (HEALTH, "健康指导员", "量血压、讲慢病和用药常识", "卫生服务站", False),
    (CULTURE, "文体活动组织员", "带合唱、广场舞和棋牌比赛", "文化活动室", False),
    (CULTURE, "四点半课堂辅导员", "放学后看护孩子、辅导作业", "四点半课堂", False),
    (SAFETY, "平安巡逻员", "傍晚巡楼院，看消防通道和飞线充电", "各小区", False),
    (SAFETY, "防诈宣传员", "上门讲电信诈骗的新花样", "各小区", False),
    (OTHER, "便民服务员", "磨刀、理发、修小家电", "便民服务点", False),
)
PARTY_SERVICE = (("先锋服务队", "政策宣讲、代办跑腿"), ("红色代办服务队", "证照代办、入户走访"))
PARTY_TASK = ("应急突击队", "防汛、除雪、疏散转移")
VOLUNTEER_TEAMS = (
    ("爱心助老队", "助老探访、家政"),
    ("绿色家园队", "清洁、养绿、垃圾分类"),
    ("平安守护队", "巡逻、消防、防诈"),
    ("文艺轻骑队", "合唱、舞蹈、主持"),
)
# Once in the year beside the Tuesdays, freely: (title, what, where, hours)
OCCASIONS = (
    ("重阳敬老包饺子", "和独居老人一起包饺子、拍照片", "助餐点", 3),
    ("反诈宣传进楼院", "发资料、装反诈软件、讲案例", "小区广场", 2),
    ("暑期安全课堂", "给孩子讲防溺水、用电和交通安全", "四点半课堂", 2),
    ("周末清洁家园", "清楼道杂物、铲小广告、给绿地除草", "各小区", 3),
)
# (name, unit, points, count)
GOODS = (
    ("洗衣液", "瓶", 20, 24),
    ("环保购物袋", "个", 5, 60),
    ("雨伞", "把", 0, 30),
    ("保温杯", "个", 30, 15),
    ("抽纸", "提", 10, 40),
)
OFFERS = "停车场夜间错峰开放；会议室免费借用；每季度一次义诊"
UNIT_WISHES = "和社区一起办周末集市和节日慰问"
CANCELLED = ("临时加班", "家里有事", "身体不舒服", "出差")
COMMENTS = {
    "excellent": "主动认领岗位，群众口碑好。",
    "qualified": "能按要求参加社区服务。",
    "basic": "参加服务不够经常，明年要多参加。",
}
