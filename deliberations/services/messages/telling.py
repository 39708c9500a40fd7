"""Who is told what became of a message, in words that say nothing of its content."""

from django.urls import reverse

from accounts import channels
from accounts.models import Notification, User
from accounts.services import notify
from organizations.models import Post

# What is said of {which message}; the key is all that the queue carries.
NEWS = {
    "replied": "有了官方答复",
    "need": "已转为需求，由社区按需求办理",
    "case": "已转到矛盾调解，社区会与您联系",
    "issue": "已转为议题，社区会安排商量",
}


def page_of(message):
    return reverse("guestbook:own", args=[message.code])


def news_of(message, key):
    return f"您{message.written_day}在{message.community.name}留言簿的留言{NEWS[key]}。"


def tell_author(message, key):
    """In the inbox of an account at once; on the phone, where the installation has a channel, once it is committed."""
    from deliberations.tasks.messages import tell_message_author

    if message.author is not None:
        notify([message.author], text=news_of(message, key), link=page_of(message))
    if channels.is_open():
        tell_message_author.delay_on_commit(message.pk, key)


def staff_of_book(community):
    """Whoever moderates the book of this community by a post at it itself (not above it)."""
    posts = Post.objects.current().filter(
        organization=community.organization_id,
        role__permissions__content_type__app_label="deliberations",
        role__permissions__codename="change_message",
    )
    return User.objects.filter(posts__in=posts, is_active=True).distinct()


def tell_staff(message, words):
    text = f"留言簿 {message.written_day}“{message.topic}”的一条留言：{words}。"
    link = reverse("admin:deliberations_message_change", args=[message.pk])
    notify(staff_of_book(message.community), text=text, link=link)


def tell_community(community, opening, words):
    """One line that begins with `opening`; whom it told before is not told again."""
    link = f"{reverse('admin:deliberations_message_changelist')}?community={community.pk}"
    told = Notification.objects.filter(link=link, text__startswith=opening).values("recipient")
    return notify(staff_of_book(community).exclude(pk__in=told), text=f"{opening}{words}"[:200], link=link)
