"""Makers of 心愿: a need whose resident agreed to the wall, as far as is asked."""

from django.utils import timezone

from checklists.models import Need
from deliberations.services.wishes import offer_wish, publish_wish, verify_wish
from tests import factories as make

FULFILLED = ("done", "rated", "closed")
WORDS = "想要一台大字的收音机，听戏解闷"


def make_wish(status=Need.Status.ACCEPTED, *, clerk=None, words=WORDS, far="published", at=None, **fields):
    """`far`: offered, verified or published; then the need goes on to `status`."""
    need = make.make_need(Need.Status.ACCEPTED, **{"contact_name": "王秀兰", **fields})
    clerk = clerk or make.make_superuser()
    wish = offer_wish(need, words=words, actor=clerk, at=at)
    if far != "offered":
        wish = verify_wish(wish, words=words, actor=clerk, at=at)
    if far == "published":
        wish = publish_wish(wish, actor=clerk, at=at)
    if status != Need.Status.ACCEPTED:
        done_at = timezone.now() if status in FULFILLED else None
        Need.objects.filter(pk=need.pk).update(status=status, done_at=done_at)
    wish.need.refresh_from_db()
    return wish
