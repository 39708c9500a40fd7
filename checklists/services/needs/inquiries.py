"""Asking the resident back: one question at a time, answered by a signed link that expires."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.services import notify
from checklists.models import Inquiry, Need, NeedEvent
from checklists.services.needs.door import after_all, demand, lock_need, staff_of, stale
from checklists.services.photos import add_photos
from organizations.parameters import parameter

Party = NeedEvent.Party
SALT = "checklists.services.needs.inquiries"


def inquiry_link(inquiry):
    """The absolute address at which the resident answers; `expires_at` ends it."""
    return settings.PUBLIC_URL + reverse("checklists:inquiry_answer", args=[inquiry_token(inquiry)])


def inquiry_token(inquiry):
    return signing.Signer(salt=SALT).sign_object(inquiry.pk)


def read_inquiry_token(token):
    """The inquiry behind `token`, open or not; None for a token of nobody."""
    try:
        pk = signing.Signer(salt=SALT).unsign_object(token)
    except signing.BadSignature:
        return None
    return Inquiry.objects.select_related("need__category", "need__community").filter(pk=pk).first()


@transaction.atomic
def ask(need, question, *, actor, at=None):
    """Ask the resident of an open `need`; returns the Inquiry. The same question while it is open is asked once.

    ValidationError for a part of a split need (ask at the whole) and while another question is open.
    """
    at = at or timezone.now()
    demand(question, "question", "请写明要问什么，居民会看到。")
    need, dispatch = lock_need(need)
    if not need.is_open:
        raise stale(need)
    may = isinstance(actor, User) and Need.objects.allowed(actor, "checklists.add_inquiry").filter(pk=need.pk).exists()
    if not may:
        raise PermissionDenied("您没有询问居民的权限。")
    if need.parent_id:
        raise ValidationError(f"这是拆分出来的，请在 {need.parent.spoken_code} 上询问居民。", code="part")
    waiting = need.inquiries.open(at).first()
    if waiting is not None:
        if waiting.question == question:
            return waiting
        raise ValidationError("上一个问题居民还没有答复，等答复或过期以后再问。", code="open")
    inquiry = Inquiry(
        need=need,
        question=question,
        asked_by=actor,
        asked_at=at,
        expires_at=at + timedelta(days=parameter("inquiry_days")),
    )
    inquiry.full_clean()
    inquiry.save()
    _record(need, dispatch, f"想问您：{question}", at=at, party=Party.STAFF, actor=actor)
    return inquiry


@transaction.atomic
def answer_inquiry(inquiry, *, answer, photos=(), at=None):
    """The resident's answer: words and photos for whoever handles the need. A second one changes nothing."""
    at = at or timezone.now()
    demand(answer, "answer", "请写一写您的答复。")
    need, dispatch = lock_need(inquiry.need)
    inquiry = need.inquiries.select_for_update(no_key=True).get(pk=inquiry.pk)
    if inquiry.answered_at is not None:
        return inquiry
    if not need.is_open:
        raise ValidationError("这件事已经有结果了，不用再答复。", code="ended")
    if not inquiry.is_open(at):
        raise ValidationError("答复的时间已经过了。有话要说，请打社区电话。", code="expired")
    inquiry.answer, inquiry.answered_at = answer, at
    inquiry.full_clean(exclude=["need"])
    inquiry.save(update_fields=["answer", "answered_at"])
    _record(need, dispatch, f"答复“{inquiry.question}”：{answer}"[:500], at=at, party=Party.RESIDENT)
    add_photos(need, photos)
    _tell(need, "居民答复了您问的事", inquiry.asked_by)
    return inquiry


@transaction.atomic
def report_inquiry(inquiry, *, at=None):
    """居民未答复: tell whoever asked and the community's staff, once, when the link has run out unused."""
    at = at or timezone.now()
    need, dispatch = lock_need(inquiry.need)
    inquiry = need.inquiries.unanswered(at).select_for_update(no_key=True).filter(pk=inquiry.pk).first()
    if inquiry is None:
        return
    inquiry.reported_at = at
    inquiry.save(update_fields=["reported_at"])
    if need.is_open:
        note = f"居民未答复：{inquiry.question}"
        _record(need, dispatch, note, at=at, party=Party.SYSTEM, is_note_public=False)
        _tell(need, "居民未答复您问的事", inquiry.asked_by)


def _record(need, dispatch, note, *, at, party, actor=None, is_note_public=True):
    NeedEvent.objects.create(
        need=need,
        from_status=need.status,
        to_status=need.status,
        party=party,
        actor=actor,
        note=note,
        is_note_public=is_note_public,
        dispatch=dispatch,
        at=after_all(need, at),
    )


def _tell(need, words, asker):
    # Whoever asked may sit above the community, or have left it since.
    people = {user.pk: user for user in staff_of(need.community)}
    if asker.is_active:
        people[asker.pk] = asker
    notify(
        people.values(),
        text=f"{need.spoken_code} {need.category} {words}",
        link=f"/admin/checklists/need/{need.pk}/change/",
    )
