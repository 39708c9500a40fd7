"""What the dashboards do of themselves: they tell."""

from django.db import transaction
from django.utils import timezone

from accounts.models import Notification, User
from accounts.services import notify
from dashboards import weekly


@transaction.atomic
def send_summary(user, *, monday, at=None):
    """The line of the week of `monday` (a date) to `user`; who has it is told no second time. Whether it was sent.

    Locks the user: the inbox is what says who was told.
    """
    at = at or timezone.now()
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    link = weekly.link(monday)
    if not user.is_active or Notification.objects.filter(recipient=user, link=link).exists():
        return False
    text = weekly.summary(user, monday, at)
    if text:
        notify([user], text=text[:200], link=link)
    return bool(text)
