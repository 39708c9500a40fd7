"""The author is told of each act in words that say nothing of the content: the reason stands on the own page."""

from django.urls import reverse

from accounts import channels
from accounts.services import notify
from deliberations.models import ModerationAct

Deed = ModerationAct.Act
# What is said of {which}; a deed that is not here was the author's own, or changes nothing for them.
WORDS = {
    Deed.PUBLISHED: "已经公开",
    Deed.REFUSED: "没有公开",
    Deed.HIDDEN: "已从公开页收起",
    Deed.REDACTED: "公开的内容有改动",
    Deed.UPHELD: "申诉成立，已经公开",
    Deed.DISMISSED: "申诉已经复核，没有恢复公开",
    Deed.BLOCKED: "有了处理结果，这段时间不能写新的留言",
    Deed.UNBLOCKED: "有了处理结果，您可以继续写留言",
}
# What the author could not know of: published at once, the page has said so.
TOLD_WITHOUT_ACTOR = {Deed.HIDDEN}


def tell_author(act):
    """In the inbox of an account at once; on the phone, where the installation has a channel, once it is committed."""
    from deliberations.tasks import tell_moderation_act

    if act.act not in WORDS or (act.actor_id is None and act.act not in TOLD_WITHOUT_ACTOR):
        return
    if act.message.author_id:
        notify([act.message.author], text=words(act), link=page(act.message))
    if channels.is_open():
        tell_moderation_act.delay_on_commit(act.pk)


def words(act):
    message = act.message
    which = f"您{message.written_day}在{message.community.name}留言簿的留言"
    return f"{which}{WORDS[act.act]}。原因和您可以做的，请打开查看。"


def page(message):
    return reverse("guestbook:own", args=[message.code])
