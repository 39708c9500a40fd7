"""驻区单位 and what each of them shares. Credit codes are invented; their check characters are right."""
# ruff: noqa: E501 # tables read better in rows

from dataclasses import dataclass

from checklists.models import Resource, TargetGroup
from organizations.models.units import ALPHABET

TALENT, TEACHER, VENUE, FUNDS, JOB, INFORMATION = Resource.Kind.values
WEEK, MONTH, QUARTER, ONCE = Resource.Period.values
COMMUNITY, STREET, DISTRICT = Resource.Radius.values
OLD = TargetGroup.ELDERLY | TargetGroup.DISABLED
POOR = TargetGroup.LOW_INCOME | TargetGroup.HARDSHIP | TargetGroup.DISABLED
YOUNG = TargetGroup.YOUTH | TargetGroup.RESIDENT
ANY = 0
MORNINGS = sum(1 << 2 * day for day in range(5))
WORKDAYS = sum(3 << 2 * day for day in range(5))
AFTERNOONS = sum(2 << 2 * day for day in range(5))
WEEKEND = sum(3 << 2 * day for day in (5, 6))


@dataclass(frozen=True)
class ResourceRow:
    name: str
    kind: str
    category: str
    capacity: int
    period: str
    radius: int
    description: str
    others: tuple[str, ...] = ()
    groups: int = ANY
    availability: int = 0


