"""Makers for the guestbook as residents meet it; the book and its staff are those of tests.deliberations.moderation."""

import re

from accounts import channels
from deliberations.services.messages import write_message
from organizations.models import ParameterValue

PHONE = "13711110000"


def set_parameter(key, value):
    ParameterValue.objects.filter(parameter__key=key).update(value=value)


def write(book, text="三号楼的路灯坏了", phone=PHONE, **fields):
    given = {"community": book.community, "topic": book.topic, "name": "孙先生", "notice": book.notice, **fields}
    return write_message(text=text, phone=phone, **given)


def sent_code():
    return re.search(r"\d{6}", channels.outbox[-1][1])[0]


def prove(client, phone=PHONE, **query):
    """Both steps of proving `phone`; the last answer."""
    client.post("/guestbook/phone/", {"phone": phone, **query})
    return client.post("/guestbook/phone/code/", {"code": sent_code(), **query})
