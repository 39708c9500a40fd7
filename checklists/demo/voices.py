"""What several voices add to the needs of the demonstration: support, questions back, parts, levels, channels."""

from accounts.models import Notification
from checklists.demo.names import ADULTS, ELDERS
from checklists.models import Category, Need, NeedEvent, StandardAnswer
from checklists.services import needs
from checklists.wording import fill_in
from govern.codes import CODE_ALPHABET

RESIDENT = NeedEvent.Party.RESIDENT
S, Channel = Need.Status, Need.Channel

TRANSFERS = (  # channel, number of the other platform, who wants it, kind, text, filed so many working hours ago
    (
        Channel.HOTLINE,
        "12345-2026-{}",
        "resident",
        "停车秩序",
        "来电反映小区门口的路被货车占住，早高峰公交都过不去。",
        9,
    ),
    (Channel.WISH_WALL, "", "quarter", "文艺活动", "想在小区办一次重阳节活动，请社区帮着找场地和音响。", 20),
    (Channel.GRID, "", "community", "积水结冰", "网格巡查发现三栋北面台阶背阴结冰，需要铺防滑垫。", 4),
)
WHOLES = (  # what the resident said, and the parts of it: none of a kind that dispatches itself, the day is over
    (
        "母亲出院回家，一个人住：卫生间想装扶手，想借一辆轮椅，伤口还要护士上门换药。",
        (
            ("无障碍改造", "卫生间马桶和淋浴旁各装一根扶手。"),
            ("辅具借用", "借一辆轮椅，用两个月。"),
            ("上门护理", "护士每三天上门换一次药，共四次。"),
        ),
    ),
    (
        "老房子漏雨，墙皮掉了一片，电线也泡过水，老人不敢开灯，这几天生活也成问题。",
        (
            ("墙体设施松动", "外墙松动的墙皮先敲掉，做防水。"),
            ("电路灯具", "查泡过水的线路。"),
            ("临时困难帮扶", "修房这几天的生活帮一把。"),
        ),
    ),
    (
        "孩子放学没人接，作业也跟不上，他爸腿摔了，看病没人陪。",
        (("课后托管", "放学接到晚托班，写完作业再走。"), ("陪同就医", "周四复查，陪着去一趟医院。")),
    ),
)
OUTSIDE = (  # kind, text, to whom
    ("飞线充电", "车棚没有充电口，想请供电公司加装一路专线。", "区供电公司营业所"),
    ("积水结冰", "路口的窨井盖下面一直冒水，结了冰。", "区供水公司"),
    ("停车秩序", "路边划的停车位挡住了小区大门的视线。", "区交警大队"),
)
SUPPORTS = ("我们单元的也是这样。", "家里有老人，盼着早点弄好。", "", "", "晚上都不敢走这边。", "")
QUESTIONS = (
    ("我们想当面了解一下，您哪一天方便，上午还是下午？", ""),
    ("具体在哪个位置？方便的话拍一张照片。", "在2单元门口，上午都有人在。"),
)


