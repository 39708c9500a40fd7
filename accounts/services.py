from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import Notification, User
from govern.fields import EncryptedTextField


def notify(users, *, text, link=""):
    """One line in the inbox of each of `users`."""
    return Notification.objects.bulk_create(Notification(recipient=user, text=text, link=link) for user in users)


def notify_once(users, *, text, link=""):
    """The same, to those of `users` who have not been sent this very line before."""
    users = list(users)
    told = Notification.objects.filter(recipient__in=users, text=text, link=link).values_list("recipient", flat=True)
    known = set(told)
    return notify([user for user in users if user.pk not in known], text=text, link=link)


def name_to_lock(request, credentials):
    """The user name of the account that was typed: its name and its phone share one count of failures."""
    typed = (credentials or request.POST).get("username") or ""
    known = User.objects.signing_in_as(typed.strip()).values_list("username", flat=True).first()
    return known or typed


def reveal(row, field, *, actor, remote_addr=None):
    """The plain value of an encrypted `field` of `row`, after writing down who asked for it.

    PermissionDenied without the right; LookupError when the model has no such encrypted field. The row's scope is the
    caller's queryset.
    """
    if not actor.has_perm("accounts.reveal_personal"):
        raise PermissionDenied("您没有查看完整个人信息的权限。")
    return _open_and_log(row, field, actor=actor, remote_addr=remote_addr)


def reveal_by_link(row, field, *, dispatch_id, remote_addr):
    """The same for whoever holds the signed link of a dispatch: no account, so the log names the dispatch."""
    return _open_and_log(row, field, remote_addr=remote_addr, dispatch=dispatch_id)


def reveal_in_hand(row, field, *, actor, remote_addr, **details):
    """The same for whoever has the matter in hand without a post; `details` say by what. The right is the caller's."""
    return _open_and_log(row, field, actor=actor, remote_addr=remote_addr, **details)


@transaction.atomic
def _open_and_log(row, field, *, actor=None, remote_addr, **details):
    fields = {each.name for each in row._meta.get_fields() if isinstance(each, EncryptedTextField)}
    if field not in fields:
        raise LookupError(field)
    LogEntry.objects.log_create(
        row,
        force_log=True,
        action=LogEntry.Action.ACCESS,
        changes={},
        actor=actor,
        remote_addr=remote_addr,
        additional_data={"field": field, **details},
    )
    return getattr(row, field)
