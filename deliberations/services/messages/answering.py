"""官方答复, and what a message is turned into: the link is kept, the author is told, at most one of each."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from checklists.models import Need
from checklists.services.needs import submit_need
from deliberations.models import Case, Issue, Message, Reply
from deliberations.services.messages.telling import tell_author
from deliberations.services.moderation import is_own, lock_message

Status = Message.Status
FORBIDDEN = "您没有办理这条留言的权限。"
OWN = "这是您本人的留言，请由其他人办理。"


@transaction.atomic
def reply_to(message, *, text, actor, at=None):
    """官方答复 of what is public; the same words again, by a second tap, are the first ones.

    PermissionDenied without the right, and for the author (of all verbs here): nobody answers oneself in the
    community's name.
    """
    text = (text or "").strip()
    if not text:
        raise ValidationError({"text": ValidationError("请写答复。", code="required")})
    message = _lock(message, actor, "deliberations.add_reply")
    if message.status != Status.PUBLISHED:
        raise ValidationError(f"留言{message.get_status_display()}，公开以后才能答复。", code="transition")
    last = message.replies.last()
    if last is not None and last.text == text:
        return last
    reply = Reply(message=message, text=text, replied_by=actor, replied_at=at or timezone.now())
    reply.full_clean(exclude=["message", "replied_by"])
    reply.save()
    tell_author(message, "replied")
    return reply


@transaction.atomic
def make_need(message, *, category, actor, at=None):
    """转为需求 in the name of the author, whose photos go with it; made already, that one."""
    message = _lock(message, actor)
    if message.need is not None:
        return message.need
    _refuse_withdrawn(message)
    need = Need(
        category=category,
        text=message.text,
        community=message.community,
        contact_name=message.name,
        contact_phone=message.phone,
    )
    need = submit_need(need, actor=actor, photos=[_copy(photo) for photo in message.photos.all()], at=at)
    return _keep(message, need=need)


@transaction.atomic
def make_case(message, *, kind, actor, at=None):
    """转到矛盾调解, the author being who applies. The public reads nothing of it."""
    from deliberations.services.cases.intake import apply_for_case

    message = _lock(message, actor)
    if message.case is not None:
        return message.case
    _refuse_withdrawn(message)
    applicant = {"side": "applicant", "name": message.name, "phone": message.phone}
    case = apply_for_case(
        community=message.community,
        kind=kind,
        facts=message.text,
        parties=[applicant],
        source=Case.Source.MESSAGE,
        actor=actor,
        at=at,
    )
    return _keep(message, case=case)


@transaction.atomic
def make_issue(message, *, title, actor, at=None):
    """转为议题, in the words that the public reads."""
    from deliberations.services.issues import raise_issue

    message = _lock(message, actor)
    if message.issue is not None:
        return message.issue
    _refuse_withdrawn(message)
    issue = raise_issue(
        community=message.community,
        title=title,
        text=message.public_text,
        raised_by=Issue.RaisedBy.RESIDENT,
        name=message.name,
        phone=message.phone,
        notice=message.notice,
        actor=actor,
        at=at,
    )
    return _keep(message, issue=issue)


def _lock(message, actor, right="deliberations.change_message"):
    message = lock_message(message)
    if not Message.objects.allowed(actor, right).filter(pk=message.pk).exists():
        raise PermissionDenied(FORBIDDEN)
    if is_own(message, actor):
        raise PermissionDenied(OWN)
    return message


def _refuse_withdrawn(message):
    if message.status == Status.WITHDRAWN:
        raise ValidationError("留言已由本人撤回，不能再转办。", code="transition")


def _keep(message, **made):
    ((name, row),) = made.items()
    setattr(message, name, row)
    message.save(update_fields=[name])
    tell_author(message, name)
    return row


def _copy(photo):
    with photo.image.open() as file:
        return ContentFile(file.read(), name="photo.jpg")
