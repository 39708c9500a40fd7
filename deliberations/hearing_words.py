"""What attendees read on their phones, and what a kind of meeting is for."""

from django.conf import settings
from django.urls import reverse

from deliberations.models import Hearing
from deliberations.services.hearings.attendance import person_token
from deliberations.services.hearings.door import moment

Status, Kind = Hearing.Status, Hearing.Kind

TONES = {
    Status.DRAFTED: "plain",
    Status.ANNOUNCED: "info",
    Status.OPENED: "warn",
    Status.POSTPONED: "warn",
    Status.CLOSED: "info",
    Status.PUBLISHED: "ok",
    Status.CANCELLED: "plain",
}
PURPOSES = {
    Kind.HEARING: "事前：定方案、上项目以前，听受影响的人怎么说。",
    Kind.COORDINATION: "事中：意见不一、有矛盾的时候，坐下来协调。",
    Kind.REVIEW: "事后：事情办完了，大家来评办得怎么样。",
}


def address_for(attendee):
    return settings.PUBLIC_URL + reverse("hearings:invitation", args=[person_token(attendee)])


def message_to(attendee, what):
    """The text message about `what`: invited, seated, moved, withdrawn, cancelled."""
    hearing = attendee.hearing
    opening = f"{hearing.community}{hearing.get_kind_display()}“{hearing.title}”"
    when = f"{moment(hearing.starts_at)}，{hearing.place}"
    match what:
        case "invited":
            words = f"请您参加：{when}。议程和材料：{address_for(attendee)}"
        case "seated":
            words = f"报名成功：{when}。议程、材料和退席位：{address_for(attendee)}"
        case "moved":
            words = f"时间地点有变，改为：{when}。详情：{address_for(attendee)}"
        case "withdrawn":
            words = "公告已收回，时间另行通知。"
        case _:
            words = f"已取消。原因：{hearing.cancelled_reason}"
    return f"{opening}{words}"