R = ResourceRow
# (name, kind, community, address, resources)
UNITS = (
    ("康乐居家养老服务中心", "social", 0, "星河路26号一层", (
        R("康乐助餐点送餐上门", TALENT, "送餐助餐", 80, WEEK, STREET, "中午十一点半、下午五点各送一趟，软饭少盐，按助餐价收费。", groups=OLD),
        R("上门理发", TALENT, "上门理发", 40, MONTH, DISTRICT, "两位师傅轮流上门，七十岁以上和卧床的免费。", groups=OLD),
        R("陪诊员陪同就医", TALENT, "陪同就医", 20, WEEK, STREET, "从家门口接到家门口，帮着挂号取药；请提前一天说好时间。", ("代办跑腿",)),
        R("独居老人每周探访", TALENT, "日常探访", 60, MONTH, COMMUNITY, "每周一次电话、一次上门，陪着说说话、看看水电气。"),
        R("日间活动室", VENUE, "场地使用", 40, MONTH, COMMUNITY, "工作日可借，有桌椅、电视和棋牌，能坐三十人。", availability=WORKDAYS),
    )),
    ("星河第一小学", "school", 0, "星河路60号", (
        R("四点半课堂", TEACHER, "课后托管", 60, QUARTER, COMMUNITY, "周一至周五放学到六点，看护写作业，不补课。", groups=YOUNG, availability=AFTERNOONS),
        R("体育馆和操场周末开放", VENUE, "场地使用", 200, MONTH, STREET, "周末白天开放，进门登记，自带器材。", availability=WEEKEND),
        R("书法社团公益课", TEACHER, "兴趣活动", 40, QUARTER, STREET, "每周六上午一节，笔墨纸由学校准备。", groups=YOUNG),
    )),
    ("经开区人民医院", "medical", 0, "星河路120号", (
        R("专家坐诊咨询", TALENT, "健康咨询", 100, MONTH, DISTRICT, "内科、骨科、老年病科医生轮流，咨询不收费，看病照常挂号。"),
        R("社区义诊车", TALENT, "义诊体检", 300, MONTH, DISTRICT, "量血压、测血糖、做心电图，请社区准备一块空地。"),
        R("心肺复苏公开课", TEACHER, "急救培训", 120, MONTH, DISTRICT, "带假人实操，一次不少于十人。"),
    )),
    ("星河物业服务有限公司", "property", 1, "桂花街2号", (
        R("水电小修", TALENT, "水管龙头", 60, MONTH, STREET, "换龙头、换软管当天上门，人工免费，配件按成本。", ("管道疏通", "电路灯具")),
        R("楼道灯维护", TALENT, "楼道照明", 40, MONTH, STREET, "声控灯、感应灯更换，备有常用型号。"),
        R("锁具门窗维修", TALENT, "门窗锁具", 30, MONTH, STREET, "换锁芯、调合页、修纱窗。"),
    )),
    ("星河供电所", "state_owned", 1, "桂花街41号", (
        R("入户用电检查", TALENT, "电路灯具", 50, MONTH, DISTRICT, "查跳闸、换老旧插座，独居老人免人工费。", ("飞线充电",)),
        R("公共照明抢修", TALENT, "楼道照明", 60, MONTH, DISTRICT, "楼道、路灯线路故障，接单后一个工作日到场。"),
        R("充电桩加装咨询", INFORMATION, "飞线充电", 40, MONTH, DISTRICT, "帮小区看场地、算容量、办报装。"),
    )),
    ("惠民水务服务站", "state_owned", 2, "滨江路90号", (
        R("水表水管维修", TALENT, "水管龙头", 60, MONTH, DISTRICT, "表前免费，表后只收材料费。"),
        R("管道疏通车", TALENT, "管道疏通", 50, MONTH, DISTRICT, "高压疏通主管道，室内小堵塞也可上门。"),
        R("井盖积水处置", TALENT, "积水结冰", 40, MONTH, DISTRICT, "抽排积水、更换破损井盖。"),
    )),
    ("长青律师事务所", "private", 2, "滨江路166号3楼", (
        R("公益法律咨询", TALENT, "法律咨询", 60, MONTH, DISTRICT, "周二、周四下午律师值班，电话或当面都可以。"),
        R("劳动争议援助", TALENT, "劳动权益", 30, MONTH, DISTRICT, "帮着算清欠薪、写仲裁申请，符合条件的转法律援助。"),
        R("物业合同答疑", INFORMATION, "物业矛盾", 30, MONTH, DISTRICT, "物业费、维修基金、业委会选举的条文解释。"),
    )),
    ("滨江消防救援站", "government", 2, "滨江路211号", (
        R("消防通道集中清理", TALENT, "楼道堆物", 40, MONTH, DISTRICT, "配合社区上门劝说，劝不动的依法处理。"),
        R("充电安全上门宣传", INFORMATION, "飞线充电", 60, MONTH, STREET, "带短片和灭火器上门讲。"),
        R("逃生与急救演练", TEACHER, "急救培训", 150, QUARTER, STREET, "一栋楼为单位，半天一场。"),
    )),
    ("好邻居家政服务有限公司", "private", 3, "长青巷22号", (
        R("家电检修", TALENT, "家电检修", 50, MONTH, DISTRICT, "洗衣机、冰箱、空调、油烟机，先看后修，不修不收钱。"),
        R("开锁换锁与门窗调修", TALENT, "门窗锁具", 40, MONTH, DISTRICT, "在公安备案，开锁要看身份证。"),
        R("保洁搬抬帮手", TALENT, "楼道堆物", 30, MONTH, STREET, "帮老人把旧家具抬到清运点。", ("代办跑腿",)),
    )),
    ("长青园林绿化有限公司", "private", 3, "长青巷60号", (
        R("树木修剪", TALENT, "绿化修剪", 60, MONTH, DISTRICT, "有高空作业车，遮窗、碰线的枝条优先。"),
        R("雨雪天除冰", TALENT, "积水结冰", 60, MONTH, STREET, "撒盐、铲冰、铺防滑垫。"),
        R("枝叶杂物清运", TALENT, "垃圾清运", 30, MONTH, STREET, "修剪下来的枝叶当天拉走。"),
    )),
    ("育才中学", "school", 4, "育才路80号", (
        R("教师志愿辅导", TEACHER, "学业辅导", 60, QUARTER, DISTRICT, "语数英三科，小学高年级到初三，每周六上午。", groups=YOUNG),
        R("心理教师热线", TALENT, "心理关怀", 30, MONTH, DISTRICT, "两位持证心理教师，先电话后见面，内容保密。"),
        R("报告厅借用", VENUE, "场地使用", 300, MONTH, STREET, "三百座，有投影音响，周末和假期可借。", availability=WEEKEND),
    )),
    ("星河师范学院志愿者协会", "social", 4, "育才路150号", (
        R("大学生一对一辅导", TEACHER, "学业辅导", 80, QUARTER, STREET, "师范生每周两次，线上线下都行。"),
        R("手机课堂", TEACHER, "手机使用帮助", 120, MONTH, DISTRICT, "教挂号、视频、扫码、防诈骗，可以上门。"),
        R("文艺演出小分队", TALENT, "文艺活动", 400, MONTH, DISTRICT, "合唱、快板、舞蹈，自带音响。"),
    )),
    ("区图书馆", "government", 4, "育才路5号", (
        R("亲子绘本与手工", TEACHER, "兴趣活动", 120, MONTH, DISTRICT, "周末上午，五岁到十二岁。", groups=YOUNG),
        R("多功能厅和研讨间", VENUE, "场地使用", 240, MONTH, DISTRICT, "网上预约，居民团体免费。"),
        R("少儿阅览室看护", VENUE, "课后托管", 60, MONTH, STREET, "放学后到闭馆，有志愿者看护。", groups=YOUNG, availability=AFTERNOONS | WEEKEND),
    )),
    ("康宁社区卫生服务中心", "medical", 5, "康宁街30号", (
        R("家庭医生上门", TALENT, "上门护理", 60, MONTH, DISTRICT, "换药、拔尿管、压疮护理，按医保标准收费。"),
        R("慢病随访咨询", TALENT, "健康咨询", 120, MONTH, STREET, "高血压、糖尿病用药调整，当面或电话。"),
        R("老年人健康体检", TALENT, "义诊体检", 200, MONTH, STREET, "六十五岁以上每年一次，免费。", groups=OLD),
    )),
    ("康宁护理院", "medical", 5, "康宁街55号", (
        R("轮椅拐杖借用", FUNDS, "辅具借用", 40, MONTH, DISTRICT, "押金二百元，归还即退。"),
        R("护理员上门指导", TALENT, "上门护理", 30, MONTH, STREET, "教家属翻身、擦浴、喂饭。"),
        R("护理院食堂助餐", TALENT, "送餐助餐", 50, WEEK, STREET, "糖尿病餐、流食都能做。", groups=OLD),
    )),
    ("书院幼儿园", "school", 6, "书院巷18号", (
        R("周末户外场地", VENUE, "兴趣活动", 40, MONTH, STREET, "三到七岁，家长陪同。", availability=WEEKEND),
        R("晚接托管", TEACHER, "课后托管", 40, MONTH, DISTRICT, "晚六点半前，限小学低年级。", groups=YOUNG),
        R("亲子联欢排练", TEACHER, "文艺活动", 60, QUARTER, COMMUNITY, "帮社区排节目。"),
    )),
    ("杏林堂大药房", "private", 7, "杏林路30号", (
        R("送药上门", TALENT, "代办跑腿", 120, MONTH, DISTRICT, "凭处方代取代送，晚八点前下单当天到。"),
        R("药师坐堂答疑", TALENT, "健康咨询", 60, MONTH, STREET, "理一理家里的药箱，查查有没有过期、冲突。"),
        R("助行器免费借用", FUNDS, "辅具借用", 15, MONTH, STREET, "借期一个月，可续。", groups=OLD),
    )),
    ("区残疾人联合会", "government", 7, "杏林路99号", (
        R("居家无障碍改造", FUNDS, "无障碍改造", 30, QUARTER, DISTRICT, "装扶手、坡道、感应灯，先评估后施工。"),
        R("辅具适配与借用", FUNDS, "辅具借用", 60, MONTH, DISTRICT, "持证残疾人免费，其他居民可短借。"),
        R("残疾人就业岗位", JOB, "就业推荐", 30, QUARTER, DISTRICT, "客服、手工、保洁等岗位。", groups=TargetGroup.DISABLED),
    )),
    ("新市商业广场有限公司", "private", 8, "新市大街188号", (
        R("中庭活动场地", VENUE, "场地使用", 300, MONTH, STREET, "工作日上午可用，带舞台灯光。", availability=MORNINGS),
        R("商户招工信息", JOB, "就业推荐", 60, MONTH, DISTRICT, "导购、收银、后厨，离家近，可做半天班。"),
        R("广场邻里市集", VENUE, "文艺活动", 300, MONTH, STREET, "每月一次，居民可免费摆摊、表演。"),
    )),
    ("农商银行新市支行", "state_owned", 8, "新市大街160号", (
        R("反诈与手机银行课", TEACHER, "手机使用帮助", 80, MONTH, STREET, "大堂经理手把手教，也到社区讲。"),
        R("爱心帮扶金", FUNDS, "临时困难帮扶", 20, QUARTER, DISTRICT, "大病、意外家庭，一次一千到三千元。", groups=POOR),
        R("养老金与存款政策解答", INFORMATION, "政策咨询", 100, MONTH, STREET, "网点设老年窗口。"),
    )),
    ("锦绣物业服务有限公司", "property", 9, "锦绣路8号", (
        R("便民小修", TALENT, "水管龙头", 50, MONTH, STREET, "每天八点到二十点，龙头、马桶、阀门。", ("管道疏通", "家电检修")),
        R("换锁修门", TALENT, "门窗锁具", 30, MONTH, STREET, "单元门禁、入户门都修。"),
        R("楼道灯和应急灯更换", TALENT, "楼道照明", 40, MONTH, STREET, "巡到就换。", ("停车秩序",)),
    )),
    ("安捷电梯工程有限公司", "private", 9, "锦绣路77号", (
        R("电梯应急检修", TALENT, "电梯故障", 60, MONTH, DISTRICT, "持证维保人员，三十分钟内到场。"),
        R("外墙瓷砖排查", TALENT, "墙体设施松动", 30, MONTH, DISTRICT, "蜘蛛人敲检，先围挡后处理。"),
        R("坡道扶手安装", TALENT, "无障碍改造", 20, MONTH, DISTRICT, "单元门口坡道、楼梯扶手。"),
    )),
    ("环宇环境服务有限公司", "private", 10, "和平桥东巷3号", (
        R("垃圾加密清运", TALENT, "垃圾清运", 80, MONTH, DISTRICT, "满桶、大件、装修垃圾，接单当天或次日。"),
        R("大件废旧物品上门搬运", TALENT, "楼道堆物", 60, MONTH, DISTRICT, "两人一车，按件收费，低保户免费。"),
        R("道路积水清扫", TALENT, "积水结冰", 60, MONTH, STREET, "雨后推水、疏通雨篦子。"),
    )),
    ("西区街道司法所", "government", 10, "和平桥路12号", (
        R("人民调解员上门调解", TALENT, "邻里纠纷", 60, MONTH, DISTRICT, "两名调解员一起到，当场写调解书。"),
        R("物业纠纷调解室", VENUE, "物业矛盾", 30, MONTH, STREET, "约双方坐下来谈，必要时请律师。"),
        R("法律援助初审", INFORMATION, "法律咨询", 40, MONTH, STREET, "看看符不符合援助条件，指引材料。"),
    )),
    ("星河公交北站公司", "state_owned", 11, "北站东街66号", (
        R("驾驶员与站务招聘", JOB, "就业推荐", 30, QUARTER, DISTRICT, "有培训，四十五岁以下可报名。"),
        R("助老爱心专车", TALENT, "陪同就医", 30, MONTH, STREET, "车上有轮椅坡板，往返各医院。", groups=OLD),
        R("司机之家活动室", VENUE, "场地使用", 80, MONTH, COMMUNITY, "晚上和周末空着，可借。"),
    )),
    ("区综合执法大队", "government", 11, "北站西街10号", (
        R("乱停车联合整治", TALENT, "停车秩序", 80, MONTH, DISTRICT, "占消防通道、占盲道的优先处理。"),
        R("夜间噪声劝导", TALENT, "噪声扰民", 80, MONTH, DISTRICT, "装修、烧烤、广场舞，先劝导后处罚。"),
        R("私搭乱堆清理", TALENT, "楼道堆物", 40, MONTH, STREET, "与社区一起下通知、一起清。"),
    )),
    ("荷塘第二小学", "school", 12, "荷塘路40号", (
        R("课后看护班", TEACHER, "课后托管", 80, QUARTER, STREET, "作业看护加体育活动，到下午六点。", groups=YOUNG, availability=AFTERNOONS),
        R("足球和航模社团", TEACHER, "兴趣活动", 60, QUARTER, STREET, "周末上午，二年级以上。", groups=YOUNG),
        R("教室周末借用", VENUE, "场地使用", 90, MONTH, COMMUNITY, "开会、排练都行，用完打扫。", availability=WEEKEND),
    )),
    ("望湖心理服务中心", "social", 13, "望湖路28号", (
        R("青少年心理咨询", TALENT, "心理关怀", 40, MONTH, DISTRICT, "前三次免费，家长可一起来。"),
        R("家庭邻里关系疏导", TALENT, "邻里纠纷", 30, MONTH, STREET, "帮双方把话说开。"),
        R("陪伴聊天志愿者", TALENT, "日常探访", 40, MONTH, STREET, "每周半天，可电话可上门。"),
    )),
    ("石榴巷老友记助餐社", "social", 14, "石榴巷12号", (
        R("老友记送餐", TALENT, "送餐助餐", 100, WEEK, DISTRICT, "两荤两素一汤，十二元，八十岁以上八元。", groups=OLD),
        R("社区理发日", TALENT, "上门理发", 60, MONTH, STREET, "每月十五日集中理，行动不便的上门。"),
        R("结对探访", TALENT, "日常探访", 80, MONTH, DISTRICT, "送餐时顺带看一眼，有事告诉社区。"),
    )),
    ("区人力资源服务中心", "government", 15, "金桥路100号", (
        R("岗位推荐与面试陪同", JOB, "就业推荐", 100, MONTH, DISTRICT, "登记求职意向，三天内给三个岗位。"),
        R("社保医保政策解答", INFORMATION, "政策咨询", 200, MONTH, DISTRICT, "异地报销、灵活就业参保、失业金。"),
        R("劳动维权窗口", INFORMATION, "劳动权益", 60, MONTH, DISTRICT, "欠薪线索当天转监察大队。"),
    )),
    ("金桥义工服务队", "social", 15, "金桥路20号", (
        R("就医陪伴", TALENT, "陪同就医", 40, MONTH, DISTRICT, "五位退休护士轮值。"),
        R("跑腿代办", TALENT, "代办跑腿", 80, MONTH, STREET, "代缴费、代取件、代买菜。"),
        R("银龄手机班", TEACHER, "手机使用帮助", 60, MONTH, STREET, "小班八人，学会为止。"),
    )),
)  # fmt: skip
# 登记管理部门 and 机构类别, the first two characters of GB 32100-2015.
AUTHORITY = {
    "government": "11",
    "school": "12",
    "medical": "12",
    "social": "52",
    "state_owned": "91",
    "private": "91",
    "property": "91",
}


def credit_code(kind, region, rng):
    """An invented code: authority and class, region, organization code (GB 11714), check character (GB 32100)."""
    body = [rng.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") for _ in range(8)]
    letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    rest = (
        11
        - sum(letters.index(each) * weight for each, weight in zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
    )
    code = AUTHORITY[kind] + region + "".join(body) + {10: "X", 11: "0"}.get(rest, str(rest))
    total = sum(ALPHABET.index(letter) * pow(3, place, 31) for place, letter in enumerate(code))
    return code + ALPHABET[(31 - total) % 31]
