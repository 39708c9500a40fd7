"""心愿墙 of the demonstration: what the demonstration's needs say in words for everybody, in every community."""

from datetime import timedelta

from django.utils import timezone

from checklists.demo.pictures import picture
from checklists.models import Appeal, Need
from deliberations import wall_states
from deliberations.models import Wish
from organizations.photos import clean_photo

S = Need.Status
# {kind: what one of its residents wishes for}; more of a kind in one community take the next words.
WORDS = {
    "日常探访": (
        "想有人每周来坐坐，陪着下一盘象棋",
        "想有人陪着聊聊天，说说老矿区的事",
        "想听人读读报纸，眼睛看不清了",
    ),
    "手机使用帮助": ("想学会用手机和外地的孩子视频", "想学会在手机上挂号", "想学会用手机交水电费"),
    "送餐助餐": ("腿脚不便，中午想有人顺路捎一份饭", "牙口不好，想吃上软和的热菜", "想周末也有人送一份热饭"),
    "陪同就医": ("想有人陪着去医院复查，帮着看看楼层", "想有人陪着取一次药", "下周做检查，想有人搭把手"),
    "上门理发": ("出不了门，想理个精神的头发", "想在过年前理个发", "想有人上门给卧床的老人理发"),
    "临时困难帮扶": ("想要一床厚实的棉被过冬", "想要一台小电暖器", "想要一袋米和一桶油，撑过这个月"),
    "学业辅导": ("想有大学生周末教孩子数学", "想要几本适合五年级看的课外书", "想有人听孩子读英语"),
    "课后托管": ("放学后想有个能写作业的地方", "想有人带孩子们一起踢球", "爸妈上夜班，想有人看着写作业"),
    "辅具借用": ("想借一辆轮椅，带老人下楼晒太阳", "想要一根防滑的拐杖", "想借一张能摇起来的护理床"),
    "家电检修": ("收音机坏了，想有人帮着修一修", "洗衣机漏水，想有人看看", "电视没声音，想看春晚"),
    "代办跑腿": ("想有人帮着买一趟菜", "想有人帮着取个快递", "想有人帮着跑一趟社保窗口"),
    "兴趣活动": ("想找几位会拉二胡的一起练", "想学剪纸，盼着有人教", "想有一副新的羽毛球拍"),
    "文艺活动": ("想在广场上看一场露天电影", "想和合唱队一起唱一回歌", "想请人拍一张全家福"),
    "心理关怀": ("老伴走了，想有人常来说说话", "孩子不爱出门，想有个大哥哥带带", "睡不好，想找人说说心事"),
    "楼道照明": ("晚上回家怕摔，想有一盏感应灯", "想有人帮着换个亮一点的灯", "楼梯拐角太暗，想装一盏小灯"),
    "义诊体检": ("想就近量个血压、测个血糖", "想请医生看看老寒腿", "想有人讲讲糖尿病怎么吃"),
    "上门护理": ("想有人教教怎么给老人翻身", "想请护士上门换一次药", "想学会给卧床的老人擦洗"),
    "就业推荐": ("想找一份能接送孩子的活", "想学一门手艺，在家门口上班", "想有人帮着改一改简历"),
}
THANKS = (
    "谢谢大家，我高兴得一晚上没睡着。",
    "东西很合用，人也和气，给你们添麻烦了。",
    "孩子说，长大了也要去帮别人。",
    "住了二十年，头一回觉得社区这么近。",
)
PHOTOS = 6  # in all
MOST_FULFILLED = 8  # in one community, the last ones
WALL = (S.SUBMITTED, S.ACCEPTED, S.DISPATCHED, S.TAKEN, S.IN_SERVICE, S.DONE, S.RATED, S.CLOSED)


class Wishes:
    """After the needs and their claims. What is not accepted yet waits to be verified; one of several that are, to be
    put up.
    """

    def __init__(self, district, *, now, rng):
        self.district, self.now, self.rng = district, now, rng
        self.photos = PHOTOS
        self.words = dict(Appeal.objects.values_list("need", "words"))
        self.appealed = set(self.words)

    def run(self):
        walls = {}
        for need in self.needs():
            walls.setdefault(need.community_id, []).append(need)
        rows = [wish for needs in walls.values() for wish in self.wall(self.chosen(needs))]
        Wish.objects.bulk_create(rows, batch_size=500)
        Appeal.objects.bulk_create(self.appeal(wish) for wish in rows if self.is_to_claim(wish))

    def needs(self):
        rows = Need.objects.filter(parent=None, category__name__in=WORDS, status__in=WALL).exclude(is_solved=False)
        names = ("status", "community", "category__name", "submitted_at", "done_at", "is_solved", "channel")
        return rows.select_related("category").only(*names).order_by("submitted_at", "pk")

    def chosen(self, needs):
        """The newest first looked at: nothing is told twice in one community, and of the fulfilled a few hang there."""
        left, fulfilled, found = {kind: len(told) for kind, told in WORDS.items()}, 0, []
        for need in reversed(needs):
            kind, is_done = need.category.name, wall_states.state_of(need) == "fulfilled"
            if need.pk in self.words or (left[kind] and not (is_done and fulfilled == MOST_FULFILLED)):
                left[kind] -= need.pk not in self.words
                fulfilled += is_done
                found.append(need)
        return found[::-1]

    def wall(self, needs):
        clerk = next(user for place, user in self.district.clerks.items() if place.pk == needs[0].community_id)
        not_yet = [need for need in needs if need.status == S.ACCEPTED and need.pk not in self.appealed][2:3]
        numbers, texts = {}, {kind: iter(told) for kind, told in WORDS.items()}
        for need in needs:
            words = self.words.get(need.pk) or next(texts[need.category.name])
            wish = Wish(need=need, words=words, consent=self.consent(need), agreed_at=need.submitted_at)
            if need in not_yet:
                wish.verified_by, wish.verified_at = clerk, self.now
            elif need.status != S.SUBMITTED:
                self.publish(wish, clerk, numbers)
            yield wish

    def consent(self, need):
        if need.channel in (Need.Channel.WEB, Need.Channel.SCAN):
            return Wish.Consent.ONLINE
        return Wish.Consent.PHONE if need.channel == Need.Channel.PHONE else Wish.Consent.SIGNED

    def publish(self, wish, clerk, numbers):
        at = min(wish.agreed_at + timedelta(hours=20), self.now)
        wish.verified_by, wish.verified_at, wish.published_at = clerk, at, at
        wish.numbered_in_id, wish.year = wish.need.community_id, timezone.localdate(at).year
        wish.number = numbers[wish.year] = numbers.get(wish.year, 0) + 1
        if wall_states.state_of(wish.need) == "fulfilled":
            self.thank(wish)

    def thank(self, wish):
        if self.rng.random() < 0.6:
            wish.thanks = self.rng.choice(THANKS)
        drawn = picture(wish.need.category.name, self.rng, mended=True) if wish.thanks and self.photos else None
        if drawn:
            self.photos -= 1
            photo = clean_photo(drawn)
            wish.has_photo_consent = True
            wish.photo.save(photo.name, photo, save=False)

    def is_to_claim(self, wish):
        return wish.published_at and wish.need.status == S.ACCEPTED and wish.need_id not in self.appealed

    def appeal(self, wish):
        opened = {"opened_by": wish.verified_by, "opened_at": wish.published_at}
        return Appeal(need=wish.need, words=wish.words, **opened)
