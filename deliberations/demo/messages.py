"""留言簿 of the demonstration: published, answered, joined, flagged, refused and appealed."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import PrivacyNotice
from checklists.demo.pictures import picture
from checklists.models import Category
from deliberations.demo.message_words import BOOK, READERS
from deliberations.models import Flag, Message, MessagePhoto, MessageSupport, MessageTopic, ModerationAct, Reply
from deliberations.services.messages import make_need
from govern.fields import blind_index
from organizations.services.calendars import office_calendar
from organizations.workdays import add_working_time

COMMUNITIES = 8
REPLY_TIME = timedelta(hours=40)  # five working days
Status, Deed = Message.Status, ModerationAct.Act
DEEDS = {
    Status.PUBLISHED: Deed.PUBLISHED,
    Status.REFUSED: Deed.REFUSED,
    Status.HIDDEN: Deed.HIDDEN,
    Status.WITHDRAWN: Deed.WITHDRAWN,
}


class Messages:
    def __init__(self, district, *, now, rng):
        self.district, self.now, self.rng = district, now, rng
        self.notice = PrivacyNotice.objects.in_force(timezone.localdate(now))[0]
        self.topics = {topic.name: topic for topic in MessageTopic.objects.all()}
        self.calendar = office_calendar()

    def run(self):
        rows = []
        for place, community in enumerate(self.district.communities[:COMMUNITIES]):
            entries = BOOK if place < 2 else BOOK[place % 3 :: 2]
            rows += [(entry, self.message(community, entry)) for entry in entries]
        Message.objects.bulk_create(message for _, message in rows)
        ModerationAct.objects.bulk_create(act for entry, message in rows for act in self.acts(entry, message))
        Reply.objects.bulk_create(self.reply(entry, message) for entry, message in rows if entry.reply)
        MessageSupport.objects.bulk_create(each for entry, message in rows for each in self.supports(entry, message))
        Flag.objects.bulk_create(each for entry, message in rows for each in self.flags(entry, message))
        for entry, message in rows[: len(BOOK)]:
            self.finish(entry, message)

    def clock(self, days, hours):
        """A moment so many days ago, at one of `hours`; not after now."""
        day = timezone.localtime(self.now).replace(minute=0, second=0, microsecond=0) - timedelta(days=max(days, 0))
        at = day.replace(hour=self.rng.choice(hours), minute=self.rng.randrange(60))
        return min(at, self.now - timedelta(minutes=5))

    def message(self, community, entry):
        person = self.district.people.draw()
        written_at = self.clock(entry.days, range(7, 21))
        is_out = entry.status in (Status.PUBLISHED, Status.HIDDEN)
        published_at = max(self.clock(entry.days - 1, range(9, 12)), written_at) if is_out else None
        return Message(
            community=community,
            topic=self.topics[entry.topic],
            text=entry.text,
            shown_text=entry.shown_text,
            name=person.name,
            phone=person.phone,
            notice=self.notice,
            status=entry.status,
            written_at=written_at,
            published_at=published_at,
            reply_by=published_at and add_working_time(published_at, REPLY_TIME, *self.calendar),
        )

    def acts(self, entry, message):
        clerk, at = self.district.clerks[message.community], message.published_at or message.written_at
        if message.published_at:
            yield ModerationAct(message=message, act=Deed.PUBLISHED, actor=clerk, at=at)
        if entry.shown_text:
            yield ModerationAct(
                message=message, act=Deed.REDACTED, actor=clerk, reason="遮盖电话", text_before=entry.text, at=at
            )
        if message.status in (Status.REFUSED, Status.HIDDEN, Status.WITHDRAWN):
            actor = None if message.status == Status.WITHDRAWN else clerk
            at = min(at + timedelta(hours=5), self.now)
            yield ModerationAct(message=message, act=DEEDS[message.status], actor=actor, reason=entry.reason, at=at)
        if entry.appeal:
            at = min(at + timedelta(hours=20), self.now)
            yield ModerationAct(message=message, act=Deed.APPEALED, reason=entry.appeal, at=at)

    def reply(self, entry, message):
        at = max(self.clock(entry.days - self.rng.randrange(2, 4), range(14, 18)), message.published_at)
        return Reply(
            message=message, text=entry.reply, replied_by=self.district.clerks[message.community], replied_at=at
        )

    def supports(self, entry, message):
        for number in range(self.rng.randrange(entry.voices // 2, entry.voices + 1)):
            at = min(message.published_at + timedelta(hours=number), self.now)
            yield MessageSupport(message=message, phone_index=blind_index(READERS[number]), at=at)

    def flags(self, entry, message):
        for number, reason in enumerate(entry.flags):
            at = min(message.published_at + timedelta(hours=2), self.now)
            yield Flag(message=message, reason=reason, reader=blind_index(READERS[number]), at=at)

    def finish(self, entry, message):
        """What of the first community's was photographed, or made into a need."""
        if entry.photo:
            file = picture(entry.photo, self.rng)
            MessagePhoto(message=message).image.save("photo.jpg", file, save=True)
        if entry.category:
            category = Category.objects.kinds().get(name=entry.category)
            at = min(message.published_at + timedelta(hours=6), self.now)
            make_need(message, category=category, actor=self.district.clerks[message.community], at=at)
