"""留言簿."""

from django.apps import apps
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from deliberations.querysets.reach import OfCommunityQuerySet, within
from govern.scoping import ScopedQuerySet
from organizations.querysets import ReferenceQuerySet


class MessageTopicQuerySet(ReferenceQuerySet):
    def in_use(self):
        return self.filter(is_active=True)


class MessageQuerySet(OfCommunityQuerySet):
    def public(self):
        return self.filter(status="published")

    def to_answer(self, at=None):
        """Public, without an official reply, and past the day by which one was owed."""
        return self.unanswered().filter(reply_by__lt=at or timezone.now())

    def holding(self, words):
        """With `words` in what the public reads: what was covered is not to be found out by searching."""
        return self.filter(Q(shown_text__icontains=words) | Q(shown_text="", text__icontains=words))

    def with_support_count(self):
        voices = apps.get_model("deliberations", "MessageSupport").objects.filter(message=OuterRef("pk")).order_by()
        counted = voices.values("message").annotate(count=Count("pk")).values("count")
        return self.annotate(support_count=Coalesce(Subquery(counted), 0))

    def pending(self):
        return self.filter(status="pending")

    def unanswered(self):
        """Public, and without an official reply, whether it is late or not."""
        return self.filter(status="published", replies=None)

    def flagged(self):
        """Readers have flagged it, and nobody has looked yet."""
        return self.filter(Exists(self._open_flags()), status__in=["published", "hidden"])

    def appealed(self):
        """Kept back, and the author's appeal waits for an answer: of what was judged and asked, it is the last."""
        return self.filter(status__in=["refused", "hidden"]).alias(last=self._last_judged()).filter(last="appealed")

    def hidden(self):
        return self.filter(status="hidden")

    def with_standing(self):
        """`flag_count` of flags nobody has answered, `is_answered` by an official reply, `judged` the act that was last
        decided or asked.
        """
        count = self._open_flags().order_by().values("message").annotate(count=Count("pk")).values("count")
        replies = apps.get_model("deliberations", "Reply").objects.filter(message=OuterRef("pk"))
        return self.annotate(
            flag_count=Coalesce(Subquery(count), 0),
            is_answered=Exists(replies),
            judged=self._last_judged(),
        )

    def _last_judged(self):
        acts = apps.get_model("deliberations", "ModerationAct").objects.filter(message=OuterRef("pk"))
        judged = acts.exclude(act__in=["redacted", "blocked", "unblocked"]).order_by("-at", "-pk")
        return Subquery(judged.values("act")[:1])

    def _open_flags(self):
        return apps.get_model("deliberations", "Flag").objects.filter(message=OuterRef("pk"), answered_at=None)


class OfMessageQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        return Q(message__in=within("Message", user, permission))


class BlockQuerySet(OfCommunityQuerySet):
    def in_force(self, at=None):
        return self.filter(ends_at__gt=at or timezone.now())