class Voices:
    """Told after the stories, on what they left open in the first clerk's community."""

    def __init__(self, stories):
        self.district, self.office = stories.district, stories.office
        self.dice, self.rng, self.steps, self.now = stories.dice, stories.rng, stories.steps, stories.now
        self.community = self.district.communities[0]
        self.clerk = self.district.clerks[self.community]
        self.director = self.district.directors[self.community.street]
        self.kinds = {kind.name: kind for kind in Category.objects.kinds().select_related("parent")}

    def run(self):
        self.district.add_account("quji", "district_staff", self.district.roots, start="/admin/")
        for number, row in enumerate(TRANSFERS):
            self.transfer(number, *row)
        self.split()
        self.support()
        self.ask()
        self.hand_off()
        self.escalate_further()
        self.date_messages()

    def own(self, *statuses, **filters):
        return Need.objects.with_status(*statuses).filed().filter(community=self.community, **filters).order_by("code")

    def file(self, kind, text, hours, **columns):
        building = self.rng.choice(self.district.buildings[self.community])
        need = Need(
            code=self.code(),
            category=self.kinds[kind],
            text=text,
            community=self.community,
            building=building,
            contact_name=self.dice.anybody(ADULTS),
            contact_phone=self.district.people.phone(),
            **columns,
        )
        actor = RESIDENT if columns.get("channel", Channel.WEB) == Channel.WEB else self.clerk
        return needs.submit_need(need, actor=actor, at=self.office.ago(hours))

    def code(self):
        while Need.objects.filter(code=(code := "".join(self.rng.choice(CODE_ALPHABET) for _ in range(8)))).exists():
            pass
        return code

    def transfer(self, number, channel, external, raised_by, kind, text, hours):
        external_code = external.format(f"{1121000 + number}") if external else ""
        self.file(kind, text, hours, channel=channel, external_code=external_code, raised_by=raised_by)

    def split(self):
        """Needs in several parts, one of which is done."""
        for back, (text, parts) in zip((26, 18, 10), WHOLES, strict=True):
            need = self.file(parts[0][0], text, back, target_group=4)
            at = self.office.ago(back - 2)
            needs.accept(need, actor=self.clerk, at=at)
            parts = [(self.kinds[kind], words, 1) for kind, words in parts]
            need = needs.split(need, parts=parts, actor=self.clerk, at=at)
            for part in needs.parts_of(need):
                Need.objects.filter(pk=part.pk).update(code=self.code())  # the same one every time
                self.steps.match(part, at)
            self.serve_one(needs.parts_of(need).filter(status=S.ACCEPTED).first(), back)

    def serve_one(self, part, back):
        if part is not None:
            at = self.office.ago(back * 0.7)
            needs.start_own_service(part, actor=self.clerk, note="社区自己能办", at=at)
            needs.finish(part, actor=self.clerk, note=self.steps.result(part), at=self.office.ago(back * 0.4))

    def support(self):
        """“我也需要” at what is broken for everybody."""
        broken = self.own(*needs.HELD_STATUSES, S.ACCEPTED, category__is_communal=True)
        for need, count in zip(broken, (6, 2, 3), strict=False):
            for number in range(count):
                needs.support(
                    need,
                    name=self.dice.anybody(self.rng.choice((ELDERS, ADULTS))),
                    phone=self.district.people.phone(),
                    building=need.building,
                    note=SUPPORTS[number],
                    at=max(need.submitted_at, self.office.ago(6 - number)),
                )

    def ask(self):
        for need, (question, answer) in zip(self.own(S.SUBMITTED, S.ACCEPTED), QUESTIONS, strict=False):
            inquiry = needs.ask(need, question, actor=self.clerk, at=max(need.submitted_at, self.office.ago(2)))
            if answer:
                needs.answer_inquiry(inquiry, answer=answer, at=max(need.submitted_at, self.office.ago(0.5)))

    def hand_off(self):
        """What a company outside has to do, in the words of a standard answer."""
        for back, (kind, text, to) in zip((14, 11, 7), OUTSIDE, strict=True):
            need = self.file(kind, text, back)
            standard = StandardAnswer.objects.fitting(need, S.HANDED_OFF).get(title="转专业单位")
            values = {"编号": need.spoken_code, "类别": str(need.category), "社区": str(self.community), "单位": ""}
            note = fill_in(standard.text, values).replace("【几天】", "三天")
            needs.hand_off(need, actor=self.clerk, to=to, note=note, at=self.office.ago(back - 2))

    def escalate_further(self):
        need = self.own(S.ESCALATED).first()
        if need is not None:
            note = f"{needs.tried(need, self.now)}产权在区属企业，街道约谈两次没有结果，请区里协调。"
            needs.escalate_further(need, actor=self.director, note=note, at=self.office.ago(1))

    def date_messages(self):
        """Messages about a need came when it last moved."""
        rows = list(Notification.objects.filter(link__startswith="/admin/checklists/need/"))
        last = {
            f"/admin/checklists/need/{pk}/change/": at
            for pk, at in NeedEvent.objects.order_by("at").values_list("need", "at")
        }
        for row in rows:
            row.created_at = last.get(row.link, row.created_at)
        Notification.objects.bulk_update(rows, ["created_at"])
