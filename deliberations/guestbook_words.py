"""A message in words: what neighbours read of it, and how it stands with its author."""

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from deliberations.models import Message, ModerationAct
from deliberations.services.messages import appeal_by, can_appeal, last_verdict

Status, Deed = Message.Status, ModerationAct.Act
TONES = {Status.PENDING: "warn", Status.PUBLISHED: "ok", Status.REFUSED: "bad", Status.HIDDEN: "bad"}
TITLES = {
    Deed.PUBLISHED: "已公开",
    Deed.REFUSED: "没有公开",
    Deed.HIDDEN: "已从公开页收起",
    Deed.REDACTED: "公开的内容有改动",
    Deed.APPEALED: "您已申诉",
    Deed.UPHELD: "申诉成立，已恢复公开",
    Deed.DISMISSED: "申诉不成立，维持原来的处理",
    Deed.FLAG_DISMISSED: "有人举报，社区看过，照常公开",
    Deed.WITHDRAWN: "您已撤回",
}
STOPPED = {Deed.REFUSED, Deed.HIDDEN, Deed.DISMISSED, Deed.WITHDRAWN}
WAITING = "社区看过以后公开，一般在一个工作日内。"


def spoken(moment):
    return date_format(timezone.localtime(moment), "n月j日 H:i")


def card(message, at=None):
    """What the public reads of a published message, loaded with its photos, replies and support count."""
    replies = list(message.replies.all())
    return {
        "message": message,
        "text": message.public_text,
        "name": message.masked_name,
        "photos": photos(message, "guestbook:photo"),
        "replies": replies,
        "outcomes": outcomes(message),
        "reply": None if replies else promise(message, at or timezone.now()),
        "support_count": message.support_count,
    }


def photos(message, page):
    found = []
    for place, photo in enumerate(message.photos.all(), 1):
        url = reverse(page, args=[message.code, photo.pk])
        found.append({"url": url, "thumb": f"{url}?size=small", "alt": f"留言照片 {place}，点开看大图"})
    return found


def outcomes(message):
    """What everybody may know that it was turned into; that it went to mediation is the parties' own business."""
    found = (("已转为需求", "clipboard-check", message.need_id), ("已转为议题", "users", message.issue_id))
    return [{"word": word, "icon": icon} for word, icon, pk in found if pk]


def promise(message, at):
    """{tone, icon, word}: by when an official reply is owed."""
    if message.reply_by is None:
        return None
    if message.reply_by < at:
        return {"tone": "bad", "icon": "alert", "word": f"应在{spoken(message.reply_by)}前答复，已超期"}
    return {"tone": "info", "icon": "clock", "word": f"社区将在{spoken(message.reply_by)}前答复"}


# --- For its author ---------------------------------------------------------------------------------------------------
def badge(message):
    return {"tone": TONES.get(message.status, "plain"), "word": message.get_status_display()}


def standing(message):
    """(tone, title, text): how it stands now and what comes next."""
    verdict = last_verdict(message)
    reason = f"原因：{verdict.reason}" if verdict and verdict.reason else ""
    if message.status == Status.PENDING:
        return "info", "已收到，等社区审核", WAITING
    if message.status == Status.REFUSED:
        return "bad", "没有公开", reason
    if message.status == Status.HIDDEN and verdict and verdict.actor is None:
        return "warn", "有几位居民举报，先收起来，等社区查看", "社区看过以后会告诉您结果。"
    if message.status == Status.HIDDEN:
        return "bad", "已从公开页收起", reason
    if message.status == Status.WITHDRAWN:
        return "info", "您已撤回这条留言", "邻居看不到它了。"
    if message.replies.exists():
        return "ok", "已公开，社区已答复", "答复在下面。"
    owed = f"社区将在{spoken(message.reply_by)}前答复。" if message.reply_by else ""
    return "ok", "已公开", owed


def steps(message):
    """Arguments of _timeline.html: everything that was done, in order, in words without names of staff."""
    found = [{"at": message.written_at, "title": "您写了这条留言"}]
    for act in message.moderation_acts.filter(act__in=TITLES):
        state = "stopped" if act.act in STOPPED else "done"
        found.append({"at": act.at, "title": TITLES[Deed(act.act)], "note": act.reason, "state": state})
    found += [{"at": reply.replied_at, "title": "官方答复", "note": reply.text} for reply in message.replies.all()]
    return sorted(found, key=lambda step: step["at"])


def made(message):
    """[{words, code, page}] of what it was turned into, for its author alone."""
    found = []
    if message.need:
        page = reverse("checklists:need_follow", query={"code": message.need.code})
        found.append({"words": "已转为需求", "code": message.need.spoken_code, "page": page})
    if message.case:
        page = reverse("mediation:follow", query={"code": message.case.code})
        found.append({"words": "已转到矛盾调解", "code": message.case.spoken_code, "page": page})
    if message.issue:
        page = reverse("hearings:issue", args=[message.issue.code])
        found.append({"words": "已转为议题", "code": message.issue.code, "page": page})
    return found


def appeal(message, at=None):
    """The last moment to appeal, or None where there is nothing (more) to appeal against."""
    return appeal_by(last_verdict(message)) if can_appeal(message, at) else None
