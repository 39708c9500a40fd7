"""微心愿 of the demonstration: open to be claimed, waiting for the community's word, in hand, fulfilled and thanked."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from checklists.demo.dice import Dice
from checklists.demo.names import ELDERS
from checklists.demo.pictures import picture
from checklists.models import Category, Need, NeedEvent, NeedPhoto
from checklists.services import claims, matching, needs
from govern.codes import CODE_ALPHABET
from organizations.photos import clean_photo
from volunteers.services.people import account_of

RESIDENT = NeedEvent.Party.RESIDENT
# (how far, kind, what the resident said, what volunteers read before it is theirs, days ago)
WISHES = (
    ("open", "临时困难帮扶", "冬天快到了，想要一床厚棉被，家里低保，老伴长期卧床。", "送一床厚棉被给困难老人", 3),
    ("open", "日常探访", "孩子都在外地，想有人每周来坐坐，陪着下盘象棋。", "每周陪一位老人下一次象棋", 2),
    ("claimed", "手机使用帮助", "买了新手机，不会用微信和孙子视频，想有人上门教。", "教一位老人用手机视频", 2),
    ("in_hand", "上门理发", "摔了腿出不了门，头发长了两个月，想有人上门理个发。", "给行动不便的老人理发", 4),
    ("fulfilled", "楼道照明", "家门口几级台阶晚上看不见，想装一盏感应灯。", "给老人家门口装一盏感应灯", 9),
    ("offered", "学业辅导", "孩子六年级，爸妈都上夜班，想有大学生周末来补数学。", "周末给一名六年级学生补数学", 1),
)
TEACHING, CUTTING, MENDING = (
    "周六上午去，先教视频和语音。",
    "带上推子，周三下午去家里理。",
    "队里的水电工周日去看线路、装灯。",
)
RESULT, THANKS = "感应灯装好了，人走近就亮，试过三遍。", "灯很亮，谢谢你们这么快就来，还帮我把台阶扫了。"


class Claims:
    """In the community of the volunteer who signs in."""

    def __init__(self, district, *, now, rng):
        self.district, self.now, self.rng, self.dice = district, now, rng, Dice(rng)
        self.guest = district.volunteers.guest
        self.community = self.guest.community
        self.clerk = district.clerks[self.community]
        self.teams = [team for team in district.teams if team.community == self.community]
        self.kinds = {kind.name: kind for kind in Category.objects.kinds()}

    def run(self):
        for how, kind, text, words, days in WISHES:
            at = self.now - timedelta(days=days)
            need = self.file(self.kinds[kind], text, at)
            getattr(self, how)(need, words, at + timedelta(minutes=40))

    def file(self, kind, text, at):
        need = Need(
            code="".join(self.rng.choices(CODE_ALPHABET, k=8)),
            category=kind,
            text=text,
            community=self.community,
            building=self.rng.choice(self.district.buildings[self.community]),
            address_detail=f"{self.rng.randrange(1, 4)}单元{self.rng.randrange(1, 6)}01",
            contact_name=self.dice.anybody(ELDERS),
            contact_phone=self.district.people.phone(),
            channel=Need.Channel.WISH_WALL,
        )
        need = needs.submit_need(need, actor=self.clerk, at=at)
        if need.status == Need.Status.SUBMITTED:
            need = needs.accept(need, actor=self.clerk, at=at + timedelta(minutes=20))
        # As the sweep has done with all who wait since midnight.
        matching.propose(need, at=max(at, timezone.make_aware(datetime.combine(timezone.localdate(self.now), time()))))
        return need

    def open(self, need, words, at):
        return claims.open_to_claim(need, actor=self.clerk, words=words, at=at)

    def claim(self, need, words, helper, plan, at):
        self.open(need, words, at)
        speaker = getattr(helper, "leader", helper)
        speaker.user = user = account_of(speaker)
        return claims.claim(need, helper, plan=plan, actor=user, at=at + timedelta(hours=5))

    def claimed(self, need, words, at):
        neighbour = next(row for row in self.district.volunteers.rows[self.community] if row != self.guest)
        self.claim(need, words, neighbour, TEACHING, at)

    def in_hand(self, need, words, at):
        row = self.claim(need, words, self.guest, CUTTING, at)
        claims.approve(row, actor=self.clerk, at=at + timedelta(hours=8))

    def fulfilled(self, need, words, at):
        team = self.teams[0]
        row = self.claim(need, words, team, MENDING, at)
        claims.approve(row, actor=self.clerk, at=at + timedelta(hours=8))
        user, at = account_of(team.leader), at + timedelta(days=4)
        claims.start(row, actor=user, at=at)
        photo = clean_photo(picture(need.category.name, self.rng, mended=True))
        claims.fulfil(row, note=RESULT, photos=[photo], actor=user, at=at + timedelta(hours=2))
        NeedPhoto.objects.filter(need=need).update(added_at=at + timedelta(hours=2))
        rated_at = at + timedelta(hours=20)
        needs.rate(need, actor=RESIDENT, satisfaction="satisfied", is_solved=True, at=rated_at)
        claims.thank(need, THANKS, at=rated_at)

    def offered(self, need, words, at):
        claims.offer(need, self.teams[-1], actor=self.clerk, words=words, at=self.now - timedelta(hours=1))
