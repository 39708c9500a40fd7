"""审核 of the demonstration, on top of the guestbook's messages (demo.messages): watched words, a message put aside by
its readers, an appeal that did not stand, a phone that pauses, and what is covered in a text and on a photo.
"""

from datetime import timedelta

from deliberations.demo.message_words import READERS
from deliberations.models import Flag, Message, MessagePhoto, ModerationAct, WatchedWord
from deliberations.services import moderation
from govern.fields import blind_index
from organizations.models import Post

Status, Deed, Effect = Message.Status, ModerationAct.Act, WatchedWord.Effect
WORDS = {
    Effect.HOLD: ["加微信", "代办证", "刷单", "贷款", "兼职日结", "包过", "骗子", "黑心", "滚出去", "不要脸", "举报他"],
    Effect.REFUSE: ["赌博", "彩票内幕", "办假证", "枪支", "裸聊"],
}
PUT_ASIDE = "听说隔壁栋那家开棋牌室是有后台的，没人敢管。"
DISMISSED = "三号楼一楼的又把电瓶车推进楼道，全楼就她家不讲理，住 102 的都知道是谁。"
HELD = "低价清洗油烟机，加微信 139 开头那个号，全小区最便宜。"
REDONE = ("物业前台说找 13800002222 的王师傅，打了三天没人接。", "物业前台说找 ■■■■■■■■■■■ 的■师傅，打了三天没人接。")


class Moderation:
    def __init__(self, district, *, now, rng):
        self.district, self.now, self.rng = district, now, rng

    def run(self):
        WatchedWord.objects.bulk_create(
            [WatchedWord(word=word, effect=effect) for effect, words in WORDS.items() for word in words],
            ignore_conflicts=True,
        )
        for community in self.district.communities[:2]:
            self.moderate(community)

    def moderate(self, community):
        """In one community, by its clerk and the street above, through the services."""
        clerk = self.district.clerks[community]
        self.put_aside(self.write(community, PUT_ASIDE, days=2), clerk)
        self.dismissed(self.write(community, DISMISSED, days=9), clerk)
        held = self.write(community, HELD, days=0)
        moderation.block_phone(held, days=7, reason="广告、推销：一天发了五条", actor=clerk, at=self.now)
        text, shown = REDONE
        row = self.publish(self.write(community, text, days=4), clerk)
        at = row.published_at + timedelta(hours=1)
        moderation.redact_message(row, text=shown, reason="含有他人的手机号", actor=clerk, at=at)
        photo = MessagePhoto.objects.filter(message__community=community, hidden_areas=[]).first()
        if photo is not None and not moderation.is_own(photo.message, clerk):
            areas = [[0.08, 0.62, 0.28, 0.2]]
            moderation.redact_photo(photo, areas=areas, reason="拍到了车牌", actor=clerk, at=self.now)

    def write(self, community, text, *, days):
        pattern = Message.objects.filter(community=community).select_related("notice", "topic").first()
        person = self.district.people.draw()
        return Message.objects.create(
            community=community,
            topic=pattern.topic,
            notice=pattern.notice,
            text=text,
            name=person.name,
            phone=person.phone,
            written_at=self.now - timedelta(days=days, minutes=self.rng.randrange(30, 300)),
        )

    def publish(self, message, clerk):
        return moderation.publish_message(message, actor=clerk, at=message.written_at + timedelta(minutes=20))

    def put_aside(self, message, clerk):
        message, at = self.publish(message, clerk), message.written_at + timedelta(hours=5)
        Flag.objects.bulk_create(
            Flag(message=message, reason=reason, words=words, reader=blind_index(reader), at=at)
            for reader, (reason, words) in zip(
                READERS, [("false", "棋牌室有执照"), ("insult", ""), ("privacy", "写了是哪一户")], strict=False
            )
        )
        moderation.change_status(message, Status.HIDDEN, actor=None, reason="多位居民举报，先收起，等社区查看", at=at)

    def dismissed(self, message, clerk):
        message, at = self.publish(message, clerk), message.written_at + timedelta(hours=6)
        moderation.hide_message(message, reason="含有他人的个人信息：写了门牌号", actor=clerk, at=at)
        at += timedelta(hours=10)
        message.moderation_acts.create(act=Deed.APPEALED, reason="我没有点名。", at=at)
        above = message.community.organization.get_ancestors()
        post = Post.objects.current().filter(organization__in=above, role__code="street_staff").first()
        if post is not None:
            reason = "门牌号能认出是谁。去掉门牌号，可以再写一条。"
            moderation.dismiss_appeal(message, reason=reason, actor=post.user, at=at + timedelta(days=1))
