"""One community with a guestbook: two clerks, the street above, and messages in any state."""

from io import BytesIO
from itertools import count

from django.core.files.base import ContentFile
from PIL import Image

from accounts.models import PrivacyNotice
from deliberations.models import Message, MessageTopic
from deliberations.services import moderation
from tests import factories as make

Status = Message.Status
PHONES = count(13900000001)


def jpeg(side=200):
    out = BytesIO()
    Image.new("RGB", (side, side), "white").save(out, "JPEG")
    return ContentFile(out.getvalue(), name="photo.jpg")


class Book:
    def __init__(self):
        self.community = make.make_community()
        self.body = self.community.organization
        self.clerk, self.other = (make.make_post(organization=self.body) for _ in range(2))
        self.street = make.make_post(role="street_staff", organization=self.body.parent)
        self.topic = MessageTopic.objects.first()
        self.notice = PrivacyNotice.objects.first() or PrivacyNotice.objects.create(version="1", text="告知")

    def write(self, text="三号楼的路灯坏了", **fields):
        given = {"phone": str(next(PHONES)), "name": "孙先生", "community": self.community, **fields}
        return Message.objects.create(text=text, topic=self.topic, notice=self.notice, **given)

    def published(self, *args, by=None, **fields):
        return moderation.publish_message(self.write(*args, **fields), actor=by or self.clerk)

    def hidden(self, *args, by=None, **fields):
        row = self.published(*args, **fields)
        return moderation.hide_message(row, reason="广告、推销", actor=by or self.clerk)

    def photo(self, message):
        row = message.photos.model(message=message)
        row.image.save("photo.jpg", jpeg(), save=True)
        return row


def flag(message, count=1):
    for number in range(count):
        message.flags.create(reason="false", reader=f"reader {message.pk} {number} {message.flags.count()}")


def appeal(message, words="写的都是事实"):
    return message.moderation_acts.create(act="appealed", reason=words)


def acts(message):
    return list(message.moderation_acts.values_list("act", flat=True))
