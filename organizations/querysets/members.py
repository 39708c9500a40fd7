"""Members and their way from branch to branch."""

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q

from govern.dates import months_after
from govern.fields import blind_index
from govern.scoping import ScopedQuerySet
from organizations.querysets.hanging import HandedOverQuerySet, organizations


class MemberQuerySet(HandedOverQuerySet):
    def scope(self, user, permission):
        return Q(branch__in=organizations().under_posts(user, permission))

    def hanging(self, role, organization):
        return self.here().filter(**{role: organization})

    def hand_over(self, role, source, target, on):
        """To the heir; a group's members stay in their branch, in the heir where that is a group of it."""
        for row in self.hanging(role, source).select_for_update(no_key=True, of=("self",)):
            setattr(row, role, target)
            if role == "branch":
                row.group = None
            row.save(update_fields=["branch", "group"])

    def here(self):
        """Members of a branch now: neither gone nor struck off."""
        return self.filter(left_on=None)

    def full(self):
        return self.filter(stage="full")

    def probationary(self):
        return self.filter(stage="probationary")

    def probation_over(self, on, months):
        """On probation, which is over by the date `on`; it lasts `months` months unless it was extended."""
        joined = Q(extended_until=None, joined_on__lte=months_after(on, -months))
        return self.probationary().filter(joined | Q(extended_until__lte=on))

    def below(self, organization):
        return self.filter(branch__in=organizations().below(organization))

    def called(self, words):
        """Whose name holds `words`, or whose phone or identity number they are in full."""
        index = blind_index(words.upper())
        return self.filter(Q(name__icontains=words) | Q(phone_index=index) | Q(identity_index=index))


class MemberEventQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        return Q(member__branch__in=organizations().under_posts(user, permission))


class TransferQuerySet(HandedOverQuerySet):
    def scope(self, user, permission):
        reached = organizations().under_posts(user, permission)
        return Q(source__in=reached) | Q(target__in=reached)

    def hanging(self, role, organization):
        return self.open().filter(**{role: organization})

    def hand_over(self, role, source, target, on):
        if count := self.hanging(role, source).count():
            raise ValidationError(f"“{source}”还有 {count} 件组织关系转接没有办完，请先办结。", code="transfers")

    def open(self):
        return self.filter(status__in=["proposed", "released"])

    def with_sides(self, user, permission="organizations.change_transfer"):
        """Each with `is_source_mine` and `is_target_mine`: for which side `user` may speak."""
        reached = organizations().allowed(user, permission)
        return self.annotate(
            is_source_mine=Exists(reached.filter(pk=OuterRef("source"))),
            is_target_mine=Exists(reached.filter(pk=OuterRef("target"))),
        )

    def awaiting(self, user):
        """Those in which the next word is `user`'s."""
        reached = organizations().allowed(user, "organizations.change_transfer")
        return self.filter(Q(status="proposed", source__in=reached) | Q(status="released", target__in=reached))


class TransferEventQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        transfers = apps.get_model("organizations", "Transfer").objects.all()
        return Q(transfer__in=transfers.filter(transfers.scope(user, permission)))
