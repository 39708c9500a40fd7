"""What ten disputes of the demonstration are about, one for each state that a mediation can be in."""

from dataclasses import dataclass, field

from deliberations.models import Case

Kind, Source, Status = Case.Kind, Case.Source, Case.Status


@dataclass(frozen=True)
class Story:
    status: Status
    kind: Kind
    days: int  # ago that it was applied for
    facts: str
    demand: str
    source: Source = Source.APPLICATION
    referred_by: str = ""
    has_risk: bool = False
    sessions: tuple = ()
    terms: str = ""
    manner: str = ""
    form: str = "written"
    open_to_all: bool = False
    steps: dict = field(default_factory=dict)


SEEPAGE = "楼上卫生间渗水，客厅吊顶和墙纸泡坏，去年冬天起漏过三回。楼上说是老管道的事，双方谈了两次没有谈成。"
STORIES = (
    Story(
        Status.APPLIED, Kind.NEIGHBOURS, 1,
        "隔壁把鞋柜和自行车放在公共过道，进出要侧身，劝过几次，最近吵了起来。", "把过道清出来，以后不再堆放。",
    ),
    Story(
        Status.ACCEPTED, Kind.PROPERTY, 6,
        "物业公司催缴两年物业费。业主说电梯常停、楼道灯坏了没人修，不愿全额交。双方在大厅争执，影响别人办事。",
        "先修电梯和楼道灯，再按服务情况减收。", Source.POLICE, "城东派出所", True,
    ),
    Story(
        Status.MEDIATING, Kind.NEIGHBOURS, 26, SEEPAGE, "修好漏点，赔偿装修损失。", Source.GRID,
        sessions=(
            (22, "现场看过漏点，楼上同意开墙检查。修理费谁出没有谈拢。"),
            (8, "维修师傅出具意见，漏点在楼上支管。楼上愿意修，赔偿数额双方差三千元。"),
        ),
        terms="一、楼上十五日内修好支管漏点。\n二、楼上赔偿楼下装修损失四千元。\n三、双方再无其他争议。",
        manner="转账到楼下指定账户，修好后双方在现场查看。",
    ),
    Story(
        Status.AGREED, Kind.DAMAGES, 30,
        "遛狗没有牵绳，老人被绊倒，手腕骨裂，医药费谁出谈不拢。", "赔偿医药费和营养费。",
        sessions=((20, "狗主承认没有牵绳，愿意赔偿；营养费的数额再商量。"), (12, "双方就数额谈妥，愿意签协议。")),
        terms="一、狗主赔偿医药费、营养费共六千五百元。\n二、今后遛狗牵绳，避开早晚高峰。",
        manner="分两次转账，签协议当日付三千元，余款月底前付清。", open_to_all=True,
    ),
    Story(
        Status.REFUSED, Kind.FAMILY, 18,
        "兄妹三人对母亲轮流照护的时间和费用有分歧，母亲住院时又起争执。", "商定轮流照护的办法。",
    ),
    Story(
        Status.FAILED, Kind.CONTRACT, 50,
        "装修公司停工两个月，业主要求退款，公司说已经备料。", "退还未施工部分的款项。",
        sessions=((44, "双方对已经完成的工程量说法不一。"), (30, "请第三方看过现场，公司不同意评估结果，不愿再谈。")),
    ),
    Story(Status.ENDED, Kind.LABOUR, 14, "在小区门口餐馆做工，工资拖欠两个月。", "付清拖欠的工资。"),
    Story(
        Status.PERFORMED, Kind.NEIGHBOURS, 70, "楼上孩子晚上跑跳，楼下老人睡不好，敲过暖气管，关系越来越僵。",
        "晚上九点以后安静下来。", sessions=((62, "双方各退一步，当面说开了。"),),
        terms="楼上铺地垫，晚上九点后不跑跳；楼下有事先打电话，不再敲管。", manner="自即日起照办，社区一周后看情况。",
        form="oral",
    ),
    Story(
        Status.BREACHED, Kind.CONSUMER, 75,
        "美发店关门，预付卡里还有两千多元，店主答应退，一直没有退。", "退还卡内余额。",
        sessions=((66, "店主承认欠款，愿意分期退还。"),), terms="店主分两期退还预付卡余额二千二百元。",
        manner="第一期签协议后十日内付一千元，余款一个月内付清。",
    ),
    Story(
        Status.ARCHIVED, Kind.HOUSING, 160, "两户对共用的小院怎么用有争议，一户搭了雨棚，另一户说挡光。",
        "拆掉雨棚，划清各自使用的地方。", Source.INITIATIVE,
        sessions=((150, "到现场量过，双方认可各用一半。"), (140, "雨棚改成可收的遮阳篷，双方愿意签协议。")),
        terms="一、雨棚十日内改成可收的遮阳篷。\n二、小院以中线为界各用一半，通道共用。", manner="改好后双方一起查看。",
    ),
)  # fmt: skip
PLAINTIFFS = ("周建国", "孙桂兰", "郑家旺", "冯秀珍", "陈志明", "蒋小燕", "沈阿福", "韩玉梅", "杨海涛", "秦淑芬")
RESPONDENTS = (
    "吴大勇",
    "蓝湾物业服务公司",
    "王丽萍",
    "李伟强",
    "孙桂芳",
    "宏景装饰公司",
    "好味餐馆",
    "马晓东",
    "丽人美发店",
    "许长河",
)
SEATS = (  # (is a woman, speciality); the first one heads the committee
    (False, "物业、邻里"),
    (True, "婚姻家庭"),
    (False, "损害赔偿"),
    (True, "邻里"),
    (False, "劳动、消费"),
)
